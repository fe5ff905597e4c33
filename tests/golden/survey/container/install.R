# container/install.R: what R installs in the image; ends with an error if anything is
# missing
# Made by htc-planner 0.1.0 for CHTC, Madison; newest source read 2026-11-23. Make it again
# with: planner plan answers.toml --out FOLDER
# They come from the snapshot of 2026-03-10; a version that you named is fetched where the
# snapshot has another. [r-packages-of-one-day]
options(repos = c(CRAN = "https://p3m.dev/cran/__linux__/noble/2026-03-10"))

# Each package with the version that is wanted; "" where any will do.
wanted <- c(
  "lme4" = "1.1-37",
  "data.table" = "1.17.8"
)

# R reads 1.1-35 and 1.1.35 as the same version.
is_there <- function(name) {
  system.file(package = name) != "" && (wanted[[name]] == "" || packageVersion(name) == wanted[[name]])
}

missing <- Filter(function(name) !is_there(name), names(wanted))
if (length(missing) > 0) install.packages(missing)
others <- Filter(function(name) wanted[[name]] != "" && !is_there(name), names(wanted))
if (length(others) > 0) {
  install.packages("remotes")
  for (name in others) remotes::install_version(name, wanted[[name]], upgrade = "never")
}

# install.packages ends without an error whatever happens.
failed <- Filter(function(name) !is_there(name), names(wanted))
if (length(failed) > 0) stop("not installed: ", paste(failed, collapse = ", "))

all <- installed.packages()[, c("Package", "Version")]
writeLines(paste(all[, 1], all[, 2], sep = "=="), "/opt/installed.txt")

{{ head("what R installs in the image; ends with an error if anything is missing") }}
{% if s.r_packages %}
{{ says("r-packages-of-one-day") }}
{% endif %}
{% if s.r_snapshot %}
options(repos = c(CRAN = {{ s.r_snapshot | r_text }}))
{% endif %}

# Each package with the version that is wanted; "" where any will do.
wanted <- c(
{% for name, version in r_packages %}
  {{ name | r_text }} = {{ version | r_text }}{{ ("" if loop.last else ",") | trusted }}
{% endfor %}
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

"""Software: an image that holds everything a task needs."""

import re

from planner.answers import Answers
from planner.estimate.placing import own_place, staged
from planner.frameworks import CPU_ONLY, Build, Framework, frameworks
from planner.rules.base import Case, Said, rule

# The image where no official one fits: Python alone, into which pip brings the framework.
PLAIN = CPU_ONLY
# Versions are numbered by hand: the planner names the first.
FIRST_VERSION = "v1"


@rule(
    sources=("condor-submit", "condor-environment"),
    decides=("image_from", "image_size", "requirements_txt", "dropped_packages", "held_packages", "gpu_check"),
)
def base_image(case: Case) -> Said | None:
    """Begin from the framework's official image, by its exact tag

    An official image already holds the framework, the CUDA libraries and versions that fit each other; only your own
    packages are added. The tag names versions, never "latest": an image that changes under its name gives results that
    nobody can repeat. What the image holds is left out of the packages to install, since pip would replace the CUDA
    build by another.
    """
    answers = case.answers
    if answers.container == "existing":
        return None
    framework = frameworks()[answers.framework]
    build = _build(case, framework)
    held = {_bare(name) for name in case.cite(framework.provides)} if not build.install else set()
    dropped = tuple(line for line in answers.packages if _bare(line) in held)
    kept = tuple(line for line in answers.packages if _bare(line) not in held)
    brought = case.cite(build.install) if build.install else _unlisted(answers, framework)
    without = f" {', '.join(dropped)} is in it already and is not installed again." if dropped else ""
    return case.set(
        f"Begin the image from {case.cite(build.image)}",
        because=f"{_reason(framework, build)}{without}",
        image_from=case.cite(build.image),
        image_size=case.cite(build.image_size or framework.image_size),
        requirements_txt=(*brought, *kept),
        dropped_packages=dropped,
        held_packages=tuple(sorted(held)),
        gpu_check=case.cite(framework.gpu_check) if framework.gpu_check and case.settled.processor == "gpu" else "",
    )


def _build(case: Case, framework: Framework) -> Build:
    """Return the build to begin from: the one decided, or plain Python where the release is not known."""
    release = framework.release(case.answers.framework_version) or framework.releases[0]
    wanted = case.settled.cuda_version if case.settled.processor == "gpu" else CPU_ONLY
    build = release.build(wanted) or release.build(PLAIN)
    assert build is not None, f"frameworks.toml: {framework.key} {release.version} has no build for {PLAIN}"
    if framework.release(case.answers.framework_version) is None:
        # The image of another release would bring another framework; pip brings the version that was named.
        return Build(cuda=PLAIN, image=build.image)
    return build


def _unlisted(answers: Answers, framework: Framework) -> tuple[str, ...]:
    known = framework.key == "other" or framework.release(answers.framework_version) is not None
    return () if known else (f"{framework.import_name}=={answers.framework_version}",)


def _reason(framework: Framework, build: Build) -> str:
    if framework.key == "other":
        return "A plain Python, to which your packages are added."
    if build.cuda == CPU_ONLY:
        return f"A plain Python; pip brings {framework.name} in the version you named."
    return f"The official image of {framework.name} for CUDA {build.cuda}; the tag fixes every version in it."


def _bare(requirement: str) -> str:
    """Return the name of a requirement as pip compares names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s=<>!~;\[@]", requirement.strip(), maxsplit=1)[0]).lower()


@rule(
    sources=("condor-submit", "condor-run"),
    decides=("image_file", "container_image", "container_path", "container_server"),
)
def image_in_its_place(case: Case) -> Said | None:
    """Keep the image where jobs can fetch it, under a name with a version

    An image is a large file that every job needs, so it lies where the pool serves large files, not in the home
    directory. Caches know files by their name: a changed image under an old name may arrive old, so each change gets a
    new version. The address stands in the submit description without quotes; with them, HTCondor would look for a file
    whose name begins with a quotation mark.
    """
    answers = case.answers
    if answers.container == "existing":
        return case.set(
            "Use the image you have",
            because=f"{answers.image} is there already; HTCondor starts it, so nothing in the job calls it.",
            container_image=answers.image,
        )
    size = case.settled.image_size
    assert size is not None, "base-image settles the size of every image that is built"
    file = f"{answers.project}-{FIRST_VERSION}.sif"
    placed = staged(case.pool, size, file, answers.user) or own_place(case.pool, size, file, answers.user)
    if placed is None:
        return case.stop(
            f"Ask {case.cite(case.pool.contact)} where an image of {size} can be kept",
            because="It is too large for every place of your own on the pool.",
        )
    return case.set(
        f"Build {file} and keep it in {placed.place.name}",
        because=f"About {size} that every job fetches; {case.cite(placed.band.url).split(':')[0]} serves files up to "
        f"{case.cite(placed.band.up_to)} from there.",
        image_file=file,
        container_image=placed.url,
        container_path=placed.path,
        container_server=case.cite(placed.place.upload) if placed.place.upload else "",
    )


@rule(sources=("condor-submit", "condor-run"), decides=("build_lines", "build_cpus", "build_memory", "build_disk"))
def build_job(case: Case) -> Said | None:
    """Build the image in an interactive job, never on the access point

    Building takes cores, memory and disk that the access point has for everybody. A build that ends abruptly has
    almost always run out of disk, so an image with CUDA asks for more. Build machines have no GPU: nothing in the
    recipe may ask for one.
    """
    if case.answers.container == "existing":
        return None
    build = case.pool.build
    has_cuda = case.settled.processor == "gpu"
    disk = case.cite(build.disk_cuda if has_cuda else build.disk)
    return case.set(
        f"Build it in a job with {case.cite(build.cpus)} CPUs, {case.cite(build.memory)} and {disk} of disk",
        because=f"The pool's own figures for a build job{' with CUDA in the image' if has_cuda else ''}; "
        f"it may take {case.cite(build.limit)}.",
        build_lines=case.cite(build.lines),
        build_cpus=build.cpus.value,
        build_memory=build.memory.value,
        build_disk=disk,
    )


@rule(sources=("condor-submit",))
def pinned_packages(case: Case) -> Said | None:
    """Write the version of every package

    A recipe without versions gives another environment each time it is built, and during 2026 the plain names of
    several libraries moved to a CUDA that older cards cannot run. `pip freeze` prints the versions that work for you.
    """
    answers = case.answers
    if answers.container == "existing":
        return None
    loose = [line for line in answers.packages if not re.search(r"==|@|^-|^#", line)]
    if not loose:
        return None
    return case.warn(
        f"Give {', '.join(loose[:5])}{' and others' if len(loose) > 5 else ''} a version",
        because=f"{len(loose)} of {len(answers.packages)} packages have none, so a later build may differ from the one "
        "you tested.",
    )


@rule(sources=("condor-environment", "condor-run"), adds_to=("environment",))
def own_variables(case: Case) -> Said | None:
    """Set variables in the script, where everybody can read them

    A job does not inherit the variables of your shell. They are set in run.sh, one visible line each, and not copied
    wholesale with getenv, which would carry along paths and secrets of the access point.
    """
    variables = case.answers.environment
    if not variables:
        return None
    return case.set(
        f"Set {', '.join(name for name, _ in variables)} in run.sh",
        because="You named them; nothing else of your shell's environment reaches a job.",
        environment=tuple(case.clause(f"{name}={value}")[0] for name, value in variables),
    )


@rule(sources=("condor-environment", "condor-run"))
def caches_in_the_job(case: Case) -> Said | None:
    """Keep every cache in the job's directory

    A job has no home directory of yours, and an image is read-only. Libraries that write to their usual places fail
    there, often only after an hour. So run.sh points the home and the caches it knows into the job's own directory,
    which is writable, counted in the disk request, and gone with the job.
    """
    return case.tip(
        "Leave the lines in run.sh that point caches into the job's directory",
        because="A job has no home of yours and the image is read-only: libraries find a writable place here.",
    )

"""Software: an image that holds everything a task needs."""

import re

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
    if build is None:
        return None
    brought = _brought(case, framework, build)
    # An official image holds the framework itself; into a plain Python pip brings it.
    held = set() if brought or framework.key == "other" else {_bare(name) for name in case.cite(framework.provides)}
    left_out = held | {_bare(line) for line in brought if not line.startswith("-")}
    dropped = tuple(line for line in answers.packages if _bare(line) in left_out)
    kept = tuple(line for line in answers.packages if _bare(line) not in left_out)
    without = f" {_and(dropped)} {'is' if len(dropped) == 1 else 'are'} not installed again." if dropped else ""
    return case.set(
        f"Begin the image from {case.cite(build.image)}",
        because=f"{_reason(framework, build)}{without}",
        image_from=build.image.value,
        image_size=case.cite(build.image_size or framework.image_size),
        requirements_txt=(*brought, *kept),
        dropped_packages=dropped,
        held_packages=tuple(sorted(held)),
        gpu_check=case.cite(framework.gpu_check) if framework.gpu_check and case.settled.processor == "gpu" else "",
    )


def _build(case: Case, framework: Framework) -> Build | None:
    """Return the build to begin from: the one that runs the task, or plain Python where the release is not known.

    None where the build that was named does not exist, or leaves the card idle: then nothing is worth building.
    """
    release = framework.release(case.answers.framework_version)
    on_gpu = case.settled.processor == "gpu" and framework.key != "other"
    if release is None:
        # The image of another release would bring another framework; pip brings the version that was named.
        plain = framework.releases[0].build(PLAIN)
        return Build(cuda=PLAIN, image=plain.image) if plain else None
    return release.build(case.settled.cuda_version) if on_gpu else release.build(PLAIN)


def _brought(case: Case, framework: Framework, build: Build) -> tuple[str, ...]:
    """Return the lines by which pip brings the framework; none where the image holds it."""
    if build.install:
        return case.cite(build.install)
    unlisted = framework.key != "other" and framework.release(case.answers.framework_version) is None
    return (f"{framework.import_name}=={case.answers.framework_version}",) if unlisted else ()


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _reason(framework: Framework, build: Build) -> str:
    if framework.key == "other":
        return "A plain Python, to which your packages are added."
    if build.install or build.cuda == CPU_ONLY:
        what = f" for CUDA {build.cuda}" if build.cuda != CPU_ONLY else ""
        return f"A plain Python; pip brings {framework.name}{what} in the version you named."
    return f"The official image of {framework.name} for CUDA {build.cuda}; the tag fixes every version in it."


def _bare(requirement: str) -> str:
    """Return the name of a requirement as pip compares names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s=<>!~;\[@]", requirement.strip(), maxsplit=1)[0]).lower()


@rule(
    sources=("condor-submit", "condor-run"),
    decides=("image_file", "container_image", "container_path", "container_server"),
    adds_to=("requirements",),
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
        return _existing(case)
    size = case.settled.image_size
    if size is None:
        return None
    file = f"{answers.project}-{FIRST_VERSION}.sif"
    placed = staged(case.pool, size, file, answers.user) or own_place(case.pool, size, file, answers.user)
    if placed is None:
        return case.stop(
            f"Ask {case.cite(case.pool.contact)} where an image of {size} can be kept",
            because="It is too large for every place of your own on the pool.",
        )
    return case.set(
        f"Build {file} and keep it in {placed.place.name}",
        because=f"About {size} that every job fetches; files up to {case.cite(placed.band.up_to)} travel well from there.",
        image_file=file,
        container_image=placed.url,
        container_path=placed.path,
        container_server=case.cite(placed.place.upload) if placed.place.upload else "",
    )


def _existing(case: Case) -> Said:
    """Use the image that is there; where its address works on some machines only, say so in the job."""
    image = case.answers.image
    bands = [band for place in case.pool.places for band in place.bands if band.requirement]
    tied = next((band for band in bands if image.startswith(band.url.value.split("{", maxsplit=1)[0])), None)
    because = f"{image} is there already; HTCondor starts it, so nothing in the job calls it."
    if tied is None or tied.requirement is None:
        return case.set("Use the image you have", because=because, container_image=image)
    return case.set(
        "Use the image you have",
        because=f"{because} Only machines that mount that directory can read it: the job requires "
        f"{case.cite(tied.requirement)}.",
        container_image=image,
        requirements=case.clause(tied.requirement.value),
    )


@rule(sources=("condor-submit",))
def fixed_tag(case: Case) -> Said | None:
    """Name an image by a tag that never changes

    "latest", or no tag, is whatever was pushed last: two jobs of one submission may run two different images, and a
    cached one may be older than you think.
    """
    image = case.answers.image
    if case.answers.container != "existing" or not image.startswith(("docker://", "oras://")):
        return None
    tag = image.rsplit("/", 1)[-1].partition(":")[2]
    if tag and tag != "latest":
        return None
    return case.warn(
        "Give the image a tag of its own, such as :2026-11-a, and name it with that",
        because=f"{image} names {'the tag latest' if tag else 'no tag'}, which may be another image tomorrow.",
    )


@rule(sources=("condor-submit", "condor-run"), decides=("build_lines", "build_cpus", "build_memory", "build_disk"))
def build_job(case: Case) -> Said | None:
    """Build the image in an interactive job, never on the access point

    Building takes cores, memory and disk that the access point has for everybody. A build that ends abruptly has
    almost always run out of disk, so an image with CUDA asks for more. Build machines have no GPU: nothing in the
    recipe may ask for one.
    """
    if not case.settled.image_file:
        return None
    build = case.pool.build
    has_cuda = bool(case.settled.cuda_version)
    disk = case.cite(build.disk_cuda if has_cuda else build.disk)
    return case.set(
        f"Build it in a job with {case.cite(build.cpus)} CPUs, {case.cite(build.memory)} and {disk} of disk",
        because=f"The pool's own figures for a build job{' with CUDA in the image' if has_cuda else ''}; "
        f"it is ended after {case.cite(build.limit)}.",
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
    kept = [line for line in answers.packages if line not in case.settled.dropped_packages]
    loose = [line for line in kept if not re.search(r"==|@|^-|^#", line)]
    if not loose:
        return None
    named = ", ".join(f"{_bare(line)}==…" for line in loose[:5])
    return case.warn(
        f"Fix the version of {named}{' and others' if len(loose) > 5 else ''}",
        because=f"{len(loose)} of {len(kept)} packages {'has' if len(loose) == 1 else 'have'} no fixed version, so a later "
        "build may differ from the one you tested.",
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
        f"Set {_and(tuple(name for name, _ in variables))} in run.sh",
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

"""The container: how the image is built, what it is called, where jobs fetch it."""

import re

from planner.answers.command import words
from planner.estimate.placing import needs_a_mount, staging_location, user_location
from planner.rules.base import Case, Verdict, rule
from planner.units import Size

# Users number versions by hand; the planner only names the first.
FIRST_VERSION = "v1"
# Building needs room for the layers, for the system unpacked from them, and for the finished image.
BUILD_ROOM = 4
# From this many jobs on, pulls may exceed a registry's rate limit.
MANY_PULLS = 10
STARTERS = ("apptainer", "singularity", "docker", "podman")


@rule(sources=("software-choice", "condor-environment"), anchor_question="container")
def docker_or_apptainer(case: Case) -> Verdict | None:
    """Pack the software into a container, with Apptainer to begin with

    A container is the whole environment in one file or one name. It starts the same everywhere, and nothing is
    installed while a job runs. Apptainer builds on the pool itself, without an administrator's rights, into one file
    that lies where the pool serves large files. Docker is worth its registry where the same image must run on your own
    computer or in a cloud as well, or exists already.
    """
    container = case.answers.container
    if container == "existing":
        return None
    if container == "docker":
        return case.set(
            "Build with Docker on your own computer, and push the image to a registry",
            because="The pool builds no Docker images; from the registry every machine can fetch it, and so can you.",
        )
    if case.pool.build or case.pool.build_on_access_point:
        return case.set(
            "Build with Apptainer on the pool",
            because="It needs nothing installed on your computer, and makes one file that jobs fetch from the pool's own place.",
        )
    return case.set("Build with Apptainer", because="It makes one file that jobs fetch, and needs no registry.")


@rule(
    sources=("condor-submit", "condor-run"),
    decides=("image_file", "container_image", "container_path", "container_server", "docker_tag"),
    adds_to=("requirements",),
)
def image_in_its_place(case: Case) -> Verdict | None:
    """Keep the image where jobs can fetch it, under a name with a version

    An image is a large file that every job needs, so it lies where the pool serves large files, not in the home
    directory. Caches know files by their name: a changed image under an old name may arrive old, so each change gets a
    new version. The address stands in the submit description without quotes; with them, HTCondor would look for a file
    whose name begins with a quotation mark.
    """
    answers = case.answers
    if answers.container == "existing":
        return _existing_image(case)
    size = case.decided.image_size
    if size is None:
        return None
    if answers.container == "docker":
        return _registry_image(case)
    file = f"{answers.project}-{FIRST_VERSION}.sif"
    placed = staging_location(case.pool_record, size, file, answers) or user_location(
        case.pool_record, size, file, answers
    )
    if placed is None:
        return case.stop(
            f"Ask {case.pool.contact} where an image of {size} can be kept",
            because="It is too large for every place of your own on the pool.",
        )
    beside = placed.place.upload is None
    largest = case.facts(placed.band).up_to
    limit = f"files up to {largest} travel well from there" if largest else ""
    return case.set(
        f"Build {file} and keep it {'beside the submit description' if beside else f'in {placed.place.name}'}",
        because=f"About {size} that every job fetches{f'; {limit}' if limit else ''}.",
        image_file=file,
        container_image=f"container/{file}" if beside else placed.url,
        container_path="" if beside else placed.path,
        container_server=placed.server,
    )


def _registry_image(case: Case) -> Verdict:
    """Name the image by its registry tag."""
    tag = case.answers.image.removeprefix("docker://")
    return case.set(
        f"Push the image as {tag}",
        because="Jobs fetch it from the registry by that name; HTCondor starts it, so nothing in the job calls Docker.",
        container_image=f"docker://{tag}",
        docker_tag=tag,
    )


def _existing_image(case: Case) -> Verdict:
    """Use the existing image; if only some machines can read its address, make the job require them."""
    image = case.answers.image
    band = needs_a_mount(case.pool_record, image)
    because = f"{image} is there already; HTCondor starts it, so nothing in the job calls it."
    if band is None:
        return case.set("Use the image you have", because=because, container_image=image)
    requirement = case.facts(band).requirement
    return case.set(
        "Use the image you have",
        because=f"{because} Only machines that mount that directory can read it: the job requires {requirement}.",
        container_image=image,
        requirements=case.clause(requirement),
    )


@rule(sources=("condor-submit",))
def fixed_tag(case: Case) -> Verdict | None:
    """Name an image by a tag that never changes

    "latest", or no tag, is whatever was pushed last: two jobs of one submission may run two different images, and a
    cached one may be older than you think.
    """
    image = case.answers.image
    if case.answers.container == "apptainer":
        return None
    if case.answers.container == "existing" and not image.startswith(("docker://", "oras://")):
        return None
    tag = image.rsplit("/", 1)[-1].partition(":")[2]
    if tag and tag != "latest":
        return None
    return case.warn(
        "Give the image a tag of its own, such as :2026-11-a, and name it with that",
        because=f"{image} names {'the tag latest' if tag else 'no tag'}, which may be another image tomorrow.",
    )


@rule(sources=("docker-images", "condor-submit"), anchor_question="image")
def platform_and_push(case: Case) -> Verdict | None:
    """Build for linux/amd64, push, and give each change a new tag

    The machines of a pool are x86: an image that was built on a Mac with an Apple processor, or on another ARM machine,
    is for ARM unless the platform is named, and jobs are held because it cannot be pulled. Machines keep images by their
    tag: whoever pushes a change under the old tag gets the old image in some jobs and the new one in others.
    """
    if not case.decided.docker_tag:
        return None
    return case.set(
        f"Build {case.decided.docker_tag} with --platform linux/amd64, and push it under a new tag after each change",
        because="An image for ARM is not started there, and a tag that is pushed again may still mean the old image.",
    )


@rule(sources=("docker-limits", "docker-to-apptainer"), anchor_question="image")
def spare_the_registry(case: Case) -> Verdict | None:
    """Turn an image of a registry into one file when many jobs need it

    Each machine that starts a job asks the registry, and converts what it gets. Docker Hub limits how often one address
    may ask, and all machines of a pool may share one; it also deletes images that nobody uses for about half a year.
    Converted once, the image lies in the pool's own place, is found in caches, and depends on nobody.
    """
    image, jobs = case.decided.container_image, case.tasks.count
    if not image.startswith("docker://") or jobs < MANY_PULLS:
        return None
    size = case.decided.image_size or Size.of_gb(5)
    file = f"{case.answers.project}-{FIRST_VERSION}.sif"
    placed = staging_location(case.pool_record, size, file, case.answers)
    where = f" Keep it in {placed.place.name}, and plan again with {placed.url} as the image." if placed else ""
    return case.tip(
        f"Convert it once, in a build job: apptainer build {file} {image}",
        because=f"{jobs} jobs would ask the registry, which limits how often one address may.{where}",
    )


@rule(
    sources=("condor-submit", "condor-run"),
    decides=("build_lines", "build_cpus", "build_memory", "build_disk", "build_before", "build_options"),
)
def build_job(case: Case) -> Verdict | None:
    """Build the image where the pool wants it, in a job if it can

    Building takes cores, memory and disk that the access point has for everybody, so most pools want it done in an
    interactive job, never on the access point. A build that ends abruptly has
    almost always run out of disk, so an image with CUDA asks for more. Build machines have no GPU: nothing in the
    recipe may ask for one.
    """
    size = case.decided.image_size
    if not case.decided.image_file or size is None:
        return None
    build = case.pool.build
    if build is None:
        return _build_without_job(case)
    has_cuda = bool(case.decided.cuda_version)
    usual = build.disk_cuda if has_cuda else build.disk
    disk = max(usual, size.times(BUILD_ROOM).round_up())
    why = f"The pool's own figures for a build job{' with CUDA in the image' if has_cuda else ''}"
    if disk > usual:
        why = f"The pool's own figures for a build job, with {BUILD_ROOM} times the image's {size} of disk"
    return case.set(
        f"Build it in a job with {build.cpus} CPUs, {build.memory} and {disk} of disk",
        because=f"{why}; it is ended after {build.limit}.",
        build_lines=build.lines,
        build_cpus=build.cpus,
        build_memory=build.memory,
        build_disk=disk,
    )


def _build_without_job(case: Case) -> Verdict:
    """Say where to build the image on a pool without build jobs."""
    before = case.pool.build_on_access_point
    if before is None:
        return case.ask(
            "Where may users build Apptainer images: in a job, on the access point, or only on machines of their own?",
            because=f"What {case.pool.name} wants is not known here. Until you know, build on a Linux machine of your own.",
        )
    return case.set(
        "Build it on the access point, with temporary files in your home directory",
        because=f"{case.pool.name} has no job for building, and wants it done so.",
        build_before=before,
        build_options=case.pool.build_options or "",
    )


@rule(sources=("condor-submit", "condor-run"), anchor_question="command")
def only_htcondor_starts_it(case: Case) -> Verdict | None:
    """Let HTCondor start the image

    The submit description names the image, and HTCondor starts every job in it. A job that calls Apptainer or Docker
    itself would start a container in a container, which fails on most machines.
    """
    program = words(case.answers.command)[0].rpartition("/")[2]
    if program not in STARTERS:
        return None
    return case.stop(
        f"Take {program} out of the command, and keep what it starts",
        because="The job is in the image already: HTCondor starts it there.",
    )


@rule(sources=("condor-submit",), anchor_question="image")
def no_entry_point(case: Case) -> Verdict | None:
    """Bring a Docker image without an entry point

    An image may name a program that is started whatever one asks for. Under the Docker runtime HTCondor then hands the
    task to that program as an argument. Apptainer does not care, but nobody knows beforehand which of them a machine has.
    """
    answers = case.answers
    if answers.container != "existing" or not answers.image.startswith("docker://"):
        return None
    if not re.search(r"vllm-openai|tritonserver|text-generation-inference|/nim/|nvidia/", answers.image):
        return None
    return case.warn(
        "Clear the image's entry point: build your own from it, with ENTRYPOINT [] in its Dockerfile",
        because=f"{answers.image} starts a program of its own before the task where the Docker runtime is used.",
    )


@rule(sources=("condor-run", "docker-images"), anchor_question="container")
def try_it_like_a_job(case: Case) -> Verdict | None:
    """Try the image as a job would see it, before the first job

    In a job there is no home directory, the image is read-only, and only the job's own directory can be written. A trial
    that allows more proves little. try-local.sh allows no more: what works there, works in a job.
    """
    is_local = case.decided.image_file or "://" not in case.decided.container_image
    if not case.decided.container_image or not (is_local or case.decided.docker_tag):
        return None
    program = "docker" if case.decided.docker_tag else "apptainer"
    return case.tip(
        "Run try-local.sh once more when the image is there",
        because=f"It starts one task in the image with {program}, without your home and with nothing to write but one "
        "folder, as a job has it.",
    )

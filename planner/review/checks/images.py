"""Checks of the image that a job runs in, and of what its program may do there."""

from collections.abc import Iterator

from planner.review.base import FAILS, STYLE, WASTES, Hit, at, check
from planner.review.edits import with_value, without
from planner.review.files import ReviewedFiles
from planner.submit.description import Submit

_IN_DRY_RUN = "test_submit_descriptions_are_read_by_htcondor_and_every_value_has_its_form"


@check(
    severity=FAILS,
    sources=("condor-run",),
    in_plans="impossible: the image is written without quotes",
    shown_by=_IN_DRY_RUN,
)
def image_in_quotes(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The container image is in quotes

    The quotes become part of the name. HTCondor looks for a file whose name begins with one, does not find it, and holds
    the job.
    """
    command = submit.command("container_image")
    if command and (bare := command.value.strip("\"'")) != command.value:
        yield at(
            command,
            "The quotes become part of the name, and no such image is found.",
            f"Write {bare}.",
            *with_value(submit, command, bare),
        )


@check(severity=WASTES, sources=("condor-run",), taught_by=("fixed-tag",))
def image_without_fixed_tag(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The image has no fixed tag

    An image without a tag, or with the tag latest, can be another one tomorrow, and servers may keep an older copy. Jobs
    of one submit file may then run different software.
    """
    for key in ("container_image", "docker_image"):
        command = submit.command(key)
        image = command.value.strip("\"'") if command else ""
        is_from_registry = key == "docker_image" or image.startswith(("docker:", "oras:"))
        name = image.rpartition("://")[2].rsplit("/", 1)[-1]
        if command and is_from_registry and has_no_fixed_tag(name):
            what = f"{image} may be another image tomorrow, and servers may keep an old one."
            yield at(command, what, "Name a fixed tag.")


def has_no_fixed_tag(name: str) -> bool:
    """Tell whether an image's name, without its registry, can stand for another image tomorrow."""
    return "@" not in name and "$" not in name and (":" not in name or name.endswith(":latest"))


@check(
    severity=FAILS,
    sources=("condor-run",),
    in_plans="impossible: the image is written without a universe",
    shown_by=_IN_DRY_RUN,
)
def container_image_in_docker_universe(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """container_image is used with universe = docker

    HTCondor refuses the two together. container_image is enough: it says that the job runs in a container.
    """
    universe = submit.command("universe")
    if universe and submit.has("container_image") and submit.value("universe").lower() == "docker":
        yield at(
            universe,
            "HTCondor refuses container_image with universe = docker.",
            "Remove this line; container_image is enough.",
            *without(submit, universe),
        )


# --- what no file shows ---


@check(
    severity=FAILS,
    sources=("chtc-known-issues",),
    taught_by=("platform-and-push",),
    in_plans="partly: Apptainer builds on the pool's own machines",
    unseen="Where an image was built is not written in these files.",
)
def image_for_another_processor() -> None:
    """The image was built for another kind of processor

    An image that was built on a computer with an ARM processor does not run on the pool's x86-64 servers. Build it for
    linux/amd64.
    """


@check(
    severity=STYLE,
    sources=("condor-run",),
    taught_by=("caches-in-the-job",),
    unseen="HTCondor sets HOME to the job's directory itself, as a run of version 25.14.1 showed.",
)
def home_not_set() -> None:
    """A program in a container has no home directory

    Programs that keep settings or caches in the home directory fail without one. Current versions of HTCondor set HOME,
    TMPDIR, TMP and TEMP to the job's directory; on an older one, export HOME=$PWD does.
    """


@check(
    severity=WASTES,
    sources=("condor-run",),
    taught_by=("caches-in-the-job",),
    unseen="Files do not say which caches a program uses.",
)
def caches_at_their_default_place() -> None:
    """A program's caches are at their default place

    Programs that download models or compile kernels keep them in a cache, at a place that may not be writable in the
    image. Point them to the job's own directory, and count their size in request_disk.
    """


@check(
    severity=FAILS,
    sources=("chtc-apptainer",),
    taught_by=("caches-in-the-job",),
    unseen="Files do not say what the program writes.",
)
def program_writes_into_its_image() -> None:
    """The program writes into its image

    An image is read-only in a job. Only the job's directory and its temporary directories can be written to, so let the
    program write there.
    """

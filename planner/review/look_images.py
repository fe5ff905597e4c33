"""Checks of a job's image, of what starts in it, and of the job that builds it."""

import re
from collections.abc import Iterator

from planner.incoming import FileType
from planner.review.case import Case, before_queue, with_value, without
from planner.review.checks import Finding, finding
from planner.submit.description import Submit
from planner.submit.values import listed, size_of


def image(submit: Submit, case: Case) -> Iterator[Finding]:
    """Look at the image, and at what starts in it."""
    for key in ("container_image", "docker_image"):
        command = submit.command(key)
        if command is None:
            continue
        place = (command.line.file, command.line.first)
        bare = command.value.strip("\"'")
        if bare != command.value:
            yield finding(
                "S12",
                *place,
                "The quotes become part of the name, and no such image is found.",
                f"Write {bare}.",
                *with_value(submit, command, bare),
            )
        name = bare.rpartition("://")[2].rsplit("/", 1)[-1]
        is_registry = key == "docker_image" or bare.startswith(("docker:", "oras:"))
        if is_registry and "@" not in name and "$" not in name and (":" not in name or name.endswith(":latest")):
            yield finding(
                "S1",
                *place,
                f"{bare} may be another image tomorrow, and servers may keep an old one.",
                "Name a fixed tag.",
            )
    universe = submit.command("universe")
    if universe and submit.has("container_image") and submit.value("universe").lower() == "docker":
        yield finding(
            "S12",
            universe.line.file,
            universe.line.first,
            "HTCondor refuses container_image beside universe = docker.",
            "Take the universe out: container_image says enough.",
            *without(submit, universe),
        )
    yield from _shell(submit)
    yield from _build(submit, case)


def _shell(submit: Submit) -> Iterator[Finding]:
    shell = submit.command("shell")
    script = re.search(r"[\w./-]+\.(?:sh|py|R)\b", shell.value) if shell else None
    sent = {item.rsplit("/", 1)[-1] for item in listed(submit.value("transfer_input_files"))}
    if shell and script and script[0].rsplit("/", 1)[-1] not in sent:
        command = submit.command("transfer_input_files")
        yield finding(
            "S17",
            shell.line.file,
            shell.line.first,
            f"{script[0]} does not travel with the job: shell does not send it.",
            "Add it to transfer_input_files.",
            *(
                with_value(submit, command, f"{command.value}, {script[0]}")
                if command
                else before_queue(submit, f"transfer_input_files = {script[0]}")
            ),
        )


def _build(submit: Submit, case: Case) -> Iterator[Finding]:
    disk, build = submit.command("request_disk"), case.pool.build
    size = size_of(submit, "request_disk")
    cuda = any(
        re.search(r"(?i)cuda|pytorch|tensorflow", case.files[name]) for name in case.of_kind(FileType.DEFINITION)
    )
    if submit.is_true("my.isbuildjob") and disk and size and cuda and build and size < build.disk_cuda.value:
        yield finding(
            "S8",
            disk.line.file,
            disk.line.first,
            f"An image with CUDA needs {build.disk_cuda.value} to be built.",
            f"Write {build.disk_cuda.value}.",
            *with_value(submit, disk, str(build.disk_cuda.value)),
        )

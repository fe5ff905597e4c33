"""Checks of the GPUs that a job requests."""

import re
from collections.abc import Iterator

from planner.facts.pools import Card
from planner.review.base import FAILS, LOSES, STYLE, WASTES, Hit, at, check
from planner.review.edits import above, after, with_value
from planner.review.files import ReviewedFiles
from planner.submit.commands import old_attributes
from planner.submit.description import Submit
from planner.submit.macros import key_of
from planner.submit.values import asked_memory, number
from planner.units import Size

_LOWEST, _HIGHEST = "gpus_minimum_capability", "gpus_maximum_capability"
_BOUNDS = (_LOWEST, _HIGHEST, "gpus_minimum_memory", "gpus_minimum_runtime", "require_gpus")


def _requests_gpus(submit: Submit) -> bool:
    return submit.has("request_gpus") and submit.value("request_gpus") != "0"


@check(severity=WASTES, sources=("chtc-known-issues",), taught_by=("gpu-request",))
def shared_gpus_not_opened(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The line that opens the pool's shared GPUs is missing

    Some pools let a job use their shared GPUs only if its submit file says so. Without the line such a job may wait
    forever, although GPUs are free.
    """
    request = submit.command("request_gpus")
    if not request or not _requests_gpus(submit):
        return
    for line in files.pool.gpu_lines.value:
        key = key_of(line.name)
        if submit.command(key) is None and not submit.has(key.removeprefix("my.")):
            yield at(
                request,
                f"{line.name} is missing. It opens the pool's shared GPUs, and without it the job may stay idle.",
                f"Add {line}.",
                *after(submit, request, str(line)),
            )


@check(severity=WASTES, sources=("condor-run",), taught_by=("gpu-request",))
def opening_line_in_quotes(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The value that opens the shared GPUs is in quotes

    In quotes true is a string, and not the value true: a server that looks for the value does not match the job.
    """
    for line in files.pool.gpu_lines.value if _requests_gpus(submit) else ():
        command = submit.command(key_of(line.name))
        if command and command.value.strip('"').lower() == line.value.lower() != command.value.lower():
            yield at(
                command,
                f"In quotes {command.value} is a string, and matches no shared GPU.",
                f"Write {line}.",
                *with_value(submit, command, line.value),
            )


@check(severity=LOSES, sources=("condor-run",), taught_by=("gpu-request",))
def gpu_bounds_without_request(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Bounds on the GPU have no effect without request_gpus

    HTCondor ignores gpus_minimum_memory and the like unless the job requests a GPU. It warns and starts the job on a slot
    without one, where the program fails or computes slowly.
    """
    bounds = [command for command in map(submit.command, _BOUNDS) if command]
    if bounds and not submit.has("request_gpus") and not submit.has("request_gpu"):
        first = min(bounds, key=lambda command: command.line.first)
        yield at(
            first,
            f"Without request_gpus HTCondor ignores {first.name}, and the job gets no GPU.",
            "Request a GPU.",
            *above(submit, first, "request_gpus = 1"),
        )


@check(severity=WASTES, sources=("condor-run",), taught_by=("gpu-memory-floor",))
def gpu_memory_as_sold(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A GPU is requested with the memory it is sold with

    A GPU reports a little less memory than its name says: an A100 sold as 40 GB reports 40,536 MiB, less than the 40,960
    MiB of 40 GB. So such a request matches none of that model, and only larger GPUs if the pool has any.
    """
    command, requested = submit.command("gpus_minimum_memory"), asked_memory(submit)
    if not command or requested is None:
        return
    excluded = [gpu for gpu in files.pool.cards if gpu.sold_as.value == requested and gpu.safe_memory.value < requested]
    if excluded:
        safe = max(gpu.safe_memory.value for gpu in excluded)
        models = " and ".join(gpu.model.value for gpu in excluded)
        yield at(
            command,
            f"GPUs sold as {requested} report less, so this excludes {models}.",
            f"Request {safe}.",
            *with_value(submit, command, str(safe)),
        )


@check(severity=WASTES, sources=("chtc-gpu-jobs",), taught_by=("cards-that-match",))
def few_gpus_match(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Fewer than a tenth of the shared GPUs match

    Each bound excludes GPUs, and a job waits until one of those that are left is free.
    """
    bounds = [command for command in map(submit.command, _BOUNDS[:3]) if command]
    if not bounds or not files.pool.cards or not submit.has("request_gpus"):
        return
    memory = asked_memory(submit) or Size(0)
    lowest, highest = _capability(submit, _LOWEST) or 0, _capability(submit, _HIGHEST) or 99

    def fits(gpu: Card) -> bool:
        # A request for the size as sold is a mistake with a check of its own.
        room = max(gpu.safe_memory.value, gpu.sold_as.value)
        return room >= memory and lowest <= gpu.capability.value <= highest

    matching = sum(gpu.count for gpu in files.pool.cards if fits(gpu))
    if matching * 10 < files.pool.card_count:
        yield at(
            bounds[0],
            f"{matching} of {files.pool.card_count} shared GPUs match these bounds, so the job may wait long.",
            "Request less if the program can do with less: a smaller batch, mixed precision, gradient accumulation.",
        )


def _capability(submit: Submit, key: str) -> float | None:
    text = submit.value(key)
    return float(text) if re.fullmatch(r"\d{1,2}(\.\d{1,3})?", text) else None


@check(severity=STYLE, sources=("chtc-gpu-jobs",), taught_by=("several-gpus",))
def several_gpus_requested(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """More than one GPU is requested

    All of them must be free on one server at the same time, which takes longer to happen. Many programs use only the
    first one.
    """
    command, gpus = submit.command("request_gpus"), number(submit, "request_gpus")
    if command and gpus and gpus > 1:
        yield at(
            command,
            f"{gpus} GPUs that are free on one server at the same time take longer to find.",
            "Test that the program uses them all, and compare the time saved with the longer wait.",
        )


@check(
    severity=WASTES,
    sources=("condor-run",),
    in_plans="impossible: bounds on GPUs are commands",
    shown_by="test_submit_descriptions_are_read_by_htcondor_and_every_value_has_its_form",
)
def old_gpu_attribute_required(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The requirements name an old attribute of GPUs

    Servers no longer advertise CUDACapability and the like, and a server with GPUs of different models advertises no
    GPUs_Capability either. A requirement on an attribute that a server lacks excludes the server.
    """
    command = submit.command("requirements")
    for old, new in old_attributes().items():
        if command and re.search(rf"(?i)\b{old}\b", command.value):
            yield at(
                command,
                f"No server, or not every one, has the attribute {old}, and the requirement excludes those without it.",
                f"Use {new} instead.",
            )


@check(
    severity=FAILS,
    sources=("pytorch-release",),
    taught_by=("cuda-build",),
    unseen="Files do not say which CUDA build an image holds.",
)
def no_kernels_for_the_gpu() -> None:
    """The CUDA build has no kernels for the GPU

    Each build of a framework is compiled for some generations of GPUs. On another one the first operation ends with "no
    kernel image is available".
    """


@check(
    severity=WASTES,
    sources=("pytorch-release",),
    taught_by=("newer-cards",),
    unseen="Files do not say which CUDA build an image holds.",
)
def old_build_on_newer_gpus() -> None:
    """An old build may get a newer GPU

    A pool adds GPUs over the years. A build that is older than the GPU has no kernels for it, unless the job says which
    generation is the newest it can use.
    """


@check(
    severity=WASTES,
    sources=("chtc-machine-learning",),
    taught_by=("cuda-build", "library-without-gpu"),
    unseen="Only resolving the packages shows which build is chosen.",
)
def framework_without_cuda() -> None:
    """The framework is installed without CUDA

    On a machine without a GPU pip or conda may choose a build for CPUs only. The job then holds a GPU that it cannot use.
    """


@check(
    severity=STYLE,
    sources=("chtc-gpu-jobs",),
    taught_by=("data-place",),
    in_plans="partly: which servers are excluded is said of the requirement for file paths",
    unseen="The files are fine: it is a price that may be worth paying.",
)
def image_or_path_excludes_servers() -> None:
    """A Docker image or a file path excludes some servers

    Not every server of a pool runs Docker or mounts the pool's file system for large data, so a job that needs one of
    them has fewer servers to run on.
    """


@check(
    severity=FAILS,
    sources=("chtc-interactive-gpu",),
    taught_by=("try-by-hand",),
    unseen="A submit file does not say that it will be submitted with -interactive.",
)
def interactive_gpu_job_too_large() -> None:
    """An interactive GPU job requests more than the pool allows

    Pools limit how long an interactive job may run and how many GPUs it may have, and the access point refuses one that
    requests more.
    """


@check(
    severity=WASTES,
    sources=("chtc-gpu-jobs",),
    taught_by=("gpu-or-cpu", "idle-cards"),
    unseen="A job's log shows it, a submit file does not.",
)
def requested_gpu_unused() -> None:
    """A GPU is requested and not used

    The job waits for a GPU that it does not need, and keeps it from others.
    """

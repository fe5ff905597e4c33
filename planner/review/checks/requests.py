"""Checks of what a job requests of a machine: CPUs, memory, disk, time, and what its program needs there."""

import re
from collections.abc import Iterator

from planner.review.base import FAILS, STYLE, WASTES, Hit, at, check
from planner.review.files import ReviewedFiles
from planner.sentences import counted
from planner.submit.description import Submit
from planner.submit.values import number, size_of

_EXPRESSION = re.compile(r"(?i)ifthenelse|NumJobStarts|MemoryUsage")


@check(severity=WASTES, sources=("chtc-high-memory",), taught_by=("cpus", "threads-as-granted"))
def more_workers_than_cpus(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The program starts more workers than the job has CPUs

    A job gets the CPUs that it requests. More workers or threads than that share them, which is slower than as many
    workers as CPUs, and each worker takes memory of its own.
    """
    cpus = number(submit, "request_cpus") or 1
    workers = re.search(r"--(?:num[-_])?(?:workers|threads)[ =](\d{1,4})\b", submit.value("arguments"))
    command = submit.command("arguments")
    if command and workers and int(workers[1]) > cpus:
        yield at(
            command,
            f"{workers[1]} workers share {counted(cpus, 'CPU')}.",
            "Request as many CPUs as workers, or start fewer workers.",
        )


@check(severity=WASTES, sources=("chtc-machine-learning",), taught_by=("cpus",))
def very_many_cpus(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The job requests very many CPUs

    A job starts only where that many CPUs of one server are free at the same time, so it waits longer than one with
    fewer. More CPUs help only a program that uses them.
    """
    cpus, wanted, easy = submit.command("request_cpus"), number(submit, "request_cpus"), files.pool.easy_cpus
    if cpus and wanted and easy and wanted >= easy.value and not submit.is_true("my.isbuildjob"):
        yield at(
            cpus,
            f"A job with {easy.value} CPUs or more waits longer.",
            "Request as many as the program uses; the log of a test job shows how many that is.",
        )


@check(severity=WASTES, sources=("chtc-high-memory",), taught_by=("memory",))
def very_large_memory(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The job requests very much memory

    Few servers have that much, so the job waits for one of them, and the pool's staff want to know of such jobs first.
    """
    memory, size, large = (
        submit.command("request_memory"),
        size_of(submit, "request_memory"),
        files.pool.ask_above_memory,
    )
    if memory and size and large and size > large.value:
        yield at(memory, f"Few servers have {size} of memory.", f"Write to {files.pool.contact.value} first.")


@check(severity=STYLE, sources=("condor-submit",), taught_by=("memory",))
def memory_as_an_expression(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Memory is requested by an expression

    An expression that asks for more after a failure is hard to get right and hard to read. retry_request_memory says the
    same in one line: HTCondor runs a job that needed more once again with that much.
    """
    memory = submit.command("request_memory")
    if memory and not submit.has("retry_request_memory") and _EXPRESSION.search(memory.value):
        yield at(
            memory,
            "An expression for memory is hard to get right.",
            "Request what most jobs need, and give retry_request_memory for the rest.",
        )


@check(
    severity=FAILS,
    sources=("chtc-overview",),
    taught_by=("run-time-limit",),
    unseen="Files do not say how long a task takes.",
)
def cpu_job_above_time_limit() -> None:
    """A CPU job runs longer than the pool allows

    The pool holds a job at its time limit, and what the job has not saved by then is lost. Split the work, or save
    checkpoints and resume from them.
    """


@check(
    severity=FAILS,
    sources=("chtc-apptainer",),
    taught_by=("disk",),
    unseen="Files do not say how large images and inputs are.",
)
def disk_request_too_small() -> None:
    """The job requests less disk than it uses

    The image, the inputs, what is unpacked from them, temporary files and results all count. A job that uses more than
    it requested is held.
    """


@check(
    severity=WASTES,
    sources=("condor-run",),
    taught_by=("memory",),
    unseen="Files do not say what the data loader shares.",
)
def workers_share_the_jobs_memory() -> None:
    """Workers share memory within the job's limit

    What worker processes pass on through /dev/shm is memory, and counts as the job's own. Request memory for all workers
    together.
    """


@check(
    severity=FAILS,
    sources=("chtc-known-issues",),
    in_plans="out of reach: an error of the program",
    unseen="It is an error of the program, on some processors only.",
)
def illegal_instruction() -> None:
    """The program stops with "Illegal instruction"

    It was compiled for a newer processor than the one it runs on. Ask for machines with those instructions in the
    requirements, or compile it for older processors.
    """


@check(
    severity=STYLE,
    sources=("chtc-known-issues",),
    taught_by=("base-image",),
    unseen="Files do not say what the software needs.",
)
def software_needs_an_operating_system() -> None:
    """The software needs a certain operating system

    Servers of a pool may run different ones. An image brings its own, so the job can run on all of them; a requirement
    on the operating system leaves fewer.
    """

"""Checks of how long a job may run, and of how often it may be interrupted."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from planner.facts.pools import Length, SubmitLine
from planner.review.base import FAILS, LOSES, STYLE, WASTES, Hit, at, check
from planner.review.edits import with_value
from planner.review.files import ReviewedFiles
from planner.submit.description import Command, Submit
from planner.submit.macros import key_of
from planner.submit.values import number


@check(severity=FAILS, sources=("chtc-gpu-rules",), taught_by=("run-time-limit",))
def unknown_run_time_length(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The run-time length is none of those that the pool accepts

    The access point knows the lengths by fixed words and refuses any other. Capitals count, and the word must be a string
    in straight quotes: without them it is the name of an attribute.
    """
    if files.pool.refuses_other_lengths and files.pool.refuses_other_lengths.value:
        yield from _unknown(submit, files, ", and the job is refused")


@check(severity=WASTES, sources=("condor-submit",), taught_by=("run-time-limit",))
def unusual_run_time_length(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The run-time length is none of those that the pool lists

    A pool decides by the length how long a job may run. What it does with a word that it does not know is not published;
    the job may get the usual length.
    """
    if not (files.pool.refuses_other_lengths and files.pool.refuses_other_lengths.value):
        yield from _unknown(submit, files, "")


def _unknown(submit: Submit, files: ReviewedFiles, then: str) -> Iterator[Hit]:
    for command, lengths in _given(submit, files):
        if command.value in lengths:
            continue
        bare = command.value.strip("\"'“”‘’ ").lower()
        right_length = next((value for value in lengths if value.strip('"').lower() == bare), "")
        yield at(
            command,
            f"{command.value[:40]} is none of {', '.join(sorted(lengths))}{then}.",
            f"Write {right_length or 'one of them'}, with straight quotes and in this spelling.",
            *(with_value(submit, command, right_length) if right_length else ()),
        )


@check(severity=FAILS, sources=("chtc-gpu-rules",), taught_by=("several-gpus",))
def too_many_gpus_for_length(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A job of this length requests more GPUs than the pool allows

    Where a pool limits the GPUs of long jobs, a single job that requests more than the limit is refused when it is
    submitted.
    """
    gpus = number(submit, "request_gpus") or 0
    for command, length in _known(submit, files):
        if length.cards is not None and gpus > length.cards.value:
            yield at(
                command,
                f"A {length.key} job may have {length.cards.value} GPUs, and this one requests {gpus}.",
                "Request fewer GPUs, or choose a shorter length.",
            )


@check(severity=STYLE, sources=("chtc-gpu-jobs",), taught_by=("run-time-limit",))
def longest_length_without_checkpoints(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The longest run-time length is used without checkpoints

    The longer the length, the fewer GPUs of one user run at once. A job that saves checkpoints can use a shorter length
    and resume.
    """
    for command in _longest_without_checkpoints(submit, files):
        yield at(
            command,
            "The longest length lets the fewest of your jobs run at once.",
            "Save checkpoints, and choose a shorter length.",
        )


@check(severity=LOSES, sources=("chtc-gpu-jobs",), taught_by=("backfill",))
def interruptible_without_checkpoints(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A long job without checkpoints runs where it may be interrupted

    The owners of borrowed machines interrupt jobs at any time. A job that saves nothing starts over each time, and a long
    one may never finish.
    """
    line = _lent_by_others(files)
    for command in _longest_without_checkpoints(submit, files):
        if line and submit.is_true(key_of(line.name)):
            yield at(
                command,
                "The job may be interrupted at any time and saves nothing, so its work may be lost again and again.",
                f"Let it save checkpoints, or remove {line}.",
            )


@check(severity=STYLE, sources=("chtc-gpu-jobs",), taught_by=("backfill",))
def idle_machines_unused(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A job with checkpoints does not use idle machines of others

    A job that saves its work loses little when it is interrupted, so it can run on machines that their owners do not need
    at the moment, and starts sooner.
    """
    command, backfill, line = submit.command("checkpoint_exit_code"), files.pool.backfill, _lent_by_others(files)
    # A short trial need not wait for anybody's machine.
    if not command or not backfill or not line or PurePosixPath(command.line.file).name.startswith("test"):
        return
    if submit.has("request_gpus") and not submit.has(key_of(line.name)):
        yield at(
            command,
            "The job saves checkpoints, so it could use idle machines of others too.",
            f"If it saves at least every {backfill.unsaved.value}, add {line}.",
        )


@check(
    severity=LOSES,
    sources=("chtc-gpu-jobs",),
    taught_by=("run-time-limit",),
    unseen="Files do not say how long a task takes.",
)
def run_close_to_its_limit() -> None:
    """A run comes close to its time limit

    Run times vary with the server and the data. A run that usually ends just before the limit sometimes does not, and
    what it has not saved by then is lost.
    """


def _given(submit: Submit, files: ReviewedFiles) -> Iterator[tuple[Command, dict[str, Length]]]:
    """Yield each command that sets a length, with the values it may have."""
    keys: dict[str, dict[str, Length]] = {}
    for length in files.pool.lengths:
        for line in length.lines.value if length.lines else ():
            keys.setdefault(key_of(line.name), {})[line.value] = length
    for key, lengths in keys.items():
        command = submit.command(key)
        if command and "$" not in command.value:
            yield command, lengths


def _known(submit: Submit, files: ReviewedFiles) -> Iterator[tuple[Command, Length]]:
    """Yield the length that the job has, with the command that says so."""
    for command, lengths in _given(submit, files):
        if command.value in lengths:
            yield command, lengths[command.value]


def _longest_without_checkpoints(submit: Submit, files: ReviewedFiles) -> Iterator[Command]:
    for command, lengths in _given(submit, files):
        longest = max(length.limit.value for length in lengths.values())
        if (
            len(lengths) > 1
            and command.value in lengths
            and lengths[command.value].limit.value == longest
            and not submit.has("checkpoint_exit_code")
        ):
            yield command


def _lent_by_others(files: ReviewedFiles) -> SubmitLine | None:
    """Return the line that lets a job use machines of others; None where the pool has none."""
    return files.pool.backfill.lines.value[0] if files.pool.backfill else None

"""Checks of checkpoints: whether a job saves itself, and can resume from what it saved."""

import re
from collections.abc import Iterator

from planner.review.base import FAILS, LOSES, WASTES, Hit, at, check
from planner.review.edits import Edit
from planner.review.files import ReviewedFiles
from planner.review.script_lines import ScriptLine, shell_lines_of_jobs
from planner.submit.description import Submit
from planner.units import Duration

# Its options -k and -s have a value of their own.
_TIMEOUT = re.compile(r"\btimeout\s+(?:-[ks]\s+\S+\s+|-\S+\s+)*(\d+(?:\.\d+)?[smhd]?)\s")


# --- in the submit file ---


@check(severity=FAILS, sources=("condor-checkpoints", "condor-run"), taught_by=("stop-and-go-on",))
def checkpoint_code_is_success_code(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The checkpoint exit code is the exit code of success

    HTCondor takes an exit with this code for a checkpoint and starts the program again. If a finished program exits with
    it too, the job never ends.
    """
    command = submit.command("checkpoint_exit_code")
    if command and submit.value("checkpoint_exit_code") == (submit.value("success_exit_code") or "0"):
        code = submit.value("checkpoint_exit_code")
        what = f"{code} is also the exit code of success, so the job starts again and never ends."
        yield at(command, what, "Use another exit code for checkpoints, such as 85.")


@check(severity=LOSES, sources=("condor-checkpoints",), taught_by=("stop-and-go-on",))
def checkpoint_code_never_used(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The script never exits with the checkpoint exit code

    HTCondor saves files only when the job exits with that code. If neither the script nor its program does, an
    interrupted job starts from the beginning.
    """
    command, code = submit.command("checkpoint_exit_code"), submit.value("checkpoint_exit_code")
    script = files.named(submit.value("executable"))
    if command and script and code and not re.search(rf"(?<!\d){re.escape(code)}(?!\d)", files.files[script]):
        yield at(
            command,
            f"{script} does not mention {code}; unless its program exits with it, nothing is ever saved.",
            f"Exit with {code} after each checkpoint.",
        )


@check(severity=LOSES, sources=("condor-checkpoints", "condor-run"), taught_by=("stop-and-go-on",))
def checkpoint_names_no_files(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The submit file does not name the files of a checkpoint

    Without transfer_checkpoint_files HTCondor saves what transfer_output_files lists, or else the new and changed files
    at the top level of the job's directory: each of them each time, and none inside a folder.
    """
    command = submit.command("checkpoint_exit_code")
    if command and not submit.has("transfer_checkpoint_files"):
        yield at(
            command,
            "No files are named for a checkpoint, so those inside folders may not be saved.",
            "Add transfer_checkpoint_files with the files that the program needs to resume.",
        )


# --- in the script that starts again ---


def _lines_that_run_again(files: ReviewedFiles) -> Iterator[ScriptLine]:
    return (line for line in shell_lines_of_jobs(files) if files.checkpoints(line.file))


@check(severity=LOSES, sources=("condor-run",), taught_by=("stop-and-go-on",))
def mkdir_fails_after_checkpoint(files: ReviewedFiles) -> Iterator[Hit]:
    """A folder is made in a way that fails after a checkpoint

    After a checkpoint the script starts again in the same directory, where the folder already exists. mkdir without -p
    then fails, and with it a script that stops at errors.
    """
    for line in _lines_that_run_again(files):
        if folder := re.match(r"(\s*)mkdir\s+(?!-)(.*)$", line.text):
            yield Hit(
                line.file,
                line.number,
                "After a checkpoint the script starts again in the same directory, where this folder already exists.",
                "Write mkdir -p.",
                (Edit(line.number, line.number, (f"{folder[1]}mkdir -p {folder[2]}",)),),
            )


@check(severity=LOSES, sources=("condor-run",), taught_by=("stop-and-go-on",))
def archive_gone_after_checkpoint(files: ReviewedFiles) -> Iterator[Hit]:
    """An archive is removed that is missing after a checkpoint

    After a checkpoint the script starts again in the same directory and does not receive its inputs again. An archive
    that was removed after it was unpacked cannot be unpacked a second time.
    """
    for line in _lines_that_run_again(files):
        if re.match(r"\s*rm\s+.*\.(?:tar|tar\.gz|tgz|zip)\b", line.text):
            yield Hit(
                line.file,
                line.number,
                "After a checkpoint the script starts again in the same directory, and the archive is gone.",
                "Keep it, or unpack only if the folder does not exist yet.",
            )


def _intervals(files: ReviewedFiles) -> Iterator[tuple[ScriptLine, Duration]]:
    """Yield how long `timeout` lets a program run until the next checkpoint."""
    for line in _lines_that_run_again(files):
        if time := _TIMEOUT.search(line.text):
            yield line, Duration.parse(time[1] if time[1][-1].isalpha() else f"{time[1]} s")


def _advice(files: ReviewedFiles) -> str:
    interval = files.pool.checkpoints
    return f"Save one every {interval.least.value} to {interval.most.value}."


@check(severity=WASTES, sources=("chtc-checkpointing",), taught_by=("stop-and-go-on", "lost-to-evictions"))
def checkpoints_too_often(files: ReviewedFiles) -> Iterator[Hit]:
    """Checkpoints are saved very often

    Each checkpoint ends the program, transfers its files, and loads everything again. Very short intervals spend the
    job's time on that.
    """
    for line, interval in _intervals(files):
        if interval < files.pool.checkpoints.least.value:
            yield Hit(line.file, line.number, f"A checkpoint every {interval} is very often.", _advice(files))


@check(severity=LOSES, sources=("chtc-checkpointing",), taught_by=("stop-and-go-on", "lost-to-evictions"))
def checkpoints_too_rare(files: ReviewedFiles) -> Iterator[Hit]:
    """Checkpoints are saved very rarely

    A job that is interrupted loses what it has done since its last checkpoint, so the interval is what an interruption
    can cost.
    """
    for line, interval in _intervals(files):
        if interval > files.pool.checkpoints.never_above.value:
            what = f"A checkpoint every {interval} is rare: an interruption can cost as much."
            yield Hit(line.file, line.number, what, _advice(files))


@check(
    severity=LOSES,
    sources=("chtc-checkpointing",),
    taught_by=("time-to-save",),
    unseen="Files do not say how long saving takes.",
)
def saving_longer_than_interval() -> None:
    """Saving a checkpoint takes longer than the interval

    The program is ended before its checkpoint is complete, every time, and the job makes no progress.
    """


@check(
    severity=WASTES,
    sources=("chtc-checkpointing",),
    in_plans="out of reach: what a checkpoint holds is up to the program",
    unseen="What a checkpoint holds is up to the program.",
)
def every_epoch_kept() -> None:
    """A checkpoint holds the states of all epochs

    Every checkpoint is transferred to the access point as a whole. To resume, a program needs its newest state, and
    perhaps the best one; the others only make the transfer longer.
    """

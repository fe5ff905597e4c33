"""Checks of jobs: how many there are, what they leave behind, what they take along and how they are tried."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from planner.answers.checks import looks_like_a_key
from planner.review.base import LOSES, WASTES, Hit, at, check
from planner.review.edits import before_queue, with_value
from planner.review.files import ReviewedFiles
from planner.sentences import and_joined, is_are
from planner.submit.description import Submit
from planner.submit.values import listed

_LOGS = {"log": "{name}.$(Cluster).log", "output": "{name}.{job}.out", "error": "{name}.{job}.err"}
_OTHER_NAMES = {"output": "stdout", "error": "stderr"}
_NUMBERS_OF_A_JOB = {"cluster", "clusterid", "process", "procid"}
_COMMANDS = {
    "output",
    "input",
    "arguments",
    "batch_name",
    "log",
    "executable",
    "request_memory",
    "requirements",
    "environment",
}
_IN_DRY_RUN = "test_submit_descriptions_are_read_by_htcondor_and_every_value_has_its_form"


# --- what a job leaves behind ---


@check(severity=LOSES, sources=("condor-submit",), taught_by=("watch-the-log",))
def log_output_or_error_missing(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The submit file names no log, output or error file

    HTCondor writes what happens to a job to its log, and what the program prints to its output and error files. What
    has no file is thrown away, and without a log neither condor_watch_q nor the planner can say what the job used.
    """
    is_build = submit.is_true("my.isbuildjob")
    missing = [name for name in _LOGS if not (submit.has(name) or submit.has(_OTHER_NAMES.get(name, name)))]
    # An interactive build job has no output of its own.
    if not missing or (is_build and missing != ["log"]):
        return
    log_path = next((submit.value(name) for name in ("log", "output", "error") if submit.has(name)), "").partition(
        "\n"
    )[0]
    name = re.sub(r"\$\(.*", "", PurePosixPath(log_path).stem).strip("._-") or "job"
    folder = f"{PurePosixPath(log_path).parent}/" if "/" in log_path and "$" not in log_path.rpartition("/")[0] else ""
    job = "$(Cluster).$(Process)"
    new = [f"{key} = {folder}{_LOGS[key].format(name=name, job=job)}" for key in missing]
    where = submit.queues[0].line if submit.queues else None
    yield Hit(
        where.file if where else submit.file,
        where.first if where else max(1, len(submit.lines)),
        f"{and_joined(missing)} {is_are(len(missing))} missing, so part of what the job did is lost.",
        f"Add {'; '.join(new)}.",
        before_queue(submit, *new),
    )


@check(severity=LOSES, sources=("chtc-multiple-jobs",), taught_by=("one-list",))
def jobs_write_the_same_file(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Several jobs write the same output or error file

    Every job of a submit file gets the same name unless the name holds $(Process) or a variable of the queue statement.
    The jobs then overwrite each other's file, and only one of them can be read afterwards.
    """
    if "$" in submit.value("initialdir"):
        return
    if not any(queue.form for queue in submit.queues) and (how_many(submit, files) or 0) <= 1:
        return
    for key in ("output", "error", "stdout", "stderr"):
        command = submit.command(key)
        if command is None or "$(" in command.value or command.value == "/dev/null":
            continue
        stem, dot, suffix = command.value.rpartition(".")
        new = f"{stem}.$(Cluster).$(Process).{suffix}" if dot and "/" not in suffix else f"{command.value}.$(Process)"
        yield at(
            command,
            f"Every job writes {command.value}, and the last one overwrites the others.",
            f"Write {new}.",
            *with_value(submit, command, new),
        )


@check(
    severity=WASTES,
    sources=("chtc-multiple-jobs", "condor-run"),
    in_plans="impossible: names are made from numbers",
    shown_by=_IN_DRY_RUN,
)
def folder_name_in_file_name(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A folder's name with its slash ends up in a file name

    A folder that `queue … matching` finds keeps a slash at its end. With $(dir).out as its name, the output of the
    folder suba becomes suba/.out: a hidden file inside that folder.
    """
    for queue in submit.queues:
        if queue.form != "matching":
            continue
        names = [name.lower() for name in queue.names] or ["item"]
        for key in ("output", "error", "log"):
            command = submit.command(key)
            for name in names:
                if command and re.search(rf"(?i)\$\({re.escape(name)}\)\.\w+$", command.value):
                    better = re.sub(rf"(?i)\$\(({re.escape(name)})\)(\.\w+)$", r"$Fdb(\1)\2", command.value)
                    yield at(
                        command,
                        "Where the pattern matches a folder, its name ends with a slash, and this is a hidden file in it.",
                        f"Write {better}, or use the folder's name elsewhere.",
                    )


# --- many jobs ---


def how_many(submit: Submit, files: ReviewedFiles) -> int | None:
    """Return how many jobs the submit file makes; None where the files do not say."""
    total = 0
    for queue in submit.queues:
        count = submit.expand(queue.count) or "1"
        if not re.fullmatch(r"\d{1,9}", count):
            return None
        items: int | None = 1
        if queue.form:
            items = len(queue.items) if queue.items else _length_of(files.named(queue.source), files, queue.slice)
        if items is None:
            return None
        total += int(count) * items
    return total


def _length_of(name: str | None, files: ReviewedFiles, part: str) -> int | None:
    if name is None:
        return None
    lines = [line for line in files.files[name].split("\n") if line.strip()]
    numbers = [int(piece) if re.fullmatch(r"-?\d{1,9}", piece.strip()) else None for piece in part.split(":")]
    return len(lines[slice(*numbers)]) if part and len(numbers) <= 3 and 0 not in numbers[2:] else len(lines)


@check(severity=WASTES, sources=("chtc-multiple-jobs", "condor-run"), taught_by=("jobs-in-waves",))
def many_jobs_without_max_idle(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Very many jobs enter the queue at once

    Each job in the queue costs the access point memory and time, whoever else works there, and HTCondor refuses a
    submission with more jobs than the pool allows. With max_idle it makes new jobs as the first ones start.
    """
    jobs, most = how_many(submit, files), files.pool.jobs.max_idle
    if not (submit.queues and jobs and most and jobs >= most.value):
        return
    if submit.has("max_idle") or submit.has("max_materialize"):
        return
    last = submit.queues[-1].line
    new = f"max_idle = {most.value}"
    yield Hit(
        last.file, last.first, f"{jobs:,} jobs enter the queue at once.", f"Add {new}.", before_queue(submit, new)
    )


@check(severity=LOSES, sources=("chtc-multiple-jobs", "condor-run"), taught_by=("one-list",))
def queue_variable_hides_job_number(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A queue variable takes the place of the job's own number

    From then on a variable called Process or Cluster is what that very spelling, $(Process) or $(Cluster), stands for.
    File names that rely on it no longer hold the job's number, so jobs may overwrite each other's files.
    """
    yield from _variables_called(submit, _NUMBERS_OF_A_JOB, "has the name of the job's own number and takes its place")


@check(severity=WASTES, sources=("chtc-multiple-jobs", "condor-run"), taught_by=("one-list",))
def queue_variable_is_a_command(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A queue variable has the name of a submit command

    A variable called log, output or arguments sets that command for each job, as if the submit file gave it there. That
    may even be meant; more often it replaces what the submit file says above.
    """
    yield from _variables_called(submit, _COMMANDS, "is a submit command, so each job's value replaces that command's")


def _variables_called(submit: Submit, names: set[str], what: str) -> Iterator[Hit]:
    for queue in submit.queues:
        for name in queue.names:
            if name.lower() in names:
                fix = f"Unless you mean that, call it my_{name.lower()}, here and in $({name})."
                yield Hit(queue.line.file, queue.line.first, f"{name} {what}.", fix)


@check(
    severity=WASTES,
    sources=("chtc-multiple-jobs",),
    taught_by=("short-tasks-together", "cut-into-parts"),
    unseen="Files do not say how long a task takes.",
)
def many_short_jobs() -> None:
    """Very many jobs run for a few minutes each

    Starting a job takes time of its own: a match, the transfer of its image and inputs, the way back of its results. For
    short tasks that is most of it, so put several of them in one job.
    """


@check(
    severity=WASTES,
    sources=("chtc-machine-learning",),
    taught_by=("test-job-first", "few-then-all"),
    unseen="Files do not say what was tried before.",
)
def everything_submitted_without_a_test() -> None:
    """All jobs are submitted without a test job

    A mistake in a submit file or a script fails every job in the same way. One job on a little data shows it first, and
    its log says what to request for the others.
    """


# --- what travels along ---


@check(
    severity=WASTES,
    sources=("condor-files", "condor-run"),
    in_plans="impossible: the planner writes no shell command",
    shown_by=_IN_DRY_RUN,
)
def shell_script_not_transferred(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The shell command calls a script that no line transfers

    HTCondor transfers the file that executable names, but none that shell mentions. The command line finds the script
    only if transfer_input_files lists it, or an archive or a folder that the job transfers holds it.
    """
    shell = submit.command("shell")
    script = re.search(r"(?<![\w./-])(?!/)[\w./-]+\.(?:sh|py|R)\b", shell.value) if shell else None
    transferred = {item.rsplit("/", 1)[-1] for item in listed(submit.value("transfer_input_files"))}
    if not (shell and script) or script[0].rsplit("/", 1)[-1] in transferred:
        return
    inputs = submit.command("transfer_input_files")
    yield at(
        shell,
        f"{script[0]} is not transferred with the job: shell sends no files.",
        "Add it to transfer_input_files, unless an archive or folder in that list holds it.",
        *(
            with_value(submit, inputs, f"{inputs.value}, {script[0]}")
            if inputs
            else before_queue(submit, f"transfer_input_files = {script[0]}")
        ),
    )


@check(
    severity=WASTES,
    sources=("condor-submit",),
    in_plans="impossible: variables are named",
    shown_by=_IN_DRY_RUN,
)
def whole_environment_copied(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """All variables of the shell are copied into the job

    With getenv = true the job gets every variable of the shell that submitted it: paths that do not exist where it runs,
    and keys that anybody who can read the job's description then sees. It also runs differently for the next person.
    """
    getenv = submit.command("getenv")
    if getenv and submit.is_true("getenv"):
        yield at(
            getenv,
            "Every variable of your shell is copied into the job, keys and paths of this machine included.",
            "Name the variables that the job needs: getenv = NAME, or environment.",
        )


@check(severity=LOSES, sources=("chtc-security",), taught_by=("own-variables", "weights-and-biases"))
def key_or_password_in_file(files: ReviewedFiles) -> Iterator[Hit]:
    """A key or password is written in a file

    Files are shared and copied, and the description of a job can be read by others. Whoever reads a key can use it, so a
    key that was written in a shared file is no longer yours alone.
    """
    for name, text in files.files.items():
        for number, line in enumerate(text.split("\n"), start=1):
            # What was found is never repeated.
            if looks_like_a_key(line[:2000]):
                yield Hit(
                    name,
                    number,
                    "This looks like a key or a password.",
                    "Remove it, and replace the key where it is valid if anybody else may have seen it.",
                )

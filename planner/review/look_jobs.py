"""Checks of how many jobs a submit description makes, of its logs, its checkpoints."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from planner.answers.checks import looks_like_a_key
from planner.review.case import Case, before_queue, with_value
from planner.review.checks import Finding, finding
from planner.submit.description import Submit
from planner.submit.macros import OF_THE_JOB
from planner.submit.values import number, size_of

_LOGS = {"log": "{name}.$(Cluster).log", "output": "{name}.{job}.out", "error": "{name}.{job}.err"}
_OTHER_NAMES = {"output": "stdout", "error": "stderr"}
# Variables of `queue` that are commands, or HTCondor's own: setting them changes the job.
_RESERVED = {
    *OF_THE_JOB,
    *(
        "output",
        "input",
        "arguments",
        "batch_name",
        "log",
        "executable",
        "request_memory",
        "requirements",
        "environment",
    ),
} - {"step", "row", "item", "node", "itemindex"}


def how_many(submit: Submit, case: Case) -> int | None:
    """Return how many jobs the description makes; None where the files do not say."""
    total = 0
    for queue in submit.queues:
        count = submit.expand(queue.count) or "1"
        if not re.fullmatch(r"\d{1,9}", count):
            return None
        items: int | None = 1
        if queue.form:
            items = len(queue.items) if queue.items else _length_of(case.named(queue.source), case, queue.slice)
        if items is None:
            return None
        total += int(count) * items
    return total


def _length_of(name: str | None, case: Case, part: str) -> int | None:
    if name is None:
        return None
    lines = [line for line in case.files[name].split("\n") if line.strip()]
    numbers = [int(piece) if re.fullmatch(r"-?\d{1,9}", piece.strip()) else None for piece in part.split(":")]
    return len(lines[slice(*numbers)]) if part and len(numbers) <= 3 and 0 not in numbers[2:] else len(lines)


def logs(submit: Submit, case: Case) -> Iterator[Finding]:  # noqa: ARG001
    """See that each job says what happened."""
    is_build = submit.is_true("my.isbuildjob")
    missing = [name for name in _LOGS if not (submit.has(name) or submit.has(_OTHER_NAMES.get(name, name)))]
    # An interactive build job has no output of its own.
    if not missing or (is_build and missing != ["log"]):
        return
    given = next((submit.value(name) for name in ("log", "output", "error") if submit.has(name)), "").partition("\n")[0]
    name = re.sub(r"\$\(.*", "", PurePosixPath(given).stem).strip("._-") or "job"
    folder = f"{PurePosixPath(given).parent}/" if "/" in given and "$" not in given.rpartition("/")[0] else ""
    job = "$(Cluster).$(Process)"
    new = [f"{key} = {folder}{_LOGS[key].format(name=name, job=job)}" for key in missing]
    where = submit.queues[0].line if submit.queues else None
    yield finding(
        "C1",
        where.file if where else submit.file,
        where.first if where else max(1, len(submit.lines)),
        f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: nobody can see what the job did.",
        f"Add {'; '.join(new)}.",
        *before_queue(submit, *new),
    )


def many(submit: Submit, case: Case) -> Iterator[Finding]:
    """Look at what matters when there are many jobs."""
    jobs, most = how_many(submit, case), case.pool.jobs.max_idle
    last = submit.queues[-1] if submit.queues else None
    if (
        last
        and jobs
        and most
        and jobs >= most.value
        and not submit.has("max_idle")
        and not submit.has("max_materialize")
    ):
        yield finding(
            "C10",
            last.line.file,
            last.line.first,
            f"{jobs:,} jobs enter the queue at once.",
            f"Add max_idle = {most.value}.",
            *before_queue(submit, f"max_idle = {most.value}"),
        )
    if any(queue.form for queue in submit.queues) or (jobs or 0) > 1:
        yield from _same_names(submit)
    for queue in submit.queues:
        for name in queue.names:
            if name.lower() in _RESERVED:
                yield finding(
                    "C13",
                    queue.line.file,
                    queue.line.first,
                    f"{name} is a name of HTCondor's own: as a variable it changes the job.",
                    f"Call it my_{name.lower()}, here and in $({name}).",
                )
        if queue.form == "matching":
            yield from _hidden_names(submit, [name.lower() for name in queue.names] or ["item"])


def _same_names(submit: Submit) -> Iterator[Finding]:
    for key in ("output", "error", "stdout", "stderr"):
        command = submit.command(key)
        if command and "$(" not in command.value and "$" not in submit.value("initialdir"):
            if command.value == "/dev/null":
                continue
            stem, dot, suffix = command.value.rpartition(".")
            new = (
                f"{stem}.$(Cluster).$(Process).{suffix}" if dot and "/" not in suffix else f"{command.value}.$(Process)"
            )
            yield finding(
                "D21",
                command.line.file,
                command.line.first,
                f"Every job writes {command.value}; the last one overwrites the others.",
                f"Write {new}.",
                *with_value(submit, command, new),
            )


def _hidden_names(submit: Submit, names: list[str]) -> Iterator[Finding]:
    for key in ("output", "error", "log"):
        command = submit.command(key)
        for name in names:
            if command and re.search(rf"(?i)\$\({re.escape(name)}\)\.\w+$", command.value):
                better = re.sub(rf"(?i)\$\(({re.escape(name)})\)(\.\w+)$", r"$Fdb(\1)\2", command.value)
                yield finding(
                    "C15",
                    command.line.file,
                    command.line.first,
                    "Where a folder matches, its name ends with a slash, and the file is a hidden one inside it.",
                    f"Write {better}, or put the folder's name elsewhere.",
                )


def checkpoints(submit: Submit, case: Case) -> Iterator[Finding]:
    """Look at a job that stops and goes on."""
    command = submit.command("checkpoint_exit_code")
    if command is None:
        return
    place, code = (command.line.file, command.line.first), submit.value("checkpoint_exit_code")
    if code == (submit.value("success_exit_code") or "0"):
        yield finding("C5", *place, f"{code} is also the code of success.", "Take another code, such as 85, for one.")
    script = case.named(submit.value("executable"))
    if script and code and not re.search(rf"(?<!\d){re.escape(code)}(?!\d)", case.files[script]):
        yield finding(
            "C5",
            *place,
            f"{script} does not speak of {code}: unless its program ends with it, nothing is ever saved.",
            f"End with exit code {code} at each checkpoint.",
        )
    if not submit.has("transfer_checkpoint_files"):
        yield finding(
            "C6",
            *place,
            "No files are named for a checkpoint: everything that changed travels each time.",
            "Add transfer_checkpoint_files with the files the program needs to go on.",
        )


def needs(submit: Submit, case: Case) -> Iterator[Finding]:
    """Look at CPUs, memory, and variables."""
    cpus, wanted = submit.command("request_cpus"), number(submit, "request_cpus")
    easy, large = case.pool.easy_cpus, case.pool.ask_above_memory
    if cpus and wanted and easy and wanted >= easy.value and not submit.is_true("my.isbuildjob"):
        yield finding(
            "C22",
            cpus.line.file,
            cpus.line.first,
            f"A job with {easy.value} CPUs or more waits longer.",
            "Ask for what the program uses.",
        )
    workers = re.search(r"--(?:num[-_])?(?:workers|threads)[ =](\d{1,4})\b", submit.value("arguments"))
    if workers and int(workers[1]) > (wanted or 1):
        command = submit.command("arguments")
        if command:
            yield finding(
                "S21",
                command.line.file,
                command.line.first,
                f"{workers[1]} workers share {wanted or 1} CPU{'s' if (wanted or 1) > 1 else ''}.",
                "Ask for as many CPUs, or start fewer workers.",
            )
    memory, size = submit.command("request_memory"), size_of(submit, "request_memory")
    if memory and size and large and size > large.value:
        yield finding(
            "C21",
            memory.line.file,
            memory.line.first,
            f"Few servers have {size}.",
            f"Write to {case.pool.contact.value} first.",
        )
    getenv = submit.command("getenv")
    if getenv and submit.is_true("getenv"):
        yield finding(
            "C25",
            getenv.line.file,
            getenv.line.first,
            "Every variable of your shell goes with the job: keys too, and paths that are not there.",
            "Name the variables the job needs: getenv = NAME, or environment.",
        )
    retry = submit.command("retry_request_memory")
    if retry is None and memory and _EXPRESSION.search(memory.value):
        yield finding(
            "C19",
            memory.line.file,
            memory.line.first,
            "An expression for memory is hard to get right.",
            "Ask for what most jobs need, and give retry_request_memory for the rest.",
        )


_EXPRESSION = re.compile(r"(?i)ifthenelse|NumJobStarts|MemoryUsage")


def secrets(case: Case) -> Iterator[Finding]:
    """Look for keys and passwords in every file; the text of one is never repeated."""
    for name, text in case.files.items():
        for number_of_line, line in enumerate(text.split("\n"), start=1):
            if looks_like_a_key(line[:2000]):
                yield finding(
                    "C24",
                    name,
                    number_of_line,
                    "This looks like a key or a password.",
                    "Take it out, and make a new one where it was valid: files are shared, and jobs' descriptions can be read.",
                )

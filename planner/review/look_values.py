"""Checks of a submit description's names and values, one command at a time."""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from planner.facts.pools import Pool
from planner.review.case import Case, with_value, without, wrapped
from planner.review.checks import Finding, Mend, finding
from planner.submit.commands import known_names, right_names
from planner.submit.description import Command, Submit
from planner.submit.macros import key_of

_AMOUNTS = {"request_memory": "MB", "request_disk": "KB", "gpus_minimum_memory": "MB", "retry_request_memory": "MB"}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([KMGT]B?)?", re.IGNORECASE)
_NEAR_AMOUNT = re.compile(r"[\"']?\s*(\d+(?:,\d{3})*(?:\.\d+)?)\s*([KMGT])?(?:i?B|igs?|\b)?s?\s*[\"']?", re.IGNORECASE)
_EXPRESSION = re.compile(r"[()<>?*/+$]|\b(ifthenelse|undefined|max|min|target|my)\b", re.IGNORECASE)
_COMMENT = re.compile(r"\s+(#(?:\s|\w).*)$")
_NUMBERS = {
    "request_cpus",
    "request_gpus",
    "gpus_minimum_capability",
    "gpus_maximum_capability",
    "gpus_minimum_runtime",
}
_SECONDS = {"allowed_execute_duration", "allowed_job_duration"}


def values(submit: Submit, case: Case) -> Iterator[Finding]:
    """Look at each command by itself."""
    for problem in submit.problems:
        file, _, line = problem.where.rpartition(":")
        yield finding("R1", file, int(line), problem.what, problem.fix)
    for command in submit.commands:
        if command.line.file != submit.file:
            continue
        if comment := _COMMENT.search(command.value):
            yield _comment_at_end(submit, command, comment[1])
            continue
        yield from _name(submit, command, case)
        yield from _amount(submit, command)
        yield from _number(submit, command)
        yield from _text(submit, command)
    yield from _queue_comments(submit)
    yield from _twice(submit)


def _comment_at_end(submit: Submit, command: Command, comment: str) -> Finding:
    value = command.value[: -len(comment)].rstrip()
    mends = with_value(submit, command, value)
    if mends:
        at = command.line.first
        indent = re.match(r"\s*", submit.lines[at - 1])
        mends = (Mend(at, at, (f"{indent[0] if indent else ''}{comment}", *mends[0].lines)),)
    return finding(
        "C30",
        command.line.file,
        command.line.first,
        f"To HTCondor the comment is part of the value of {command.name}.",
        "Put the comment on a line of its own.",
        *mends,
    )


def _queue_comments(submit: Submit) -> Iterator[Finding]:
    for queue in submit.queues:
        if queue.comment and queue.line.file == submit.file and queue.line.first == queue.line.last:
            at = queue.line.first
            text = queue.line.text.partition("#")[0].rstrip()
            yield finding(
                "C30",
                queue.line.file,
                at,
                "HTCondor refuses a comment behind queue.",
                "Put the comment on a line of its own.",
                Mend(at, at, (queue.comment, text)),
            )


def _name(submit: Submit, command: Command, case: Case) -> Iterator[Finding]:
    key, place = command.key, (command.line.file, command.line.first)
    pools_own = _lines_of_pool(case.pool)
    if right := right_names().get(key):
        if key in submit.used:
            return
        free = not submit.has(right)
        yield finding(
            "G21" if key in known_names() else "G5",
            *place,
            f"{command.name} does not ask for {right}."
            if key not in known_names()
            else f"{command.name} asks for an attribute that servers no longer have.",
            f"Write {right}." if free else f"Take it out: {right} is given as well.",
            *(with_value(submit, command, command.value, right) if free else without(submit, command)),
        )
        return
    if key.startswith("request_") and key not in known_names():
        yield finding(
            "G5",
            *place,
            f"{command.name} asks for a resource of that name, which no server has: the job stays idle for ever.",
            _nearest(key, known_names()),
        )
        return
    if key.startswith(("my.", "job.")) or key in known_names() or key in pools_own or key in submit.used:
        return
    if f"my.{key}" in pools_own:
        yield finding(
            "R2",
            *place,
            f"{command.name} needs a plus before it: without it, it is a variable of the description.",
            f"Write +{command.name}.",
            *with_value(submit, command, command.value, f"+{command.name}"),
        )
        return
    if any(name.lower() == key for queue in submit.queues for name in queue.names):
        return
    yield finding(
        "R2",
        *place,
        f"{command.name} is no command that HTCondor knows, and nothing uses it as $({command.name}).",
        _nearest(key, known_names() | set(pools_own)),
    )


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), n=2, cutoff=0.75) if len(name) < 60 else []
    return f"Did you mean {' or '.join(near)}?" if near else "Take it out, or use it."


def _amount(submit: Submit, command: Command) -> Iterator[Finding]:
    if command.key not in _AMOUNTS or not command.value or "$" in command.value:
        return
    unit, value = _AMOUNTS[command.key], command.value
    place = (command.line.file, command.line.first)
    if found := _AMOUNT.fullmatch(value):
        if found[2]:
            return
        small = float(found[1]) < 100
        yield finding(
            "C2",
            *place,
            f"{value} without a unit means {value} {unit}{', which is next to nothing' if small else ''}.",
            f"Write the unit: {value} GB?" if small else f"Write {value} {unit}.",
            *(() if small else with_value(submit, command, f"{value} {unit}")),
        )
    elif near := _NEAR_AMOUNT.fullmatch(value):
        written = f"{near[1].replace(',', '')} {(near[2] or unit[0]).upper()}B"
        yield finding(
            "C2",
            *place,
            f"HTCondor does not read {value} as you mean it: quotes make it a text, a comma cuts the number, and of units"
            " it knows K, M, G, T, KB, MB, GB, TB.",
            f"Write {written}.",
            *with_value(submit, command, written),
        )
    elif not _EXPRESSION.search(value):
        yield finding(
            "R4",
            *place,
            f"{value[:40]} is no amount: the job stays idle for ever.",
            "Write a number and a unit: 12 GB.",
        )


def _number(submit: Submit, command: Command) -> Iterator[Finding]:
    value, place = command.value, (command.line.file, command.line.first)
    if not value or "$" in value:
        return
    if command.key in _NUMBERS and not re.fullmatch(r"\d+(\.\d+)?", value) and not _EXPRESSION.search(value):
        bare = value.strip("\"' ")
        mends = with_value(submit, command, bare) if re.fullmatch(r"\d+(\.\d+)?", bare) else ()
        yield finding("R4", *place, f"{value[:40]} is no number.", f"Write {bare if mends else 'a number'}.", *mends)
    if command.key in _SECONDS and re.fullmatch(r"\d+\s*[a-zA-Z]+", value):
        yield finding("R4", *place, f"{value} is refused: HTCondor counts in seconds here.", "Write 60*60 for an hour.")


def _text(submit: Submit, command: Command) -> Iterator[Finding]:
    place = (command.line.file, command.line.first)
    if re.search("[“”‘’]", command.value):
        straight = re.sub("[‘’]", "'", re.sub("[“”]", '"', command.value))
        yield finding(
            "R4",
            *place,
            "Curly quotes are letters to HTCondor.",
            "Write straight quotes.",
            *with_value(submit, command, straight),
        )
    elif re.fullmatch(r"my\..*", command.key) and re.fullmatch(r"'[^']*'", command.value):
        yield finding(
            "R4",
            *place,
            f"In single quotes the value of {command.name} is the name of an attribute, not a text.",
            "Write double quotes.",
            *with_value(submit, command, f'"{command.value[1:-1]}"'),
        )
    if command.key == "notification" and command.value.lower() not in {"never", "always", "complete", "start", "error"}:
        yield finding(
            "R4", *place, f"HTCondor refuses {command.value[:40]}.", "Write Never, Always, Complete, Start or Error."
        )


def _twice(submit: Submit) -> Iterator[Finding]:
    last: dict[tuple[str, int], Command] = {}
    for command in reversed(submit.commands):
        if command.line.file != submit.file:
            continue
        later = last.setdefault((command.key, command.after), command)
        names_itself = re.search(rf"(?i)\$\({re.escape(command.key)}[:)]", later.value)
        if later is command or names_itself:
            last[command.key, command.after] = command
            continue
        if command.key == "requirements":
            both = f"{wrapped(command.value)} && {wrapped(later.value)}"
            mends = with_value(submit, later, both) + without(submit, command)
            yield finding(
                "C3",
                later.line.file,
                later.line.first,
                f"Only this line counts; the one in line {command.line.first} is lost: {command.value[:80]}.",
                "Join both with &&.",
                *(mends if len(mends) == 2 else ()),
            )
        elif command.key not in submit.used:
            yield finding(
                "R3",
                command.line.file,
                command.line.first,
                f"{command.name} is given again in line {later.line.first}, and that one counts.",
                "Take this line out, or that one, if this is what you mean.",
                *(without(submit, command) if command.value == later.value else ()),
            )


def _lines_of_pool(pool: Pool) -> dict[str, str]:
    """Return the commands that only this pool knows, by key, with the line to write."""
    given = [
        *pool.gpu_lines.value,
        *(line for length in pool.lengths if length.lines for line in length.lines.value),
        *(pool.backfill.lines.value if pool.backfill else ()),
        *(pool.wider.lines.value if pool.wider else ()),
        *(pool.build.lines.value if pool.build else ()),
    ]
    return {key_of(line.partition("=")[0].strip()): line for line in given}

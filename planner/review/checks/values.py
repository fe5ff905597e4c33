"""Checks of values: what HTCondor refuses, and what it takes for something else."""

import re
from collections.abc import Iterator

from planner.errors import Problem
from planner.review.base import FAILS, LOSES, STYLE, WASTES, Hit, at, check
from planner.review.edits import Edit, with_value
from planner.review.files import ReviewedFiles
from planner.review.own_commands import COMMENT_AT_END, own_commands
from planner.submit.description import Command, Submit

_READ_BY_HTCONDOR = "test_submit_descriptions_are_read_by_htcondor_and_every_value_has_its_form"
_BY_THE_PLANNER = "impossible: values are written by the planner"
_COMMENTS_ALONE = "impossible: comments are on lines of their own"

# Macros, functions and operators: a value with one of them is computed.
EXPRESSION = re.compile(r"[()<>?*/+$]|\b(ifthenelse|undefined|max|min|target|my)\b", re.IGNORECASE)
_NUMBERS = {
    "request_cpus",
    "request_gpus",
    "gpus_minimum_capability",
    "gpus_maximum_capability",
    "gpus_minimum_runtime",
}
_SECONDS = {"allowed_execute_duration", "allowed_job_duration"}
_NOTIFICATIONS = {"never", "always", "complete", "start", "error"}
_CURLY = re.compile("[“”‘’]")


# HTCondor parses these as expressions or whole numbers, and looks for the executable, before it submits anything.
_READ_AT_ONCE = {
    "allowed_execute_duration",
    "allowed_job_duration",
    "checkpoint_exit_code",
    "executable",
    "job_lease_duration",
    "max_idle",
    "max_retries",
    "priority",
    "rank",
    "require_gpus",
    "requirements",
    "success_exit_code",
}
_READ_AT_ONCE_TOO = ("my.", "request_", "gpus_m", "retry_request_", "periodic_", "on_exit_")


def _is_read_at_once(command: Command) -> bool:
    """Tell whether HTCondor refuses a value of the command that it cannot read."""
    return command.key in _READ_AT_ONCE or command.key.startswith(_READ_AT_ONCE_TOO)


@check(
    severity=FAILS,
    sources=("condor-run",),
    in_plans="impossible: generated files are judged by HTCondor's own reader",
    shown_by=_READ_BY_HTCONDOR,
)
def refused_line(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """HTCondor refuses a line

    condor_submit stops at the first line that it cannot read, and submits nothing.
    """
    yield from (_hit(problem) for problem in submit.problems if problem not in submit.absent)


@check(
    severity=STYLE,
    sources=("condor-run",),
    in_plans="impossible: generated files include no others",
    shown_by=_READ_BY_HTCONDOR,
)
def included_file_not_given(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An included file was not given

    What it holds belongs to the submit file: it may contain what seems to be missing here, and mistakes of its own.
    """
    yield from map(_hit, submit.absent)


def _hit(problem: Problem) -> Hit:
    file, _, line = problem.where.rpartition(":")
    return Hit(file, int(line), problem.what, problem.fix)


# --- comments ---


@check(severity=FAILS, sources=("condor-run",), in_plans=_COMMENTS_ALONE, shown_by=_READ_BY_HTCONDOR)
def comment_at_end_of_command(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A comment at the end of a line makes HTCondor refuse it

    HTCondor knows comments only on lines of their own. At the end of a request, of requirements, of a number, of the
    executable's name or of a queue statement the comment is part of what HTCondor reads, and it refuses that.
    """
    for command, comment in _with_comment(submit):
        if _is_read_at_once(command):
            what = f"To HTCondor the comment is part of the value of {command.name}. It refuses such a value."
            yield _comment(submit, command, comment, what)
    for queue in submit.queues:
        if queue.comment and queue.line.file == submit.file and queue.line.first == queue.line.last:
            first = queue.line.first
            text = queue.line.text.partition("#")[0].rstrip()
            edit = Edit(first, first, (queue.comment, text))
            what = "HTCondor refuses a comment behind queue."
            yield Hit(queue.line.file, first, what, "Put the comment on a line of its own.", (edit,))


@check(severity=LOSES, sources=("condor-run",), in_plans=_COMMENTS_ALONE, shown_by=_READ_BY_HTCONDOR)
def comment_in_value(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A comment at the end of a line becomes part of the value

    HTCondor knows comments only on lines of their own. Behind arguments the program gets the words of the comment too,
    and behind a file's name they are part of the name.
    """
    for command, comment in _with_comment(submit):
        if not _is_read_at_once(command):
            yield _comment(submit, command, comment, f"To HTCondor the comment is part of the value of {command.name}.")


def _with_comment(submit: Submit) -> Iterator[tuple[Command, str]]:
    for command in submit.commands:
        if command.line.file == submit.file and (comment := COMMENT_AT_END.search(command.value)):
            yield command, comment[1]


def _comment(submit: Submit, command: Command, comment: str, what: str) -> Hit:
    edits = with_value(submit, command, command.value[: -len(comment)].rstrip())
    if edits:
        first = command.line.first
        indent = re.match(r"\s*", submit.lines[first - 1])
        edits = (Edit(first, first, (f"{indent[0] if indent else ''}{comment}", *edits[0].lines)),)
    return at(command, what, "Put the comment on a line of its own.", *edits)


# --- numbers and words ---


@check(severity=FAILS, sources=("condor-run",), in_plans=_BY_THE_PLANNER, shown_by=_READ_BY_HTCONDOR)
def number_expected(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A value is not a number where HTCondor expects one

    In quotes a number is a string, and a word is the name of an attribute. Neither compares with what a server has, so
    the job stays idle.
    """
    for command in own_commands(submit):
        value = command.value
        if command.key not in _NUMBERS or not value or EXPRESSION.search(value) or _is_number(value):
            continue
        bare = value.strip("\"' ")
        edits = with_value(submit, command, bare) if _is_number(bare) else ()
        yield at(command, f"{value[:40]} is not a number.", f"Write {bare if edits else 'a number'}.", *edits)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(\.\d+)?", text))


@check(severity=FAILS, sources=("condor-run",), in_plans=_BY_THE_PLANNER, shown_by=_READ_BY_HTCONDOR)
def duration_with_unit(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A duration has a unit

    allowed_execute_duration and allowed_job_duration count seconds. HTCondor refuses 1h, and computes 60*60.
    """
    for command in own_commands(submit):
        if command.key in _SECONDS and re.fullmatch(r"\d+\s*[a-zA-Z]+", command.value):
            what = f"HTCondor refuses {command.value}: it expects a number of seconds here."
            yield at(command, what, "Write 60*60 for an hour.")


@check(severity=FAILS, sources=("condor-run",), in_plans=_BY_THE_PLANNER, shown_by=_READ_BY_HTCONDOR)
def unknown_notification(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The value of notification is unknown

    HTCondor refuses any word but Never, Always, Complete, Start and Error.
    """
    for command in own_commands(submit):
        if command.key == "notification" and command.value.lower() not in _NOTIFICATIONS and "$" not in command.value:
            yield at(
                command, f"HTCondor refuses {command.value[:40]}.", "Write Never, Always, Complete, Start or Error."
            )


# --- quotes ---


@check(severity=FAILS, sources=("condor-run",), in_plans=_BY_THE_PLANNER, shown_by=_READ_BY_HTCONDOR)
def curly_quotes(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Curly quotes make HTCondor refuse a line

    Word processors and some web pages turn quotes into curly ones, which are no quotes to HTCondor. It cannot read an
    expression with them.
    """
    for command in own_commands(submit):
        if _CURLY.search(command.value) and _is_read_at_once(command):
            yield _straight(submit, command, "HTCondor cannot read curly quotes, and refuses the line.")


@check(severity=LOSES, sources=("condor-run",), in_plans=_BY_THE_PLANNER, shown_by=_READ_BY_HTCONDOR)
def curly_quotes_in_value(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Curly quotes become part of the value

    Word processors and some web pages turn quotes into curly ones, which are letters to HTCondor. In environment or
    arguments they go to the program, and the job starts all the same.
    """
    for command in own_commands(submit):
        if _CURLY.search(command.value) and not _is_read_at_once(command):
            yield _straight(submit, command, "Curly quotes are letters to HTCondor, and part of the value.")


def _straight(submit: Submit, command: Command, what: str) -> Hit:
    straight = re.sub("[‘’]", "'", re.sub("[“”]", '"', command.value))
    return at(command, what, "Write straight quotes.", *with_value(submit, command, straight))


@check(severity=WASTES, sources=("condor-run",), in_plans=_BY_THE_PLANNER, shown_by=_READ_BY_HTCONDOR)
def single_quotes_for_text(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A string of the job is in single quotes

    In an expression single quotes hold the name of an attribute. No attribute has that name, so the value is undefined,
    and HTCondor does not warn.
    """
    for command in own_commands(submit):
        if command.key.startswith("my.") and re.fullmatch(r"'[^']*'", command.value):
            yield at(
                command,
                f"In single quotes the value of {command.name} is the name of an attribute, not a string.",
                "Write double quotes.",
                *with_value(submit, command, f'"{command.value[1:-1]}"'),
            )

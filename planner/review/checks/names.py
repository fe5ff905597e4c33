"""Checks of the names of commands: misspelled, unknown, replaced, given twice."""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from planner.facts.pools import Pool
from planner.review.base import LOSES, WASTES, Hit, at, check
from planner.review.edits import Edit, with_value, without, wrapped
from planner.review.files import ReviewedFiles
from planner.review.own_commands import own_commands
from planner.submit.commands import known_names, right_names
from planner.submit.description import Command, Submit
from planner.submit.macros import key_of

_READ_BY_HTCONDOR = "test_submit_descriptions_are_read_by_htcondor_and_every_value_has_its_form"
_ONLY_KNOWN_COMMANDS = "impossible: the planner writes known commands only"


@check(severity=LOSES, sources=("condor-run",), in_plans=_ONLY_KNOWN_COMMANDS, shown_by=_READ_BY_HTCONDOR)
def misspelled_command(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A command has a wrong name, and HTCondor ignores it

    condor_submit takes a line such as request_gpu = 1 for a variable of the file, warns, and submits the job without the
    request. The job then starts with the defaults.
    """
    for command in own_commands(submit):
        right = right_names().get(command.key)
        if right and command.key not in known_names() and command.key not in submit.used:
            yield _renamed(submit, command, right, f"{command.name} is not {right}, so HTCondor ignores it.")


@check(severity=WASTES, sources=("condor-run",), in_plans=_ONLY_KNOWN_COMMANDS, shown_by=_READ_BY_HTCONDOR)
def superseded_command(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A command has been superseded

    HTCondor still knows cuda_version, but it compares an attribute that servers no longer advertise, so the job stays
    idle there.
    """
    for command in own_commands(submit):
        right = right_names().get(command.key)
        if right and command.key in known_names() and command.key not in submit.used:
            what = f"{command.name} compares an attribute that servers no longer have, so the job may stay idle."
            yield _renamed(submit, command, right, what)


@check(
    severity=WASTES,
    sources=("chtc-scaling",),
    in_plans="impossible: replaced names are in no template",
    shown_by=_READ_BY_HTCONDOR,
)
def replaced_command(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The pool has replaced a command

    Pools rename the switches that open other resources. An old one may have no effect any more, and then the job waits
    for the resources that are left.
    """
    for command in own_commands(submit):
        for moved in files.pool.moved:
            if (current_name := moved.of(command.key)) != command.key:
                yield _renamed(submit, command, current_name, moved.what.value)


def _renamed(submit: Submit, command: Command, right: str, what: str) -> Hit:
    if submit.has(right):
        return at(command, what, f"Remove it: {right} is given as well.", *without(submit, command))
    return at(command, what, f"Write {right}.", *with_value(submit, command, command.value, right))


@check(severity=WASTES, sources=("condor-run",), in_plans=_ONLY_KNOWN_COMMANDS, shown_by=_READ_BY_HTCONDOR)
def request_for_unknown_resource(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A resource is requested that servers do not usually have

    HTCondor takes request_ with any other word for a resource of that name, and does not warn. Unless the administrators
    of the pool have defined it, no server has any, and the job stays idle.
    """
    for command in own_commands(submit):
        if command.key.startswith("request_") and command.key not in known_names() | right_names().keys():
            yield at(
                command,
                f"{command.name} requests a resource of that name. Unless the pool defines it, the job stays idle.",
                _nearest(command.key, known_names(), "Remove it, or ask whether servers have this resource."),
            )


@check(severity=WASTES, sources=("condor-run",), in_plans=_ONLY_KNOWN_COMMANDS, shown_by=_READ_BY_HTCONDOR)
def plus_missing(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An attribute of the job lacks its plus

    A line of the pool's own begins with a plus, which makes it an attribute of the job. Without it, it is a variable of
    the submit file, and the pool never sees it.
    """
    pools_own = _commands_of(files.pool)
    for command in _unknown(submit, pools_own):
        if f"my.{command.key}" in pools_own:
            yield at(
                command,
                f"{command.name} needs a plus before it. Without one it is only a variable of this file.",
                f"Write +{command.name}.",
                *with_value(submit, command, command.value, f"+{command.name}"),
            )


@check(severity=WASTES, sources=("condor-run",), in_plans=_ONLY_KNOWN_COMMANDS, shown_by=_READ_BY_HTCONDOR)
def unknown_command(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A command is unknown, and nothing uses it

    condor_submit takes such a line for a variable, warns that nothing uses it, and goes on without it. It may be a typing
    mistake.
    """
    pools_own = _commands_of(files.pool)
    for command in _unknown(submit, pools_own):
        if f"my.{command.key}" not in pools_own:
            yield at(
                command,
                f"HTCondor knows no command {command.name}, and nothing uses it as $({command.name}).",
                _nearest(command.key, known_names() | set(pools_own), "Remove it, or use it."),
            )


def _unknown(submit: Submit, pools_own: Collection[str]) -> Iterator[Command]:
    """Yield the commands that neither HTCondor nor the pool knows, and that nothing in the file uses."""
    known = {
        *known_names(),
        *right_names(),
        *pools_own,
        *submit.used,
        *(name.lower() for queue in submit.queues for name in queue.names),
    }
    for command in own_commands(submit):
        if command.key not in known and not command.key.startswith(("my.", "job.", "request_")):
            yield command


def _nearest(name: str, known: Collection[str], otherwise: str) -> str:
    near = get_close_matches(name, sorted(known), n=2, cutoff=0.75) if len(name) < 60 else []
    return f"Did you mean {' or '.join(near)}?" if near else otherwise


def _commands_of(pool: Pool) -> set[str]:
    """Return the keys of the commands that this pool asks for."""
    lines = [
        *pool.gpu_lines.value,
        *(line for length in pool.lengths if length.lines for line in length.lines.value),
        *(pool.backfill.lines.value if pool.backfill else ()),
        *(pool.wider.lines.value if pool.wider else ()),
        *(pool.build.lines.value if pool.build else ()),
    ]
    return {key_of(line.name) for line in lines}


@check(
    severity=LOSES,
    sources=("condor-run",),
    in_plans="impossible: requirements are joined",
    shown_by=_READ_BY_HTCONDOR,
)
def requirements_twice(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The requirements are given twice

    Only the last line counts, and HTCondor does not warn. The job may start on a server that the first line excludes, and
    fail there.
    """
    for command, later in _given_again(submit):
        if command.key == "requirements":
            both = f"{wrapped(command.value)} && {wrapped(later.value)}"
            edits: tuple[Edit, ...] = with_value(submit, later, both) + without(submit, command)
            yield at(
                later,
                f"Only this line counts; the one in line {command.line.first} is lost: {command.value[:80]}.",
                "Join both with &&.",
                *(edits if len(edits) == 2 else ()),
            )


@check(
    severity=WASTES,
    sources=("condor-run",),
    in_plans="impossible: each command is written once",
    shown_by=_READ_BY_HTCONDOR,
)
def command_twice(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A command is given twice

    Only the last line counts, and HTCondor does not warn. Whoever changes the first one changes nothing.
    """
    for command, later in _given_again(submit):
        if command.key != "requirements" and command.key not in submit.used:
            yield at(
                command,
                f"{command.name} is given again in line {later.line.first}, and that line counts.",
                "Remove this line, or that one if you mean this one.",
                *(without(submit, command) if command.value == later.value else ()),
            )


def _given_again(submit: Submit) -> Iterator[tuple[Command, Command]]:
    """Yield each command with the later one, before the same queue statement, that takes its place."""
    last: dict[tuple[str, int], Command] = {}
    for command in reversed(submit.commands):
        if command.line.file != submit.file:
            continue
        later = last.setdefault((command.key, command.after), command)
        names_itself = re.search(rf"(?i)\$\({re.escape(command.key)}[:)]", later.value)
        if later is command or names_itself:
            last[command.key, command.after] = command
            continue
        yield command, later

"""One review in the making: the pool, the files by kind, and what belongs to what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.facts.pools import Pool
from planner.incoming import FileType, classify
from planner.review.checks import Mend
from planner.submit.description import Command, Submit, read_submit


@dataclass
class Case:
    """The files that are reviewed together, by name."""

    pool: Pool
    files: Mapping[str, str]

    @cached_property
    def kinds(self) -> dict[str, FileType]:
        """The kind of each file."""
        return {name: classify(name, text) for name, text in self.files.items()}

    @cached_property
    def submits(self) -> tuple[Submit, ...]:
        """Every submit description."""
        return tuple(
            read_submit(text, name, self.files, self.version)
            for name, text in self.files.items()
            if self.kinds[name] == FileType.SUBMIT
        )

    @cached_property
    def version(self) -> tuple[int, ...]:
        """The pool's version of HTCondor."""
        return tuple(int(part[:6]) for part in re.findall(r"\d+", self.pool.htcondor.value)) or (25, 0)

    def of_kind(self, *kinds: FileType) -> list[str]:
        """Return the names of the files of some kinds."""
        return [name for name in self.files if self.kinds[name] in kinds]

    def named(self, path: str) -> str | None:
        """Return the name of the file that *path* of a submit description means, if it was given."""
        wanted = path.strip().strip('"').rsplit("/", 1)[-1]
        if not wanted:
            return None
        return next((name for name in self.files if name.rsplit("/", 1)[-1] == wanted), None)

    def submits_of(self, script: str) -> list[Submit]:
        """Return the submit descriptions whose executable, or input, is this script."""
        name = script.rsplit("/", 1)[-1]
        return [
            submit
            for submit in self.submits
            if name in re.split(r"[\s,/]+", f"{submit.value('executable')} {submit.value('transfer_input_files')}")
        ]

    def is_run_by_jobs(self, script: str) -> bool:
        """Tell whether jobs run this script, as far as the files say.

        Without a submit description any script may be one; but where the planner has written none, it says why, and
        the scripts it did write are for people.
        """
        if not self.submits:
            return self.named("answers.toml") is None
        return bool(self.submits_of(script))

    def checkpoints(self, script: str) -> bool:
        """Tell whether a job with this script stops at checkpoints and goes on."""
        return any(submit.has("checkpoint_exit_code") for submit in self.submits_of(script))


def lines_of(submit: Submit, command: Command) -> list[str]:
    """Return the lines of a command as they stand in its file."""
    return submit.lines[command.line.first - 1 : command.line.last]


def with_value(submit: Submit, command: Command, value: str, name: str = "") -> tuple[Mend, ...]:
    """Return the mend that gives a command another *value* (and *name*), its blanks and indentation as they were.

    None where the command or its new value goes over several lines, or where the command stands in another file that
    this one includes: a person mends those.
    """
    if command.line.first != command.line.last or command.line.file != submit.file or "\n" in value:
        return ()
    before, sign, after = lines_of(submit, command)[0].partition("=")
    blank = after[: len(after) - len(after.lstrip())]
    head = before.replace(command.name, name or command.name, 1)
    return (Mend(command.line.first, command.line.last, (f"{head}{sign}{blank}{value}",)),)


def without(submit: Submit, command: Command) -> tuple[Mend, ...]:
    """Return the mend that takes a command out."""
    if command.line.file != submit.file:
        return ()
    return (Mend(command.line.first, command.line.last, ()),)


def after(submit: Submit, command: Command, *lines: str) -> tuple[Mend, ...]:
    """Return the mend that puts lines below a command."""
    if command.line.file != submit.file:
        return ()
    return (Mend(command.line.last + 1, command.line.last, lines),)


def above(submit: Submit, command: Command, *lines: str) -> tuple[Mend, ...]:
    """Return the mend that puts lines above a command."""
    if command.line.file != submit.file:
        return ()
    return (Mend(command.line.first, command.line.first - 1, lines),)


def before_queue(submit: Submit, *lines: str) -> tuple[Mend, ...]:
    """Return the mend that puts lines above the first queue statement, or at the end where there is none."""
    mine = [queue for queue in submit.queues if queue.line.file == submit.file]
    at = mine[0].line.first if mine else len(submit.lines) + (bool(submit.lines[-1].strip()))
    return (Mend(at, at - 1, lines),)


def wrapped(expression: str) -> str:
    """Put an expression into parentheses, unless one pair already holds all of it."""
    depth = 0
    for at, sign in enumerate(expression):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and at < len(expression) - 1:
            return f"({expression})"
    return expression

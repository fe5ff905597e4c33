"""Edits that fix a file: only the lines that an edit names change, all others stay byte for byte."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from planner.submit.description import Command, Submit


@dataclass(frozen=True)
class Edit:
    """Lines *first* to *last* (from 1) become *lines*; with *last* = *first* - 1 they are put before *first*."""

    first: int
    last: int
    lines: tuple[str, ...]


def fixed(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* with the edits applied, except those that touch lines of an earlier edit."""
    lines = text.split("\n")
    changed_lines: set[int] = set()
    accepted: list[Edit] = []
    for edit in edits:
        touched = set(range(edit.first, edit.last + 1))
        if touched & changed_lines:
            continue
        changed_lines |= touched
        accepted.append(edit)
    ending = "\r" if len(lines) > 1 and sum(line.endswith("\r") for line in lines) * 2 > len(lines) else ""
    # From the end, so that numbers of lines above stay right; what is put before a line goes in after it was changed.
    for edit in sorted(accepted, key=lambda edit: (edit.first, edit.last), reverse=True):
        keeps = ending if not _takes_off_returns(lines, edit) else ""
        lines[edit.first - 1 : edit.last] = [line.rstrip("\r") + keeps for line in edit.lines]
    return "\n".join(lines)


def _takes_off_returns(lines: list[str], edit: Edit) -> bool:
    """Tell whether the edit is about the line's end itself."""
    return [line.rstrip("\r") for line in lines[edit.first - 1 : edit.last]] == list(edit.lines)


def diff(name: str, before: str, after: str, how: str = "fixed") -> str:
    """Return what changed, as a unified diff that says *how*; empty where nothing did."""
    return "".join(
        line if line.endswith("\n") else f"{line}\n"
        for line in difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), name, f"{name} ({how})"
        )
    )


def lines_of(submit: Submit, command: Command) -> list[str]:
    """Return the lines of a command, unchanged."""
    return submit.lines[command.line.first - 1 : command.line.last]


def with_value(submit: Submit, command: Command, value: str, name: str = "") -> tuple[Edit, ...]:
    """Return the edit that gives a command another *value* (and *name*), its blanks and indentation as they were.

    Empty if the command or its new value spans several lines, or if the command is in an included file: a person edits
    those.
    """
    if command.line.first != command.line.last or command.line.file != submit.file or "\n" in value:
        return ()
    before, sign, after = lines_of(submit, command)[0].partition("=")
    blank = after[: len(after) - len(after.lstrip())]
    head = before.replace(command.name, name or command.name, 1)
    return (Edit(command.line.first, command.line.last, (f"{head}{sign}{blank}{value}",)),)


def without(submit: Submit, command: Command) -> tuple[Edit, ...]:
    """Return the edit that takes a command out."""
    if command.line.file != submit.file:
        return ()
    return (Edit(command.line.first, command.line.last, ()),)


def after(submit: Submit, command: Command, *lines: str) -> tuple[Edit, ...]:
    """Return the edit that puts lines below a command."""
    if command.line.file != submit.file:
        return ()
    return (Edit(command.line.last + 1, command.line.last, lines),)


def above(submit: Submit, command: Command, *lines: str) -> tuple[Edit, ...]:
    """Return the edit that puts lines above a command."""
    if command.line.file != submit.file:
        return ()
    return (Edit(command.line.first, command.line.first - 1, lines),)


def before_queue(submit: Submit, *lines: str) -> tuple[Edit, ...]:
    """Return the edit that puts lines above the first queue statement, or at the end where there is none."""
    own_queues = [queue for queue in submit.queues if queue.line.file == submit.file]
    at = own_queues[0].line.first if own_queues else len(submit.lines) + (bool(submit.lines[-1].strip()))
    return (Edit(at, at - 1, lines),)


def wrapped(expression: str) -> str:
    """Put an expression into parentheses, unless one pair already holds all of it."""
    depth = 0
    for at, sign in enumerate(expression):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and at < len(expression) - 1:
            return f"({expression})"
    return expression

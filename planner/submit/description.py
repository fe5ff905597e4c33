"""A submit description, read as HTCondor reads it: names, values, conditions, files included, queue statements.

Every command keeps its place, so that findings can name it and a fix can leave everything else unchanged.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from planner.errors import Problem
from planner.submit.lines import Line, joined_lines, physical_lines
from planner.submit.macros import expand, key_of, path_part
from planner.submit.queue import Queue, is_queue, opens_items, read_queue

_COMMAND = re.compile(r"(?P<name>[+-]?[A-Za-z0-9_./]+)\s*=\s*(?P<value>.*)", re.DOTALL | re.ASCII)
# With a plus or a minus before the name HTCondor refuses this form (seen on 25.14.1).
_MANY_LINES = re.compile(r"(?P<name>[A-Za-z0-9_./]+)\s*@=\s*(?P<end>\w*)")
_INCLUDE = re.compile(r"(?i)include\s*(?P<how>ifexist|command\b[^:]*|output\b[^:]*)?\s*:\s*(?P<what>.*)")
_SAYS = re.compile(r"(?i)(?P<how>error|warning)\s*:\s*(?P<what>.*)")
_VERSION = re.compile(r"(?i)(?P<not>!\s*)?version\s+(?P<sign>[<>=!]=?|==)\s*(?P<wanted>\d+(\.\d+){0,2})")
_DEEPEST_INCLUDE = 8
_TRUE = {"true", "yes", "t", "y"}
_FALSE = {"false", "no", "f", "n", ""}


@dataclass(frozen=True)
class Command:
    """``name = value``: *name* as written, *key* its one spelling, *value* as written, *after*: queue statements before it."""

    name: str
    key: str
    value: str
    line: Line
    after: int


@dataclass
class Submit:
    """A submit description that has been read.

    *commands*: those that hold, in order (a branch of ``if`` that is not taken does not); *all_commands* has the others
    too. *values*: the last value of each key, as HTCondor keeps it. *problems*: what HTCondor would refuse; *where* of
    each is "FILE:LINE". *absent*: those of included files that were not given, and that HTCondor may find.
    """

    file: str
    text: str
    commands: list[Command] = field(default_factory=list)
    all_commands: list[Command] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    queues: list[Queue] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    absent: list[Problem] = field(default_factory=list)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file, unchanged."""
        return physical_lines(self.text)

    def command(self, key: str) -> Command | None:
        """Return the command that counts for *key*: the last one."""
        return next((command for command in reversed(self.commands) if command.key == key), None)

    def value(self, key: str) -> str:
        """Return the value of *key* with its macros expanded; empty where it is not given."""
        return self.expand(self.values.get(key, ""))

    def expand(self, text: str) -> str:
        """Return *text* with the macros of this description expanded."""
        return expand(text, self.values)

    def has(self, key: str) -> bool:
        """Tell whether *key* is given, and not empty."""
        return bool(self.values.get(key))

    def is_true(self, key: str) -> bool:
        """Tell whether *key* is given as true."""
        return self.value(key).lower() in {"true", "yes", "1"}

    @cached_property
    def used(self) -> set[str]:
        """The keys that some macro, list or function of the description uses."""
        texts = [command.value for command in self.all_commands] + [queue.line.text for queue in self.queues]
        names = (name for text in texts for name in re.findall(r"\$\w*\(([\w.]+(?:\s*,\s*[\w.]+)*)", text))
        return {key_of(part.strip()) for name in names for part in name.split(",")}


def read_submit(
    text: str, file: str, others: Mapping[str, str] | None = None, version: tuple[int, ...] = (25, 14)
) -> Submit:
    """Read a submit description; it never fails, and what HTCondor would refuse is among its problems.

    *others* are texts of files that it may include, by name; *version* is HTCondor's, for ``if version``.
    """
    submit = Submit(file, text)
    _Reader(submit, others or {}, version).read(text, file)
    return submit


class _Reader:
    """Reads statements one by one; knows which branch of which condition is open."""

    def __init__(self, submit: Submit, others: Mapping[str, str], version: tuple[int, ...]) -> None:
        self.submit = submit
        self.others = others
        self.version = version
        # One entry an open `if`: whether its branch holds now, and whether one of its branches has held.
        self.open_ifs: list[tuple[bool, bool]] = []
        self.depth = 0

    def read(self, text: str, file: str) -> None:
        open_before = len(self.open_ifs)
        lines = joined_lines(text.removeprefix("\ufeff"), file)
        for line in lines:
            if line.is_silent:
                continue
            if line.first == 1 and text.startswith("\ufeff"):
                self.refuse(
                    line, "The file begins with a byte-order mark.", "Save it as UTF-8 without a byte-order mark."
                )
            if line.comment_inside:
                self.refuse(
                    line,
                    "A comment stands between continued lines and becomes part of the value.",
                    "Put it above the command.",
                )
            self.statement(line, lines)
        if len(self.open_ifs) > open_before and not self.depth:
            self.refuse(Line(file, text.count("\n") + 1, text.count("\n") + 1, ""), "An if has no endif.", "Add endif.")

    @property
    def holds(self) -> bool:
        """Whether every open condition holds: a branch inside one that does not hold never does."""
        return not self.open_ifs or self.open_ifs[-1][0]

    def statement(self, line: Line, lines: Iterator[Line]) -> None:
        if self.condition(line):
            return
        if re.match(r"(?i)queue\s*=", line.text):
            if self.holds:
                self.refuse(line, "queue is no command with a value.", "Write queue and the number, without =.")
            return
        if is_queue(line.text):
            self.queue(line, lines)
        elif multiline := _MANY_LINES.fullmatch(line.text):
            self.multiline_value(multiline["name"], multiline["end"], line, lines)
        elif command := _COMMAND.fullmatch(line.text):
            self.command(command["name"], command["value"].strip(), line)
        elif self.holds:
            self.other(line)

    def other(self, line: Line) -> None:
        """Read what is neither a command nor a condition nor a queue statement."""
        if include := _INCLUDE.fullmatch(line.text):
            self.include(line, include["how"] or "", include["what"].strip())
        elif message := _SAYS.fullmatch(line.text):
            if message["how"].lower() == "error":
                self.refuse(line, f"This stops the submission: {message['what']}", "Take the line out, or its cause.")
        else:
            self.refuse(
                line, "This is no command: it has no = in its place.", "Write name = value, or make it a comment."
            )

    # --- conditions ---

    def condition(self, line: Line) -> bool:
        """Follow ``if``, ``elif``, ``else`` and ``endif``; tell whether the line was one of them."""
        word = line.text.split(None, 1)[0].lower()
        rest = line.text[len(word) :].strip()
        if word not in {"if", "elif", "else", "endif"}:
            return False
        if word == "if":
            holds = self.holds and self.evaluate(rest, line)
            self.open_ifs.append((holds, holds or not self.holds))
            return True
        if not self.open_ifs:
            self.refuse(line, f"{word} stands without an if.", "Take it out, or add the if.")
            return True
        _, has_held = self.open_ifs.pop()
        if word == "elif":
            holds = not has_held and self.evaluate(rest, line)
            self.open_ifs.append((holds, has_held or holds))
        elif word == "else":
            self.open_ifs.append((not has_held, True))
        return True

    def evaluate(self, condition: str, line: Line) -> bool:
        text = self.submit.expand(condition).strip()
        version = _VERSION.fullmatch(text)
        if version:
            return self.compare(version["sign"], version["wanted"]) != bool(version["not"])
        negated = text.startswith("!")
        text = text.removeprefix("!").strip()
        word, _, name = text.partition(" ")
        if word.lower() == "defined":
            return bool(name.strip() and self.submit.values.get(key_of(name.strip()))) != negated
        if text.lower() in _TRUE | _FALSE:
            return (text.lower() in _TRUE) != negated
        try:
            return (float(text) != 0) != negated
        except ValueError:
            self.refuse(
                line,
                f"HTCondor cannot decide: {text[:60]}.",
                "A condition is true, false, a number, defined NAME, or version with a sign and a number.",
            )
            return False

    def compare(self, sign: str, wanted: str) -> bool:
        wanted_version = tuple(int(part[:6]) for part in wanted.split("."))
        own_version = self.version[: len(wanted_version)]
        signs = {
            ">": own_version > wanted_version,
            ">=": own_version >= wanted_version,
            "<": own_version < wanted_version,
            "<=": own_version <= wanted_version,
            "!=": own_version != wanted_version,
        }
        return signs.get(sign, own_version == wanted_version)

    # --- statements ---

    def command(self, name: str, value: str, line: Line) -> None:
        key = key_of(name)
        command = Command(name, key, value, line, len(self.submit.queues))
        self.submit.all_commands.append(command)
        if not self.holds:
            return
        self.submit.commands.append(command)
        self.submit.values[key] = self.expand_self_reference(key, value)

    def expand_self_reference(self, key: str, value: str) -> str:
        """Put the old value where ``x = $(x) …`` or ``x = $Fn(x) …`` names itself: HTCondor does so at once."""
        if "$" not in value or len(value) > 20_000:
            return value
        old, name = self.submit.values.get(key, ""), re.escape(key)

        def old_value(reference: re.Match[str]) -> str:
            if reference["parts"] is None:
                return old or reference["default"] or ""
            return path_part(reference["parts"], self.submit.expand(old) or reference["name"])

        combined = re.sub(
            rf"(?<!\$)\$(?:\({name}(?::(?P<default>[^()]*))?\)|F(?P<parts>[pduwbnxfqa]*)\((?P<name>{name})\))",
            old_value,
            value,
            flags=re.IGNORECASE,
        )
        return combined if len(combined) <= 20_000 else value

    def multiline_value(self, name: str, end: str, line: Line, lines: Iterator[Line]) -> None:
        """``name @=end``: the lines up to ``@end`` are the value."""
        value: list[str] = []
        last = line.last
        for below in lines:
            last = below.last
            if below.text.lower() == f"@{end}".lower():
                break
            if not below.text.startswith("#"):
                value.append(below.text)
        self.command(name, "\n".join(value), Line(line.file, line.first, last, line.text))

    def queue(self, line: Line, lines: Iterator[Line]) -> None:
        below: list[str] = []
        last = line.last
        if opens_items(line.text):
            for item in lines:
                last = item.last
                if item.text.startswith(")"):
                    break
                below.append(item.text)
        if self.holds:
            self.submit.queues.append(read_queue(line, below, last))

    def include(self, line: Line, how: str, what: str) -> None:
        name = self.submit.expand(what).strip('"')
        if how.lower().startswith(("command", "output")):
            return
        text = self.others.get(name, self.others.get(name.rsplit("/", 1)[-1]))
        if text is None:
            if how.lower() != "ifexist":
                what = f"{name} is included here, and was not given, so nothing is known of what it holds."
                self.refuse(line, what, "Review it together with this file.")
                self.submit.absent.append(self.submit.problems[-1])
        elif self.depth >= _DEEPEST_INCLUDE:
            self.refuse(line, f"{name} is included too deep.", "Let no file include itself.")
        else:
            self.depth += 1
            self.read(text, name)
            self.depth -= 1

    def refuse(self, line: Line, what: str, fix: str) -> None:
        self.submit.problems.append(Problem(f"{line.file}:{line.first}", what, fix))

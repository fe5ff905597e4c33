"""The kinds of answers: how each is read from what people type or a TOML file holds, and written back.

Every ``read`` raises ValueError with a sentence that says what to write instead.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from planner.answers.environment import is_environment
from planner.errors import did_you_mean

T = TypeVar("T")


class Field(ABC, Generic[T]):
    """How an answer is read and written; *control* names the form's control for it."""

    control = "line"

    @abstractmethod
    def read(self, raw: object) -> T:
        """Return the value that *raw* (form text, or a TOML value) stands for."""

    def write(self, value: T) -> object:
        """Return the TOML value of an answer."""
        return str(value)

    def text(self, value: T) -> str:
        """Return the answer as a person would type it into the form."""
        toml_value = self.write(value)
        return "\n".join(toml_value) if isinstance(toml_value, list) else str(toml_value)


def plain_line(raw: object) -> str:
    """Return *raw* as one line of plain text, without blanks around it.

    Refuses line breaks and characters that no one can see (control characters, marks that turn the direction of
    writing): they have no place in a file that people check by reading.
    """
    if not isinstance(raw, str):
        raise ValueError("Write a text, in quotes.")
    line = raw.strip()
    if len(line) > 1000:
        raise ValueError("Write less than 1000 characters.")
    if line.isascii() and line.isprintable():
        return line  # as nearly every line is: no need to look at each character
    unseen = sorted({hex(ord(char)) for char in line if unicodedata.category(char) in _UNSEEN and char != "\t"})
    if unseen:
        raise ValueError(f"Take out the characters that cannot be seen: {', '.join(unseen)}.")
    return line


_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def split_lines(raw: object) -> list[str]:
    """Return the lines of *raw* (a text, or a list of texts) that are not empty, each as a plain line."""
    if isinstance(raw, str):
        raw = raw.replace("\r\n", "\n").split("\n")
    if not isinstance(raw, list):
        raise ValueError("Write a list of texts.")
    return [line for line in (plain_line(item) for item in raw) if line]


class Line(Field[str]):
    """One line of text."""

    def read(self, raw: object) -> str:
        return plain_line(raw)


class Lines(Field[tuple[str, ...]]):
    """Several lines of text."""

    control = "lines"

    def read(self, raw: object) -> tuple[str, ...]:
        return tuple(split_lines(raw))

    def write(self, value: tuple[str, ...]) -> object:
        return list(value)


class PackageLines(Lines):
    """Several lines that name packages; those of an environment.yml keep their indentation, which has a meaning."""

    def read(self, raw: object) -> tuple[str, ...]:
        lines = raw.replace("\r\n", "\n").split("\n") if isinstance(raw, str) else raw
        plain_lines = split_lines(raw)
        if not isinstance(lines, list) or not is_environment(tuple(plain_lines)):
            return tuple(plain_lines)
        indented = (" " * (len(line) - len(line.lstrip(" "))) + plain_line(line) for line in lines)
        return tuple(line for line in indented if line.strip())


@dataclass(frozen=True)
class Name(Field[str]):
    """A short name that is safe as a file name everywhere; empty only where *optional*."""

    pattern: str
    rule: str
    optional: bool = False

    def read(self, raw: object) -> str:
        name = plain_line(raw)
        if not (self.optional and not name) and not re.fullmatch(self.pattern, name):
            raise ValueError(self.rule)
        return name


class Paths(Field[tuple[str, ...]]):
    """Files and folders below the folder that is submitted from."""

    control = "lines"

    def read(self, raw: object) -> tuple[str, ...]:
        return tuple(dict.fromkeys(relative_path(line) for line in split_lines(raw)))

    def write(self, value: tuple[str, ...]) -> object:
        return list(value)


class OnePath(Field[str]):
    """One file or folder below the folder that is submitted from."""

    def read(self, raw: object) -> str:
        return relative_path(plain_line(raw))


def relative_path(path: str) -> str:
    """Return *path* without a leading "./"; a folder keeps its "/" at the end.

    HTCondor's lists of files have no quoting: a comma, a blank or a `$` inside a name cannot be carried.
    """
    path = re.sub(r"^(\./)+", "", path)
    if path.startswith(("/", "~")) or ".." in path.split("/") or path in ("", "."):
        raise ValueError(f'"{path}" must lie below the folder you submit from: no "/" or "~" before it, no "..".')
    if not re.fullmatch(r"[\w.+@=/-]+", path) or path.startswith("-"):
        raise ValueError(f'Rename "{path}": HTCondor carries letters, digits and . _ - + = @ in the names of files.')
    return path


@dataclass(frozen=True)
class Choice(Field[str]):
    """One of some words, each with the label that people read."""

    # The options, or a function that returns them when they are needed.
    options: tuple[tuple[str, str], ...] | Callable[[], tuple[tuple[str, str], ...]]
    control = "choice"

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The words with their labels, as they are now: a front end may add a pool."""
        return self.options() if callable(self.options) else self.options

    def read(self, raw: object) -> str:
        word = plain_line(raw)
        words = [key for key, _ in self.choices]
        if word not in words:
            raise ValueError(f'"{word}" is not among the answers. {did_you_mean(word, words)}')
        return word


@dataclass(frozen=True)
class Count(Field[int]):
    """A whole number from *least* to *most*."""

    least: int = 1
    most: int = 1_000_000_000
    control = "count"

    def read(self, raw: object) -> int:
        text = str(raw).strip().replace(",", "").replace(" ", "").replace("_", "")
        if isinstance(raw, bool) or not re.fullmatch(r"[0-9]{1,12}", text) or not self.least <= int(text) <= self.most:
            raise ValueError(f"Write a whole number from {self.least:,} to {self.most:,}.")
        return int(text)

    def write(self, value: int) -> object:
        return value


_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")


class Variables(Field[tuple[tuple[str, str], ...]]):
    """Environment variables, a line ``NAME=value`` each."""

    control = "lines"

    def read(self, raw: object) -> tuple[tuple[str, str], ...]:
        variables: dict[str, str] = {}
        for line in split_lines(raw):
            match = _VARIABLE.fullmatch(line)
            if not match:
                raise ValueError(f'Write "{line[:40]}" as NAME=value, without blanks around "=".')
            variables[match[1]] = match[2]
        return tuple(variables.items())

    def write(self, value: tuple[tuple[str, str], ...]) -> object:
        return [f"{name}={text}" for name, text in value]

"""Lines of a submit description as HTCondor joins them, each with its place in the file."""

from collections.abc import Iterator
from dataclasses import dataclass

# What HTCondor takes off the ends of a line; a no-break space, pasted from a page, is no blank to it.
BLANKS = " \t\r\v\f"


@dataclass(frozen=True)
class Line:
    """One statement's text: *file* and lines *first* to *last* (from 1), continued lines joined.

    *comment_inside*: a line that begins with # stood between continued lines, which garbles the value.
    """

    file: str
    first: int
    last: int
    text: str
    comment_inside: bool = False

    @property
    def is_silent(self) -> bool:
        """Tell whether the line says nothing: empty, or a comment."""
        return not self.text or self.text.startswith("#")


def physical_lines(text: str) -> list[str]:
    r"""Return the lines of *text* as an editor numbers them; only \n ends a line, as for HTCondor."""
    return text.split("\n")


def joined_lines(text: str, file: str) -> Iterator[Line]:
    r"""Yield each line with the lines that continue it.

    A line that ends in a backslash goes on in the next, also where blanks follow the backslash; a comment does not go
    on. Blanks at both ends of a line mean nothing (seen on HTCondor 25.14.1).
    """
    parts: list[str] = []
    first, inside = 1, False
    lines = physical_lines(text)
    for number, line in enumerate(lines, start=1):
        part = line.strip(BLANKS)
        if not parts:
            first, inside = number, False
        elif part.startswith("#"):
            inside = True
        if part.endswith("\\") and not (part.startswith("#") and not parts) and number < len(lines):
            parts.append(part[:-1])
            continue
        yield Line(
            file, first, number, "".join([*parts, part.removesuffix("\\") if parts else part]).strip(BLANKS), inside
        )
        parts = []

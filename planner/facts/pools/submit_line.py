"""A line that a pool wants in a submit file."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

# A command, or an attribute of the job behind "+" or "MY.".
_FORM = re.compile(r"((?:\+|MY\.)?[A-Za-z_][\w.]*)\s*=\s*(\S.*)")


@dataclass(frozen=True)
class SubmitLine:
    """A command, or an attribute of the job behind "+" or "MY.", with its value as it is written."""

    CALLED: ClassVar = "line of a submit description"

    name: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "name = value". Raises ValueError that says what to write."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError("Write name = value.")
        return cls(match[1], match[2])

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


SubmitLines = tuple[SubmitLine, ...]

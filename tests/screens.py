"""Screens of the worked example: what one types, after a dollar sign, and what the screen then shows.

They stand in ``docs/guide/worked-example/screens``; tests run their commands and compare what is said.
"""

import re
from collections.abc import Callable
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "docs/guide/worked-example"
CODE = EXAMPLE / "spirals"


def steps(name: str) -> list[tuple[str, str]]:
    """Return the commands of a screen, each with what was said."""
    text = (EXAMPLE / "screens" / f"{name}.txt").read_text(encoding="utf-8")
    return [tuple(part.split("\n", 1)) for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]]  # type: ignore[misc]


def play(name: str, run: Callable[[str], str], *, keep: bool = False) -> None:
    """Type the commands of a screen by *run*, and compare what is said with the screen; *keep* writes it anew."""
    said = [(command, run(command)) for command, _ in steps(name)]
    if keep:
        text = "".join(f"$ {command}\n{output}" for command, output in said)
        (EXAMPLE / "screens" / f"{name}.txt").write_text(text, encoding="utf-8")
    for (command, output), (_, kept) in zip(said, steps(name), strict=True):
        same = _first_words if command.startswith(MOMENTS) else _without_numbers
        assert same(output) == same(kept), f"$ {command}\n{output}"


# What shows a moment: in which order things happen, and which row of a table has a figure already, differs.
MOMENTS = ("condor_q -nobatch", "cat logs/test.log")
OFTEN_MISSING = {"TimeExecute", "TimeSlotBusy"}


def _without_numbers(text: str) -> str:
    """Take out what differs from run to run: numbers, and the blanks and bars whose width follows them."""
    return re.sub(r"#+", "#", re.sub(r"[ \t]+", " ", re.sub(r"[\d.:-]*\d", "0", text)))


def _first_words(text: str) -> set[str]:
    lines = (line.split() for line in _without_numbers(text).splitlines())
    return {words[0] for words in lines if words} - OFTEN_MISSING

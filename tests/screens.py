"""Screens of the worked example: what one types, after a dollar sign, and what the screen then shows.

They stand in ``docs/guide/worked-example/screens``; tests run their commands and compare what is said.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs/guide/worked-example"
CODE = EXAMPLE / "spirals"


def steps(name: str) -> list[tuple[str, str]]:
    """Return the commands of a screen, each with what was said."""
    text = (EXAMPLE / "screens" / f"{name}.txt").read_text(encoding="utf-8")
    return [tuple(part.split("\n", 1)) for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]]


def play(name: str, run: Callable[[str], str], *, keep: bool = False) -> None:
    """Type the commands of a screen by *run*, and compare what is said with the screen; *keep* writes it anew."""
    said = [(command, run(command)) for command, _ in steps(name)]
    if keep:
        text = "".join(f"$ {command}\n{output}" for command, output in said)
        (EXAMPLE / "screens" / f"{name}.txt").write_text(text, encoding="utf-8")
    for (command, output), (_, kept) in zip(said, steps(name), strict=True):
        same = _first_words if command.startswith(MOMENTS) else _without_numbers
        assert same(output) == same(kept), f"$ {command}\n{output}"


def typed(folder: Path, command: str) -> str:
    """Type a command in *folder* on this machine, with this Python as `python` and this planner as `planner`."""
    ours = f'python() {{ "{sys.executable}" "$@"; }}; planner() {{ python -m planner "$@"; }}'
    done = subprocess.run(
        ["/bin/bash", "-c", f"{ours}; {command}"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


# What shows a moment: in which order things happen, and which row of a table has a figure already, differs.
MOMENTS = ("condor_q -nobatch", "cat logs/test.log", "planner logs")
OFTEN_MISSING = {"TimeExecute", "TimeSlotBusy"}


# Said or not, by how fast the machine is: what nine jobs of some seconds waste, and the share of their time for files.
_BY_SPEED = re.compile(r"^Given and not used: .*\n\n|^Take care: .*\[slow-starts\]\n +.*\n", re.MULTILINE)


def _without_numbers(text: str) -> str:
    """Take out what differs from run to run: numbers, and the blanks and bars whose width follows them."""
    text = _BY_SPEED.sub("", text)
    return re.sub(r"#+", "#", re.sub(r"[ \t]+", " ", re.sub(r"[\d.:-]*\d", "0", text)))


def _first_words(text: str) -> set[str]:
    lines = (line.split() for line in _without_numbers(text).splitlines())
    return {words[0] for words in lines if words} - OFTEN_MISSING

"""What is wrong with an input, written so that its author can fix it.

Messages are part of the interface: each names where, what, and what to do, and all come at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    *where* is the place as its author knows it (a question's id, a file and key), *what* says what is wrong,
    *fix* says what to do about it.
    """

    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.fix}"


class PlannerError(Exception):
    """The input cannot be used; carries every problem, never just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return "Did you mean …?" for the nearest of *names*, or a list of all when none is near."""
    valid = list(names)
    near = get_close_matches(name, valid, n=2, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"Known here: {', '.join(valid)}."

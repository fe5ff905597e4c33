"""The checks: one table of what can go wrong (``data/checks.toml``), and how a finding is written."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from planner.advice import Level
from planner.facts.sources import Source, source

if TYPE_CHECKING:
    from planner.review.case import Case

T = TypeVar("T")


@dataclass(frozen=True)
class Check:
    """Something that can go wrong.

    *when*: in a sentence; *rules*: the planner's rules that cover it; *planner*: why it cannot happen in generated
    files, or is out of the planner's reach; *test*: the test that shows that it cannot; *review*: "yes", or why a file
    does not show it.
    """

    id: str
    when: str
    level: Level
    source: Source
    rules: tuple[str, ...]
    planner: str
    review: str
    test: str = ""

    @property
    def is_seen(self) -> bool:
        """Whether review looks for it."""
        return self.review == "yes"


@cache
def checks() -> dict[str, Check]:
    """Return every check by its id. Raises KeyError for an unknown source, TypeError for an unknown key."""
    table = tomllib.loads(files("planner").joinpath("data/checks.toml").read_text(encoding="utf-8"))
    return {
        id: Check(
            id=id,
            **{
                **entry,
                "level": Level(entry["level"]),
                "source": source(entry["source"]),
                "rules": tuple(entry["rules"]),
            },
        )
        for id, entry in table.items()
    }


@dataclass(frozen=True)
class Mend:
    """Lines *first* to *last* (from 1) become *lines*; with *last* = *first* - 1 they are put before *first*."""

    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What a check found: where, what, what to do; *mends* are the changes of this file that do it, if any can."""

    check: Check
    file: str
    line: int
    what: str
    fix: str
    mends: tuple[Mend, ...] = ()

    @property
    def mended(self) -> str:
        """The mended line; empty where a person must decide."""
        return "\n".join(line for mend in self.mends for line in mend.lines)


def finding(id: str, file: str, line: int, what: str, fix: str, *mends: Mend) -> Finding:
    """Return a finding of the check called *id*."""
    return Finding(checks()[id], file, line, what, fix, mends)


Looker = Callable[[T, "Case"], Iterator[Finding]]

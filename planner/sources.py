"""Where a figure or a judgement comes from, and the day it was read (``data/sources.toml``)."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from planner.errors import PlannerError, Problem, did_you_mean


@dataclass(frozen=True)
class Source:
    """A page, a program or a run of our own that says something the planner rests on.

    *url* is empty for what we saw ourselves and for what no page says: *title* tells which.
    """

    key: str
    title: str
    url: str
    read: datetime.date

    def __str__(self) -> str:
        where = f" <{self.url}>" if self.url else ""
        return f"{self.title}{where} (read {self.read})"


@cache
def sources() -> dict[str, Source]:
    """Return every source by its key.

    Raises PlannerError when the file holds an entry that is not a source.
    """
    return read_sources(
        tomllib.loads(files("planner").joinpath("data/sources.toml").read_text(encoding="utf-8")), "sources.toml"
    )


def read_sources(table: Mapping[str, Any], where: str) -> dict[str, Source]:
    """Return the sources of a *table*, by their keys. Raises PlannerError for entries that are none."""
    wanted = {"title": str, "url": str, "read": datetime.date}
    problems = [
        Problem(
            f"{where}: {key}",
            f"{sorted(entry) if isinstance(entry, Mapping) else entry!r} are not the keys of a source.",
            "Give title, url and read (a date without quotes).",
        )
        for key, entry in table.items()
        if not isinstance(entry, Mapping)
        or set(entry) != set(wanted)
        or any(not isinstance(entry[name], wanted[name]) for name in wanted)
    ]
    if problems:
        raise PlannerError(problems)
    return {key: Source(key=key, **entry) for key, entry in table.items()}


def source(key: str) -> Source:
    """Return the source called *key*. Raises KeyError that names the nearest known one."""
    known = sources()
    if key not in known:
        raise KeyError(f"no such source: {key}. {did_you_mean(key, known)}")
    return known[key]


def oldest_first() -> list[Source]:
    """Return every source, the one read longest ago first: what to read again next."""
    return sorted(sources().values(), key=lambda cited: (cited.read, cited.key))

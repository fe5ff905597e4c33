"""Where a figure or a judgement comes from, and the day it was read (``data/sources.toml``)."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

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


# No page of these projects is older: an earlier day is a typo.
_EARLIEST = datetime.date(2000, 1, 1)


def read_sources(
    table: Mapping[str, object], where: str, *, latest: datetime.date = datetime.date.max
) -> tuple[dict[str, Source], list[Problem]]:
    """Return the sources of a TOML *table* by their keys, and what is wrong with it; none was read after *latest*.

    An entry that is wrong is returned among the sources too, as far as it can be read, so that what cites it is not
    reported again.
    """
    by_key: dict[str, Source] = {}
    problems: list[Problem] = []
    for key, entry in table.items():
        fields = dict(entry) if isinstance(entry, Mapping) else {}
        title, url, read = fields.get("title"), fields.get("url"), fields.get("read")
        # A date with a time is a date in Python; TOML tells them apart.
        dated = isinstance(read, datetime.date) and not isinstance(read, datetime.datetime)
        day = read if dated and isinstance(read, datetime.date) else _EARLIEST
        by_key[key] = Source(key, str(title), str(url), day)
        spot = f"{where}: {key}"
        if (
            set(fields) != {"title", "url", "read"}
            or not isinstance(title, str)
            or not isinstance(url, str)
            or not dated
        ):
            fix = "Give title, url and read (a date without quotes)."
            problems.append(Problem(spot, f"{sorted(fields)} are not the keys of a source.", fix))
            continue
        if not title.strip():
            problems.append(Problem(spot, "has no title.", "Say what was read."))
        if url and not url.startswith("https://"):
            fix = "Give an address with https://, or an empty one for what no page says."
            problems.append(Problem(spot, f"{url!r} is no address.", fix))
        if not _EARLIEST <= day <= latest:
            problems.append(Problem(spot, f"was read on {day}.", "Give the day on which you read it."))
    return by_key, problems


@cache
def sources() -> dict[str, Source]:
    """Return every source by its key.

    Raises PlannerError when the file holds an entry that is not a source.
    """
    table = tomllib.loads(files("planner").joinpath("data/sources.toml").read_text(encoding="utf-8"))
    by_key, problems = read_sources(table, "sources.toml")
    if problems:
        raise PlannerError(problems)
    return by_key


def source(key: str) -> Source:
    """Return the source called *key*. Raises KeyError that names the nearest known one."""
    by_key = sources()
    if key not in by_key:
        raise KeyError(f"no such source: {key}. {did_you_mean(key, by_key)}")
    return by_key[key]


def oldest_first() -> list[Source]:
    """Return every source, the one read longest ago first: what to read again next."""
    return sorted(sources().values(), key=lambda cited: (cited.read, cited.key))

"""The pools that the planner knows, and the reader of their files (``data/pools/KEY.toml``).

``records`` is the shape of a file, ``checks`` what must make sense in it.
"""

import datetime
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from planner.errors import PlannerError, Problem
from planner.facts.fact import read_record
from planner.facts.pools.checks import CHECKS
from planner.facts.pools.records import (
    Band,
    Build,
    Card,
    Checkpoints,
    Length,
    Lines,
    Moved,
    OtherPools,
    Place,
    Pool,
    Retired,
    since,
)
from planner.facts.pools.submit_line import SubmitLine, SubmitLines
from planner.facts.sources import Source, read_sources, sources

__all__ = [
    "Band",
    "Build",
    "Card",
    "Checkpoints",
    "Length",
    "Lines",
    "Moved",
    "OtherPools",
    "Place",
    "Pool",
    "Retired",
    "SubmitLine",
    "SubmitLines",
    "add_pool",
    "pools",
    "read_pool",
    "since",
]


def read_pool(key: str, text: str, *, latest: datetime.date = datetime.date.max) -> Pool:
    """Read the file of one pool from its *text*. Pages of its own, none read after *latest*, are written as ``[sources.KEY]``.

    Raises PlannerError with every problem, each naming the spot (``chtc.toml: lengths[0].limit``).
    """
    where = f"{key}.toml"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlannerError([Problem(where, f"is not TOML: {error}.", "Mend the line named.")]) from None
    problems = _of_the_key(key, where, "key" in table)
    own, wrong = _own_sources(table.pop("sources", {}), f"{where}.sources", latest)
    problems += wrong
    try:
        pool = read_record(Pool, {**table, "key": key}, where, cited={**sources(), **own}, checks=CHECKS)
    except PlannerError as error:
        raise PlannerError([*problems, *error.problems]) from None
    if problems:
        raise PlannerError(problems)
    return pool


def _of_the_key(key: str, where: str, in_file: bool) -> list[Problem]:
    problems = []
    if in_file:
        problems.append(Problem(f"{where}.key", "stands in the file.", "Take it out: the file's name is the key."))
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,29}", key):
        fix = "Name the file with a-z, 0-9 and -, a letter first, at most 30 characters, and .toml."
        problems.append(Problem(where, f"{key!r} cannot be the key of a pool.", fix))
    return problems


def _own_sources(table: object, where: str, latest: datetime.date) -> tuple[Mapping[str, Source], list[Problem]]:
    """Return the sources that a pool's file brings, under every key that it may cite, and what is wrong with them.

    A source that is wrong may be cited all the same, so that one mistake is reported once.
    """
    if not isinstance(table, Mapping):
        return {}, [Problem(where, "is not a table.", "Write [sources.KEY] with title, url and read for each page.")]
    by_key, problems = read_sources(table, where, latest=latest)
    duplicates = [key for key in table if key in sources()]
    fix = "Give your page another key."
    problems += [Problem(f"{where}.{key}", "is a source of the planner already.", fix) for key in duplicates]
    return by_key, problems


@cache
def pools() -> dict[str, Pool]:
    """Return every pool of the planner by its key; the generic one, which stands for any other, comes last."""
    folder = files("planner").joinpath("data/pools")
    return {
        name.removesuffix(".toml"): read_pool(
            name.removesuffix(".toml"), folder.joinpath(name).read_text(encoding="utf-8")
        )
        for name in sorted((entry.name for entry in folder.iterdir()), key=lambda name: (name == "generic.toml", name))
        if name.endswith(".toml")
    }


def add_pool(pool: Pool) -> None:
    """Let *pool* be one of the planner's for as long as the program runs; one of the same key gives way.

    Only for front ends, before they read answers: questions offer every pool that exists.
    """
    pools()[pool.key] = pool

"""The commands that HTCondor and a pool know (``data/commands.toml``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from planner.facts.fact import Fact, read_record
from planner.facts.pools import Lines, Pool
from planner.review.macros import key_of


@dataclass(frozen=True)
class Commands:
    """Names that HTCondor knows, and names that people write for them ("wrong = right")."""

    names: Fact[Lines]
    renamed: Fact[Lines]


@cache
def commands() -> Commands:
    """Return the table of commands. Raises PlannerError when the file is not one."""
    text = files("planner").joinpath("data/commands.toml").read_text(encoding="utf-8")
    return read_record(Commands, tomllib.loads(text), "commands.toml")


@cache
def known_names() -> frozenset[str]:
    """Return the names of every command, in lower case."""
    return frozenset(commands().names.value)


@cache
def right_names() -> dict[str, str]:
    """Return what was meant by a wrong name."""
    return {wrong: right for wrong, _, right in (line.partition(" = ") for line in commands().renamed.value)}


def lines_of_pool(pool: Pool) -> dict[str, str]:
    """Return the commands that only this pool knows, by key, with the line to write."""
    given = [
        *pool.gpu_lines.value,
        *(line for length in pool.lengths if length.lines for line in length.lines.value),
        *(pool.backfill.lines.value if pool.backfill else ()),
        *(pool.wider.lines.value if pool.wider else ()),
        *(pool.build.lines.value if pool.build else ()),
    ]
    return {key_of(line.partition("=")[0].strip()): line for line in given}

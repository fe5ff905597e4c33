"""The commands that HTCondor knows (``data/commands.toml``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from planner.facts.fact import Fact, read_record


@dataclass(frozen=True)
class Commands:
    """Names that HTCondor knows, names that people write for them ("wrong = right"), and attributes that had their use."""

    names: Fact[tuple[str, ...]]
    renamed: Fact[tuple[str, ...]]
    old_attributes: Fact[tuple[str, ...]]


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
    return _pairs(commands().renamed.value)


@cache
def old_attributes() -> dict[str, str]:
    """Return the attributes of servers that old pages name in requirements, with the command to write instead."""
    return _pairs(commands().old_attributes.value)


def _pairs(lines: tuple[str, ...]) -> dict[str, str]:
    return {old: new for old, _, new in (line.partition(" = ") for line in lines)}

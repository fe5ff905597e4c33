"""The command `planner pools`, and the pool that an option names: one of the planner's, or a file.

Exit codes: 0 the file is right · 2 it cannot be used.
"""

import argparse
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planner.errors import PlannerError, Problem, did_you_mean
from planner.facts.fact import all_facts
from planner.facts.pools import Pool, add_pool, pools, read_pool

OK = 0
POOL_HELP = "a pool's key, or a file that describes it"


def add_command(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command to those of the command line."""
    parser = commands.add_parser("pools", help="list the pools, or say everything that is wrong with a pool's file")
    parser.add_argument("--check", type=Path, metavar="FILE.toml", help="read this file and say what it holds")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the pools, or check a file. Raises PlannerError with everything that is wrong with it."""
    if options.check:
        print("\n".join(_what_it_holds(_read(options.check))))
    else:
        for pool in pools().values():
            print(f"{pool.key:10} {pool.about}")
    return OK


def pool_called(key_or_file: str) -> str:
    """Return the key of the pool that *key_or_file* names; a file becomes one of the pools for as long as we run.

    Raises PlannerError where it is neither.
    """
    if not key_or_file.endswith(".toml"):
        if key_or_file not in pools():
            raise PlannerError(
                [Problem(key_or_file, "is no pool.", f"{did_you_mean(key_or_file, pools())} Or name a .toml file.")]
            )
        return key_or_file
    pool = _read(Path(key_or_file))
    add_pool(pool)
    return pool.key


def _read(path: Path) -> Pool:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlannerError([Problem(str(path), f"{error.strerror}.", "Give the name of a pool's file.")]) from None
    except UnicodeDecodeError:
        raise PlannerError([Problem(str(path), "is no text in UTF-8.", "Save it as UTF-8.")]) from None
    # A day is allowed for clocks east of ours.
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    return read_pool(path.name.removesuffix(".toml"), text, latest=tomorrow)


def _what_it_holds(pool: Pool) -> Iterator[str]:
    """Say in a few lines what was read, so that its author sees whether it is what was meant."""
    yield f"{pool.key}.toml is right: {pool.name}, HTCondor {pool.htcondor.value}."
    lengths = [f"{length.key} for {length.processor.upper()}s {length.limit.value}" for length in pool.lengths]
    yield f"Lengths: {', '.join(lengths) or 'none known'}."
    yield f"Cards: {pool.card_count} of {len(pool.cards)} models." if pool.cards else "Cards: none listed."
    yield f"Places: {', '.join(place.key for place in pool.places)}."
    facts = list(all_facts(pool))
    yield f"Figures: {len(facts)}, from {len({fact.source for fact in facts})} sources."
    yield f"Left out, so not known or not there: {', '.join(_left_out(pool)) or 'nothing'}."


def _left_out(pool: Pool) -> Iterator[str]:
    for name, value in (*vars(pool).items(), *((f"jobs.{name}", value) for name, value in vars(pool.jobs).items())):
        if value is None:
            yield name

"""How many tasks there are, and the value each one gets."""

import itertools
from collections.abc import Iterator
from math import prod

from planner.answers import Answers
from planner.answers.command import placeholders


def columns(answers: Answers) -> tuple[str, ...]:
    """Return the names of the values in which tasks differ; none when there is one task."""
    match answers.spread:
        case "grid":
            return tuple(name for name, _ in answers.grid)
        case "rows":
            return answers.rows.columns
        case "numbered":
            return tuple(placeholders(answers.command))
        case _:
            return ()


def count(answers: Answers) -> int:
    """Return the number of tasks."""
    match answers.spread:
        case "grid":
            return prod(len(values) for _, values in answers.grid)
        case "rows":
            return len(answers.rows.rows)
        case "numbered":
            return answers.count
        case _:
            return 1


def values(answers: Answers) -> Iterator[tuple[str, ...]]:
    """Yield the values of each task, in the order of ``columns``."""
    match answers.spread:
        case "grid":
            yield from itertools.product(*(values for _, values in answers.grid))
        case "rows":
            yield from answers.rows.rows
        case "numbered":
            yield from ((str(number),) for number in range(answers.count))
        case _:
            yield ()

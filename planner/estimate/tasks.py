"""How many tasks there are, the value each one gets, and how long it takes."""

import itertools
from collections.abc import Iterator
from math import ceil, prod
from pathlib import PurePosixPath

from planner.answers import Answers
from planner.answers.by_stage.tasks import PART_TIME
from planner.answers.command import placeholders
from planner.units import Duration

# Used while the time of an input is not known: few enough parts for a person to look through.
UNMEASURED_PARTS = 100
# The folder with the parts, in the submit directory and in a job.
PARTS = "parts"


def columns(answers: Answers) -> tuple[str, ...]:
    """Return the names of the values in which tasks differ; none when there is one task."""
    match answers.spread:
        case "grid":
            return tuple(name for name, _ in answers.grid)
        case "rows":
            return answers.rows.columns
        case "numbered" | "parts":
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
        case "parts":
            return ceil(answers.count / inputs_in_a_part(answers))
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
        case "parts":
            yield from ((part_name(answers, number),) for number in range(1, count(answers) + 1))
        case _:
            yield ()


def only(answers: Answers) -> Answers:
    """Return *answers* with the defaults in all that the list of tasks does not rest on: equal where the lists are."""
    return Answers(
        command=answers.command,
        spread=answers.spread,
        grid=answers.grid,
        rows=answers.rows,
        count=answers.count,
        inputs=answers.inputs,
        input_time=answers.input_time,
        data_place=answers.data_place,
        data_shared=answers.data_shared,
        data_path=answers.data_path,
    )


def inputs_in_a_part(answers: Answers) -> int:
    """Return how many inputs of a long list one job works through."""
    if answers.input_time is None:
        return ceil(answers.count / UNMEASURED_PARTS)
    return min(answers.count, max(1, int(PART_TIME.seconds / answers.input_time.seconds)))


def part_name(answers: Answers, number: int) -> str:
    """Return the name of the *number*-th part of the list, from 1: that of the list with the number in it."""
    return f"{PARTS}/part-{number:05}{PurePosixPath(answers.inputs).suffix}"


def sample_of_parts(answers: Answers) -> str:
    """Return the name of the short part on which a test runs."""
    return f"{PARTS}/sample{PurePosixPath(answers.inputs).suffix}"


def input_column(answers: Answers) -> str:
    """Return the name of the value that names each task's own file; empty where tasks read the same files."""
    if answers.spread == "parts":
        return columns(answers)[0]
    if answers.data_shared == "own" and answers.data_place != "none":
        return placeholders(answers.data_path)[0]
    return ""


def input_path(answers: Answers, value: str) -> str:
    """Return the path of the data of the task whose own file is named by *value*."""
    return answers.data_path.replace(f"{{{input_column(answers)}}}", value)


def first_value(answers: Answers, name: str) -> str:
    """Return the value called *name* of the first task."""
    return next(values(answers))[columns(answers).index(name)]


def time(answers: Answers, processor: str) -> Duration | None:
    """Return how long one task takes on *processor* ("gpu" or "cpu"); None where it was not measured.

    A part of a long list takes as long as its inputs together; one time is given for both processors.
    """
    if answers.spread == "parts":
        input_time = answers.input_time
        return None if input_time is None else Duration(input_time.seconds * inputs_in_a_part(answers))
    return answers.hours_gpu if processor == "gpu" else answers.hours_cpu

"""The list of tasks: how many there are, the values of each, and how long one takes."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, prod
from pathlib import PurePosixPath

from planner.answers import Answers
from planner.answers.by_stage.tasks import PART_TIME
from planner.answers.command import placeholders
from planner.units import Duration

# Nobody knows yet how long an input takes: a first cut that a person can look through.
UNMEASURED_PARTS = 100
# The folder of the parts, beside the submit file and in a job.
PARTS = "parts"


@dataclass(frozen=True, eq=False)
class TaskList:
    """The tasks that *answers* describe. Two lists are equal if the same answers make them, whatever else was said.

    It reads an answer only when it is needed, so that a rule which asks for the number of tasks rests on the answers
    behind that number, and on no others.
    """

    answers: Answers

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskList) and self._basis == other._basis

    def __hash__(self) -> int:
        return hash(self._basis)

    @property
    def _basis(self) -> tuple[object, ...]:
        """Every answer that the list rests on."""
        answers = self.answers
        return (
            answers.command,
            answers.task_source,
            answers.grid,
            answers.rows,
            answers.count,
            answers.inputs,
            answers.input_time,
            answers.data_place,
            answers.data_shared,
            answers.data_path,
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the values in which tasks differ; none when there is one task."""
        match self.answers.task_source:
            case "grid":
                return tuple(name for name, _ in self.answers.grid)
            case "rows":
                return self.answers.rows.columns
            case "numbered" | "parts":
                return tuple(placeholders(self.answers.command))
            case _:
                return ()

    @property
    def count(self) -> int:
        """The number of tasks."""
        match self.answers.task_source:
            case "grid":
                return prod(len(values) for _, values in self.answers.grid)
            case "rows":
                return len(self.answers.rows.rows)
            case "numbered":
                return self.answers.count
            case "parts":
                return ceil(self.answers.count / self.inputs_in_a_part)
            case _:
                return 1

    def values(self) -> Iterator[tuple[str, ...]]:
        """Yield the values of each task, in the order of ``columns``."""
        match self.answers.task_source:
            case "grid":
                yield from itertools.product(*(values for _, values in self.answers.grid))
            case "rows":
                yield from self.answers.rows.rows
            case "numbered":
                yield from ((str(number),) for number in range(self.answers.count))
            case "parts":
                yield from ((self._part_name(number),) for number in range(1, self.count + 1))
            case _:
                yield ()

    def first_value(self, name: str) -> str:
        """Return the value called *name* of the first task."""
        return next(self.values())[self.columns.index(name)]

    @property
    def inputs_in_a_part(self) -> int:
        """How many inputs of a long list one job works through."""
        answers = self.answers
        if answers.input_time is None:
            return ceil(answers.count / UNMEASURED_PARTS)
        return min(answers.count, max(1, int(PART_TIME.seconds / answers.input_time.seconds)))

    def _part_name(self, number: int) -> str:
        """Return the name of the *number*-th part of the list, from 1: that of the list with the number in it."""
        return f"{PARTS}/part-{number:05}{PurePosixPath(self.answers.inputs).suffix}"

    @property
    def sample_part(self) -> str:
        """The name of the short part on which a test runs."""
        return f"{PARTS}/sample{PurePosixPath(self.answers.inputs).suffix}"

    @property
    def input_column(self) -> str:
        """The name of the value that names each task's own file; empty where tasks read the same files."""
        answers = self.answers
        if answers.task_source == "parts":
            return self.columns[0]
        if answers.data_shared == "own" and answers.data_place != "none":
            return placeholders(answers.data_path)[0]
        return ""

    def input_path(self, value: str) -> str:
        """Return the path of the data of the task whose own file is named by *value*."""
        return self.answers.data_path.replace(f"{{{self.input_column}}}", value)

    def time(self, processor: str) -> Duration | None:
        """Return how long one task takes on *processor* ("gpu" or "cpu"); None where it was not measured.

        A part of a long list takes as long as its inputs together, whatever the processor: one time was asked.
        """
        answers = self.answers
        if answers.task_source == "parts":
            each = answers.input_time
            return None if each is None else Duration(each.seconds * self.inputs_in_a_part)
        return answers.time_on_gpu if processor == "gpu" else answers.time_on_cpu

"""Measurements in place of the user's answers: what the rules read once there are logs.

This module alone decides how a measurement becomes a request. The rules that own requests read the answers as usual, and
the rules in ``rightsizing`` explain what changed.
"""

import dataclasses
from dataclasses import dataclass
from math import ceil
from typing import Any

from planner.answers import Answers
from planner.estimate.match import gpu_sold_with
from planner.estimate.tasks import TaskList
from planner.facts.pools import Pool
from planner.units import Duration, Size
from planner.usage import Usage

# Jobs differ, and the next ones will not be the measured ones: 20 % headroom above the largest.
MARGIN = 0.2
# A program does the same on every GPU, so its GPU memory varies little, and every extra GB rules out some GPUs.
GPU_MARGIN = 0.1
# A job that was held at its limit shows only that it needs more: request twice as much.
CUT_OFF_FACTOR = 2
# Fewer than this do not show how far jobs differ, unless there are no more tasks.
FEWEST_JOBS = 5
# From this many jobs on, 95 % of them are a statement about the next ones.
MANY_JOBS = 20
# A smaller request matches no more machines, and short jobs are measured too coarsely to trust a smaller value.
LEAST = Size.of_gb(1)
# Above a whole number of cores by less than this is the system's own work, not the program's.
CORE_SLACK = 0.1


@dataclass(frozen=True)
class Rightsized:
    """The *answers* with what was *measured* in them, those from *before*, and the ids of what was taken over."""

    answers: Answers
    before: Answers
    measured: Usage | None = None
    changed: frozenset[str] = frozenset()

    @property
    def enough(self) -> bool:
        """Tell whether enough jobs were measured to plan by them."""
        return self.measured is not None and self.measured.jobs >= fewest(self.before)


def fewest(answers: Answers) -> int:
    """Return how many jobs must have succeeded before their measurements count."""
    return min(FEWEST_JOBS, TaskList(answers).count)


def rightsize(answers: Answers, pool: Pool, measured: Usage | None) -> Rightsized:
    """Return *answers* with the measured memory, GPU memory, cores and time in place of the user's values."""
    if measured is None:
        return Rightsized(answers, answers)
    if measured.jobs < fewest(answers):
        return _more_memory(answers, measured)
    on_gpu = measured.gpus > 0
    sizes = {
        "memory": memory(measured),
        "cpus": cores(measured),
        "gpu_memory": gpu_memory(measured, pool) if answers.gpu != "no" else None,
        "time_on_gpu" if on_gpu else "time_on_cpu": _rounded(measured.time),
    }
    changes: dict[str, Any] = {id: value for id, value in sizes.items() if value is not None}
    return Rightsized(dataclasses.replace(answers, **changes), answers, measured, frozenset(changes))


def _more_memory(answers: Answers, measured: Usage) -> Rightsized:
    """Return *answers* with more memory, if jobs were held for lack of it; this needs no job that succeeded."""
    request = memory(measured) if measured.memory_cut_off else None
    if request is None or (answers.memory is not None and request <= answers.memory):
        return Rightsized(answers, answers, measured)
    return Rightsized(dataclasses.replace(answers, memory=request), answers, measured, frozenset({"memory"}))


def memory(measured: Usage) -> Size | None:
    """Return the memory to request: the largest use and a margin, or that of nearly all jobs if a few need far more."""
    if measured.memory is None:
        return None
    if measured.memory_cut_off:
        return max(LEAST, measured.memory.times(CUT_OFF_FACTOR).round_up())
    all_fit = _with_margin(measured.memory)
    if measured.jobs < MANY_JOBS or measured.memory_usual is None:
        return all_fit
    most_fit = _with_margin(measured.memory_usual)
    # A second try must be worth it: it costs a whole run of the job.
    return most_fit if most_fit.times(2) <= all_fit else all_fit


def retry_memory(measured: Usage) -> Size | None:
    """Return the memory of the second try, if the first requests less than the largest job used."""
    first = memory(measured)
    if first is None or measured.memory is None or measured.memory <= first:
        return None
    return _with_margin(measured.memory)


def disk(measured: Usage) -> Size | None:
    """Return the disk to request: the largest use and a margin."""
    return _with_margin(measured.disk) if measured.disk else None


def cores(measured: Usage) -> int | None:
    """Return the cores to request: the largest use, in whole cores."""
    return max(1, ceil(measured.cpus - CORE_SLACK)) if measured.cpus is not None else None


def gpu_memory(measured: Usage, pool: Pool) -> Size | None:
    """Return the GPU memory to request; never a GPU's nominal size, which would be taken for that model."""
    if not measured.gpu_memory:
        return None
    floor = measured.gpu_memory.times(1 + GPU_MARGIN).round_up()
    while gpu_sold_with(pool, floor):
        floor += Size(1024**2)
    return floor


def _with_margin(most: Size) -> Size:
    return max(LEAST, most.times(1 + MARGIN).round_up())


def _rounded(time: Duration | None) -> Duration | None:
    """Return *time* in whole minutes, rounded up; a measurement of no time says nothing."""
    return Duration(ceil(time.seconds / 60) * 60) if time and time.seconds else None

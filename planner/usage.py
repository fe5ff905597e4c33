"""What jobs really used: filled from their logs, read by the rules, kept in a file beside the answers.

Absent figures are absent in the file too: a log reports less about some jobs than about others.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.errors import PlannerError, Problem, did_you_mean
from planner.units import Duration, Size


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Largest uses over all jobs of the logs, unless noted otherwise; None where no log has the figure.

    *jobs*: that ended with exit code 0. *memory_usual*: what 95 % of them stay within. *memory_cut_off*: the one that
    used most was held for it, so that it would have used more. *cpus*: cores, on average over a run. *gpus*: GPUs
    allocated. *gpu_use*: share of the time that GPUs worked, median. *time*, *time_usual*: running, of jobs that ran
    without interruption; the longest and the median. *start*: transferring input files, median. *stay*: the shortest run before
    an eviction. *lost*, *ran*: of all jobs together. *asked_…*: what they requested.
    """

    jobs: int
    memory: Size | None = None
    memory_usual: Size | None = None
    memory_cut_off: bool = False
    disk: Size | None = None
    cpus: float | None = None
    gpus: int = 0
    gpu_memory: Size | None = None
    gpu_use: float | None = None
    time: Duration | None = None
    time_usual: Duration | None = None
    start: Duration | None = None
    stay: Duration | None = None
    evictions: int = 0
    lost: Duration | None = None
    ran: Duration | None = None
    asked_memory: Size | None = None
    asked_disk: Size | None = None
    asked_cpus: int | None = None


_SIZES = {"memory", "memory_usual", "disk", "gpu_memory", "asked_memory", "asked_disk"}
_TIMES = {"time", "time_usual", "start", "stay", "lost", "ran"}
_WHOLE = {"jobs", "gpus", "evictions", "asked_cpus"}


def as_table(usage: Usage) -> dict[str, object]:
    """Return the table ``measured`` of a TOML file; what is not known is left out."""
    table: dict[str, object] = {}
    for field in dataclasses.fields(usage):
        name, value = field.name, getattr(usage, field.name)
        # 0 is a valid measurement; skip only None.
        if value is None or (field.default is not None and value == field.default):
            continue
        # In bytes and seconds: what was measured is neither rounded nor changed by being written.
        table[name] = (
            value.bytes if isinstance(value, Size) else value.seconds if isinstance(value, Duration) else value
        )
    return table


def read_usage(table: Mapping[str, object]) -> Usage:
    """Return what the table ``measured`` of a TOML file holds. Raises PlannerError with every problem."""
    names = [field.name for field in dataclasses.fields(Usage)]
    problems = [
        Problem(f"measured.{key}", "is no figure.", did_you_mean(key, names)) for key in table if key not in names
    ]
    values: dict[str, Any] = {}
    for name in names:
        if name not in table:
            continue
        try:
            values[name] = _read(name, table[name])
        except ValueError as error:
            problems.append(Problem(f"measured.{name}", f"{table[name]!r} cannot be used.", str(error)))
    if "jobs" not in table:
        problems.append(Problem("measured.jobs", "is missing.", "Write the file again with planner logs."))
    if problems:
        raise PlannerError(problems)
    return Usage(**values)


def _read(name: str, raw: object) -> object:
    """Read one figure. Raises ValueError that says what it must be."""
    if name == "memory_cut_off":
        if isinstance(raw, bool):
            return raw
        raise ValueError("Write true or false.")
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw < 2**60:
        raise ValueError("Write a number, in bytes, seconds or jobs, that is not negative.")
    if name in _SIZES:
        return Size(int(raw))
    if name in _TIMES:
        return Duration(float(raw))
    return int(raw) if name in _WHOLE else float(raw)

"""Choices among a pool's lengths that rules of several families share."""

from typing import cast

from planner.facts.pools import SubmitLines
from planner.rules.base import Case


def shortest_cpu_lines(case: Case) -> SubmitLines:
    """Return the submit lines of the pool's shortest CPU length: for a CPU trial, or a step before or after the tasks."""
    on_cpus = [length for length in case.pool_record.lengths if length.processor == "cpu"]
    shortest = min(on_cpus, key=lambda length: length.limit.value, default=None)
    return cast("SubmitLines", case.facts(shortest).lines or ()) if shortest else ()

"""The lengths of a pool, where rules of several families choose one."""

from typing import cast

from planner.facts.pools import SubmitLines
from planner.rules.base import Case


def shortest_cpu_lines(case: Case) -> SubmitLines:
    """Return the lines of the pool's shortest length for CPUs: for a trial there, or a step before or after the tasks."""
    on_cpus = [length for length in case.pool_record.lengths if length.processor == "cpu"]
    shortest = min(on_cpus, key=lambda length: length.limit.value, default=None)
    return cast("SubmitLines", case.facts(shortest).lines or ()) if shortest else ()

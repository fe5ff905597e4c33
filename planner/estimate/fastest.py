"""Which processor has the last result first, and whether that can be said."""

from planner.answers import Answers
from planner.estimate.ways import RunOption
from planner.units import Duration


def unmeasured(answers: Answers) -> list[str]:
    """Return the processors on which nobody has measured; of the inputs of a long list one time was asked for both."""
    measured = (("a GPU", answers.hours_gpu), ("a CPU", answers.hours_cpu))
    return [name for name, time in measured if time is None or answers.spread == "parts"]


def best(found: tuple[RunOption, ...], processor: str) -> RunOption | None:
    """Return the way of *processor* with the earliest last result, of those that are open and whose time is known."""
    known = [way for way in found if way.length.processor == processor and way.feasible and way.time_to_result]
    return min(known, key=hours, default=None)


def hours(way: RunOption) -> Duration:
    """Return the hours to the last result of a way whose time is known."""
    assert way.time_to_result is not None, "asked only of ways whose time is known"
    return way.time_to_result

"""Which processor finishes all results first, if that is known."""

from planner.answers import Answers
from planner.estimate.ways import RunOption
from planner.units import Duration


def unmeasured(answers: Answers) -> list[str]:
    """Return the processors without a measured time; for a long list of inputs, one time is given for both."""
    measured = (("a GPU", answers.time_on_gpu), ("a CPU", answers.time_on_cpu))
    return [name for name, time in measured if time is None or answers.task_source == "parts"]


def best(options: tuple[RunOption, ...], processor: str) -> RunOption | None:
    """Return the option on *processor* that finishes first, of those that are feasible and whose time is known."""
    timed = [
        option
        for option in options
        if option.length.processor == processor and option.feasible and option.time_to_result
    ]
    return min(timed, key=time_to_result, default=None)


def time_to_result(option: RunOption) -> Duration:
    """Return the time to the last result of an option whose time is known."""
    assert option.time_to_result is not None, "called only for options whose time is known"
    return option.time_to_result

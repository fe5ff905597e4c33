"""How far the formulas of ``gpu_memory`` are off, on every measurement that others published."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from planner.estimate.gpu_memory import Work, terms
from planner.estimate.networks import Series, series


@dataclass(frozen=True)
class Error:
    """Estimated against *measured*, in GB, for one point of a series."""

    of: Series
    batch: int
    tokens: int
    measured: float
    estimated: float

    @property
    def share(self) -> float:
        """How much too high (above 0) or too low the estimate is, as a share of what was measured."""
        return self.estimated / self.measured - 1


def errors() -> Iterator[Error]:
    """Yield the error of the formulas on every measurement that others published, how it was run being known."""
    for one in series():
        work = Work(**one.work)
        if work.weights == "fp32":
            work = Work(**one.work, element=4.0)
        for batch, tokens, measured in one.points:
            found = sum(term.gb for term in terms(one.network, work, batch, tokens)) + one.context
            yield Error(one, batch, tokens, measured, found)


@dataclass(frozen=True)
class Summary:
    """The errors of one kind of work: how many points, the middle error and the largest, the middle with its sign."""

    what: str
    points: int
    middle: float
    p90: float
    largest: float
    bias: float


def summaries() -> tuple[Summary, ...]:
    """Return the errors by kind of work, and of all together."""
    found = list(errors())
    kinds = {
        "inference": [error for error in found if error.of.work["task"] == "inference"],
        "LoRA": [error for error in found if _is_lora(error, quantised=False)],
        "QLoRA": [error for error in found if _is_lora(error, quantised=True)],
        "full training": [error for error in found if error.of.work["task"] == "full"],
        "all": found,
    }
    return tuple(_summary(what, group) for what, group in kinds.items())


def _is_lora(error: Error, *, quantised: bool) -> bool:
    task, weights = error.of.work["task"], error.of.work["weights"]
    return bool(task == "lora" and (weights != "bf16") == quantised)


def _summary(what: str, group: list[Error]) -> Summary:
    off = sorted(abs(error.share) for error in group)
    at = round(0.9 * (len(off) - 1))
    return Summary(what, len(off), median(off), off[at], off[-1], median(error.share for error in group))

"""How far the formulas of ``gpu_memory`` are off, on every published measurement."""

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
        """The error as a share of the measured value: above 0 if the estimate is too high, below 0 if too low."""
        return self.estimated / self.measured - 1


def errors() -> Iterator[Error]:
    """Yield the error of the formulas on every published measurement whose settings are known."""
    for run in series():
        work = Work(**run.work)
        if work.weights == "fp32":
            work = Work(**run.work, element=4.0)
        for batch, tokens, measured in run.points:
            estimated = sum(term.gb for term in terms(run.network, work, batch, tokens)) + run.context
            yield Error(run, batch, tokens, measured, estimated)


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
    all_errors = list(errors())
    kinds = {
        "inference": [error for error in all_errors if error.of.work["task"] == "inference"],
        "LoRA": [error for error in all_errors if _is_lora(error, quantised=False)],
        "QLoRA": [error for error in all_errors if _is_lora(error, quantised=True)],
        "full training": [error for error in all_errors if error.of.work["task"] == "full"],
        "all": all_errors,
    }
    return tuple(_summary(what, group) for what, group in kinds.items())


def _is_lora(error: Error, *, quantised: bool) -> bool:
    task, weights = error.of.work["task"], error.of.work["weights"]
    return bool(task == "lora" and (weights != "bf16") == quantised)


def _summary(what: str, group: list[Error]) -> Summary:
    shares = sorted(abs(error.share) for error in group)
    index = round(0.9 * (len(shares) - 1))
    return Summary(what, len(shares), median(shares), shares[index], shares[-1], median(error.share for error in group))

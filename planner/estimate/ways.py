"""The options to run the work: each feasible one with its best time, each infeasible one with the reason.

Times are best cases: every job starts at once, up to the known limits. No pool publishes how long jobs wait in the
queue, so waiting time is not estimated.
"""

from dataclasses import dataclass
from math import ceil, floor

from planner.answers import Answers
from planner.estimate.tasks import TaskList
from planner.facts.fact import Fact
from planner.facts.pools import Length, Pool
from planner.facts.sources import source
from planner.units import Duration

# A job that is expected to end within the last fifth of its limit is likely to be removed on a slower machine.
NEAR_THE_LIMIT = 0.8


# Used for pools that publish no lengths: no limit is known, and a job runs as long as it takes.
_NO_LIMIT = Fact(Duration.of_hours(24 * 366 * 10), source("not-published"))
NO_PUBLISHED_LIMIT = (Length("gpu", "gpu", _NO_LIMIT), Length("cpu", "cpu", _NO_LIMIT))


@dataclass(frozen=True)
class RunOption:
    """One way to run all tasks.

    *at_once*: the most jobs that can run at the same time; *time_to_result*: the time from the first start to the last
    result at best, None if the time of a task is not measured; *card_hours*: the GPU hours of all tasks, None on CPUs
    and if the time is not measured; *infeasible_because*: empty if the option is feasible; *by_checkpoint*: a job stops
    itself and is restarted, to fit a length that is shorter than the task.
    """

    length: Length
    at_once: int
    time_to_result: Duration | None
    card_hours: float | None = None
    infeasible_because: str = ""
    by_checkpoint: bool = False

    @property
    def feasible(self) -> bool:
        """Tell whether the work can be run this way."""
        return not self.infeasible_because

    @property
    def limit(self) -> Duration:
        """How long a job may run this way."""
        return self.length.limit.value

    @property
    def is_limited(self) -> bool:
        """Tell whether the pool names a limit for this length."""
        return self.length not in NO_PUBLISHED_LIMIT

    @property
    def name(self) -> str:
        """The option in words."""
        length = f", {self.length.key} length" if self.length.key != self.length.processor else ""
        kind = f"{self.length.processor.upper()}s{length}"
        return f"{kind}, with checkpoints" if self.by_checkpoint else kind


def ways(answers: Answers, pool: Pool, gpus: int) -> tuple[RunOption, ...]:
    """Return every option to run the tasks of *answers*, where *gpus* GPUs match what a task needs."""
    lengths = pool.lengths or NO_PUBLISHED_LIMIT
    return tuple(_option(answers, pool, length, gpus) for length in lengths if _worth_naming(answers, length.processor))


def _worth_naming(answers: Answers, processor: str) -> bool:
    return not (processor == "gpu" and answers.gpu == "no")


def _option(answers: Answers, pool: Pool, length: Length, gpus: int) -> RunOption:
    on_gpu = length.processor == "gpu"
    time = TaskList(answers).time(length.processor)
    at_once = _gpu_jobs_at_once(answers, pool, length, gpus) if on_gpu else answers.cpu_jobs_at_once
    at_once = min(at_once, TaskList(answers).count)
    too_long = time is not None and time > length.limit.value
    infeasible_because = _infeasible_because(answers, length, at_once, gpus if pool.cards else at_once)
    if too_long and answers.resume != "yes" and not infeasible_because:
        infeasible_because = f"a task takes {time}, the limit is {length.limit.value} and it cannot go on after a stop"
    time_to_result = card_hours = None
    if time is not None and at_once and not infeasible_because:
        task_count = TaskList(answers).count
        time_to_result = Duration(ceil(task_count / at_once) * time.seconds)
        card_hours = task_count * time.hours * answers.gpus if on_gpu else None
    return RunOption(
        length,
        at_once,
        time_to_result,
        card_hours,
        infeasible_because,
        by_checkpoint=too_long and answers.resume == "yes",
    )


def _gpu_jobs_at_once(answers: Answers, pool: Pool, length: Length, gpus: int) -> int:
    """Return how many GPU jobs one user may run at the same time: the pool's limits count GPUs, not jobs."""
    # If the pool lists no GPUs, no limit is known: at best all tasks run at once.
    gpu_limit = gpus if pool.cards else TaskList(answers).count * answers.gpus
    if length.share is not None:
        gpu_limit = min(gpu_limit, floor(length.share.value * pool.card_count))
    if length.cards is not None:
        gpu_limit = min(gpu_limit, length.cards.value)
    return gpu_limit // answers.gpus


def _infeasible_because(answers: Answers, length: Length, at_once: int, gpus: int) -> str:
    if length.processor == "cpu":
        return "a task cannot run without a GPU" if answers.gpu == "needs" else ""
    if not gpus:
        return "no card of the pool matches"
    if not at_once:
        return f"a task needs {answers.gpus} GPUs at once, one user may hold fewer in this length"
    return ""


def is_near_the_limit(time: Duration, length: Length) -> bool:
    """Tell whether a task of *time* may exceed the limit of *length* on a slower machine."""
    return NEAR_THE_LIMIT * length.limit.value.seconds < time.seconds <= length.limit.value.seconds

"""What all jobs of the logs show together: spreads, waste, holds by cause, failures."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import ceil

from planner.facts.hold_reasons import HoldReason, reason_of
from planner.logs.jobs import Hold, Job, Outcome

# A GPU that works less than this share of the time is as good as idle: loading a batch now and then does that much.
IDLE_GPU = 0.05
MIB_IN_GB, KIB_IN_GB = 1024, 1024**2


class Quantity(Enum):
    """What is measured of a job, and the unit in which logs and figures have it; empty for a plain number."""

    MEMORY = ("memory", "MiB")
    DISK = ("disk", "KiB")
    CORES = ("cores", "")
    GPU_SHARE = ("share of the card's time", "")
    GPU_MEMORY = ("GPU memory", "MiB")
    WAITING = ("waiting", "s")
    TRANSFERRING = ("transferring", "s")
    RUNNING = ("running", "s")

    def __init__(self, label: str, unit: str) -> None:
        """Name the two halves of the value."""
        self.label = label
        self.unit = unit

    def __str__(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Spread:
    """How figures spread over *jobs* jobs: half of them use no more than *median*, 95 % no more than *p95*."""

    jobs: int
    median: float
    p95: float
    most: float


@dataclass(frozen=True)
class HoldGroup:
    """Holds of one cause: how many, of how many jobs, what is known of it, and one of the texts."""

    code: int | None
    subcode: int | None
    holds: int
    jobs: int
    # None where nobody has written down what this is.
    reason: HoldReason | None
    example: str
    example_job: str


@dataclass(frozen=True)
class Summary:
    """All jobs together. Spreads in the unit of each quantity, waste in hours."""

    jobs: int
    succeeded: int
    failed: int
    removed: int
    held: int
    unfinished: int
    spreads: dict[Quantity, Spread]
    waste: dict[str, float]
    hours_lost: float
    evictions: int
    broken_starts: int
    holds: tuple[HoldGroup, ...]
    failures: tuple[tuple[str, int], ...]
    idle_cards: int


def spread(figures: Iterable[float | None]) -> Spread | None:
    """Return the spread of the figures that are known, None where none is. Every figure of it is one of them."""
    ordered = sorted(figure for figure in figures if figure is not None)
    if not ordered:
        return None
    return Spread(len(ordered), _at(ordered, 0.5), _at(ordered, 0.95), ordered[-1])


def _at(ordered: list[float], share: float) -> float:
    return ordered[ceil(share * len(ordered)) - 1]


def gpu_count(job: Job) -> float:
    """Return how many GPUs the job was given."""
    return job.given("gpus") or 0


def gpu_share(job: Job) -> float | None:
    """Return the share of the time that the job's GPUs worked; the log adds up all GPUs of a job."""
    used = job.used("gpus")
    return used / gpu_count(job) if used is not None and gpu_count(job) else None


def summarise(jobs: Iterable[Job]) -> Summary:
    """Return what *jobs* show together."""
    jobs = list(jobs)
    states = Counter(_end(job) for job in jobs)
    return Summary(
        jobs=len(jobs),
        **{name: states[name] for name in ("succeeded", "failed", "removed", "held", "unfinished")},
        spreads=_spreads(jobs),
        waste=_waste(jobs),
        hours_lost=sum(job.lost for job in jobs) / 3600,
        evictions=sum(job.evictions for job in jobs),
        broken_starts=sum(job.broken_starts for job in jobs),
        holds=_holds(jobs),
        failures=tuple(Counter(_failure(job) for job in jobs if job.failed).most_common()),
        idle_cards=sum(1 for job in jobs if (share := gpu_share(job)) is not None and share < IDLE_GPU),
    )


def _end(job: Job) -> str:
    if job.held:
        return "held"
    if job.outcome is Outcome.REMOVED:
        return "removed"
    if job.outcome is None:
        return "unfinished"
    return "succeeded" if job.succeeded else "failed"


def _failure(job: Job) -> str:
    if job.signal is not None:
        return f"signal {job.signal}"
    return "no exit code in the log" if job.exit_code is None else f"exit code {job.exit_code}"


def _spreads(jobs: list[Job]) -> dict[Quantity, Spread]:
    ended = [job for job in jobs if job.outcome is Outcome.FINISHED]
    ran = [job for job in jobs if job.starts]
    spreads = {
        Quantity.MEMORY: spread(job.memory for job in jobs),
        Quantity.DISK: spread(job.used("disk") for job in jobs),
        Quantity.CORES: spread(job.used("cpus") for job in ended),
        Quantity.GPU_SHARE: spread(gpu_share(job) for job in ended),
        Quantity.GPU_MEMORY: spread(job.used("gpusmemory") for job in jobs),
        Quantity.WAITING: spread(job.waiting for job in ran),
        Quantity.TRANSFERRING: spread(job.transferring for job in ran),
        Quantity.RUNNING: spread(job.running for job in ended),
    }
    return {quantity: figures for quantity, figures in spreads.items() if figures}


def _waste(jobs: list[Job]) -> dict[str, float]:
    """Return what was given and not used, in hours times its unit; only of jobs whose log says both."""
    wasted: dict[str, float] = defaultdict(float)
    for job in jobs:
        hours = job.running / 3600
        for what, given, used, unit in (
            ("core-hours", job.given("cpus"), job.used("cpus"), 1),
            ("GB-hours of memory", job.given("memory"), job.memory, MIB_IN_GB),
            ("GB-hours of disk", job.given("disk"), job.used("disk"), KIB_IN_GB),
            ("card-hours", job.given("gpus"), job.used("gpus"), 1),
        ):
            if given is not None and used is not None:
                wasted[what] += max(0.0, given - used) / unit * hours
    return dict(wasted)


def _holds(jobs: list[Job]) -> tuple[HoldGroup, ...]:
    by_code: dict[tuple[int | None, int | None], list[tuple[Job, Hold]]] = defaultdict(list)
    for job in jobs:
        for hold in job.holds:
            by_code[hold.code, hold.subcode].append((job, hold))
    groups = [
        HoldGroup(
            *key,
            holds=len(jobs_and_holds),
            jobs=len({id(job) for job, _ in jobs_and_holds}),
            reason=_reason(jobs_and_holds[0][1]),
            example=jobs_and_holds[0][1].text,
            example_job=jobs_and_holds[0][0].id,
        )
        for key, jobs_and_holds in by_code.items()
    ]
    return tuple(sorted(groups, key=lambda group: -group.holds))


def held_for_memory(job: Job) -> bool:
    """Tell whether the job was ever held for its memory."""
    return any((reason := _reason(hold)) is not None and reason.key == "memory" for hold in job.holds)


def _reason(hold: Hold) -> HoldReason | None:
    return reason_of(hold.code, hold.subcode, hold.text)

"""What became of one job: its record, moved on by each of its events."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from planner.logs.events import Event
from planner.logs.table import number, read_table

# The same text comes back with every restart; a log of a job that is held forever has one after the other.
MOST_HOLDS = 20
LONGEST_TEXT = 1000
# Codes of evictions: from here on the job runs again by itself; removed; the container's test failed.
_AGAIN, _REMOVED, _BAD_CONTAINER = 1000, 1023, 45


class Phase(StrEnum):
    """What a job is doing, as far as its log tells."""

    WAITING = "waiting"
    TRANSFERRING = "transferring"
    RUNNING = "running"
    SUSPENDED = "suspended"
    HELD = "held"
    OVER = "over"


class Outcome(StrEnum):
    """How a job left the queue: it ended by itself, or somebody removed it."""

    FINISHED = "finished"
    REMOVED = "removed"


class Hold(NamedTuple):
    """One hold: its code and subcode, None where the log names none, and its text."""

    code: int | None
    subcode: int | None
    text: str


@dataclass(slots=True)
class Resource:
    """One resource of a job: what it *asked* for, was *given*, and *used* at most; None where the log does not say.

    In the units of the log: KiB of disk, MiB of memory, cores, GPUs.
    """

    asked: float | None = None
    given: float | None = None
    used: float | None = None


@dataclass(slots=True)
class Job:
    """One job, as far as its log tells.

    Times in seconds. *lost*: time run whose result was gone when the job was stopped, counted from its last transfer of
    files out, or from its start. *outcome*: None while the job is in the queue; of a finished job see *exit_code* and *signal*.
    """

    cluster: int
    process: int
    submitted: int | None = None
    started: int | None = None  # the first start
    ended: int | None = None
    phase: Phase = Phase.WAITING
    since: int | None = None
    saved: int | None = None  # since when results of the run now going on would be lost
    waiting: int = 0
    transferring: int = 0
    running: int = 0
    suspended: int = 0
    on_hold: int = 0
    lost: int = 0
    last_run: int = 0  # of the running time, that since the last start
    starts: int = 0
    evictions: int = 0
    shortest_stay: int | None = None  # seconds run before an eviction
    broken_starts: int = 0  # the container could not be started, and the job was sent elsewhere
    retries: int = 0
    outcome: Outcome | None = None
    exit_code: int | None = None
    signal: int | None = None
    reason: str = ""
    over_memory: float | None = None  # MiB measured when it was held for its memory
    card: str = ""
    holds: list[Hold] = field(default_factory=list)
    hold_count: int = 0
    resources: dict[str, Resource] = field(default_factory=dict)
    peak: float | None = None  # MiB, of the regular measurements

    @property
    def id(self) -> str:
        """The job's id as condor_q prints it: cluster.process."""
        return f"{self.cluster}.{self.process}"

    @property
    def succeeded(self) -> bool:
        """Tell whether it ended by itself with exit code 0."""
        return self.outcome is Outcome.FINISHED and self.exit_code == 0

    @property
    def failed(self) -> bool:
        """Tell whether it ended by itself with another exit code, or by a signal."""
        return self.outcome is Outcome.FINISHED and not self.succeeded

    @property
    def held(self) -> bool:
        """Tell whether it is held now."""
        return self.phase is Phase.HELD and self.outcome is None

    @property
    def memory(self) -> float | None:
        """The most memory that any measurement shows, in MiB."""
        measurements = [self.used("memory"), self.peak, self.over_memory]
        return max((figure for figure in measurements if figure is not None), default=None)

    def used(self, name: str) -> float | None:
        """Return the most that the log says of a resource's use."""
        return self.resources[name].used if name in self.resources else None

    def asked(self, name: str) -> float | None:
        """Return what was asked for of a resource."""
        return self.resources[name].asked if name in self.resources else None

    def given(self, name: str) -> float | None:
        """Return what it was given of a resource."""
        return self.resources[name].given if name in self.resources else None

    def apply(self, event: Event) -> None:
        """Update the record by one event."""
        if handler := _HANDLERS.get(event.number):
            handler(self, event)

    def _enter(self, phase: Phase, time: int) -> None:
        """Change the phase, and count the time spent in the one before. A clock set back counts as no time."""
        if self.since is not None:
            spent = max(0, time - self.since)
            match self.phase:
                case Phase.WAITING:
                    self.waiting += spent
                case Phase.TRANSFERRING:
                    self.transferring += spent
                case Phase.RUNNING:
                    self.running += spent
                    self.last_run += spent
                case Phase.SUSPENDED:
                    self.suspended += spent
                case Phase.HELD:
                    self.on_hold += spent
        self.phase, self.since = phase, time

    def _submitted(self, event: Event) -> None:
        if self.submitted is None:
            self.submitted = event.time
            self._enter(Phase.WAITING, event.time)

    def _started(self, event: Event) -> None:
        self._enter(Phase.RUNNING, event.time)
        self.starts += 1
        self.last_run = 0
        self.saved = event.time
        if self.started is None:
            self.started = event.time
        if (at := event.body.find('DeviceName = "')) >= 0:
            self.card = event.body[at + 14 : event.body.find('"', at + 14)][:80]

    def _transferred(self, event: Event) -> None:
        if event.head.startswith("Entered queue"):
            return
        if event.head.startswith("Started"):
            self._enter(Phase.TRANSFERRING, event.time)
        elif event.head.startswith("Finished transferring output"):
            # A job that stops at a checkpoint resumes at once, on the same machine.
            self._enter(Phase.RUNNING, event.time)
            self.saved = event.time

    def _stop(self, phase: Phase, time: int, evicted: bool = False) -> None:
        """End a run whose results, as far as they were not saved, are gone."""
        before = self.phase
        self._enter(phase, time)
        if before in (Phase.RUNNING, Phase.SUSPENDED) and self.saved is not None:
            self.lost += max(0, time - self.saved)
        # A lost connection is logged twice: as failed to reconnect (024), then as evicted (004).
        if evicted and before in (Phase.RUNNING, Phase.SUSPENDED, Phase.TRANSFERRING):
            self.evictions += 1
            self.shortest_stay = min(self.last_run, self.shortest_stay or self.last_run)
        self.saved = None

    def _evicted(self, event: Event) -> None:
        self._measured(event.body)
        if "terminated and was requeued" in event.body:
            self.retries += 1
            self._enter(Phase.WAITING, event.time)
            self.saved = None
            return
        if "(1) Job was checkpointed" in event.body:
            self.saved = event.time
        code = _whole(event.head, "Code ")
        self.broken_starts += code == _BAD_CONTAINER
        # Below 1000 are the codes of holds: the job itself was at fault, and the events that follow say so.
        self._stop(Phase.WAITING, event.time, evicted=code is None or (code >= _AGAIN and code != _REMOVED))

    def _broken(self, event: Event) -> None:
        self._stop(Phase.WAITING, event.time, evicted=True)

    def _terminated(self, event: Event) -> None:
        self._measured(event.body)
        self._enter(Phase.OVER, event.time)
        self.outcome, self.ended = Outcome.FINISHED, event.time
        self.exit_code = _whole(event.body, "(return value ")
        self.signal = _whole(event.body, "(signal ")

    def _removed(self, event: Event) -> None:
        self._stop(Phase.OVER, event.time)
        self.outcome, self.ended, self.reason = Outcome.REMOVED, event.time, _first_line(event.body)

    def _held(self, event: Event) -> None:
        text, _, codes = event.body.rpartition("\tCode ")
        code, _, subcode = codes.partition(" Subcode ")
        self._stop(Phase.HELD, event.time)
        hold = Hold(_integer(code) if text else None, _integer(subcode) if text else None, _first_line(event.body))
        self.hold_count += 1
        if len(self.holds) < MOST_HOLDS:
            self.holds.append(hold)
        if (used := _whole(event.body, "Last measured usage: ")) is not None:
            self.over_memory = max(self.over_memory or 0, used)

    def _released(self, event: Event) -> None:
        self._enter(Phase.WAITING, event.time)

    def _suspended(self, event: Event) -> None:
        self._enter(Phase.SUSPENDED, event.time)

    def _unsuspended(self, event: Event) -> None:
        self._enter(Phase.RUNNING, event.time)

    def _grown(self, event: Event) -> None:
        memory = (
            number(event.body[: event.body.find("  -  MemoryUsage")].strip()) if "MemoryUsage" in event.body else None
        )
        if memory is not None and (self.peak is None or memory > self.peak):
            self.peak = memory

    def _measured(self, body: str) -> None:
        """Update the resources from a table: the last request and allocation, and the highest use of any run."""
        for name, (used, requested, allocated, _) in read_table(body).items():
            resource = self.resources.get(name)
            if resource is None:
                self.resources[name] = Resource(requested, allocated, used)
                continue
            resource.asked = resource.asked if requested is None else requested
            resource.given = resource.given if allocated is None else allocated
            if used is not None and (resource.used is None or used > resource.used):
                resource.used = used


_HANDLERS = {
    0: Job._submitted,  # noqa: SLF001  # the table of events belongs to the class
    1: Job._started,  # noqa: SLF001
    4: Job._evicted,  # noqa: SLF001
    5: Job._terminated,  # noqa: SLF001
    6: Job._grown,  # noqa: SLF001
    7: Job._broken,  # noqa: SLF001
    9: Job._removed,  # noqa: SLF001
    10: Job._suspended,  # noqa: SLF001
    11: Job._unsuspended,  # noqa: SLF001
    12: Job._held,  # noqa: SLF001
    13: Job._released,  # noqa: SLF001
    24: Job._broken,  # noqa: SLF001
    40: Job._transferred,  # noqa: SLF001
}


def _first_line(body: str) -> str:
    line = next((line for line in body.split("\n") if line.strip()), "").strip()
    return line[:LONGEST_TEXT] if not line.startswith("Code ") else ""


def _whole(body: str, before: str) -> int | None:
    """Return the whole number that stands behind *before*."""
    at = body.find(before)
    if at < 0:
        return None
    rest = body[at + len(before) : at + len(before) + 20]
    digits = rest[: next((at for at, letter in enumerate(rest) if letter not in "-0123456789"), len(rest))]
    return _integer(digits)


def _integer(text: str) -> int | None:
    text = text.strip()
    bare = text.removeprefix("-")
    return int(text) if bare.isascii() and bare.isdigit() and len(bare) < 12 else None

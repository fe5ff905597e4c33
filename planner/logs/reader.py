"""Read event logs piece by piece: what the page's worker, the command line and the tests call."""

from collections import Counter
from collections.abc import Iterable

from planner.errors import Problem
from planner.logs.events import Event, Events
from planner.logs.jobs import Job

# 006, 021, 022 and the like say nothing of a job that is not known from elsewhere; these do.
_OF_CLUSTERS = frozenset({35, 36})


class Reader:
    """Reads logs of any number of jobs, mixed as they come.

    ``begin(name)`` starts a file, ``feed(piece)`` takes its next bytes or text, ``close()`` ends the last one. Between
    the pieces a caller may show progress or stop. It keeps one record a job, and no more of the text than the event
    that is cut by the end of the piece.
    """

    def __init__(self) -> None:
        self.jobs: dict[tuple[int, int], Job] = {}
        self.events: Counter[int] = Counter()
        self.problems: list[Problem] = []
        self.unread = 0
        self._file: Events | None = None

    def begin(self, name: str) -> None:
        """Start the file *name*, which stands in messages about it."""
        self.close()
        self._file = Events(name)

    def feed(self, piece: bytes | str) -> None:
        """Take the next piece of the file."""
        if self._file is None:
            self.begin("the log")
        assert self._file is not None, "begin has just created it"
        self._take(self._file.feed(piece))

    def close(self) -> None:
        """End the file, and report a log that stops in the middle of an event."""
        if self._file is None:
            return
        self._take(self._file.close())
        self.problems += self._file.problems
        self.unread += self._file.unread
        self._file = None

    def _take(self, events: Iterable[Event]) -> None:
        jobs, event_counts = self.jobs, self.events
        for event in events:
            event_counts[event.number] += 1
            if event.process < 0 or event.number in _OF_CLUSTERS:
                continue
            key = (event.cluster, event.process)
            job = jobs.get(key)
            if job is None:
                job = jobs[key] = Job(*key)
            job.apply(event)


def read_logs(files: Iterable[tuple[str, Iterable[bytes | str]]]) -> Reader:
    """Return a reader that has read *files*: each a name and its pieces."""
    reader = Reader()
    for name, pieces in files:
        reader.begin(name)
        for piece in pieces:
            reader.feed(piece)
    reader.close()
    return reader

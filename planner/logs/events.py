"""Cut the text of an event log into events, piece by piece, and say where it cannot be read.

The grammar is HTCondor's (``condor_utils/condor_event.cpp``): a header line with number, job and time, a body whose
lines begin with a tab or blanks, a line of three dots. Logs before 2021 have dates without a year.
"""

import codecs
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from planner.errors import Problem

END = "\n...\n"
# The longest event of the real logs is some 3 kB; what goes on for longer without an end is no event.
LONGEST_EVENT = 1 << 20
# Enough to see where a file is damaged; the rest is counted.
MOST_PROBLEMS = 50

# ASCII digits only: `\d` would take the digits of every script.
_HEADER = re.compile(
    r"([0-9]{3}) \(([0-9]{1,10})\.(-?[0-9]{1,10})\.-?[0-9]{1,10}\) "
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2})[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)?(?:Z|[+-][0-9:]{4,6})? ?(.*)"
)
# A body never begins a line like this, so here an event begins whose predecessor lost its end.
_STRAY = re.compile(r"\n[0-9]{3} \([0-9]+\.-?[0-9]+\.")


class Event(NamedTuple):
    """One event: its number, the job's two numbers, its time in seconds (of the log's own clock), and its text.

    Times are good for differences: a log names no time zone, and an old one no year.
    """

    number: int
    cluster: int
    process: int
    time: int
    head: str
    body: str


class Events:
    """Events out of pieces of a log, with what could not be read.

    It keeps no more than the unfinished event at the end of the last piece.
    """

    def __init__(self, where: str) -> None:
        self.problems: list[Problem] = []
        self.unread = 0
        self._where = where
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""
        self._line = 1
        self._days: dict[str, int] = {}
        self._month, self._years = 0, 0  # of dates without a year: the last month, and the years that have passed

    def feed(self, piece: bytes | str) -> Iterator[Event]:
        """Yield the events that *piece* completes."""
        text = piece if isinstance(piece, str) else self._decode(piece)
        text = self._rest + text
        held_back = ""
        if "\r" in text:
            if text.endswith("\r"):
                text, held_back = text[:-1], "\r"
            text = text.replace("\r\n", "\n")
        blocks = text.split(END)
        self._rest = blocks.pop() + held_back
        yield from self._read(blocks)
        if len(self._rest) > LONGEST_EVENT:
            self._damaged(self._line, "No event ends here for a million characters.")
            self._line += self._rest.count("\n")
            self._rest = ""

    def close(self) -> Iterator[Event]:
        """Yield what the end of the file completes: an event whose last line has no line end."""
        rest, self._rest = (self._rest + self._decode(b"", True)).rstrip("\n"), ""
        if rest.endswith("\n..."):
            yield from self._read([rest.removesuffix("\n...")])
        elif rest and rest != "...":
            events = [event for _, event in self._events(rest, self._line) if event]
            yield from events[:-1]
            self._damaged(self._line + rest.count("\n"), "The log ends in the middle of an event.")

    def _read(self, blocks: list[str]) -> Iterator[Event]:
        for block in blocks:
            if not _STRAY.search(block) and (match := _HEADER.match(block)) and (event := self._event(match, block)):
                yield event
            else:
                for _, event in self._events(block, self._line):
                    if event:
                        yield event
            self._line += block.count("\n") + 2

    def _events(self, block: str, line: int) -> Iterator[tuple[int, Event | None]]:
        """Yield what can be read of a damaged block: each header begins an event that lasts to the next."""
        begins = [0, *(match.start() + 1 for match in _STRAY.finditer(block))]
        ends = [*(begin - 1 for begin in begins[1:]), len(block)]
        for begin, end in zip(begins, ends, strict=True):
            part = block[begin:end]
            match = _HEADER.match(part)
            event = self._event(match, part) if match else None
            if event is None and part.strip():
                self._damaged(line + block.count("\n", 0, begin), "This is no event.")
            elif end < len(block):
                self._damaged(line + block.count("\n", 0, end) + 1, "The event before this line has no end.")
            yield line, event

    def _event(self, match: re.Match[str], block: str) -> Event | None:
        number, cluster, process, day, hours, minutes, seconds, head = match.groups()
        days = self._days.get(day)
        if days is None or len(day) == 5:
            try:
                days = self._days[day] = self._ordinal(day)
            except ValueError:
                return None
        time = ((days * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
        return Event(int(number), int(cluster), int(process), time, head, block[match.end() + 1 :])

    def _ordinal(self, day: str) -> int:
        """Return the number of a day. Raises ValueError where the calendar has none such.

        Old dates have no year: from December to January it is the next. Only differences of days count.
        """
        if len(day) > 5:
            return date.fromisoformat(day).toordinal()
        yearless = date(2000, int(day[:2]), int(day[3:]))
        if self._month and abs(yearless.month - self._month) > 6:
            self._years += 1 if yearless.month < self._month else -1
        self._month = yearless.month
        return yearless.toordinal() + self._years * 366

    def _damaged(self, line: int, what: str) -> None:
        self.unread += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(f"{self._where}, line {line}", what, "It is left out; the rest is read."))

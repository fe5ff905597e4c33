"""Our reader beside HTCondor's own: the same events, jobs, times and figures, in every real log."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from planner.logs.events import Event, Events
from planner.logs.table import TITLE, read_table
from tests.logs.sample import REAL, read

htcondor2 = pytest.importorskip("htcondor2", reason="HTCondor's Python package exists for Linux only")

# Our name of a row of the table, and HTCondor's of its three cells.
ROWS = {
    "cpus": ("CpusUsage", "RequestCpus", "Cpus"),
    "disk": ("DiskUsage", "RequestDisk", "Disk"),
    "memory": ("MemoryUsage", "RequestMemory", "Memory"),
    "gpus": ("GPUsUsage", "RequestGPUs", "GPUs"),
    "timeexecute": ("TimeExecuteUsage", "RequestTimeExecute", "TimeExecute"),
    "timeslotbusy": ("TimeSlotBusyUsage", "RequestTimeSlotBusy", "TimeSlotBusy"),
}

each_log = pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem[:60])


def theirs(path: Path) -> list[dict[str, Any]]:
    # The events of a whole cluster have no process; we call it -1, as the log does.
    return [{"Proc": -1, **event} for event in htcondor2.JobEventLog(str(path)).events(stop_after=0)]


def ours(path: Path) -> list[Event]:
    events = Events(path.name)
    found = [*events.feed(path.read_bytes()), *events.close()]
    assert events.problems == []
    return found


def as_ended(event: Event) -> str:
    """Return the table of an event in an event 005; nothing where it has none."""
    if TITLE not in event.body:
        return ""
    usage = "".join(
        f"\t\tUsr 0 00:00:00, Sys 0 00:00:00  -  {kind} Usage\n"
        for kind in ("Run Remote", "Run Local", "Total Remote", "Total Local")
    )
    table = event.body[event.body.index(TITLE) :]
    return (
        f"005 ({event.cluster:03}.{event.process:03}.000) 2026-11-23 07:03:17 Job terminated.\n"
        f"\t(1) Normal termination (return value 0)\n{usage}{table}\n...\n"
    )


def test_there_are_logs() -> None:
    assert len(REAL) > 45


@each_log
def test_events_jobs_and_times_are_the_same(path: Path) -> None:
    def clock(text: object) -> tuple[int, int, int]:
        hours, minutes, seconds = str(text).partition("T")[2][:8].split(":")
        return int(hours), int(minutes), int(seconds)

    def our_clock(event: Event) -> tuple[int, int, int]:
        return event.time // 3600 % 24, event.time // 60 % 60, event.time % 60

    assert [(event.number, event.cluster, event.process, our_clock(event)) for event in ours(path)] == [
        (event["EventTypeNumber"], event["Cluster"], event["Proc"], clock(event["EventTime"])) for event in theirs(path)
    ]


@each_log
def test_every_figure_of_every_table_is_the_same(path: Path, tmp_path: Path) -> None:
    # HTCondor's package shows the table of 005 only, so each table of a 004 is put into one.
    copy = tmp_path / "tables.log"
    copy.write_text("".join(map(as_ended, ours(path))), encoding="utf-8")
    for mine, other in zip(ours(copy), theirs(copy), strict=True):
        for name, (used, asked, given, assigned) in read_table(mine.body).items():
            assert [used, asked, given] == [other.get(attribute) for attribute in ROWS[name]], (name, mine)
            if assigned:
                assert assigned == other["AssignedGPUs"]
        assert bool(read_table(mine.body)) == ("RequestMemory" in other)


@each_log
def test_ends_holds_and_peaks_are_the_same(path: Path) -> None:
    reader = read(path.read_bytes())
    others = theirs(path)
    for key, job in reader.jobs.items():
        mine = [event for event in others if (event["Cluster"], event["Proc"]) == key]
        terminated = [event for event in mine if event["EventTypeNumber"] == 5]
        if terminated:
            assert job.outcome == "finished"
            assert (job.exit_code, job.signal) == tuple(
                terminated[-1].get(name) for name in ("ReturnValue", "TerminatedBySignal")
            )
        assert [(hold.code, hold.subcode, hold.text) for hold in job.holds] == [
            (event["HoldReasonCode"], event["HoldReasonSubCode"], event["HoldReason"])
            for event in mine
            if event["EventTypeNumber"] == 12
        ]
        peaks = [event["MemoryUsage"] for event in mine if event["EventTypeNumber"] == 6 and "MemoryUsage" in event]
        assert job.peak == max(peaks, default=None)
        assert job.starts == sum(1 for event in mine if event["EventTypeNumber"] == 1)
    assert reader.events == Counter(event["EventTypeNumber"] for event in others)

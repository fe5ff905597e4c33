"""What tests of the log reader share: events as HTCondor writes them, and reading them."""

from pathlib import Path

from planner.logs import Job, Reader, read_logs

HERE = Path(__file__).parent
REAL = sorted(HERE.rglob("*.log"))

HOST = "<192.0.2.1:9618?addrs=192.0.2.1-9618&alias=ap>"
TABLE = """\tPartitionable Resources :       Usage  Request Allocated Assigned
\t   Cpus                 :        3.42        4         4 
\t   Disk (KB)            : 21508352    41943040  41951232 
\t   Gpus (Average)       :        0.71        1         1 "GPU-3f0c9a1e"
\t   GpusMemory (MB)      :    18432                       
\t   Memory (MB)          :     9214       16384     16384 
\t   TimeExecute (s)      :    13388                       
\t   TimeSlotBusy (s)     :    13502                       """  # noqa: W291  # as HTCondor writes them
NORMAL = f"\t(1) Normal termination (return value 0)\n\t\tUsr 0 03:00:00, Sys 0 00:00:00  -  Run Remote Usage\n{TABLE}"


def event(number: int, time: str, head: str, body: str = "", *, job: str = "7.000.000", day: str = "2026-08-20") -> str:
    """Return one event with its end."""
    return f"{number:03} ({job}) {day} {time} {head}\n" + (f"{body}\n" if body else "") + "...\n"


def submitted(time: str = "10:00:00", **where: str) -> str:
    return event(0, time, f"Job submitted from host: {HOST}", **where)


def started(time: str, **where: str) -> str:
    return event(1, time, f"Job executing on host: {HOST}", "\tSlotName: slot1_1@ep", **where)


def ended(time: str, body: str = NORMAL, **where: str) -> str:
    return event(5, time, "Job terminated.", body, **where)


def held(time: str, reason: str, code: int, subcode: int, **where: str) -> str:
    return event(12, time, "Job was held.", f"\t{reason}\n\tCode {code} Subcode {subcode}", **where)


def read(text: str | bytes) -> Reader:
    return read_logs([("a.log", [text])])


def job(text: str) -> Job:
    """Return the one job of a sound log."""
    reader = read(text)
    assert reader.problems == []
    (found,) = reader.jobs.values()
    return found

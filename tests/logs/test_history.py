import json

import pytest

from planner.errors import PlannerError
from planner.logs import Hold
from planner.logs.history import read_history
from planner.logs.measure import measure
from planner.units import Duration, Size

DONE = {
    "ClusterId": 7, "ProcId": 3, "JobStatus": 4, "QDate": 1000, "JobStartDate": 1600, "CompletionDate": 5200,
    "NumJobStarts": 1, "RemoteWallClockTime": 3600.0, "ExitCode": 0, "RequestMemory": 16384, "MemoryProvisioned": 16384,
    "MemoryUsage": 9214, "RequestDisk": 41943040, "DiskUsage_RAW": 21508352, "RequestCpus": 4, "CpusUsage": 3.42,
    "RequestGPUs": 1, "GPUsProvisioned": 1, "GPUsAverageUsage": 0.71, "GPUsMemoryUsage": 18432,
}  # fmt: skip


def test_a_job_of_the_history_is_one_like_that_of_a_log() -> None:
    (job,) = read_history(json.dumps([DONE]), "history.json")
    assert (job.id, job.waiting, job.running, job.succeeded, job.memory) == ("7.3", 600, 3600, True, 9214)
    found = measure([job])
    assert (found.jobs, found.cpus, found.gpus, found.gpu_use) == (1, 3.42, 1, 0.71)
    assert (found.memory, found.time) == (Size(9214 * 1024**2), Duration(3600))


def test_a_figure_that_stands_as_an_expression_is_unknown() -> None:
    ad = {**DONE, "MemoryUsage": "/Expr(((ResidentSetSize + 1023) / 1024))/", "ResidentSetSize_RAW": 2048000}
    (job,) = read_history(json.dumps([ad]), "history.json")
    assert job.memory == 2000
    (job,) = read_history(json.dumps([{**ad, "ResidentSetSize_RAW": "?"}]), "history.json")
    assert job.memory is None


def test_held_and_removed_jobs_have_their_reasons() -> None:
    held = {**DONE, "JobStatus": 5, "HoldReason": "no file", "HoldReasonCode": 13, "HoldReasonSubCode": 2}
    removed = {**DONE, "ProcId": 4, "JobStatus": 3, "RemoveReason": "via condor_rm"}
    first, second = read_history(json.dumps([held, removed]), "history.json")
    assert (first.held, first.holds) == (True, [Hold(13, 2, "no file")])
    assert (second.outcome, second.reason) == ("removed", "via condor_rm")


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', "3", "[" * 100000])
def test_what_is_no_history_is_refused(text: str) -> None:
    with pytest.raises(PlannerError, match=r"history\.json"):
        read_history(text, "history.json")


def test_strange_entries_are_left_out() -> None:
    assert read_history('[1, null, {}, {"ClusterId": "x"}, []]', "history.json") == []

"""What ``condor_history -json`` prints, as the same records that logs give.

Attribute names are those of HTCondor's manual (classad-attributes/job-classad-attributes). Some figures may stand there
as expressions; those are not evaluated, and count as unknown.
"""

import json
from collections.abc import Mapping
from typing import Any

from planner.errors import PlannerError, Problem
from planner.logs.jobs import LONGEST_TEXT, Hold, Job, Outcome, Phase, Resource

_COMPLETED, _REMOVED, _HELD = 4, 3, 5
_FAILED_TO_READ = "Give what condor_history -json or condor_q -json printed, whole."


def read_history(text: str, where: str) -> list[Job]:
    """Return the jobs in *text*. Raises PlannerError where it is no such list."""
    try:
        ads = json.loads(text)
    except (ValueError, RecursionError):
        raise PlannerError([Problem(where, "is not JSON.", _FAILED_TO_READ)]) from None
    if not isinstance(ads, list):
        raise PlannerError([Problem(where, "is no list of jobs.", _FAILED_TO_READ)])
    return [_job(ad) for ad in ads if isinstance(ad, Mapping) and _whole(ad, "ClusterId") is not None]


def _job(ad: Mapping[str, Any]) -> Job:
    status = _whole(ad, "JobStatus")
    job = Job(_whole(ad, "ClusterId") or 0, _whole(ad, "ProcId") or 0)
    job.submitted, job.started, job.ended = (
        _whole(ad, "QDate"),
        _whole(ad, "JobStartDate"),
        _whole(ad, "CompletionDate"),
    )
    job.starts = _whole(ad, "NumJobStarts") or 0
    job.running = int(_figure(ad, "RemoteWallClockTime") or 0)
    if job.submitted is not None and job.started is not None:
        job.waiting = max(0, job.started - job.submitted)
    if status == _COMPLETED:
        job.outcome, job.phase = Outcome.FINISHED, Phase.OVER
        job.exit_code, job.signal = _whole(ad, "ExitCode"), _whole(ad, "ExitSignal")
    elif status == _REMOVED:
        job.outcome, job.phase, job.reason = Outcome.REMOVED, Phase.OVER, str(ad.get("RemoveReason", ""))
    elif status == _HELD:
        job.phase = Phase.HELD
    reason = ad.get("HoldReason", ad.get("LastHoldReason"))
    if reason:
        last = "" if "HoldReason" in ad else "Last"
        job.holds.append(
            Hold(
                _whole(ad, f"{last}HoldReasonCode"), _whole(ad, f"{last}HoldReasonSubCode"), str(reason)[:LONGEST_TEXT]
            )
        )
        job.hold_count = 1
    job.resources = {
        "cpus": Resource(_figure(ad, "RequestCpus"), _figure(ad, "CpusProvisioned"), _figure(ad, "CpusUsage")),
        "memory": Resource(_figure(ad, "RequestMemory"), _figure(ad, "MemoryProvisioned"), _memory(ad)),
        "disk": Resource(_figure(ad, "RequestDisk"), _figure(ad, "DiskProvisioned"), _disk(ad)),
        "gpus": Resource(_figure(ad, "RequestGPUs"), _figure(ad, "GPUsProvisioned"), _figure(ad, "GPUsAverageUsage")),
        "gpusmemory": Resource(used=_figure(ad, "GPUsMemoryUsage")),
    }
    return job


def _memory(ad: Mapping[str, Any]) -> float | None:
    """Return MiB: as HTCondor figured it, or from the resident set in KiB."""
    if (figure := _figure(ad, "MemoryUsage")) is not None:
        return figure
    resident = _figure(ad, "ResidentSetSize_RAW")
    return resident / 1024 if resident is not None else None


def _disk(ad: Mapping[str, Any]) -> float | None:
    raw = _figure(ad, "DiskUsage_RAW")
    return raw if raw is not None else _figure(ad, "DiskUsage")


def _figure(ad: Mapping[str, Any], name: str) -> float | None:
    value = ad.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**60:
        return None
    return float(value)


def _whole(ad: Mapping[str, Any], name: str) -> int | None:
    value = ad.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**60 else None

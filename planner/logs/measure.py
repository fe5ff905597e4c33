"""From the jobs of logs to what the rules read."""

from collections.abc import Iterable

from planner.logs.jobs import Job
from planner.logs.summary import gpu_count, gpu_share, held_for_memory, spread
from planner.units import Duration, Size
from planner.usage import Usage

_MIB, _KIB = 1024**2, 1024


def measure(jobs: Iterable[Job]) -> Usage:
    """Return what *jobs* used.

    Jobs that failed tell nothing of what a whole task needs and do not count, but those held for their memory are
    evidence that it was too little, and evictions of any job that something is lost.
    """
    jobs = list(jobs)
    succeeded = [job for job in jobs if job.succeeded]
    held_jobs = [job for job in jobs if held_for_memory(job)]
    memory = spread(job.memory for job in succeeded)
    cut_off = max((job.memory for job in held_jobs if not job.succeeded and job.memory is not None), default=0.0)
    most = max(cut_off, memory.most if memory else 0.0)
    time = spread(job.running for job in succeeded if job.starts == 1)
    start = spread(job.transferring / job.starts for job in jobs if job.starts)
    cores = spread(job.used("cpus") for job in succeeded)
    gpu_use = spread(gpu_share(job) for job in succeeded)
    stay = min((job.shortest_stay for job in jobs if job.shortest_stay is not None), default=None)
    return Usage(
        jobs=len(succeeded),
        memory=_size(most or None, _MIB),
        memory_usual=_size(memory.p95 if memory else None, _MIB),
        memory_cut_off=cut_off > 0 and cut_off == most,
        disk=_most(jobs, "disk", _KIB),
        cpus=cores.most if cores else None,
        gpus=int(max((gpu_count(job) for job in succeeded), default=0)),
        gpu_memory=_most(succeeded, "gpusmemory", _MIB),
        gpu_use=gpu_use.median if gpu_use else None,
        time=Duration(time.most) if time else None,
        time_usual=Duration(time.median) if time else None,
        start=Duration(start.median) if start else None,
        stay=Duration(stay) if stay is not None else None,
        evictions=sum(job.evictions for job in jobs),
        lost=Duration(sum(job.lost for job in jobs)),
        ran=Duration(sum(job.running for job in jobs)),
        asked_memory=_most_requested(jobs, "memory", _MIB),
        asked_disk=_most_requested(jobs, "disk", _KIB),
        asked_cpus=int(max((job.asked("cpus") or 0 for job in jobs), default=0)) or None,
    )


def _size(amount: float | None, unit: int) -> Size | None:
    return Size(int(amount * unit)) if amount is not None else None


def _most(jobs: Iterable[Job], name: str, unit: int) -> Size | None:
    return _size(max((used for job in jobs if (used := job.used(name)) is not None), default=None), unit)


def _most_requested(jobs: Iterable[Job], name: str, unit: int) -> Size | None:
    return _size(max((requested for job in jobs if (requested := job.asked(name)) is not None), default=None), unit)

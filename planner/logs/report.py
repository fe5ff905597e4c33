"""What the logs tell, as text for people and as a table for programs."""

import dataclasses
from collections.abc import Iterator

from planner.facts.hold_reasons import NOT_KNOWN
from planner.logs.jobs import Job, Outcome
from planner.logs.reader import Reader
from planner.logs.summary import Quantity, Spread, Summary, gpu_share, summarise
from planner.sentences import plural
from planner.units import Duration, Size

# In a terminal a list of jobs helps as long as it fits; --json has all.
MOST_LISTED = 20


def as_json(reader: Reader) -> dict[str, object]:
    """Return all results: the summary, every job, and what could not be read."""
    return {
        "summary": _summary(summarise(reader.jobs.values())),
        "jobs": [_record(job) for job in reader.jobs.values()],
        "unread": reader.unread,
        "problems": [str(problem) for problem in reader.problems],
    }


def _summary(summary: Summary) -> dict[str, object]:
    spreads = {
        str(quantity): {"jobs": spread.jobs, "median": spread.median, "usual": spread.p95, "most": spread.most}
        for quantity, spread in summary.spreads.items()
    }
    return {**dataclasses.asdict(summary), "spreads": spreads}


def _record(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "end": job.outcome or job.phase,
        "exit_code": job.exit_code,
        "signal": job.signal,
        "seconds": {
            name: getattr(job, name) for name in ("waiting", "transferring", "running", "suspended", "on_hold", "lost")
        },
        "starts": job.starts,
        "evictions": job.evictions,
        "retries": job.retries,
        "card": job.card,
        "memory_mib": job.memory,
        "resources": {name: dataclasses.asdict(resource) for name, resource in job.resources.items()},
        "holds": [hold._asdict() for hold in job.holds],
    }


def as_text(reader: Reader) -> str:
    """Return the report that ``planner logs`` prints."""
    summary = summarise(reader.jobs.values())
    parts = [summary_line(summary), *_spreads(summary), *waste(summary), *_holds(summary), *failures(summary)]
    jobs = list(reader.jobs.values())
    if 0 < len(jobs) <= MOST_LISTED:
        parts += ["", "Job by job", *(f"  {job_line(job)}" for job in jobs)]
    if reader.problems:
        parts += [
            "",
            f"Not read: {reader.unread} places",
            *(f"  {p.where}: {p.what} {p.fix}" for p in reader.problems[:10]),
        ]
    return "\n".join(parts)


def summary_line(summary: Summary) -> str:
    """Return how many jobs there are, and how they ended."""
    if not summary.jobs:
        return "No jobs are in this log."
    ends = [
        f"{number} {word}"
        for number, word in (
            (summary.succeeded, "ended with exit code 0"),
            (summary.failed, "failed"),
            (summary.removed, "removed"),
            (summary.held, "on hold"),
            (summary.unfinished, "not over yet"),
        )
        if number
    ]
    return f"{summary.jobs} {plural(summary.jobs, 'job')}: {', '.join(ends)}."


def _spreads(summary: Summary) -> Iterator[str]:
    if not summary.spreads:
        return
    yield ""
    yield f"{'Used':<26}{'median':>12}{'95 %':>12}{'most':>12}{'jobs':>8}"
    for quantity, spread in summary.spreads.items():
        what, figures = formatted(quantity, spread)
        yield f"  {what:<24}{figures[0]:>12}{figures[1]:>12}{figures[2]:>12}{spread.jobs:>8}"


def formatted(quantity: Quantity, spread: Spread) -> tuple[str, list[str]]:
    """Return the quantity's name, and its three figures as people read them."""
    return quantity.label, [_figure(figure, quantity.unit) for figure in (spread.median, spread.p95, spread.most)]


def _figure(figure: float, unit: str) -> str:
    match unit:
        case "MiB":
            return Size(int(figure * 1024**2)).about
        case "KiB":
            return Size(int(figure * 1024)).about
        case "s":
            return str(Duration(figure))
        case _:
            return f"{figure:.2f}"


def waste(summary: Summary) -> Iterator[str]:
    """Yield what was given and not used, and what was lost; an empty line before all of it."""
    waste_items = [f"{hours:,.1f} {what}" for what, hours in summary.waste.items() if hours >= 0.05]
    if waste_items or summary.evictions or summary.broken_starts or summary.idle_cards:
        yield ""
    if waste_items:
        yield f"Given and not used: {', '.join(waste_items)}."
    if summary.evictions:
        lost = Duration(round(summary.hours_lost * 3600))
        yield f"Evictions: {summary.evictions}; work lost at these and other stops: {lost}."
    if summary.broken_starts:
        yield f"Starts at which the container failed: {summary.broken_starts}; check the image."
    if summary.idle_cards:
        yield f"Jobs whose card did next to nothing: {summary.idle_cards}."


def _holds(summary: Summary) -> Iterator[str]:
    for group in summary.holds:
        code = "no code" if group.code is None else f"code {group.code}/{group.subcode or 0}"
        jobs = f"{group.jobs} {plural(group.jobs, 'job')}"
        yield ""
        yield f"Held: {jobs}, {code}. {group.reason.title if group.reason else NOT_KNOWN}."
        if group.reason:
            yield f"  {group.reason.meaning}"
            yield f"  {group.reason.do}"
        yield f"  Job {group.example_job}: {group.example}"


def failures(summary: Summary) -> Iterator[str]:
    """Yield how the failed jobs ended, after an empty line."""
    if summary.failures:
        yield ""
        yield "Failed: " + ", ".join(f"{jobs} with {how}" for how, jobs in summary.failures) + "."


def job_line(job: Job) -> str:
    """Return one job in a line."""
    end: str = job.phase if job.outcome is None else job.outcome
    if job.outcome is Outcome.FINISHED:
        end = f"signal {job.signal}" if job.signal is not None else f"exit code {job.exit_code}"
    memory, requested = job.memory, job.asked("memory")
    parts = [f"{job.id}: {end}", f"ran {Duration(job.running)}", f"waited {Duration(job.waiting)}"]
    if memory is not None:
        of = f" of {Size(int(requested * 1024**2)).about}" if requested else ""
        parts.append(f"memory {Size(int(memory * 1024**2)).about}{of}")
    if (share := gpu_share(job)) is not None:
        parts.append(f"card busy {share:.0%}")
    if job.lost:
        parts.append(f"lost {Duration(job.lost)}")
    return ", ".join(parts)

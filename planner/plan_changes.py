"""What a new plan changes: request by request, and what that gains."""

from typing import NamedTuple

from planner.advice import Plan
from planner.estimate.match import count
from planner.sentences import plural


class Change(NamedTuple):
    """One line of the submit description, before and after."""

    line: str
    before: str
    after: str


def changes(before: Plan, after: Plan) -> list[Change]:
    """Return the requests that differ between two plans, in the order of the submit description."""
    return [
        Change(line, old or "not set", new or "not set")
        for (line, old), (_, new) in zip(_lines(before), _lines(after), strict=True)
        if old != new
    ]


def _lines(plan: Plan) -> list[tuple[str, str]]:
    settings = plan.settings
    return [
        ("request_gpus", str(settings.request_gpus or "")),
        ("gpus_minimum_memory", str(settings.gpu_memory_floor or "")),
        ("request_cpus", str(settings.request_cpus)),
        ("request_memory", str(settings.request_memory or "")),
        ("retry_request_memory", str(settings.retry_memory or "")),
        ("request_disk", str(settings.request_disk or "")),
        ("length", settings.way.name if settings.way else ""),
        ("checkpoint interval", str(settings.checkpoint_interval or "")),
    ]


def gain(before: Plan, after: Plan) -> str:
    """Return in a sentence how many GPUs match, and how many jobs fit into one server's memory, before and after."""
    old, new = before.settings, after.settings
    sentences = []
    if new.request_gpus:
        gpus = count(new.cards)
        gpus_before = count(old.cards) if old.request_gpus else None
        sentences.append(
            f"{gpus} {plural(gpus, 'card')} match{'es' if gpus == 1 else ''}"
            + (f", {gpus_before} before." if gpus_before not in (None, gpus) else ", as before.")
        )
    if old.request_memory and new.request_memory and old.request_memory != new.request_memory:
        ratio = old.request_memory.bytes / new.request_memory.bytes
        times = f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}"
        sentences.append(f"Where memory is what runs short, {times} times as many jobs fit into the same machines.")
    return " ".join(sentences)

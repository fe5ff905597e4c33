"""Use: what jobs really used, beside what they requested."""

from planner.logs.report import formatted
from planner.logs.summary import Quantity, Spread, Summary
from planner.pictures.drawing import WIDTH, Picture, box, drawing, text
from planner.usage import Usage

_ROW = 46
_LABEL = 110
_KIB, _MIB = 1024, 1024**2


def use(summary: Summary, usage: Usage) -> Picture | None:
    """Return each resource as a bar to its largest use, darker to the median, with a line where the request was.

    None where the logs report no use.
    """
    requests = {
        Quantity.MEMORY: usage.asked_memory.bytes / _MIB if usage.asked_memory else None,
        Quantity.DISK: usage.asked_disk.bytes / _KIB if usage.asked_disk else None,
        Quantity.CORES: usage.asked_cpus,
        Quantity.GPU_MEMORY: None,
    }
    bars = [
        (quantity, summary.spreads[quantity], requests[quantity])
        for quantity in requests
        if quantity in summary.spreads
    ]
    if not bars:
        return None
    shapes: list[str] = []
    rows: list[tuple[str, ...]] = [("used", "median", "95 %", "most", "asked for")]
    for at, (quantity, spread, request) in enumerate(bars):
        what, figures = formatted(quantity, spread)
        shapes += _bar(at * _ROW, what, spread, request)
        requested = _request_text(quantity, request)
        shapes.append(text(_LABEL, at * _ROW + 38, _words(figures, requested), look="quiet"))
        rows.append((what, *figures, requested))
    says = "; ".join(f"{row[0]}: at most {row[3]}{f' of {row[4]} asked for' if row[4] else ''}" for row in rows[1:])
    says = f"{says[:1].upper()}{says[1:]}."
    return Picture("use", "Used, and asked for", says, drawing(_ROW * len(bars), shapes, says), tuple(rows))


def _bar(top: float, what: str, spread: Spread, request: float | None) -> list[str]:
    whole = max(spread.most, request or 0) or 1
    wide = WIDTH - _LABEL - 4
    shapes = [
        text(_LABEL - 8, top + 18, what, anchor="end"),
        box(_LABEL, top + 6, wide * spread.most / whole, 16, "other"),
        box(_LABEL, top + 6, wide * spread.median / whole, 16, "yes"),
    ]
    return [*shapes, box(_LABEL + wide * request / whole, top + 2, 3, 24, "asked")] if request else shapes


def _request_text(quantity: Quantity, request: float | None) -> str:
    return formatted(quantity, Spread(1, request, request, request))[1][0] if request else ""


def _words(figures: list[str], request: str) -> str:
    median, usual, most = figures
    return f"median {median}, 95 % {usual}, most {most}" + (f"; asked for {request}" if request else "")

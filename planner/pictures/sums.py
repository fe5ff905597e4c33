"""Sums: what the disk request is made of."""

from planner.advice import Plan
from planner.pictures.drawing import WIDTH, Picture, box, drawing, text
from planner.units import Size

_ROW = 20
# As many colours as the style sheet has.
_COLOURS = 6


def disk(plan: Plan) -> Picture | None:
    """Return the disk request as a stacked bar; what is left of it is the margin that the rule adds."""
    parts, request = plan.settings.disk_parts, plan.settings.request_disk
    if not parts or request is None:
        return None
    total = sum(part.size.bytes for part in parts)
    margin = [("margin, rounded up", Size(request.bytes - total))] if request.bytes > total else []
    summands = [*((part.what, part.size) for part in parts), *margin]
    whole = max(request.bytes, total)
    shapes: list[str] = []
    at = 0.0
    for number, (what, size) in enumerate(summands):
        wide = WIDTH * size.bytes / whole
        look = f"part-{number % _COLOURS + 1}"
        middle = 50 + number * _ROW
        shapes += [
            box(at, 2, wide - 1, 26, look),
            box(0, middle - 11, 12, 12, look),
            text(20, middle, size.about),
            text(100, middle, what, look="quiet"),
        ]
        at += wide
    says = f"{request} of disk for each job: {', '.join(f'{size.about} {what}' for what, size in summands)}."
    rows = (("what", "size"), *((what, size.about) for what, size in summands), ("request", str(request)))
    return Picture("disk", "The disk request as a sum", says, drawing(46 + _ROW * len(summands), shapes, says), rows)

"""The workflow as a graph: what happens where, in which order."""

from planner.advice import Plan
from planner.pictures.drawing import WIDTH, Picture, arrow, box, drawing, text

_HIGH = 54


def workflow(plan: Plan) -> Picture:
    """Return the steps from here to the results, from left to right; how many jobs run is written into the step."""
    steps = _steps(plan)
    gap = 26
    wide = (WIDTH - 2 - gap * (len(steps) - 1)) / len(steps)
    shapes: list[str] = []
    for number, (what, how) in enumerate(steps):
        x = 1 + number * (wide + gap)
        many = "jobs" in how
        if many:  # a stack: not one job but many
            shapes += [box(x + 6, 2, wide - 6, _HIGH, "node"), box(x + 3, 5, wide - 6, _HIGH, "node")]
        shapes += [
            box(x, 8, wide - (6 if many else 0), _HIGH, "node"),
            text(x + (wide - (6 if many else 0)) / 2, 31, what, anchor="middle"),
            text(x + (wide - (6 if many else 0)) / 2, 49, how, look="quiet", anchor="middle"),
        ]
        if number:
            shapes.append(arrow(x - gap + 2, 35, x - 1))
    says = " → ".join(f"{what}: {how}" for what, how in steps)
    rows = (("step", "how"), *steps)
    return Picture("workflow", "The workflow", says, drawing(_HIGH + 12, shapes, says), rows)


def _steps(plan: Plan) -> list[tuple[str, str]]:
    settings = plan.settings
    tasks = settings.tasks
    return [
        *([("build image", "1 job")] if settings.image_file else []),
        *([("pack data", "here")] if settings.archive else []),
        ("test", "1 job"),
        ("run", f"{tasks:,} jobs" if tasks > 1 else "1 job"),
        ("results", "come back"),
    ]

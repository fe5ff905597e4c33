"""Bars: which GPUs of the pool match, and the ways to run the work."""

import dataclasses

from planner.advice import Advice, Level, Plan
from planner.estimate.match import Demand, count, demand_of, matching
from planner.pictures.drawing import WIDTH, Picture, box, drawing, text

_ROW = 26
_LABEL = 215
_BAR = 160


def cards(plan: Plan) -> Picture | None:
    """Return the pool's GPUs, those that match and those that do not, with what relaxing each demand would gain."""
    if plan.settings.processor != "gpu" or not plan.pool.cards:
        return None
    demand = demand_of(plan.answers, plan.pool)
    most = max(gpu.count for gpu in plan.pool.cards)
    shapes: list[str] = []
    rows: list[tuple[str, ...]] = [("card", "memory", "how many", "matches")]
    for at, gpu in enumerate(plan.pool.cards):
        mismatch = demand.mismatch(gpu)
        middle = at * _ROW + 17
        end = _LABEL + _BAR * gpu.count / most
        shapes += [
            text(_LABEL - 8, middle, f"{'✓' if not mismatch else '✗'} {gpu.model.value}", anchor="end"),
            box(_LABEL, middle - 12, end - _LABEL, 16, "no" if mismatch else "yes"),
            text(end + 6, middle, f"{gpu.count}{f' · {mismatch}' if mismatch else ''}", look="quiet"),
        ]
        rows.append((gpu.model.value, str(gpu.memory.value), str(gpu.count), f"no: {mismatch}" if mismatch else "yes"))
    total, fitting = plan.pool.card_count, count(matching(plan.pool, demand))
    gains = [
        f"{more} more without the demand for {what}"
        for what, looser in _relaxations(demand)
        if (more := count(matching(plan.pool, looser)) - fitting)
    ]
    says = f"{fitting} of {total} cards match." + (f" It would be {'; '.join(gains)}." if gains else "")
    return Picture("cards", "Which cards match", says, drawing(_ROW * len(rows) - 20, shapes, says), tuple(rows))


def _relaxations(demand: Demand) -> list[tuple[str, Demand]]:
    """Return each part of a demand in words, with the demand without it."""
    relaxations = []
    if demand.memory is not None:
        relaxations.append((f"{demand.memory} of memory", dataclasses.replace(demand, memory=None)))
    if demand.lowest is not None:
        relaxations.append((f"capability {demand.lowest} or newer", dataclasses.replace(demand, lowest=None)))
    if demand.highest is not None:
        relaxations.append((f"capability {demand.highest} or older", dataclasses.replace(demand, highest=None)))
    if demand.cards > 1:
        relaxations.append((f"{demand.cards} cards a job", dataclasses.replace(demand, cards=1)))
    return relaxations


def ways(plan: Plan) -> Picture | None:
    """Return the ways to run all tasks by the time to the last result and the jobs at once, the chosen one marked."""
    options = plan.settings.ways
    if not options:
        return None
    longest = max((way.time_to_result.seconds for way in options if way.time_to_result), default=0)
    shapes: list[str] = []
    rows: list[tuple[str, ...]] = [("way", "jobs at once", "last result, at best", "card-hours", "")]
    for at, way in enumerate(options):
        is_chosen = way == plan.settings.way
        middle = at * _ROW + 17
        shapes.append(text(_LABEL - 8, middle, f"{'● ' if is_chosen else ''}{way.name}", anchor="end"))
        end = _LABEL + (_BAR * way.time_to_result.seconds / longest if way.time_to_result and longest else 0)
        if way.time_to_result:
            shapes.append(box(_LABEL, middle - 12, end - _LABEL, 16, "yes" if is_chosen else "other"))
        outcome = str(way.time_to_result) if way.time_to_result else "time not measured" if way.feasible else "no"
        says = f"{outcome}, {way.at_once} at once" if way.feasible else way.infeasible_because
        shapes.append(text(end + 6, middle, _short(says, WIDTH - end), look="quiet"))
        spent = f"{way.card_hours:,.0f}" if way.card_hours is not None else ""
        rows.append((way.name, str(way.at_once), outcome, spent, "chosen" if is_chosen else way.infeasible_because))
    chosen_way = plan.settings.way
    says = f"{chosen_way.name}: {chosen_way.at_once} jobs at once" if chosen_way else "No way is open"
    if chosen_way and chosen_way.time_to_result:
        says += f", the last result after {chosen_way.time_to_result} at best"
    says += "."
    for at, (name, too) in enumerate(_beyond(plan), len(options)):
        says_too = "yes, besides" if too.level is Level.SET else too.because
        shapes.append(text(_LABEL - 8, at * _ROW + 17, f"{'● ' if too.level is Level.SET else ''}{name}", anchor="end"))
        shapes.append(text(_LABEL + 6, at * _ROW + 17, _short(says_too, WIDTH - _LABEL), look="quiet"))
        rows.append((name, "not published", "not published", "", says_too))
    return Picture("ways", "Ways to run it", says, drawing(_ROW * (len(rows) - 1) + 6, shapes, says), tuple(rows))


def _beyond(plan: Plan) -> list[tuple[str, Advice]]:
    """Return the machines beyond the pool's own that a rule speaks of, each with what it says."""
    wider = plan.pool.wider
    names = {"backfill": "idle machines of others", "wider-pools": wider.name if wider else ""}
    return [(names[advice.rule], advice) for advice in plan.advice if advice.rule in names]


# About the width of one letter in the drawing; text that does not fit is in the table.
_LETTER = 6.6


def _short(words: str, width: float) -> str:
    fit = int(width / _LETTER) - 2
    return words if len(words) <= fit else words[: fit - 1] + "…"

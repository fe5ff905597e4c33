"""Advice on GPU memory that is not measured."""

from planner.estimate.gpu_memory import FORMULAS, RESERVING, words
from planner.estimate.match import Floor
from planner.rules.base import Case, Verdict


def estimated_floor(case: Case, floor: Floor) -> Verdict:
    """Request the upper end of the estimate, and show its terms."""
    estimate = floor.estimate
    assert estimate is not None, "asked only of an estimate"
    case.rests_on(*FORMULAS)
    size = floor.size
    because = (
        f"You have not measured it. {words(case.answers)} takes about {estimate.middle.about} on each card, between "
        f"{estimate.low.about} and {estimate.high.about}: {estimate.sum}. Assumed: {'; '.join(estimate.assumed)}. "
    )
    if floor.card:
        case.rests_on(floor.card.safe_memory)
        kind = "may not be enough" if size < estimate.middle else "is a little less than the upper end"
        because += f"{size} is what {case.facts(floor.card).model} surely has, and {kind}. "
    return case.warn(
        f"Ask for cards with at least {size} of memory, and measure it in the test job",
        because=f"{because}Less is needed with {estimate.cure}.{what_is_reserved(case)}",
        gpu_memory_floor=size,
    )


def what_is_reserved(case: Case) -> str:
    """Say that the log cannot show what is needed, if the library reserves GPU memory; else return an empty text."""
    if case.answers.framework not in RESERVING:
        return ""
    return " This library takes a large share of any card at its start: the log shows that, and not what is needed."

"""What is said of GPU memory that nobody has measured."""

from planner.estimate.gpu_memory import FORMULAS, RESERVING, words
from planner.estimate.match import Floor
from planner.rules.base import Case, Verdict


def estimated_floor(case: Case, asked: Floor) -> Verdict:
    """Ask for the upper end of the estimate, and show what it is made of."""
    found = asked.estimate
    assert found is not None, "asked only of an estimate"
    case.rests_on(*FORMULAS)
    floor = asked.size
    because = (
        f"You have not measured it. {words(case.answers)} takes about {found.middle.about} on each card, between "
        f"{found.low.about} and {found.high.about}: {found.sum}. Assumed: {'; '.join(found.assumed)}. "
    )
    if asked.card:
        case.rests_on(asked.card.safe_memory)
        kind = "may not be enough" if floor < found.middle else "is a little less than the upper end"
        because += f"{floor} is what {case.facts(asked.card).model} surely has, and {kind}. "
    return case.warn(
        f"Ask for cards with at least {floor} of memory, and measure it in the test job",
        because=f"{because}Less is needed with {found.cure}.{what_is_reserved(case)}",
        gpu_memory_floor=floor,
    )


def what_is_reserved(case: Case) -> str:
    """Say that the log cannot show what is needed, where the library reserves the card; else an empty text."""
    if case.answers.framework not in RESERVING:
        return ""
    return " This library takes a large share of any card at its start: the log shows that, and not what is needed."

"""Two plans side by side: what was answered otherwise, what follows, and which lines differ."""

from collections.abc import Callable, Mapping
from difflib import unified_diff

from planner.advice import Plan
from planner.answers import as_texts, questions
from planner.bundle import File
from planner.web.render import render
from planner.web.session import PlanAndFiles

# A difference longer than this is read in the files.
SHOWN_LINES = 400


def side_by_side(there: PlanAndFiles, here: PlanAndFiles) -> str:
    """Return the plan *there* (kept, or of another pool) beside the plan *here*."""
    return render(
        "compare.html",
        answers=_answers(there[0], here[0]),
        outcomes=[(name, outcome(there[0]), outcome(here[0])) for name, outcome in _OUTCOMES.items()],
        advice=_advice(there[0], here[0]),
        lines=_lines(there[1], here[1]),
    )


def _answers(there: Plan, here: Plan) -> list[tuple[str, str, str]]:
    there_texts, here_texts = as_texts(there.answers), as_texts(here.answers)
    return [
        (question.label, there_texts[id], here_texts[id])
        for id, question in questions().items()
        if there_texts[id] != here_texts[id] and (there.answers.asked(question) or here.answers.asked(question))
    ]


def _way(plan: Plan) -> str:
    return plan.settings.way.name if plan.settings.way else "none is open"


def _time_to_result(plan: Plan) -> str:
    way = plan.settings.way
    return str(way.time_to_result) if way and way.time_to_result else "not known"


def _at_once(plan: Plan) -> str:
    return f"{plan.settings.way.at_once:,}" if plan.settings.way else "0"


_OUTCOMES: dict[str, Callable[[Plan], str]] = {
    "Pool": lambda plan: plan.pool.name,
    "Way to run it": _way,
    "Jobs at once, at best": _at_once,
    "Last result, at best after": _time_to_result,
    "Cards that match": lambda plan: str(sum(gpu.count for gpu in plan.settings.cards)),
    "Memory": lambda plan: str(plan.settings.request_memory or "not decided"),
    "Disk": lambda plan: str(plan.settings.request_disk or "not decided"),
}


def _advice(there: Plan, here: Plan) -> list[tuple[str, str, str]]:
    there_advice = {advice.rule: advice for advice in there.advice}
    here_advice = {advice.rule: advice for advice in here.advice}
    return [
        ((here_advice.get(rule) or there_advice[rule]).title, _do(there_advice, rule), _do(here_advice, rule))
        for rule in {**there_advice, **here_advice}
        if _do(there_advice, rule) != _do(here_advice, rule)
    ]


def _do(advice: Mapping[str, object], rule: str) -> str:
    return getattr(advice.get(rule), "do", "—")


def _lines(there: tuple[File, ...], here: tuple[File, ...]) -> list[tuple[str, list[str]]]:
    there_files, here_files = {file.path: file.text for file in there}, {file.path: file.text for file in here}
    differences = []
    for path in dict.fromkeys((*there_files, *here_files)):
        before, now = there_files.get(path, "").splitlines(), here_files.get(path, "").splitlines()
        if before != now and len(before) + len(now) < 10 * SHOWN_LINES:
            differences.append((path, list(unified_diff(before, now, n=1, lineterm=""))[2 : 2 + SHOWN_LINES]))
    return differences

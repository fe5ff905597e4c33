"""Advice: the cards below the plan, and the sentences beside the questions that they follow from."""

from collections.abc import Mapping

from markupsafe import Markup

from planner.advice import Advice, Level, Plan
from planner.answers import as_texts, questions
from planner.facts.sources import Source
from planner.web.render import render
from planner.web.session import session

# The ids of answers with their texts.
_Texts = tuple[tuple[str, str], ...]


def advice(plan: Plan) -> dict[str, dict[str, str]]:
    """Return each advice by the name of its part, level by level; what stops the plan stands elsewhere."""
    texts = as_texts(plan.answers)
    return {
        level.value: {
            f"advice {item.rule}": session().part(_advice, item, _answer_texts(item, texts))
            for item in plan.of_level(level)
        }
        for level in Level
        if level is not Level.STOP
    }


def consequences(plan: Plan) -> dict[str, str]:
    """Return for each question the advice that stands beside it."""
    beside: dict[str, list[Advice]] = {id: [] for id in questions()}
    for item in plan.advice:
        if item.anchor_question:
            beside[item.anchor_question].append(item)
    return {f"consequence-{id}": session().part(_consequence, tuple(items)) for id, items in beside.items()}


def _answer_texts(item: Advice, texts: Mapping[str, str]) -> _Texts:
    # Multi-line answers are not quoted, so that a part that is kept never holds a list of 100,000 lines.
    return tuple((id, "" if "\n" in texts[id] else texts[id]) for id in item.because_of)


def _advice(item: Advice, texts: _Texts) -> str:
    # Each is escaped in its template, and is part of many pieces of advice.
    answers = [Markup(session().part(_answer, id, text)) for id, text in texts]  # noqa: S704
    sources = Markup(session().part(_sources, item.sources))  # noqa: S704
    return render("advice.html", item=item, answers=answers, sources=sources)


def _answer(id: str, text: str) -> str:
    return render("answer.html", question=questions()[id], text=text)


def _sources(sources: tuple[Source, ...]) -> str:
    return render("sources.html", sources=sources)


def _consequence(advice: tuple[Advice, ...]) -> str:
    return render("consequence.html", advice=advice)

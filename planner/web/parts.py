"""Pieces of the page as HTML, each from a template with autoescape on."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files as resources

import jinja2
from markupsafe import Markup

from planner.advice import Advice, Level, Plan
from planner.answers import Answers, as_texts, questions, stages
from planner.bundle import File
from planner.errors import Problem

# Answers to choose from are shown all at once up to here, in a list to open above it.
FEW_CHOICES = 4


@cache
def _environment() -> jinja2.Environment:
    folder = resources("planner.web").joinpath("templates")
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values).strip()


def form(plan: Plan) -> str:
    """Return the form with every question, filled with the plan's answers; those not asked are there, but hidden."""
    answers = plan.answers
    return _render(
        "form.html",
        stages=list(stages()),
        texts=as_texts(answers),
        asked={id for id, question in questions().items() if answers.asked(question)},
        suggestions={id: question.suggest(answers) for id, question in questions().items() if question.suggest},
        beside={name: Markup(html) for name, html in consequences(plan).items()},  # noqa: S704  # escaped already
        few=FEW_CHOICES,
    )


def stops(plan: Plan) -> str:
    """Return what must be changed before jobs can run; empty when nothing must."""
    return _render("stops.html", stops=plan.of_level(Level.STOP), questions=questions())


def status(plan: Plan) -> str:
    """Return the line beside the download; it speaks only where the plan stops."""
    return _render("status.html", stops=len(plan.of_level(Level.STOP)))


def advice(plan: Plan) -> str:
    """Return all advice: what stops first, then what to take care of, then what was decided."""
    by_level = [(level, plan.of_level(level)) for level in Level if level is not Level.STOP and plan.of_level(level)]
    return _render("advice.html", by_level=by_level, questions=questions())


def files(made: Sequence[File], opened: str) -> str:
    """Return the files with their texts; the one at path *opened* is shown, or the first."""
    shown = [file for file in made if not file.path.endswith("/")]
    paths = [file.path for file in shown]
    return _render("files.html", files=shown, opened=opened if opened in paths else paths[0])


def summary(plan: Plan, made: Sequence[File]) -> str:
    """Return one line: how much advice, how many files."""
    return _render("summary.html", advice=len(plan.advice), files=sum(not file.path.endswith("/") for file in made))


def problems(found: Sequence[Problem]) -> str:
    """Return what is wrong with one answer."""
    return _render("problems.html", problems=found)


def not_planned(found: Sequence[Problem]) -> str:
    """Return the line that says why the plan has not changed, with what stands beside no question."""
    return _render("not-planned.html", found=found, elsewhere=[p for p in found if p.where not in questions()])


def consequences(plan: Plan) -> dict[str, str]:
    """Return for each question the advice that stands beside it."""
    beside: dict[str, list[Advice]] = {id: [] for id in questions()}
    for item in plan.advice:
        if item.beside:
            beside[item.beside].append(item)
    return {f"consequence-{id}": _render("consequence.html", advice=found) for id, found in beside.items()}


def suggestions(answers: Answers) -> dict[str, str]:
    """Return the values that fields offer while one types."""
    return {
        f"suggest-{id}": _render("suggestions.html", values=question.suggest(answers))
        for id, question in questions().items()
        if question.suggest
    }


def count_of_problems(found: Sequence[Problem]) -> str:
    """Return how many problems there are, as a sentence for the live region."""
    return "One answer needs a look." if len(found) == 1 else f"{len(found)} things need a look."


def said(plan: Plan) -> str:
    """Return the plan in one sentence for the live region."""
    count = len(plan.of_level(Level.STOP))
    if count:
        return f"The plan stops at {'one point' if count == 1 else f'{count} points'}."
    return f"Plan ready: {plan.decided_by['processor'].do}, {plan.decided_by['way'].do[0].lower()}{plan.decided_by['way'].do[1:]}."

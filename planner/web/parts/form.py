"""The form, and what stands beside its questions."""

from collections.abc import Sequence

from markupsafe import Markup

from planner.advice import Level, Plan
from planner.answers import LONGEST_ANSWER, Answers, as_texts, questions, stages
from planner.answers.checks import KEYS
from planner.answers.file import RENAMED
from planner.errors import Problem
from planner.web.parts.advice import consequences
from planner.web.render import render
from planner.web.session import session

# Answers to choose from are shown all at once up to here, in a list to open above it.
FEW_CHOICES = 4


def form(plan: Plan) -> str:
    """Return the form with every question, filled with the plan's answers; those not asked are there, but hidden."""
    answers = plan.answers
    return render(
        "form.html",
        stages=list(stages()),
        texts=as_texts(answers),
        visible={id for id, question in questions().items() if answers.asked(question)},
        suggestions={id: question.suggest(answers) for id, question in questions().items() if question.suggest},
        beside={name: Markup(html) for name, html in {**consequences(plan), **_progress(plan)}.items()},  # noqa: S704  # escaped already
        few=FEW_CHOICES,
        keys=KEYS,
        renamed=RENAMED,
        longest=LONGEST_ANSWER,
    )


def beside_questions(plan: Plan) -> dict[str, str]:
    """Return what the *plan* puts beside questions: no problem, consequences, suggestions, and each stage's progress."""
    return {**no_problems(), **_progress(plan), **consequences(plan), **_suggestions(plan.answers)}


def no_problems() -> dict[str, str]:
    """Return the parts in which problems stand, all empty."""
    return {f"problem-{id}": "" for id in questions()}


def problems(problems: Sequence[Problem]) -> str:
    """Return what is wrong with one answer."""
    return render("problems.html", problems=problems)


def not_planned(problems: Sequence[Problem]) -> str:
    """Return the line that says why the plan has not changed, with what stands beside no question."""
    return render("not-planned.html", problems=problems, elsewhere=[p for p in problems if p.where not in questions()])


def count_of_problems(problems: Sequence[Problem]) -> str:
    """Return how many problems there are, as a sentence for the live region."""
    return "One answer needs a look." if len(problems) == 1 else f"{len(problems)} things need a look."


def words(about_answers: Sequence[str]) -> str:
    """Return what there is to say about answers that came from outside; empty where all could be taken."""
    return render("words.html", words=about_answers)


def _progress(plan: Plan) -> dict[str, str]:
    """Return for each stage how much it asks, and what in it wants a look."""
    return {
        f"progress-{stage.value}": session().part(
            _stage_progress,
            sum(plan.answers.asked(question) for question in of),
            sum(a.stage is stage and a.level in (Level.STOP, Level.WARN, Level.ASK) for a in plan.advice),
        )
        for stage, of in stages()
    }


def _stage_progress(count: int, points: int) -> str:
    return render("progress.html", count=count, points=points)


def _suggestions(answers: Answers) -> dict[str, str]:
    """Return the values that fields offer while the user types."""
    return {
        f"suggest-{id}": session().part(_suggested, tuple(question.suggest(answers)))
        for id, question in questions().items()
        if question.suggest
    }


def _suggested(values: tuple[str, ...]) -> str:
    return render("suggestions.html", values=values)

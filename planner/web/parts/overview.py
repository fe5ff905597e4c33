"""The plan at a glance: what stops it, its pictures, the commands that make it, and the examples to begin from."""

from collections.abc import Mapping, Sequence

from planner.advice import Level, Plan
from planner.answers import as_texts, questions
from planner.answers.file import AnswersFile
from planner.bundle import File
from planner.examples import examples as all_examples
from planner.pictures import Picture, cards, disk, ways, workflow
from planner.web.cli_commands import commands
from planner.web.fragment import LONGEST_LINK
from planner.web.render import render
from planner.web.session import session


def overview(plan: Plan, files: Sequence[File]) -> dict[str, str]:
    """Return the parts that show the plan as a whole."""
    return {
        "stops": _stops(plan),
        "pictures": _pictures(plan),
        "summary": _summary(plan, files),
        "status": _status(plan),
        "shell": _shell(plan),
        "measured": _measured(plan),
    }


def examples(plans: Mapping[str, Plan]) -> str:
    """Return the cards to begin from, each with a picture, a sentence and its zip."""
    by_name = all_examples()
    return render(
        "examples.html",
        examples=[(by_name[name], workflow(plan)) for name, plan in plans.items()],
    )


def _stops(plan: Plan) -> str:
    """Return what must be changed before jobs can run; empty when nothing must."""
    return render("stops.html", stops=plan.of_level(Level.STOP), questions=questions(), texts=as_texts(plan.answers))


def _status(plan: Plan) -> str:
    """Return the line beside the download; it speaks only where the plan stops."""
    return render("status.html", stops=len(plan.of_level(Level.STOP)))


def _pictures(plan: Plan) -> str:
    """Return the pictures of the plan, each with its table."""
    pictures = [workflow(plan), cards(plan), ways(plan), disk(plan)]
    return "\n".join(session().part(_picture, picture) for picture in pictures if picture)


def _picture(picture: Picture) -> str:
    return render("picture.html", picture=picture)


def _shell(plan: Plan) -> str:
    """Return the commands that make the same files in a shell."""
    lines = commands(AnswersFile(plan.answers, plan.measured))
    *_, last = lines.splitlines()
    return render(
        "shell.html", commands=lines if len(lines) <= LONGEST_LINK else last, whole=len(lines) <= LONGEST_LINK
    )


def _summary(plan: Plan, files: Sequence[File]) -> str:
    """Return one line: how much advice, how many files."""
    return render("summary.html", advice=len(plan.advice), files=sum(not file.path.endswith("/") for file in files))


def _measured(plan: Plan) -> str:
    """Return the line that says on what jobs the plan rests; empty where nothing was measured."""
    return render("measured.html", jobs=plan.measured.jobs if plan.measured else 0)

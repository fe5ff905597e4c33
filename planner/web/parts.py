"""Pieces of the page as HTML, each from a template with autoescape on."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup

from planner.advice import Advice, Level, Plan
from planner.answers import LONGEST_ANSWER, Answers, as_texts, questions, stages
from planner.answers.checks import KEYS
from planner.answers.file import AnswersFile
from planner.bundle import File
from planner.errors import Problem
from planner.examples import examples as all_examples
from planner.facts.sources import Source
from planner.pictures import Picture, cards, disk, ways, workflow
from planner.web.changes import ChangedAnswer
from planner.web.highlight import language_of
from planner.web.link import LONGEST_LINK
from planner.web.listing import listing
from planner.web.render import render
from planner.web.shell import commands

# Answers to choose from are shown all at once up to here, in a list to open above it.
FEW_CHOICES = 4
# Changes are told one by one up to here.
FEW_CHANGES = 3

# New lines of files, by path.
Changed = Mapping[str, frozenset[int]]


def form(plan: Plan) -> str:
    """Return the form with every question, filled with the plan's answers; those not asked are there, but hidden."""
    answers = plan.answers
    return render(
        "form.html",
        stages=list(stages()),
        texts=as_texts(answers),
        asked={id for id, question in questions().items() if answers.asked(question)},
        suggestions={id: question.suggest(answers) for id, question in questions().items() if question.suggest},
        beside={name: Markup(html) for name, html in {**consequences(plan), **progress(plan)}.items()},  # noqa: S704  # escaped already
        few=FEW_CHOICES,
        keys=KEYS,
        longest=LONGEST_ANSWER,
    )


def stops(plan: Plan) -> str:
    """Return what must be changed before jobs can run; empty when nothing must."""
    return render("stops.html", stops=plan.of_level(Level.STOP), questions=questions(), texts=as_texts(plan.answers))


def status(plan: Plan) -> str:
    """Return the line beside the download; it speaks only where the plan stops."""
    return render("status.html", stops=len(plan.of_level(Level.STOP)))


def advice(plan: Plan) -> dict[str, dict[str, str]]:
    """Return each advice by the name of its piece, level by level; what stops the plan stands elsewhere."""
    texts = as_texts(plan.answers)
    return {
        level.value: {f"advice {item.rule}": _advice(item, _said_to(item, texts)) for item in plan.of_level(level)}
        for level in Level
        if level is not Level.STOP
    }


def _said_to(item: Advice, texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    # Of several lines nothing is shown: a list of a hundred thousand tasks is not kept for each advice that names it.
    return tuple((id, "" if "\n" in texts[id] else texts[id]) for id in item.because_of)


@lru_cache(maxsize=256)
def _advice(item: Advice, said_to: tuple[tuple[str, str], ...]) -> str:
    said = [_answer(id, text) for id, text in said_to]
    return render("advice.html", item=item, said=said, sources=_sources(item.sources))


@lru_cache(maxsize=512)
def _answer(id: str, text: str) -> Markup:
    return Markup(render("answer.html", question=questions()[id], text=text))  # noqa: S704  # escaped in the template


@lru_cache(maxsize=256)
def _sources(sources: tuple[Source, ...]) -> Markup:
    return Markup(render("sources.html", sources=sources))  # noqa: S704  # escaped in the template


def tree(files: Sequence[File], new: Changed) -> str:
    """Return the list of the files in their folders, those with new lines marked."""
    folders: dict[str, list[dict[str, object]]] = {}
    for file in files:
        if not file.path.endswith("/"):
            folder, _, name = file.path.rpartition("/")
            shown = {"path": file.path, "name": name, "id": listing_id(file.path), "new": bool(new.get(file.path))}
            folders.setdefault(folder, []).append(shown)
    return render("tree.html", folders=folders)


def listed(files: Sequence[File]) -> list[str]:
    """Return the names of the pieces that show the *files*, in their order."""
    return [f"file {file.path}" for file in files if not file.path.endswith("/")]


def listings(plan: Plan, files: Sequence[File], new: Changed, only: str | None = None) -> dict[str, str]:
    """Return each file with its text, by the name of its piece; *only* one where its path is given.

    Where there is none of that path it is the first: the page falls back to it too.
    """
    rules = frozenset(advice.rule for advice in plan.advice)
    shown = [file for file in files if not file.path.endswith("/")]
    if only is not None:
        shown = [file for file in shown if file.path == only] or shown[:1]
    return {
        f"file {file.path}": _listing(file.path, file.text, rules, new.get(file.path, frozenset())) for file in shown
    }


@lru_cache(maxsize=128)
def _listing(path: str, text: str, rules: frozenset[str], new: frozenset[int]) -> str:
    named = sorted(rules & set(re.findall(r"\[([a-z0-9-]+)\]", text)))  # only these matter: the others may come and go
    return _listing_html(path, text, frozenset(named), new)


@lru_cache(maxsize=128)
def _listing_html(path: str, text: str, rules: frozenset[str], new: frozenset[int]) -> str:
    return render("listing.html", path=path, id=listing_id(path), listing=listing(path, text, rules, new))


@lru_cache(maxsize=128)
def listing_id(path: str) -> str:
    """Return the id of the element that shows the file at *path*."""
    return "file-" + re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")


def changes(
    plan: Plan, answers: Sequence[ChangedAnswer], files: Sequence[File], new: Changed, gone: Sequence[str]
) -> str:
    """Return what the last answer changed: "you said … → these lines, because …"."""
    ids = {answer.id for answer in answers}
    because = [advice for advice in plan.advice if ids & set(advice.because_of) and advice.decides]
    lines = [(file.path, _lines_at(new[file.path], file.text)) for file in files if file.path in new]
    decided = [(path, [line for line in of if _is_decided(line)]) for path, of in lines if _is_code(path)]
    return render(
        "changes.html",
        answers=answers,
        decided=[(path, of) for path, of in decided if of],
        others=[path for path, of in lines if of and not (_is_code(path) and any(map(_is_decided, of)))],
        gone=gone,
        because=because,
        few=FEW_CHANGES,
    )


def _lines_at(places: frozenset[int], text: str) -> list[str]:
    lines = text.splitlines()
    return [lines[at] for at in sorted(places)]


def _is_code(path: str) -> bool:
    return language_of(path) in ("submit", "dag", "container", "sh") or path.endswith("requirements.txt")


def _is_decided(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def pictures(plan: Plan) -> str:
    """Return the pictures of the plan, each with its table."""
    drawn = [workflow(plan), cards(plan), ways(plan), disk(plan)]
    return "\n".join(_picture(picture) for picture in drawn if picture)


@lru_cache(maxsize=32)
def _picture(picture: Picture) -> str:
    return render("picture.html", picture=picture)


def examples(plans: Mapping[str, Plan]) -> str:
    """Return the cards to begin from, each with a picture, a sentence and its zip."""
    known = all_examples()
    return render(
        "examples.html",
        examples=[(known[name], workflow(plan)) for name, plan in plans.items()],
    )


def shell(plan: Plan) -> str:
    """Return the commands that make the same files in a shell."""
    lines = commands(AnswersFile(plan.answers, plan.measured))
    *_, last = lines.splitlines()
    return render(
        "shell.html", commands=lines if len(lines) <= LONGEST_LINK else last, whole=len(lines) <= LONGEST_LINK
    )


def progress(plan: Plan) -> dict[str, str]:
    """Return for each stage how much it asks, and what in it wants a look."""
    return {
        f"progress-{stage.value}": _progress(
            sum(plan.answers.asked(question) for question in of),
            sum(a.stage is stage and a.level in (Level.STOP, Level.WARN, Level.ASK) for a in plan.advice),
        )
        for stage, of in stages()
    }


@lru_cache(maxsize=128)
def _progress(asked: int, points: int) -> str:
    return render("progress.html", asked=asked, points=points)


def words(said: Sequence[str]) -> str:
    """Return what there is to say about answers that came from outside; empty where all could be taken."""
    return render("words.html", words=said)


def summary(plan: Plan, made: Sequence[File]) -> str:
    """Return one line: how much advice, how many files."""
    return render("summary.html", advice=len(plan.advice), files=sum(not file.path.endswith("/") for file in made))


def measured(plan: Plan) -> str:
    """Return the line that says on what jobs the plan rests; empty where nothing was measured."""
    return render("measured.html", jobs=plan.measured.jobs if plan.measured else 0)


def problems(found: Sequence[Problem]) -> str:
    """Return what is wrong with one answer."""
    return render("problems.html", problems=found)


def not_planned(found: Sequence[Problem]) -> str:
    """Return the line that says why the plan has not changed, with what stands beside no question."""
    return render("not-planned.html", found=found, elsewhere=[p for p in found if p.where not in questions()])


def consequences(plan: Plan) -> dict[str, str]:
    """Return for each question the advice that stands beside it."""
    beside: dict[str, list[Advice]] = {id: [] for id in questions()}
    for item in plan.advice:
        if item.anchor_question:
            beside[item.anchor_question].append(item)
    return {f"consequence-{id}": _consequence(tuple(found)) for id, found in beside.items()}


@lru_cache(maxsize=256)
def _consequence(advice: tuple[Advice, ...]) -> str:
    return render("consequence.html", advice=advice)


def suggestions(answers: Answers) -> dict[str, str]:
    """Return the values that fields offer while one types."""
    return {
        f"suggest-{id}": _suggestions(tuple(question.suggest(answers)))
        for id, question in questions().items()
        if question.suggest
    }


@lru_cache(maxsize=64)
def _suggestions(values: tuple[str, ...]) -> str:
    return render("suggestions.html", values=values)


def count_of_problems(found: Sequence[Problem]) -> str:
    """Return how many problems there are, as a sentence for the live region."""
    return "One answer needs a look." if len(found) == 1 else f"{len(found)} things need a look."


def said(plan: Plan, new: Changed) -> str:
    """Return what changed in one sentence for the live region; without a change, the plan."""
    count = len(plan.of_level(Level.STOP))
    if count:
        return f"The plan stops at {'one point' if count == 1 else f'{count} points'}."
    changed = [(path, len(lines)) for path, lines in new.items() if lines and _is_code(path)]
    if changed:
        told = ", ".join(f"{lines} in {path}" for path, lines in changed[:FEW_CHANGES])
        return f"Lines changed: {told}{' and more' if len(changed) > FEW_CHANGES else ''}."
    way = plan.decided_by["way"].do
    return f"Plan ready: {plan.decided_by['processor'].do}, {way[0].lower()}{way[1:]}."

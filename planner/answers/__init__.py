"""Answers: what the user said. One field is one question; the form, the file and the link are made from it.

``Answers()`` holds every default; ``read_answers`` makes one from what a form sends or a TOML file holds. The files
themselves are the matter of ``answers.file``.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType, SimpleNamespace
from typing import Any

from planner.answers.by_stage.data import Data
from planner.answers.by_stage.develop import Develop
from planner.answers.by_stage.improve import Improve
from planner.answers.by_stage.needs import Needs
from planner.answers.by_stage.tasks import Tasks
from planner.answers.checks import check_together, looks_like_a_key
from planner.answers.question import Question, Stage
from planner.errors import PlannerError, Problem, did_you_mean

# Characters; a table of a hundred thousand tasks is shorter. What is longer is another file, pasted by mistake.
LONGEST_ANSWER = 5_000_000
# Lines; ten times as many would keep Python in the browser busy until the page looks frozen.
MOST_LINES = 200_000
# The problem reported for text that looks like one.
A_KEY = "This looks like a key or a password."


@dataclass(frozen=True, kw_only=True)
class Answers(Develop, Needs, Tasks, Data, Improve):
    """Every answer, in the order in which work happens."""

    def asked(self, question: Question) -> bool:
        """Tell whether *question* matters, given the other answers."""
        return question.id in self.ids_asked

    # Answers never change, and one plan wants each of these many times.
    @cached_property
    def ids_asked(self) -> frozenset[str]:
        """The questions that matter, given the other answers."""
        return frozenset(id for id, question in questions().items() if question.asked(self))

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Every answer as a person would type it into the form."""
        return MappingProxyType({id: question.kind.text(getattr(self, id)) for id, question in questions().items()})


# The questions of each stage, in reading order.
_STAGES: tuple[tuple[Stage, tuple[type, ...]], ...] = (
    (Stage.DEVELOP, (Develop,)),
    (Stage.DISTRIBUTE, (Needs, Tasks, Data)),
    (Stage.IMPROVE, (Improve,)),
)


@cache
def questions() -> dict[str, Question]:
    """Return every question by its id, in reading order."""
    return {
        field.name: Question(id=field.name, **field.metadata)
        for _, parts in _STAGES
        for part in parts
        for field in dataclasses.fields(part)
    }


def stages() -> Iterator[tuple[Stage, list[Question]]]:
    """Yield each stage with its questions."""
    for stage, parts in _STAGES:
        yield stage, [questions()[field.name] for part in parts for field in dataclasses.fields(part)]


def default_answers() -> Answers:
    """Return the answers of somebody who has changed nothing yet."""
    return read_answers({})


def read_answers(raw: Mapping[str, object]) -> Answers:
    """Return the answers that *raw* holds by question id: the texts of a form, or values of a TOML file.

    A question that is not asked keeps its default, whatever *raw* holds for it. Raises PlannerError with every problem:
    unknown questions, answers of the wrong form, answers that do not go together, anything that looks like a key.
    """
    unknown, raw_answers = _without_unknown(raw)
    values, problems = _read_each(raw_answers)
    answers = _answers(values)
    # Report secrets in hidden questions too; nobody would look for them there.
    relevant = [problem for problem in problems if problem.what == A_KEY or answers.asked(questions()[problem.where])]
    all_problems = [*unknown, *relevant, *check_together(answers, {problem.where for problem in relevant})]
    if all_problems:
        raise PlannerError(all_problems)
    return answers


def readable_answers(raw: Mapping[str, object]) -> Answers:
    """Return what can be read of *raw*, with defaults for the rest: to know which questions to ask meanwhile."""
    return _answers(_read_each(_without_unknown(raw)[1])[0])


def _without_unknown(raw: Mapping[str, object]) -> tuple[list[Problem], dict[str, object]]:
    """Return a problem for each unknown question in *raw*, and *raw* without them."""
    all_questions = questions()
    problems = [
        Problem(key[:60], "is not a question.", did_you_mean(key, all_questions))
        for key in raw
        if key not in all_questions
    ]
    return problems, {key: value for key, value in raw.items() if key in all_questions}


def _read_each(raw_answers: Mapping[str, object]) -> tuple[dict[str, Any], list[Problem]]:
    """Read every answer by its kind; where that fails, the default stands in and a problem says why."""
    so_far = SimpleNamespace()
    values = vars(so_far)
    problems: list[Problem] = []
    for id, question in questions().items():
        values[id] = question.default(so_far) if callable(question.default) else question.default
        if id not in raw_answers:
            continue
        if isinstance(text := raw_answers[id], str) and len(text) > LONGEST_ANSWER:
            problems.append(Problem(id, f"is {len(text):,} characters long.", "Was another file pasted here?"))
            continue
        if (lines := _lines_in(raw_answers[id])) > MOST_LINES:
            problems.append(
                Problem(id, f"holds {lines:,} lines.", f"At most {MOST_LINES:,}: was another file pasted here?")
            )
            continue
        if looks_like_a_key(raw_answers[id]):
            problems.append(Problem(id, A_KEY, "Take it out: no plan needs one, and files are shared."))
            continue
        try:
            values[id] = question.kind.read(raw_answers[id])
        except ValueError as error:
            problems.append(Problem(id, f"{_excerpt(raw_answers[id])} cannot be used.", str(error)))
    return values, problems


def _lines_in(raw: object) -> int:
    return len(raw) if isinstance(raw, list) else str(raw).count("\n") + 1


def _excerpt(raw: object) -> str:
    text = raw if isinstance(raw, str) else str(raw)
    return f'"{text[:40]}{"…" if len(text) > 40 else ""}"' if text else "An empty answer"


def _answers(values: dict[str, Any]) -> Answers:
    """Build the answers, with the defaults back in every question that is not asked.

    Whether a question is asked may depend on one that has just been reset, so this repeats until nothing changes.
    """
    values = dict(values)
    while True:
        answers = Answers(**values)
        so_far = SimpleNamespace()
        before = dict(values)
        for id, question in questions().items():
            if not answers.asked(question):
                values[id] = question.default(so_far) if callable(question.default) else question.default
            setattr(so_far, id, values[id])
        if values == before:
            return answers


def as_texts(answers: Answers) -> dict[str, str]:
    """Return every answer as a person would type it into the form."""
    return dict(answers.texts)


def as_table(answers: Answers) -> dict[str, object]:
    """Return the value that an answers file holds for every question that is asked."""
    return {
        id: question.kind.write(getattr(answers, id)) for id, question in questions().items() if answers.asked(question)
    }

"""Answers that come and go: as the part of an address behind ``#``, as ``answers.toml``, from an example.

An address holds only what differs from the defaults, readable: ``#project=flowers&time_on_gpu=90+min``. Whatever it
holds that cannot be used is left out, with a word about it; the rest is taken.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import parse_qsl, quote_plus

from planner.answers import LONGEST_ANSWER, Answers, questions
from planner.answers.file import USAGE, AnswersFile, parse
from planner.errors import PlannerError, Problem, did_you_mean
from planner.examples import examples

# Signs that need no % in the part of an address behind "#", and read better without.
_READABLE = "/:,;=@!$()*'{}?~"


@dataclass(frozen=True)
class Opened:
    """Answers that came from outside: their *texts* for the form, and a word about each that could not be taken."""

    texts: dict[str, str]
    words: tuple[str, ...] = ()


def changed_from_defaults(answers: Answers) -> dict[str, str]:
    """Return the answers that are asked and not what a default would be, as texts."""
    texts: dict[str, str] = {}
    so_far = SimpleNamespace()
    for id, question in questions().items():
        default = question.default(so_far) if callable(question.default) else question.default
        value = getattr(answers, id)
        setattr(so_far, id, value)
        if value != default and answers.asked(question):
            texts[id] = question.kind.text(value)
    return texts


# Mail programs and chats cut longer addresses; a list of tasks travels as a file.
LONGEST_LINK = 8000


def as_fragment(answers: Answers) -> str | None:
    """Return what stands behind ``#`` in the address of a plan; empty for the defaults, None where it is too long."""
    fragment = "&".join(
        f"{id}={quote_plus(text, safe=_READABLE)}" for id, text in changed_from_defaults(answers).items()
    )
    return fragment if len(fragment) <= LONGEST_LINK else None


def open_fragment(fragment: str) -> Opened:
    """Return the answers of an address: those that it does not name have their defaults."""
    table: dict[str, str] = {}
    words: list[str] = []
    for key, value in parse_qsl(fragment.removeprefix("#"), keep_blank_values=True):
        if key in table:
            words.append(f"{key} stands twice in the link; its last answer is used.")
        table[key] = value
    if table.pop(USAGE, None) is not None:
        words.append("Measurements travel in files, not in links; those in this link are left out.")
    return opened(table, "link", words)


def open_file(text: str) -> Opened:
    """Return the answers of an answers file."""
    if len(text) > LONGEST_ANSWER:
        return Opened({}, (f"This is no answers file: it is {len(text):,} characters long. Nothing was changed.",))
    try:
        return opened(parse(text), "file")
    except PlannerError as error:
        return Opened({}, tuple(f"{problem.where} {problem.what} {problem.fix}" for problem in error.problems))
    except tomllib.TOMLDecodeError as error:
        return Opened({}, (f"This is no answers file: {error}. Nothing was changed.",))


def open_example(name: str) -> Opened:
    """Return the answers of an example."""
    if name not in examples():
        return Opened({}, (f"No example is called {name}. {did_you_mean(name, examples())}",))
    return Opened(AnswersFile(examples()[name].answers).to_form())


def opened(table: Mapping[str, object], of: str, words: Sequence[str] = ()) -> Opened:
    """Take what can be used of *table*, and say what cannot; *of* names where it came from, *words* are earlier messages.

    Raises PlannerError where the usage in it is damaged.
    """
    file, problems = AnswersFile.usable(table)
    old = (file.old_words,) if file.old_names else ()
    return Opened(file.to_form(), (*words, *old, *(_word(problem, table, of) for problem in problems)))


def _word(problem: Problem, table: Mapping[str, object], of: str) -> str:
    if problem.where == "schema":
        schema = table["schema"]
        return f"The {of} was made by another version of the planner ({schema}); check what it filled in."
    if problem.where not in questions():
        return f"{problem.where} in the {of} is no question of this planner. {problem.fix}"
    return f"{questions()[problem.where].label} {problem.what} {problem.fix}"

"""Answers that come and go: as the part of an address behind ``#``, as ``answers.toml``, from an example.

An address holds only what differs from the defaults, readable: ``#project=flowers&hours_gpu=90+min``. Whatever it
holds that cannot be used is left out, with a word about it; the rest is taken.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import parse_qsl, quote_plus

from planner.answers import LONGEST_ANSWER, SCHEMA, Answers, as_texts, questions, read_answers, readable_answers
from planner.errors import PlannerError, did_you_mean
from planner.examples import examples
from planner.usage import Measured, read_measured, split_measured
from planner.usage import as_table as measured_table

# Signs that need no % in the part of an address behind "#", and read better without.
_READABLE = "/:,;=@!$()*'{}?~"


@dataclass(frozen=True)
class Opened:
    """Answers that came from outside: their *texts* for the form, and a word about each that could not be taken."""

    texts: dict[str, str]
    words: tuple[str, ...] = ()


def changed_from_defaults(answers: Answers) -> dict[str, str]:
    """Return the answers that are asked and not what a default would be, as texts."""
    found: dict[str, str] = {}
    so_far = SimpleNamespace()
    for id, question in questions().items():
        default = question.default(so_far) if callable(question.default) else question.default
        value = getattr(answers, id)
        setattr(so_far, id, value)
        if value != default and answers.asked(question):
            found[id] = question.kind.text(value)
    return found


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
    given: dict[str, str] = {}
    words: list[str] = []
    for key, value in parse_qsl(fragment.removeprefix("#"), keep_blank_values=True):
        if key in given:
            words.append(f"{key} stands twice in the link; its last answer is used.")
        given[key] = value
    return opened(given, "link", words)


def open_file(text: str) -> Opened:
    """Return the answers of an answers file."""
    if len(text) > LONGEST_ANSWER:
        return Opened({}, (f"This is no answers file: it is {len(text):,} characters long. Nothing was changed.",))
    try:
        given, measured = split_measured(tomllib.loads(text))
        return opened(given, "file", measured=measured)
    except PlannerError as error:
        return Opened({}, tuple(f"{problem.where} {problem.what} {problem.fix}" for problem in error.problems))
    except tomllib.TOMLDecodeError as error:
        return Opened({}, (f"This is no answers file: {error}. Nothing was changed.",))


def open_example(name: str) -> Opened:
    """Return the answers of an example."""
    if name not in examples():
        return Opened({}, (f"No example is called {name}. {did_you_mean(name, examples())}",))
    return Opened({**as_texts(examples()[name].answers), "measured": ""})


def opened(given: Mapping[str, object], of: str, words: Sequence[str] = (), measured: Measured | None = None) -> Opened:
    """Take what can be used of *given*, and say what cannot; *of* names where it stood, *words* what was said already."""
    words, known = [*words], questions()
    schema = given.get("schema", SCHEMA)
    if str(schema) != str(SCHEMA):
        words.append(f"The {of} was made by another version of the planner ({schema}); check what it filled in.")
    answers = {key: value for key, value in given.items() if key in known}
    words += [
        f"{key[:60]} in the {of} is no question of this planner. {did_you_mean(key, known)}"
        for key in given
        if key not in known and key != "schema"
    ]
    kept = {"measured": measured_text(measured)}
    try:
        return Opened({**as_texts(read_answers(answers)), **kept}, tuple(words))
    except PlannerError as error:
        words += [
            f"{known[problem.where].label if problem.where in known else problem.where} {problem.what} {problem.fix}"
            for problem in error.problems
        ]
        return Opened({**as_texts(readable_answers(answers)), **kept}, tuple(words))


def measured_text(measured: Measured | None) -> str:
    """Return what was measured as the form keeps it beside the answers; empty for nothing."""
    return json.dumps(measured_table(measured)) if measured else ""


def read_measured_text(text: object) -> Measured | None:
    """Return what the form keeps of measurements. Raises PlannerError where it was damaged."""
    if not text:
        return None
    try:
        table = json.loads(str(text))
    except ValueError:
        table = {}
    return read_measured(table if isinstance(table, dict) else {})

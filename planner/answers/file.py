"""Answers files: the only place where ``answers.toml``, and the texts of the page's form, are read and written.

Both hold the same: answers by question id, the schema they were written in, and beside them what earlier jobs used.
"""

import json
import tomllib
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import tomli_w

from planner import usage as usages
from planner.answers import Answers, as_table, as_texts, read_answers, readable_answers
from planner.errors import PlannerError, Problem
from planner.sentences import and_joined
from planner.usage import Usage, read_usage

SCHEMA = 2
# Questions by the names they had in schema 1: files, links and pages kept in a browser from then are still read.
RENAMED = {
    "spread": "task_source",
    "reach": "where_to_run",
    "hours_gpu": "time_on_gpu",
    "hours_cpu": "time_on_cpu",
}
_READABLE = ("1", str(SCHEMA))
# The name of the table with the usage, and of the field of the form that keeps it as JSON.
USAGE = "measured"


@dataclass(frozen=True)
class AnswersFile:
    """The answers and the *usage* of earlier jobs: all that a plan is made from, besides the pool.

    *old_names*: names of schema 1 under which answers were read.
    """

    answers: Answers
    usage: Usage | None = None
    old_names: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def read(cls, text: str, *, pool: str | None = None) -> Self:
        """Return what the TOML *text* holds, for *pool* instead of its own if one is given.

        Raises tomllib.TOMLDecodeError where it is not TOML, PlannerError with every problem of the answers.
        """
        table = parse(text)
        return cls.from_table({**table, "pool": pool} if pool else table)

    @classmethod
    def from_table(cls, table: Mapping[str, object]) -> Self:
        """Return what the *table* of a TOML file holds. Raises PlannerError with every problem."""
        file, problems = cls.usable(table)
        if problems:
            raise PlannerError(problems)
        return file

    @classmethod
    def usable(cls, table: Mapping[str, object]) -> tuple[Self, list[Problem]]:
        """Return what can be used of *table*, with defaults for the rest, and a problem for all that cannot.

        Raises PlannerError where the usage is damaged: a plan that rests on half of it would be wrong.
        """
        usage = _usage_of(table.get(USAGE))
        named = with_current_names(table)
        raw_answers = {key: value for key, value in named.items() if key not in ("schema", USAGE)}
        problems = _other_schema(table)
        try:
            answers = read_answers(raw_answers)
        except PlannerError as error:
            problems += error.problems
            answers = readable_answers(raw_answers)
        return cls(answers, usage, tuple(key for key in table if key not in named)), problems

    @classmethod
    def from_form(cls, texts: Mapping[str, object]) -> Self:
        """Return what the page's form holds. Raises PlannerError with every problem."""
        return cls.from_table({**texts, USAGE: _usage_table(texts.get(USAGE))})

    @property
    def old_words(self) -> str:
        """A sentence that says which answers had old names; empty where none had."""
        if not self.old_names:
            return ""
        pairs = and_joined([f"{old} is now {RENAMED[old]}" for old in self.old_names])
        return f"This was written by an earlier version of the planner, and was read: {pairs}."

    def to_form(self) -> dict[str, str]:
        """Return the texts for the page's form, by question id; beside them the usage, empty where there is none."""
        return {**as_texts(self.answers), USAGE: usage_text(self.usage)}

    def to_table(self, only: Container[str] | None = None) -> dict[str, Any]:
        """Return the table of a TOML file: every question that is asked, or *only* these of them."""
        answers = {id: value for id, value in as_table(self.answers).items() if only is None or id in only}
        return table_of(answers, self.usage)

    def write(self, only: Container[str] | None = None) -> str:
        """Return the text of an answers file: every question that is asked, or *only* these of them."""
        return write_table(self.to_table(only))


def parse(text: str) -> dict[str, object]:
    """Return the table that *text* holds. Raises tomllib.TOMLDecodeError where it is not TOML."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("Lists or tables are nested too deeply") from None


def with_current_names(table: Mapping[str, object]) -> dict[str, object]:
    """Return *table* with the names of today's schema; an old name beside its new one stays, and is no question."""
    return {
        RENAMED[key] if key in RENAMED and RENAMED[key] not in table else key: value for key, value in table.items()
    }


def table_of(answers: Mapping[str, object], usage: Usage | None) -> dict[str, Any]:
    """Return the table of a file with these *answers*, which may be some of all that a plan needs."""
    measured = {USAGE: usages.as_table(usage)} if usage else {}
    return {"schema": SCHEMA, **answers, **measured}


def write_table(table: Mapping[str, object]) -> str:
    """Return the TOML text of such a *table*."""
    return tomli_w.dumps(table)


def usage_text(usage: Usage | None) -> str:
    """Return *usage* as the form keeps it; empty for none."""
    return json.dumps(usages.as_table(usage)) if usage else ""


def _other_schema(table: Mapping[str, object]) -> list[Problem]:
    """Return a problem if the file is of another schema. Links hold it as text, files as a number."""
    schema = table.get("schema", SCHEMA)
    if str(schema) in _READABLE:
        return []
    return [Problem("schema", f"is {schema!r}, this planner reads {SCHEMA}.", "Use the planner that wrote it.")]


def _usage_of(table: object) -> Usage | None:
    if table is None:
        return None
    if not isinstance(table, dict):
        raise PlannerError([Problem(USAGE, "is no table.", "Write the file again with planner logs --write.")])
    return read_usage(table)


def _usage_table(text: object) -> object:
    """Return the table that the form keeps as JSON; an empty one, which is refused, where the text was damaged."""
    if not text:
        return None
    try:
        table = json.loads(str(text))
    except ValueError:
        return {}
    return table if isinstance(table, dict) else {}

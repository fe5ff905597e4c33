"""Generated files that somebody edited by hand: the edits, and the answers that express some of them."""

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.answers import Answers, questions
from planner.answers.file import AnswersFile, parse, with_current_names
from planner.bundle import make_files
from planner.bundle.quoting import csv_row
from planner.engine import make_plan
from planner.errors import PlannerError
from planner.facts.pools import pools
from planner.importing.from_submit import code, needs, software
from planner.review.edits import diff
from planner.review.files import ReviewedFiles
from planner.submit.description import read_submit
from planner.usage import Usage

_HEAD = re.compile(r"(?m)^(?:#|<!--) *Made by htc-planner \d")


@dataclass(frozen=True)
class Bundle:
    """A bundle that the planner generated, recognized by its ``answers.toml``.

    *answers* as that file holds them, valid or not, and the *usage* with them; *kept*: answers that express edits made
    by hand in other files; *edited*: all edits made by hand, as a unified diff for each file.
    """

    answers: dict[str, object]
    usage: Usage | None = None
    kept: dict[str, object] = field(default_factory=dict)
    edited: dict[str, str] = field(default_factory=dict)


def is_made(text: str) -> bool:
    """Tell whether the planner generated a file, according to its first comment."""
    return _HEAD.search(text[:2000]) is not None


def bundle(case: ReviewedFiles) -> Bundle | None:
    """Return the bundle that the planner generated, or None if the files have no readable ``answers.toml``."""
    name = case.named("answers.toml")
    if name is None:
        return None
    try:
        table = with_current_names(parse(case.files[name]))
    except tomllib.TOMLDecodeError:
        return None
    try:
        file = AnswersFile.from_table(table)
    except PlannerError:
        return Bundle(table)
    generated = _generated(file, name.removesuffix("answers.toml"))
    changed = {
        path: text
        for path, text in case.files.items()
        if path in generated and path != name and text != generated[path]
    }
    return Bundle(
        table,
        file.usage,
        _kept(file.answers, table, generated, changed),
        {path: diff(path, generated[path], text, "changed by hand") for path, text in changed.items()},
    )


def _generated(file: AnswersFile, folder: str) -> dict[str, str]:
    """Return the texts of the files that the planner generates, by path."""
    plan = make_plan(file.answers, pools()[file.answers.pool], measured=file.usage)
    return {folder + generated_file.path: generated_file.text for generated_file in make_files(plan)}


def _kept(
    answers: Answers, table: Mapping[str, object], generated: Mapping[str, str], changed: Mapping[str, str]
) -> dict[str, object]:
    """Return the answers that express the edits, if they are consistent with the other answers."""
    kept: dict[str, object] = {}
    for path, text in changed.items():
        name = path.rpartition("/")[2]
        if name == f"{answers.project}.sub":
            kept |= _from_submit_file(answers, generated[path], text)
        elif name == "jobs.csv":
            kept |= _from_task_list(answers, generated[path], text)
    try:
        AnswersFile.from_table({**table, **kept})
    except PlannerError:
        return {}
    return kept


def _from_submit_file(answers: Answers, generated: str, text: str) -> dict[str, object]:
    before, after = (_answers_of(file_text) for file_text in (generated, text))
    changed = {id: value for id, value in after.items() if before.get(id) != value}
    if "image" in changed and answers.container != "existing":
        changed["container"] = "existing"
    # The submit file transfers more at a checkpoint than the answer lists, so apply only what was added or removed.
    for id, value in changed.items():
        old_value = before.get(id)
        if isinstance(value, list) and isinstance(old_value, list):
            user_items = questions()[id].kind.write(getattr(answers, id))
            kept_items = (
                [item for item in user_items if item in value or item not in old_value]
                if isinstance(user_items, list)
                else []
            )
            changed[id] = [*kept_items, *(item for item in value if item not in old_value)]
    return changed


def _answers_of(text: str) -> dict[str, object]:
    submit = read_submit(text, "")
    return {**needs(submit), **software(submit), "code": code(submit)}


def _from_task_list(answers: Answers, generated: str, text: str) -> dict[str, object]:
    """Return the task table if its columns are unchanged; the planner adds the first column."""
    if answers.task_source == "parts" or answers.data_shared == "own":
        return {}
    before, after = (list(csv.reader(io.StringIO(file_text))) for file_text in (generated, text))
    if not after or before[0] != after[0] or any(len(row) != len(after[0]) for row in after):
        return {}
    return {"task_source": "rows", "rows": [str(csv_row(row[1:])) for row in after]}

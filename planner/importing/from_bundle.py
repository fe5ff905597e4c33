"""Generated files that somebody has changed by hand: what was changed, and which edits an answer says as well."""

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.answers import Answers, questions
from planner.answers.file import AnswersFile, parse
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
    """A bundle of the planner's own, by its ``answers.toml``.

    *answers* as that file holds them, whether they can be used or not, and the *usage* with them; *kept*: answers that
    say what was written into other files by hand; *edited*: all that was changed by hand, as a unified diff, by file.
    """

    answers: dict[str, object]
    usage: Usage | None = None
    kept: dict[str, object] = field(default_factory=dict)
    edited: dict[str, str] = field(default_factory=dict)


def is_made(text: str) -> bool:
    """Tell whether the planner made a file, as its first comment says."""
    return _HEAD.search(text[:2000]) is not None


def bundle(case: ReviewedFiles) -> Bundle | None:
    """Return the planner's own bundle among the files, or None: there is no ``answers.toml`` that can be read."""
    name = case.named("answers.toml")
    if name is None:
        return None
    try:
        table = parse(case.files[name])
    except tomllib.TOMLDecodeError:
        return None
    try:
        file = AnswersFile.from_table(table)
    except PlannerError:
        return Bundle(table)
    made = _made(file, name.removesuffix("answers.toml"))
    changed = {path: text for path, text in case.files.items() if path in made and path != name and text != made[path]}
    return Bundle(
        table,
        file.usage,
        _kept(file.answers, table, made, changed),
        {path: diff(path, made[path], text, "changed by hand") for path, text in changed.items()},
    )


def _made(file: AnswersFile, folder: str) -> dict[str, str]:
    """Return the files as the planner makes them."""
    plan = make_plan(file.answers, pools()[file.answers.pool], measured=file.usage)
    return {folder + made.path: made.text for made in make_files(plan)}


def _kept(
    answers: Answers, table: Mapping[str, object], made: Mapping[str, str], changed: Mapping[str, str]
) -> dict[str, object]:
    """Return the answers that say what was changed, if they go together with the others."""
    kept: dict[str, object] = {}
    for path, text in changed.items():
        name = path.rpartition("/")[2]
        if name == f"{answers.project}.sub":
            kept |= _of_the_description(answers, made[path], text)
        elif name == "jobs.csv":
            kept |= _of_the_list(answers, made[path], text)
    try:
        AnswersFile.from_table({**table, **kept})
    except PlannerError:
        return {}
    return kept


def _of_the_description(answers: Answers, made: str, text: str) -> dict[str, object]:
    before, after = (_said(each) for each in (made, text))
    changed = {id: value for id, value in after.items() if before.get(id) != value}
    if "image" in changed and answers.container != "existing":
        changed["container"] = "existing"
    # What travels at a checkpoint is more than what was answered: what was added or taken out is what counts.
    for id, value in changed.items():
        was = before.get(id)
        if isinstance(value, list) and isinstance(was, list):
            own = questions()[id].kind.write(getattr(answers, id))
            mine = [item for item in own if item in value or item not in was] if isinstance(own, list) else []
            changed[id] = [*mine, *(item for item in value if item not in was)]
    return changed


def _said(text: str) -> dict[str, object]:
    submit = read_submit(text, "")
    return {**needs(submit), **software(submit), "code": code(submit)}


def _of_the_list(answers: Answers, made: str, text: str) -> dict[str, object]:
    """Return the table of tasks, if its columns are still the same; the first one is the planner's own."""
    if answers.spread == "parts" or answers.data_shared == "own":
        return {}
    before, after = (list(csv.reader(io.StringIO(each))) for each in (made, text))
    if not after or before[0] != after[0] or any(len(row) != len(after[0]) for row in after):
        return {}
    return {"spread": "rows", "rows": [str(csv_row(row[1:])) for row in after]}

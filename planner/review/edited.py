"""Generated files that somebody has changed by hand: what was changed, so that making them anew does not lose it."""

import tomllib

from planner.answers import read_answers
from planner.bundle import make_files
from planner.engine import make_plan
from planner.errors import PlannerError
from planner.pools import pools
from planner.review.case import Case
from planner.review.mend import diff


def edited(case: Case) -> dict[str, str]:
    """Return, for each generated file that is not as the planner makes it, what its author changed, as a unified diff.

    The ``answers.toml`` beside the files says what the planner would write; without one that can be read, nothing is
    known of edits.
    """
    name = case.named("answers.toml")
    if name is None:
        return {}
    try:
        answers = read_answers(tomllib.loads(case.files[name]))
    except (PlannerError, tomllib.TOMLDecodeError, RecursionError):
        return {}
    folder = name.removesuffix("answers.toml")
    made = {folder + file.path: file.text for file in make_files(make_plan(answers, pools()[answers.pool]))}
    return {
        path: diff(path, made[path], text)
        for path, text in case.files.items()
        if path in made and path != name and text != made[path]
    }

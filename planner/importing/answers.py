"""Read answers from the files that people already have; questions cover the rest.

A bundle that the planner generated holds ``answers.toml``, which has every answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.answers import questions
from planner.answers.checks import looks_like_a_key
from planner.facts.pools import Pool
from planner.importing.from_bundle import Bundle, bundle, is_made
from planner.importing.from_recipes import recipes
from planner.importing.from_submit import needs, software, tasks, transfers
from planner.importing.slurm import read_slurm
from planner.incoming import FileType
from planner.review.files import ReviewedFiles
from planner.usage import Usage


@dataclass(frozen=True)
class Read:
    """Answers that were read, as an answers file holds them, and the *usage* of earlier jobs with them.

    *asked*: ids of questions that the files do not answer; *lost*: what could not be carried over, and why; *kept*:
    ids of answers that come from an edit of a generated file; *edited*: all edits of such files, as diffs by name.
    """

    answers: dict[str, object]
    asked: tuple[str, ...]
    lost: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    edited: dict[str, str] = field(default_factory=dict)
    usage: Usage | None = None


def answers_in(files: Mapping[str, str], pool: Pool) -> Read:
    """Return what *files* (texts by name) answer. Invalid answers are left out."""
    case = ReviewedFiles(pool, dict(files))
    if own_bundle := bundle(case):
        return _read_back(own_bundle)
    answers: dict[str, object] = {"pool": case.pool.key}
    lost: tuple[str, ...] = ()
    main = next((submit for submit in case.submits if not submit.is_true("my.isbuildjob")), None)
    batch = next(iter(case.of_kind(FileType.SLURM)), None)
    if main is None and batch:
        slurm = read_slurm(case.files[batch])
        answers |= slurm.answers
        lost = slurm.lost
    from_recipes, not_carried = recipes(case)
    if main:
        answers |= needs(main) | software(main)
        if is_made(main.text):
            # The planner generated its executable and its list; only answers.toml has the answers behind them.
            lost = (f"{main.file} was made by the planner: bring answers.toml from its folder as well.",)
        else:
            answers |= tasks(main, case) | transfers(main, pool)
    # A recipe says more than an image's name. Both may set variables; the job's override the recipe's.
    variables = [*_list_items(from_recipes, "environment"), *_list_items(answers, "environment")]
    if "container" in from_recipes and not (from_recipes["container"] == "docker" and _is_pushed(answers.get("image"))):
        answers.pop("image", None)
    answers |= from_recipes | ({"environment": variables} if variables else {})
    usable = {id: value for id, value in answers.items() if id in questions() and _is_valid(id, value)}
    return Read(usable, _unanswered(usable), (*lost, *not_carried))


def _is_pushed(image: object) -> bool:
    return str(image).startswith("docker://")


def _list_items(answers: dict[str, object], id: str) -> list[str]:
    """Return the items of an answer that is a list, without those that look like keys."""
    value = answers.get(id)
    return [item for item in value if not looks_like_a_key(item)] if isinstance(value, list) else []


def _read_back(own_bundle: Bundle) -> Read:
    """Return the usable answers of a bundle that the planner generated, with edits made by hand."""
    usable = {
        id: value
        for id, value in {**own_bundle.answers, **own_bundle.kept}.items()
        if id in questions() and _is_valid(id, value)
    }
    return Read(
        usable, _unanswered(usable), kept=tuple(own_bundle.kept), edited=own_bundle.edited, usage=own_bundle.usage
    )


def _unanswered(answers: dict[str, object]) -> tuple[str, ...]:
    return tuple(id for id, question in questions().items() if question.newcomer and id not in answers)


def _is_valid(id: str, value: object) -> bool:
    if looks_like_a_key(value):
        return False
    try:
        questions()[id].kind.read(value)
    except ValueError:
        return False
    return True

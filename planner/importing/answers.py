"""From files to a plan: the answers that can be read from what people have; the rest is asked.

A bundle of the planner's own holds ``answers.toml``, and that says everything.
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
    """Return what *files* (texts by name) answer. An answer that its question would refuse is left to be asked."""
    case = ReviewedFiles(pool, dict(files))
    if own := bundle(case):
        return _read_back(own)
    found: dict[str, object] = {"pool": case.pool.key}
    lost: tuple[str, ...] = ()
    main = next((submit for submit in case.submits if not submit.is_true("my.isbuildjob")), None)
    batch = next(iter(case.of_kind(FileType.SLURM)), None)
    if main is None and batch:
        said = read_slurm(case.files[batch])
        found |= said.answers
        lost = said.lost
    of_recipes, not_carried = recipes(case)
    if main:
        found |= needs(main) | software(main)
        if is_made(main.text):
            # Its executable is the planner's own, and its list; what they came from stands in answers.toml alone.
            lost = (f"{main.file} was made by the planner: bring answers.toml from its folder as well.",)
        else:
            found |= tasks(main, case) | transfers(main, pool)
    # What an image is made from says more than its name; variables may stand in both, and the job's own count.
    variables = [*_listed(of_recipes, "environment"), *_listed(found, "environment")]
    if "container" in of_recipes and not (of_recipes["container"] == "docker" and _is_pushed(found.get("image"))):
        found.pop("image", None)
    found |= of_recipes | ({"environment": variables} if variables else {})
    usable = {id: value for id, value in found.items() if id in questions() and _fits(id, value)}
    return Read(usable, _asked(usable), (*lost, *not_carried))


def _is_pushed(image: object) -> bool:
    return str(image).startswith("docker://")


def _listed(answers: dict[str, object], id: str) -> list[str]:
    """Return the items of an answer that is a list; none that looks like a key."""
    value = answers.get(id)
    return [item for item in value if not looks_like_a_key(item)] if isinstance(value, list) else []


def _read_back(own: Bundle) -> Read:
    """Return the answers of the planner's own bundle, as far as they can be used, with what was changed by hand."""
    usable = {id: value for id, value in {**own.answers, **own.kept}.items() if id in questions() and _fits(id, value)}
    return Read(usable, _asked(usable), kept=tuple(own.kept), edited=own.edited, usage=own.usage)


def _asked(answers: dict[str, object]) -> tuple[str, ...]:
    return tuple(id for id, question in questions().items() if question.newcomer and id not in answers)


def _fits(id: str, value: object) -> bool:
    if looks_like_a_key(value):
        return False
    try:
        questions()[id].kind.read(value)
    except ValueError:
        return False
    return True

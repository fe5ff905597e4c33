"""Worked examples: a name, a sentence and the answers (``data/examples/*.toml``)."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from planner.answers import Answers
from planner.answers.file import AnswersFile


@dataclass(frozen=True)
class Example:
    """A case to begin from; *text* is its file, ready to be used as an answers file."""

    name: str
    about: str
    text: str
    answers: Answers


# In reading order; the page opens with the first.
NAMES = ("sweep", "training", "lora", "prompts", "forest", "trees", "images", "embeddings", "ensemble", "survey")


@cache
def examples() -> dict[str, Example]:
    """Return every example by its name, in reading order. Raises PlannerError for one whose answers cannot be used."""
    folder = files("planner").joinpath("data/examples")
    by_name = {}
    for name in NAMES:
        text = folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")
        # The first comment of the file is the example's sentence.
        about = text.split("\n", 1)[0].removeprefix("#").strip()
        by_name[name] = Example(name, about, text, AnswersFile.read(text).answers)
    return by_name

"""What a question is: its words, the kind of its answer, and when it is asked."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar, cast

from planner.answers.fields import Field

T = TypeVar("T")


class Stage(Enum):
    """The three stages in which work really happens."""

    DEVELOP = "develop"
    DISTRIBUTE = "distribute"
    IMPROVE = "improve"

    @property
    def title(self) -> str:
        """The heading of the stage."""
        return {"develop": "Develop and test", "distribute": "Distribute", "improve": "Improve"}[self.value]


def always(_: Any) -> bool:
    """Ask whatever the other answers are."""
    return True


@dataclass(frozen=True)
class Question:
    """One field of ``Answers``. *default* may be a function of the answers before it."""

    id: str
    label: str
    kind: Field[Any]
    default: Any
    help: str = ""
    asked: Callable[[Any], bool] = always
    newcomer: bool = False
    more: bool = False
    suggest: Callable[[Any], tuple[str, ...]] | None = None


def ask(
    label: str,
    kind: Field[T],
    default: T | Callable[[Any], T],
    *,
    help: str = "",
    asked: Callable[[Any], bool] = always,
    newcomer: bool = False,
    more: bool = False,
    suggest: Callable[[Any], tuple[str, ...]] | None = None,
) -> T:
    """Make a field of ``Answers`` a question.

    *newcomer*: one of the few that a newcomer changes after choosing an example. *more*: folded until it is opened.
    *suggest*: values to offer while typing, from the answers so far.
    """
    words = {
        "label": label,
        "kind": kind,
        "default": default,
        "help": help,
        "asked": asked,
        "newcomer": newcomer,
        "more": more,
        "suggest": suggest,
    }
    field: T = dataclasses.field(default=cast(T, None if callable(default) else default), metadata=words)
    return field

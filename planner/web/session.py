"""What the page's Python remembers from request to request. It saves time and changes no reply.

``session.cache_clear()`` drops all of it.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from planner.advice import Plan
from planner.answers.file import AnswersFile
from planner.bundle import File, make_files
from planner.engine import make_plan
from planner.errors import PlannerError
from planner.facts.pools import pools

if TYPE_CHECKING:
    from planner.web.uploads import Upload

# The answers of the page, those before, those compared with, and a few to which somebody goes back.
_PLANS = 8
# Three times the parts of a page.
_PARTS = 512

PlanAndFiles = tuple[Plan, tuple[File, ...]]


class Session:
    """One cache for each stage, from the form to the HTML, and the files that are on their way in."""

    def __init__(self) -> None:
        # Logs come in pieces; None where nothing is on its way.
        self.upload: Upload | None = None
        # What each is worth, in docs/contributing/architecture.md.
        self._read = lru_cache(_PLANS)(_read)
        self._make = lru_cache(_PLANS)(_make)
        self._part = lru_cache(_PARTS)(_part)

    def read(self, form: Mapping[str, object]) -> AnswersFile:
        """Return the answers and the usage that the form holds. Raises PlannerError with every problem."""
        return self._read(json.dumps(form))

    def read_or_none(self, form: Mapping[str, object] | None) -> AnswersFile | None:
        """Return what the form holds; None where there is no form, or it cannot be used."""
        try:
            return None if form is None else self.read(form)
        except PlannerError:
            return None

    def make(self, file: AnswersFile) -> PlanAndFiles:
        """Return the plan of *file* and the plan's files."""
        return self._make(file)

    def plan(self, file: AnswersFile) -> Plan:
        """Return the plan of *file*."""
        return self._make(file)[0]

    def part(self, make: Callable[..., str], *values: object) -> str:
        """Return the HTML that *make* makes of *values*, which are all that it rests on."""
        return self._part(make, *values)


@cache
def session() -> Session:
    """Return the one session of this process."""
    return Session()


def _read(form: str) -> AnswersFile:
    return AnswersFile.from_form(json.loads(form))


def _make(file: AnswersFile) -> PlanAndFiles:
    plan = make_plan(file.answers, pools()[file.answers.pool], measured=file.usage)
    return plan, make_files(plan)


def _part(make: Callable[..., str], *values: object) -> str:
    return make(*values)

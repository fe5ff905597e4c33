"""Why jobs are held or fail, and what to do about it (``data/holds.toml``)."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from planner.facts import Fact, read_record


@dataclass(frozen=True)
class Hold:
    """One reason for which HTCondor holds a job, or drives it off a machine to try again."""

    key: str
    title: str
    meaning: str
    do: str
    code: Fact[int]
    # Absent where the row is for every subcode of its code.
    subcode: Fact[int] | None = None
    # Regular expressions, one of which is found in the reason; absent where the reason is the pool's own text.
    texts: Fact[tuple[str, ...]] | None = None
    # How the reason reads, with … for what differs.
    says: str = ""

    def fits(self, code: int, subcode: int) -> bool:
        """Tell whether these codes of an event log are this row's."""
        return code == self.code.value and (self.subcode is None or subcode == self.subcode.value)

    def is_said_in(self, reason: str) -> bool:
        """Tell whether *reason* holds one of this row's texts."""
        return self.texts is not None and any(re.search(text, reason) for text in self.texts.value)


@dataclass(frozen=True)
class Message:
    """Something that a program says; *at* is where: ``submit`` (condor_submit) or ``error`` (standard error)."""

    key: str
    at: str
    text: Fact[str]
    meaning: str
    do: str


@dataclass(frozen=True)
class _Holds:
    holds: tuple[Hold, ...]
    messages: tuple[Message, ...]


@cache
def _read() -> _Holds:
    text = files("planner").joinpath("data/holds.toml").read_text(encoding="utf-8")
    return read_record(_Holds, tomllib.loads(text), "holds.toml")


def holds() -> tuple[Hold, ...]:
    """Return every known reason, those with a subcode before those without. Raises PlannerError for a bad file."""
    return _read().holds


def messages() -> tuple[Message, ...]:
    """Return everything else that one may see. Raises PlannerError for a bad file."""
    return _read().messages


def hold_for(code: int, subcode: int, reason: str) -> Hold | None:
    """Return what is known of a hold or an eviction with these codes and this reason, or None.

    The codes decide; where they are not known, the words of the reason do.
    """
    by_codes = (hold for hold in holds() if hold.fits(code, subcode))
    by_words = (hold for hold in holds() if hold.is_said_in(reason))
    return next(by_codes, None) or next(by_words, None)

"""Why jobs are held or fail, and what to do about it (``data/holds.toml``)."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

from planner.facts.fact import Fact, read_record

# The meaning shown where no row fits, and what to do then.
NOT_KNOWN = "What this code means is not known here"
ASK = "Read the reason; the pool's staff can say more."


@dataclass(frozen=True)
class HoldReason:
    """One reason for which HTCondor holds a job, or evicts it to try again."""

    key: str
    title: str
    meaning: str
    do: str
    code: Fact[int]
    # Absent where the row is for every subcode of its code.
    subcode: Fact[int] | None = None
    # Regular expressions, one of which matches the reason; absent where the reason is the pool's own text.
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
    """Something that a program prints; *at* is where: ``submit`` (condor_submit) or ``error`` (standard error)."""

    key: str
    at: str
    text: Fact[str]
    meaning: str
    do: str


@dataclass(frozen=True)
class _Holds:
    holds: tuple[HoldReason, ...]
    messages: tuple[Message, ...]


@cache
def _read() -> _Holds:
    text = files("planner").joinpath("data/holds.toml").read_text(encoding="utf-8")
    return read_record(_Holds, tomllib.loads(text), "holds.toml")


def holds() -> tuple[HoldReason, ...]:
    """Return every known reason; of one code, the one for all the rest last. Raises PlannerError for a bad file."""
    return _read().holds


def messages() -> tuple[Message, ...]:
    """Return every other message that a user may see. Raises PlannerError for a bad file."""
    return _read().messages


def reason_of(code: int | None, subcode: int | None, text: str) -> HoldReason | None:
    """Return what is known of a hold or an eviction with these codes and this text, or None.

    Of its code's rows the one whose words are in the text counts, then the one of its subcode. A code that is not known,
    or is that of a rule with a text of its own, says less than the words of any row do.
    """
    of_code = [row for row in holds() if code is not None and row.fits(code, subcode or 0)]
    by_code_and_words = (row for row in of_code if row.is_said_in(text))
    by_subcode = (row for row in of_code if row.subcode)
    by_words = (row for row in holds() if row.is_said_in(text)) if not any(row.texts for row in of_code) else iter(())
    return next(chain(by_code_and_words, by_subcode, by_words, reversed(of_code)), None)

"""Amounts of memory and of time: read as people type them, printed as HTCondor wants them.

HTCondor's KB, MB, GB and TB are powers of 1024 (manual, ``condor_submit``), so ours are too: "12 GB" means the
same on the form, in a plan and in a submit description.
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Self

_NUMBER = r"(\d+(?:\.\d+)?|\.\d+)"
_SIZE = re.compile(rf"{_NUMBER}\s*(B|[KMGT]i?B?)", re.IGNORECASE)
_TIME_PART = re.compile(
    rf"{_NUMBER}\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)\s*(?:and\s+|,\s*)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d+):([0-5]\d):([0-5]\d)")

_BYTES = {"B": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

# The longest time and the largest amount anybody can mean; beyond them a typo is likelier.
_MOST_SECONDS = 10 * 366 * 86400
_MOST_BYTES = 1024**5


@dataclass(frozen=True, order=True)
class Size:
    """An amount of memory or disk, in bytes."""

    bytes: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "12 GB", "1.5TB", "500 MiB" or "0 B"; a number without a unit is refused.

        Raises ValueError with a sentence that says what to type instead.
        """
        return cls(_bytes(text.strip()))

    @classmethod
    def of_gb(cls, amount: float) -> Self:
        """Return *amount* GB (1024³ bytes each)."""
        return cls(int(Fraction(str(amount)) * _BYTES["G"]))

    @property
    def gb(self) -> float:
        """The amount in GB (1024³ bytes)."""
        return self.bytes / _BYTES["G"]

    def __add__(self, other: "Size") -> "Size":
        return Size(self.bytes + other.bytes)

    def times(self, factor: float) -> "Size":
        """Return this amount *factor* times, in whole bytes."""
        return Size(int(self.bytes * Fraction(str(factor))))

    def round_up(self) -> "Size":
        """Return the next whole GB, or the next whole 100 MB below one GB: what a person would ask for."""
        step = _BYTES["G"] if self.bytes >= _BYTES["G"] else 100 * _BYTES["M"]
        return Size(-(-self.bytes // step) * step)

    def __str__(self) -> str:
        """Print as HTCondor reads it: digits, one blank, a unit.

        Exact where three decimals are enough ("12.5 GB", "39000 MB"), else rounded up: an amount that is asked for must
        never shrink in print.
        """
        return _exactly(self.bytes) or self.about

    @property
    def about(self) -> str:
        """The amount to a tenth of its largest unit, rounded up: "12.1 GB" reads better than "12388 MB"."""
        return _about(self.bytes)


# A plan reads and prints the same few amounts and times again and again: the four caches of this module are worth
# 2.4 ms of an edit together.
@lru_cache(maxsize=512)
def _bytes(text: str) -> int:
    match = _SIZE.fullmatch(text)
    if not match:
        raise ValueError('Write a number and a unit, for example "12 GB" or "500 MB".')
    amount = Fraction(match[1]) * _BYTES[match[2][0].upper()]
    if amount > _MOST_BYTES:
        raise ValueError("That is more than 1024 TB; check the unit.")
    return int(amount)


@lru_cache(maxsize=512)
def _exactly(count: int) -> str:
    """Return so many bytes in a unit in which three decimals are exact; empty where none is."""
    for unit in [unit for unit in "TGMK" if count >= _BYTES[unit]][:2]:
        for decimals in range(4):
            amount = f"{count / _BYTES[unit]:.{decimals}f}"
            if int(Fraction(amount) * _BYTES[unit]) == count:
                return f"{amount} {unit}B"
    return ""


@lru_cache(maxsize=512)
def _about(count: int) -> str:
    unit = next((unit for unit in "TGMK" if count >= _BYTES[unit]), "B")
    return f"{math.ceil(Fraction(count * 10, _BYTES[unit])) / 10:g} {unit.removesuffix('B')}B"


@dataclass(frozen=True, order=True)
class Duration:
    """A span of time, in seconds."""

    seconds: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "3 h", "90 min", "3d", "1 h 30 min", "0.4 s" or "12:30:00"; a bare number is refused.

        Raises ValueError with a sentence that says what to type instead.
        """
        return cls(_seconds(text.strip()))

    @classmethod
    def of_hours(cls, hours: float) -> Self:
        """Return *hours* hours."""
        return cls(hours * 3600)

    @property
    def hours(self) -> float:
        """The time in hours."""
        return self.seconds / 3600

    @property
    def in_seconds(self) -> str:
        """The time in seconds, to a millionth."""
        return f"{f'{self.seconds:.6f}'.rstrip('0').rstrip('.')} s"

    def __str__(self) -> str:
        """Print as a person would say it, in at most two units: "3 h", "1 h 30 min", "2 d"."""
        units = (("d", 86400), ("h", 3600), ("min", 60))
        if self.seconds < 60:
            return self.in_seconds
        # Round to the second of two units: nobody plans three days to the second.
        for at, (unit, length) in enumerate(units):
            # Pools speak of "72 h", so days begin above that.
            if self.seconds < length or (unit == "d" and self.hours <= 72):
                continue
            smaller, step = [*units, ("s", 1)][at + 1]
            whole, rest = divmod(round(self.seconds / step) * step, length)
            if rest:
                return f"{int(whole)} {unit} {int(rest // step)} {smaller}"
            return f"{int(whole)} {unit}"
        raise AssertionError("unreachable: shorter than a minute was printed above")


@lru_cache(maxsize=512)
def _seconds(text: str) -> float:
    total, at = Fraction(0), 0
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part) for part in clock.groups())
        total, at = Fraction(hours * 3600 + minutes * 60 + seconds), len(text)
    while at < len(text) and (part := _TIME_PART.match(text, at)):
        total += Fraction(part[1]) * _SECONDS[part[2][0].lower()]
        at = part.end()
    if not text or at < len(text):
        raise ValueError('Write a number and a unit, for example "3 h", "90 min" or "2 d".')
    if total > _MOST_SECONDS:
        raise ValueError("That is more than ten years; check the unit.")
    return float(total)

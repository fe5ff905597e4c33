"""Fields of amounts, times and numbers of parameters, which may be unknown."""

import re
from fractions import Fraction

from planner.answers.fields import Field, plain_line
from planner.units import Duration, Size

NOT_MEASURED = "not measured"
_NOT_MEASURED_TOO = ("", "unknown", "not sure", "?")


class KnownAmount(Field[Size]):
    """An amount of memory or disk that everybody knows."""

    control = "amount"

    def read(self, raw: object) -> Size:
        return _amount(plain_line(raw))

    def write(self, value: Size) -> object:
        return _exactly(value)


class Amount(Field[Size | None]):
    """An amount of memory or disk; None = not measured."""

    control = "amount"

    def read(self, raw: object) -> Size | None:
        line = plain_line(raw)
        return None if _is_unknown(line) else _amount(line)

    def write(self, value: Size | None) -> object:
        return NOT_MEASURED if value is None else _exactly(value)


def _amount(line: str) -> Size:
    size = Size.parse(line)
    if not size.bytes:
        raise ValueError(f'An amount of zero decides nothing: write "{NOT_MEASURED}" if you do not know it.')
    return size


def _exactly(value: Size) -> str:
    """Return an amount so that it is read back as it was, even where its print is rounded."""
    return str(value) if Size.parse(str(value)) == value else f"{value.bytes} B"


class Parameters(Field[int | None]):
    """How many parameters a model has, as people write it ("350M", "7B"); None = not given."""

    def read(self, raw: object) -> int | None:
        line = plain_line(raw)
        if _is_unknown(line):
            return None
        match = _PARAMETERS.fullmatch(line)
        many = int(Fraction(match[1]) * _WEIGHTS[match[2].upper()]) if match else 0
        if not 1000 <= many <= 10 * _WEIGHTS["T"]:
            raise ValueError('Write a number and M (millions) or B (billions), for example "350M" or "7B".')
        return many

    def write(self, value: int | None) -> object:
        return "" if value is None else say_parameters(value)


_PARAMETERS = re.compile(r"(\d{1,6}(?:\.\d{1,12})?)\s*([KMBT])", re.IGNORECASE)
_WEIGHTS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


def say_parameters(many: int) -> str:
    """Return a number of parameters in its largest unit, exactly: "350M", "6.738B"."""
    unit = next((unit for unit in "TBMK" if many >= _WEIGHTS[unit]), "K")
    whole, rest = divmod(many, _WEIGHTS[unit])
    decimals = f".{rest:0{len(str(_WEIGHTS[unit])) - 1}}".rstrip("0") if rest else ""
    return f"{whole}{decimals}{unit}"


class Span(Field[Duration | None]):
    """A span of time; None = not measured."""

    control = "span"

    def read(self, raw: object) -> Duration | None:
        line = plain_line(raw)
        if _is_unknown(line):
            return None
        span = Duration.parse(line)
        if not span.seconds:
            raise ValueError(f'A time of zero decides nothing: write "{NOT_MEASURED}" if you do not know it.')
        return span

    def write(self, value: Duration | None) -> object:
        if value is None:
            return NOT_MEASURED
        # As people say it, unless that is rounded.
        return str(value) if Duration.parse(str(value)) == value else value.in_seconds


def _is_unknown(line: str) -> bool:
    return line.lower() == NOT_MEASURED or line.lower() in _NOT_MEASURED_TOO

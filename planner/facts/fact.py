"""Facts: values that know their source, and the reader that takes them from TOML.

The shape of a file is given by frozen dataclasses; the reader follows their annotations. Every leaf is written
``{ value = …, source = "key" }``, so a figure without its source cannot be read at all.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from planner.errors import PlannerError, Problem, did_you_mean
from planner.facts.sources import Source, sources
from planner.units import Duration, Size

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Fact(Generic[T]):
    """A value that somebody stated: *source* says who and when, *note* what to know about it (may be empty)."""

    value: T
    source: Source
    note: str = ""


def all_facts(record: object) -> Iterator[Fact[Any]]:
    """Yield every figure in a record, however deep."""
    if isinstance(record, Fact):
        yield record
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            yield from all_facts(getattr(record, field.name))
    elif isinstance(record, tuple):
        for item in record:
            yield from all_facts(item)


# The check of each type of record, called with a record that could be read and its place in the file.
Checks = Mapping[type, Callable[[Any, str], Iterable[Problem]]]


@dataclass
class _Reading:
    """One file while it is read: what may be cited, what must make sense, and what was wrong so far.

    Semantic problems are kept apart from problems of form: they do not keep a record from being built, so that the
    records around it are checked too.
    """

    cited: Mapping[str, Source]
    checks: Checks
    problems: list[Problem] = dataclasses.field(default_factory=list)
    semantic_problems: list[Problem] = dataclasses.field(default_factory=list)

    def add(self, where: str, what: str, fix: str) -> None:
        """Note something that cannot be read."""
        self.problems.append(Problem(where, what, fix))


def read_record(
    record: type[R],
    table: Mapping[str, Any],
    where: str,
    *,
    cited: Mapping[str, Source] | None = None,
    checks: Checks | None = None,
) -> R:
    """Build the dataclass *record* from a TOML *table*; *where* begins the place named in each problem.

    Values may name the sources *cited*, those of the planner unless given; *checks* run on each record built.
    Raises PlannerError with every problem of the table: missing and unknown keys (with the nearest known one),
    values without a source, sources that do not exist, values of the wrong form, and what the checks say.
    """
    reading = _Reading(sources() if cited is None else cited, checks or {})
    instance = _record(record, table, where, reading)
    if reading.problems or reading.semantic_problems:
        raise PlannerError([*reading.problems, *reading.semantic_problems])
    return typing.cast(R, instance)


@cache
def fields_of(record: type) -> dict[str, tuple[Any, bool]]:
    """Return each field's annotation without ``| None``, and whether it must be there."""
    hints = typing.get_type_hints(record)
    types_and_required: dict[str, tuple[Any, bool]] = {}
    for field in dataclasses.fields(record):
        hint = hints[field.name]
        if typing.get_origin(hint) in (typing.Union, types.UnionType):
            hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        types_and_required[field.name] = (hint, required)
    return types_and_required


def _record(record: type, table: object, where: str, reading: _Reading) -> object | None:
    if not isinstance(table, Mapping):
        reading.add(where, "is not a table.", f"Write [{where}] and its keys below it.")
        return None
    fields = fields_of(record)
    before = len(reading.problems)
    unknown = [key for key in table if key not in fields]
    for key in unknown:
        reading.add(f"{where}.{key}", "is not a known key.", did_you_mean(key, fields))
    values: dict[str, object] = {}
    for name, (hint, required) in fields.items():
        if name in table:
            values[name] = _value(hint, table[name], f"{where}.{name}", reading)
        elif required:
            reading.add(f"{where}.{name}", "is missing.", f"Add {_example(name, hint)}.")
    if len(reading.problems) > before:
        return None
    instance = record(**values)
    if record in reading.checks:
        reading.semantic_problems += reading.checks[record](instance, where)
    return typing.cast(object, instance)


def _value(hint: Any, raw: object, where: str, reading: _Reading) -> object | None:
    if hint is str:
        if isinstance(raw, str):
            return raw
        reading.add(where, f"{raw!r} is not a text.", "Put it in quotes.")
        return None
    if typing.get_origin(hint) is Fact:
        return _fact(typing.get_args(hint)[0], raw, where, reading)
    if typing.get_origin(hint) is tuple:
        if not isinstance(raw, list):
            reading.add(where, "is not a list of tables.", f"Write [[{where}]] for each.")
            return None
        item = typing.get_args(hint)[0]
        return tuple(_record(item, entry, f"{where}[{at}]", reading) for at, entry in enumerate(raw))
    return _record(hint, raw, where, reading)


def _fact(kind: Any, raw: object, where: str, reading: _Reading) -> object | None:
    form = '{ value = …, source = "…" }'
    if not isinstance(raw, Mapping) or "value" not in raw or "source" not in raw:
        reading.add(where, f"{raw!r} has no source.", f"Write it as {form}.")
        return None
    unknown = sorted(set(raw) - {"value", "source", "note"})
    for key in unknown:
        reading.add(f"{where}.{key}", "is not a known key.", "A fact is value, source, note.")
    cited = reading.cited
    if not isinstance(raw["source"], str) or raw["source"] not in cited:
        reading.add(f"{where}.source", f"no such source: {raw['source']}.", did_you_mean(str(raw["source"]), cited))
        return None
    try:
        value = _plain(kind, raw["value"])
        if typing.get_origin(kind) is tuple and typing.get_args(kind)[0] is not str:
            value = _items(typing.get_args(kind)[0], typing.cast("tuple[str, ...]", value), where, reading)
    except ValueError as error:
        reading.add(f"{where}.value", f"{raw['value']!r} does not fit.", str(error))
        return None
    return Fact(value, cited[raw["source"]], str(raw.get("note", "")))


def _items(kind: Any, texts: tuple[str, ...], where: str, reading: _Reading) -> tuple[object, ...]:
    """Let *kind* parse each of *texts*, and report those that it refuses."""
    items = []
    for text in texts:
        try:
            items.append(kind.parse(text))
        except ValueError as error:
            reading.add(f"{where}.value", f"{text!r} is no {kind.CALLED}.", str(error))
    return tuple(items)


def _plain(kind: Any, raw: object) -> object:
    """Turn a TOML value into the *kind* that the record asks for; raises ValueError that says what to write."""
    if kind in (Size, Duration):
        if not isinstance(raw, str):
            raise ValueError("Write a text with a unit, in quotes.")
        return kind.parse(raw)
    if typing.get_origin(kind) is tuple:
        if not isinstance(raw, list) or not all(isinstance(line, str) for line in raw):
            raise ValueError("Write a list of texts.")
        return tuple(raw)
    if kind is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    # bool is a subclass of int in Python; TOML tells them apart.
    if isinstance(raw, kind) and not (kind is int and isinstance(raw, bool)):
        return raw
    raise ValueError(f"Write a value of type {kind.__name__}.")


def _example(name: str, hint: Any) -> str:
    return f'{name} = {{ value = …, source = "…" }}' if typing.get_origin(hint) is Fact else name

"""Views that rules read through, so that the advice can name what it rests on."""

import dataclasses
from typing import Any

from planner.facts.fact import Fact
from planner.facts.sources import Source
from planner.units import Duration, Size


class FieldsView:
    """The fields of *record*; the name of each field that is read is noted in *read*."""

    def __init__(self, record: object, read: dict[str, None]) -> None:
        self._record = record
        self._read = read

    def __getattr__(self, name: str) -> Any:
        self._read[name] = None
        return getattr(self._record, name)


class FactsView:
    """A record of facts, such as a pool, with values in the place of its facts.

    A field that holds a fact yields the fact's value, and the fact's source is noted in *sources*; fields that hold
    records yield views of these. Methods and properties work on the record itself, and note no source.
    """

    def __init__(self, record: object, sources: dict[Source, None]) -> None:
        self._record = record
        self._sources = sources

    def __getattr__(self, name: str) -> Any:
        return self._seen(getattr(self._record, name))

    def _seen(self, value: object) -> object:
        if isinstance(value, Fact):
            self._sources[value.source] = None
            return value.value
        if isinstance(value, tuple):
            return tuple(self._seen(item) for item in value)
        if dataclasses.is_dataclass(value) and not isinstance(value, Size | Duration):
            return FactsView(value, self._sources)
        return value

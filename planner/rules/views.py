"""Views that rules read through, so that the advice can name what it rests on."""

import dataclasses
from typing import Any

from planner.facts.fact import Fact
from planner.facts.sources import Source
from planner.units import Duration, Size


class FieldsView:
    """The fields of *record*; the name of each field that is read is recorded in *reads*."""

    def __init__(self, record: object, reads: dict[str, None]) -> None:
        self._record = record
        self._reads = reads

    def __getattr__(self, name: str) -> Any:
        self._reads[name] = None
        return getattr(self._record, name)


class FactsView:
    """A record of facts, such as a pool, with values in the place of its facts.

    A field that holds a fact yields the fact's value, and the fact's source is recorded in *sources*; fields that
    hold records yield views of these. Methods and properties work on the record itself and record no source.
    """

    def __init__(self, record: object, sources: dict[Source, None]) -> None:
        self._record = record
        self._sources = sources

    def __getattr__(self, name: str) -> Any:
        return self._unwrap(getattr(self._record, name))

    def _unwrap(self, value: object) -> object:
        if isinstance(value, Fact):
            self._sources[value.source] = None
            return value.value
        if isinstance(value, tuple):
            return tuple(self._unwrap(item) for item in value)
        if dataclasses.is_dataclass(value) and not isinstance(value, Size | Duration):
            return FactsView(value, self._sources)
        return value

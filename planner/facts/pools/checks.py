"""What must make sense in a pool's file: limits above zero, bands that ascend, names that forms may hold.

The reader checks the form of a file; this module compares its figures. Each check is given one record and its
place in the file, so that everything wrong with a file is reported at once.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from planner.errors import Problem, did_you_mean
from planner.facts.fact import Checks, Fact
from planner.facts.pools.records import (
    Backfill,
    Band,
    Build,
    Card,
    Checkpoints,
    Interactive,
    Jobs,
    Length,
    Moved,
    OtherPools,
    Place,
    Pool,
    Retired,
)
from planner.units import Duration, Size

NAMES_IN_FORMS = ("file", "user", "letter", "ap", "group", "pi")
_PROCESSORS = ("gpu", "cpu")
# From Fermi, the first that CUDA 8 knew, to a little beyond what is sold.
_CAPABILITIES = (2.0, 20.0)


def _above_zero(record: Any, where: str) -> Iterator[Problem]:
    """Report every amount, time and number of *record* that is zero or less, or not a number at all."""
    for field in dataclasses.fields(record):
        fact = getattr(record, field.name)
        value = fact.value if isinstance(fact, Fact) else None
        if isinstance(value, Size | Duration):
            value = value.gb if isinstance(value, Size) else value.hours
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if not 0 < value < float("inf"):
            fix = "Write what the pool gives; leave it out if nobody says, or if there is no limit."
            yield Problem(f"{where}.{field.name}.value", "is not above zero.", fix)


def _form(form: Fact[str] | None, where: str) -> Iterator[Problem]:
    """Report names in braces that nothing puts a value into."""
    for name in re.findall(r"\{([^}]*)\}", form.value) if form else ():
        if name not in NAMES_IN_FORMS:
            yield Problem(f"{where}.value", f"{{{name}}} is no name here.", did_you_mean(name, NAMES_IN_FORMS))


def _ascend(record: Any, names: tuple[str, ...], where: str) -> Iterator[Problem]:
    """Report figures of *record* that should not be larger than the next of *names*."""
    for smaller, larger in pairwise(names):
        lower, upper = getattr(record, smaller), getattr(record, larger)
        if lower.value > upper.value:
            what = f"{lower.value} is more than {larger}, {upper.value}."
            yield Problem(f"{where}.{smaller}.value", what, "Look at both again.")


def _gpu(gpu: Card, where: str) -> Iterator[Problem]:
    yield from _above_zero(gpu, where)
    yield from _ascend(gpu, ("memory", "sold_as"), where)
    if gpu.safe_memory.value >= gpu.sold_as.value:
        what = f"{gpu.safe_memory.value} is not below what the card is sold as, {gpu.sold_as.value}."
        fix = "Write a little less than such a card reports: a card reports less than it is sold as."
        yield Problem(f"{where}.safe_memory.value", what, fix)
    lowest, highest = _CAPABILITIES
    if gpu.capability.value > 0 and not lowest <= gpu.capability.value <= highest:
        what = f"{gpu.capability.value} is no capability of a card."
        yield Problem(f"{where}.capability.value", what, "Write it as NVIDIA does, such as 8.0 for an A100.")


def _length(length: Length, where: str) -> Iterator[Problem]:
    yield from _above_zero(length, where)
    if length.processor not in _PROCESSORS:
        yield Problem(f"{where}.processor", f"{length.processor!r} is no processor.", 'Write "gpu" or "cpu".')
    if length.share and length.share.value > 1:
        what = f"{length.share.value} is more than all cards."
        yield Problem(f"{where}.share.value", what, "Write a share from 0 to 1, such as 0.5 for half of them.")


def _band(band: Band, where: str) -> Iterator[Problem]:
    yield from _above_zero(band, where)
    for name, form in (("url", band.url), ("nameless", band.nameless)):
        yield from _form(form, f"{where}.{name}")
        if form and "{file}" not in form.value:
            yield Problem(f"{where}.{name}.value", "holds no {file}.", "Put {file} where the file's name stands.")
    if band.nameless and re.search(r"\{(user|letter)\}", band.nameless.value):
        fix = "Write the form to use while the user's name is not known, or leave it out."
        yield Problem(f"{where}.nameless.value", "holds the user's name.", fix)


def _place(place: Place, where: str) -> Iterator[Problem]:
    yield from _above_zero(place, where)
    yield from _form(place.path, f"{where}.path")
    yield from _form(place.upload, f"{where}.upload")
    if not place.bands:
        yield Problem(f"{where}.bands", "is empty.", "Add [[places.bands]] with the url to write for a file there.")
    least: Size | None = None
    for at, band in enumerate(place.bands):
        spot = f"{where}.bands[{at}].up_to"
        if band.up_to is None:
            if at < len(place.bands) - 1:
                yield Problem(spot, "is missing.", "Only the last band may go without: it takes every size.")
            continue
        if least is not None and band.up_to.value <= least:
            what = f"{band.up_to.value} is not more than the band before, {least}."
            yield Problem(f"{spot}.value", what, "Put the bands in order, smallest first.")
        least = band.up_to.value


def _with_lines(record: Backfill | OtherPools | Build, where: str) -> Iterator[Problem]:
    yield from _above_zero(record, where)
    if isinstance(record, Backfill):
        yield from _ascend(record, ("cautious", "unsaved"), where)
    if isinstance(record, Build):
        yield from _ascend(record, ("disk", "disk_cuda"), where)


def _checkpoints(checkpoints: Checkpoints, where: str) -> Iterator[Problem]:
    yield from _above_zero(checkpoints, where)
    yield from _ascend(checkpoints, ("least", "most", "never_above"), where)


def _pattern(record: Retired | Moved, where: str) -> Iterator[Problem]:
    """Report a pattern that is no regular expression, or that would match everything."""
    try:
        pattern = re.compile(record.pattern)
    except re.error as error:
        what = f"{record.pattern!r} is not a regular expression: {error}."
        yield Problem(f"{where}.pattern", what, "Write one as Python reads it.")
        return
    if pattern.search(""):
        yield Problem(f"{where}.pattern", "This matches every text.", "Name what it is about.")


def _retired(retired: Retired, where: str) -> Iterator[Problem]:
    yield from _pattern(retired, where)
    yield from _sentence(retired.what.value, f"{where}.what.value")
    yield from _sentence(retired.instead, f"{where}.instead")


def _moved(moved: Moved, where: str) -> Iterator[Problem]:
    wrong = list(_pattern(moved, where))
    yield from wrong
    yield from _sentence(moved.what.value, f"{where}.what.value")
    if wrong:
        return
    try:
        moved.of("")
    except re.error as error:
        what = f"{moved.now!r} does not go with the pattern: {error}."
        yield Problem(f"{where}.now", what, r"Write \1 for what the first pair of parentheses matches.")


def _sentence(text: str, where: str) -> Iterator[Problem]:
    if not text.endswith("."):
        yield Problem(where, f"{text!r} is not a sentence.", "Write one that ends with a full stop.")


def _pool(pool: Pool, where: str) -> Iterator[Problem]:
    yield from _above_zero(pool, where)
    for name in ("name", "about"):
        if not getattr(pool, name).strip():
            yield Problem(f"{where}.{name}", "is empty.", "Write what people read when they choose the pool.")
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", pool.htcondor.value):
        fix = 'Write what condor_version prints, such as "24.0" or "25.14.1".'
        yield Problem(f"{where}.htcondor.value", f"{pool.htcondor.value!r} is no version of HTCondor.", fix)
    if not pool.access_points.value:
        fix = "Name the machine that people log in to."
        yield Problem(f"{where}.access_points.value", "is empty.", fix)
    if not pool.places:
        yield Problem(f"{where}.places", "is empty.", "Add [[places]]: at least the directory of a user.")
    yield from _twice("lengths", [f"{length.processor} {length.key}" for length in pool.lengths], where)
    yield from _twice("places", [place.key for place in pool.places], where)


def _twice(name: str, keys: list[str], where: str) -> Iterator[Problem]:
    for at, key in enumerate(keys):
        if key in keys[:at]:
            what = f"{key} stands there twice."
            yield Problem(f"{where}.{name}[{at}].key", what, "Give each a key of its own, or take one out.")


_Check = Callable[[Any, str], Iterable[Problem]]
_EACH: dict[type, _Check] = {
    Pool: _pool,
    Card: _gpu,
    Length: _length,
    Band: _band,
    Place: _place,
    Backfill: _with_lines,
    OtherPools: _with_lines,
    Build: _with_lines,
    Checkpoints: _checkpoints,
    Interactive: _above_zero,
    Jobs: _above_zero,
    Retired: _retired,
    Moved: _moved,
}
CHECKS: Checks = _EACH

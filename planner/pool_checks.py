"""What can be wrong in a pool's file although each value has its form: what a campus asks before it adopts the site."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from planner.errors import Problem
from planner.pools import Card, Length, Place, Pool

_NAMES = {"file", "user", "letter", "ap", "group", "pi"}
_PROCESSORS = ("gpu", "cpu")
# NVIDIA's capabilities have one digit behind the point, from 3.0 of 2012 on.
_CAPABILITIES = (3.0, 20.0)


def check_pool(pool: Pool) -> list[Problem]:
    """Return everything in *pool* that contradicts itself or cannot be, each naming its spot in the file."""
    found = [*_words(pool), *_lengths(pool), *_cards(pool), *_places(pool), *_numbers(pool), *_checkpoints(pool)]
    return [Problem(f"{pool.key}.toml.{where}", what, fix) for where, what, fix in found]


_Found = Iterator[tuple[str, str, str]]


def _words(pool: Pool) -> _Found:
    for name, text in (("name", pool.name), ("about", pool.about), ("contact", pool.contact.value)):
        if not text.strip():
            yield name, "is empty.", "Write what people shall read there."
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", pool.htcondor.value):
        yield "htcondor", f"{pool.htcondor.value!r} is no version.", 'Write it like "25.0" or "25.14.1".'
    if not pool.access_points.value:
        yield "access_points", "is empty.", "Name the machine that people log in to."


def _lengths(pool: Pool) -> _Found:
    yield from _twice("lengths", [f"{length.key} for {length.processor}" for length in pool.lengths])
    for at, length in enumerate(pool.lengths):
        yield from _length(f"lengths[{at}]", length)


def _length(where: str, length: Length) -> _Found:
    if length.processor not in _PROCESSORS:
        yield f"{where}.processor", f"{length.processor!r} is no processor.", "Write gpu or cpu."
    if not length.limit.value.seconds:
        yield f"{where}.limit", "is no time.", "Write how long a job may run."
    if length.share and not 0 < length.share.value <= 1:
        yield f"{where}.share", f"{length.share.value:g} is no share.", "Write a number above 0, at most 1."
    if length.cards and length.cards.value < 1:
        yield f"{where}.cards", "lets nobody run anything.", "Write how many cards one user may hold, or take it out."


def _cards(pool: Pool) -> _Found:
    for at, card in enumerate(pool.cards):
        yield from _card(f"cards[{at}]", card)


def _card(where: str, card: Card) -> _Found:
    if card.count < 1:
        yield where, "stands for no card.", "Write how many servers have it and how many are in each."
    least, most = _CAPABILITIES
    if not least <= card.capability.value < most:
        yield f"{where}.capability", f"{card.capability.value:g} is none.", "Write it like 8.0; NVIDIA lists them."
    if card.safe_memory.value >= card.sold_as.value:
        yield (
            f"{where}.safe_memory",
            f"{card.safe_memory.value} is not below the {card.sold_as.value} that the card is sold as.",
            "Cards report less than that: write what condor_status shows, or a little below.",
        )


def _places(pool: Pool) -> _Found:
    yield from _twice("places", [place.key for place in pool.places])
    if not any(place.own.value and place.upload is None for place in pool.places):
        yield "places", "has none beside the submit description.", "Add the directory that results come back to."
    for at, place in enumerate(pool.places):
        yield from _place(f"places[{at}]", place)


def _place(where: str, place: Place) -> _Found:
    if not place.bands:
        yield f"{where}.bands", "is empty.", "Write how a file travels from there."
    for number, (band, after) in enumerate(pairwise(place.bands), 1):
        if band.up_to is None or (after.up_to is not None and after.up_to.value <= band.up_to.value):
            fix = "Bands stand by size, and only the last may do without up_to."
            yield f"{where}.bands[{number}]", "is never reached.", fix
    for spot, form in _forms(place).items():
        for name in sorted({*re.findall(r"\{([^}]*)\}", form)} - _NAMES):
            yield f"{where}.{spot}", f"{{{name}}} is no name.", f"Known are {', '.join(sorted(_NAMES))}."
        if spot != "upload" and "{file}" not in form:
            yield f"{where}.{spot}", "does not say where the file's name goes.", "Write {file} there."


def _forms(place: Place) -> dict[str, str]:
    """Return every form of the place in which names are filled, by its spot."""
    found = {"path": place.path, "upload": place.upload}
    for number, band in enumerate(place.bands):
        found |= {f"bands[{number}].url": band.url, f"bands[{number}].nameless": band.nameless}
    return {spot: fact.value for spot, fact in found.items() if fact}


def _numbers(pool: Pool) -> _Found:
    for name in ("ask_above", "queued", "max_idle", "many"):
        fact = getattr(pool.jobs, name)
        if fact is not None and fact.value < 1:
            yield f"jobs.{name}", f"{fact.value} is no number of jobs.", "Write a whole number above 0."
    if pool.easy_cpus and pool.easy_cpus.value < 1:
        yield "easy_cpus", f"{pool.easy_cpus.value} is no number of cores.", "Write a whole number above 0."


def _checkpoints(pool: Pool) -> _Found:
    band = pool.checkpoints
    if not band.least.value <= band.most.value <= band.never_above.value:
        yield "checkpoints", "does not rise from least over most to never_above.", "Write them in that order."


def _twice(where: str, keys: Sequence[str]) -> _Found:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield where, f"{key} stands twice.", "Give each a key of its own."


def summary(pool: Pool) -> list[str]:
    """Return what was read, in lines: what the planner knows of the pool, and what it will say is not known."""
    unknown = [
        words
        for words, known in (
            ("its cards", pool.cards),
            ("how long jobs may run", pool.lengths),
            ("where images are built", pool.build or pool.build_on_access_point),
            ("what it says of restricted data", pool.restricted_data),
            ("how many cores start soon", pool.easy_cpus),
            ("above how much memory to ask", pool.ask_above_memory),
            ("idle machines of others", pool.backfill),
            ("wider pools", pool.wider),
            ("interactive jobs", pool.interactive),
        )
        if not known
    ]
    return [
        f"{pool.key}: {pool.name}, HTCondor {pool.htcondor.value}",
        f"  cards: {pool.card_count} of {len(pool.cards)} models",
        f"  lengths: {', '.join(f'{length.key} ({length.limit.value})' for length in pool.lengths) or 'none'}",
        f"  places: {', '.join(place.key for place in pool.places)}",
        *([f"  not known, and said to be: {', '.join(unknown)}"] if unknown else []),
    ]

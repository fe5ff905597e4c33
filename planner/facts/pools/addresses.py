"""Addresses of files, parsed by the places of a pool."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from planner.facts.pools.records import Band, Place, Pool


@dataclass(frozen=True)
class Address:
    """An address of a file in one of a pool's places.

    *prefix* is what is before the path ("osdf:///pool", or nothing), *query* what is behind the question mark. The place
    need not serve files under this prefix, and the path need not have the form of the place's path.
    """

    place: Place
    prefix: str
    path: str
    query: str

    @property
    def scheme(self) -> str:
        """How it is fetched: "osdf", "file"; empty for a path."""
        return self.prefix.partition("://")[0]

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands of sizes that the place serves under this prefix; empty where it serves none."""
        return tuple(band for band in self.place.bands if _prefix(band, self.place) == self.prefix)

    @property
    def requirement(self) -> str:
        """What a job must require of a server to read it there; empty where any server will do, as far as is known."""
        return next((band.requirement.value for band in self.bands if band.requirement), "")

    @property
    def is_outside(self) -> bool:
        """Whether the path is outside everything that the place serves."""
        if not (self.place.only_path and self.place.only_path.value):
            return False
        parts = zip_longest(self.place.path.value.split("/"), self.path.split("/"), fillvalue="")
        return any("{" not in form and form not in ("", part) for form, part in parts)

    def with_prefix_of_place(self) -> str:
        """Return the address under which the place serves this path."""
        prefix = self.prefix if self.bands else next(_prefixes(self.place))
        query = "" if prefix == "file://" or not self.query else f"?{self.query}"
        return f"{prefix}{self.path}{query}"


def address_of(text: str, pool: Pool) -> Address | None:
    """Return *text* as an address in one of the pool's places; None where it is in none of them."""
    bare, _, query = text.partition("?")
    places = [place for place in pool.places if any(_prefixes(place))]
    for place in sorted(places, key=lambda place: -len(_root(place))):
        outer = (other for other in places if _root(place).startswith(_root(other)))
        prefixes = {prefix for other in outer for prefix in _prefixes(other)}
        schemes = {f"{prefix.partition('://')[0]}://" for prefix in prefixes}
        for prefix in sorted({*prefixes, *schemes, ""}, key=len, reverse=True):
            if bare.startswith(prefix + _root(place)):
                return Address(place, prefix, bare.removeprefix(prefix), query)
    return None


def _root(place: Place) -> str:
    """Return the fixed beginning of the place's path."""
    return place.path.value.partition("{")[0]


def _prefixes(place: Place) -> Iterator[str]:
    """Yield what is before the path in the place's addresses; nothing where they do not hold its path."""
    for band in place.bands:
        if prefix := _prefix(band, place):
            yield prefix


def _prefix(band: Band, place: Place) -> str:
    path = place.path.value
    return band.url.value.removesuffix(path) if path.startswith("/") and band.url.value.endswith(path) else ""

"""Where a file is kept on the pool, and how a job names it: chosen by its size from the pool's bands."""

import re
from dataclasses import dataclass

from planner.answers import Answers
from planner.facts.pools import Band, Place, Pool
from planner.units import Size

# Written where the user's name is not known, for people to replace.
NAMELESS = "USERNAME"


@dataclass(frozen=True)
class Placed:
    """A file in its place: the *url* for a submit description, the *path* on the machines that see it."""

    place: Place
    band: Band
    url: str
    path: str
    # The machine through which it is uploaded; empty if it is kept in the submit directory.
    server: str = ""

    @property
    def reaches_other_pools(self) -> bool:
        """Tell whether machines of other pools can fetch it."""
        return self.band.wider is not None and self.band.wider.value


def user_location(pool: Pool, size: Size, file: str, answers: Answers) -> Placed | None:
    """Return where the user puts a new *file* of *size*, or None if it is too large for all of the user's own places."""
    for place in pool.places:
        if place.own.value and (placed := fit_in(place, size, {"file": file, **_names(pool, answers)})):
            return placed
    return None


def submit_directory(pool: Pool) -> Place | None:
    """Return the place from which files travel with a job through the access point, or None."""
    return next((place for place in pool.places if place.own.value and place.upload is None), None)


def largest_band(pool: Pool) -> Band | None:
    """Return the band for the largest files with a limit, in a place for large files; None where no limit is known."""
    bands = [band for place in pool.places if place.upload for band in place.bands]
    sizes = [(band.up_to.value, band) for band in bands if band.up_to]
    return max(sizes, key=lambda size: size[0], default=(None, None))[1]


def needs_a_mount(pool: Pool, address: str) -> Band | None:
    """Return the band of the pool that holds *address* and serves only machines that mount its place, or None."""
    bands = (band for place in pool.places for band in place.bands if band.requirement)
    return next((band for band in bands if address.startswith(band.url.value.split("{", maxsplit=1)[0])), None)


def staging_of(pool: Pool) -> Place | None:
    """Return the user's own place for large files, or None."""
    return next((place for place in pool.places if place.own.value and place.upload), None)


def staging_location(pool: Pool, size: Size, file: str, answers: Answers) -> Placed | None:
    """Return where a *file* goes that should not be in the submit directory, or None."""
    for place in pool.places:
        if (
            place.own.value
            and place.upload
            and (placed := fit_in(place, size, {"file": file, **_names(pool, answers)}))
        ):
            return placed
    return None


def fit_in(place: Place, size: Size, names: dict[str, str]) -> Placed | None:
    """Return the file in *place*, by the first band that takes its *size*, or None.

    *names* fill the {file}, {user}, {letter}, {group}, {pi} of the pool's forms; no user means the nameless form.
    """
    for band in place.bands:
        if band.takes(size):
            nameless = band.nameless is not None and not names.get("user")
            form = band.nameless.value if nameless and band.nameless else band.url.value
            filled = {**names, "user": names.get("user") or NAMELESS, "letter": names.get("letter") or NAMELESS[0]}
            server = place.upload.value.format(**filled) if place.upload else ""
            url, path = form.format(**(names if nameless else filled)), place.path.value.format(**filled)
            return Placed(place, band, url, path, server)
    return None


def read_path(pool: Pool, place: Place, path: str, answers: Answers) -> dict[str, str] | None:
    """Return the names in *path* as the place writes its paths, or None where it is no path of that place.

    A relative path counts from the user's own directory there.
    """
    if match := re.fullmatch(_pattern(place.path.value), path):
        names = match.groupdict()
        if "user" in names and names.get("letter", names["user"][0]) != names["user"][0]:
            return None
        return names
    needs_no_more = not re.search(r"\{(group|pi)\}", place.path.value)
    if needs_no_more and "://" not in path and not path.startswith("/"):
        return {"file": path, **_names(pool, answers)}
    return None


def _pattern(form: str) -> str:
    """Return the regular expression of a path's form: {letter} is one character, {file} may contain folders."""
    patterns = {"letter": "(?P<letter>[^/])", "file": "(?P<file>.+)"}
    pieces = re.split(r"\{(\w+)\}", form)
    return "".join(
        patterns.get(piece, f"(?P<{piece}>[^/]+)") if index % 2 else re.escape(piece)
        for index, piece in enumerate(pieces)
    )


def _names(pool: Pool, answers: Answers) -> dict[str, str]:
    host = answers.access_point or pool.access_points.value[0]
    return {"user": answers.user, "letter": answers.user[:1], "ap": host.partition(".")[0]}

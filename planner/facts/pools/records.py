"""What a pool offers and demands: one file a pool (``data/pools/KEY.toml``), every figure with its source.

A field that may be absent is something that a pool need not have, or does not publish; rules then say "unknown"
instead of guessing.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from planner.errors import did_you_mean
from planner.facts.fact import Fact, read_record
from planner.facts.pools.submit_line import SubmitLines
from planner.units import Duration, Size

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """A GPU model and how many of it there are."""

    model: Fact[str]
    servers: Fact[int]
    per_server: Fact[int]
    capability: Fact[float]
    # As the pool's page gives it, as the GPU is sold, and what to request: GPUs report less than they are sold as.
    memory: Fact[Size]
    sold_as: Fact[Size]
    safe_memory: Fact[Size]

    @property
    def count(self) -> int:
        """GPUs of this model in the pool."""
        return self.servers.value * self.per_server.value


@dataclass(frozen=True)
class Length:
    """How long a job may run, what to write for it, and how many GPUs of one user may then run at once."""

    key: str
    processor: str
    limit: Fact[Duration]
    lines: Fact[SubmitLines] | None = None
    share: Fact[float] | None = None
    cards: Fact[int] | None = None


@dataclass(frozen=True)
class Backfill:
    """Machines of others that may be used while idle; their owners interrupt at any time."""

    lines: Fact[SubmitLines]
    # A job should end, or have saved itself, within this time.
    unsaved: Fact[Duration]
    cautious: Fact[Duration]


@dataclass(frozen=True)
class OtherPools:
    """Other pools that the same submit description can reach."""

    name: str
    lines: Fact[SubmitLines]
    limit: Fact[Duration]
    data: Fact[Size]


@dataclass(frozen=True)
class Band:
    """How a file of a certain size travels from a place.

    In *url* stand {file}, {user}, {letter} (first letter of the user), {ap} (name of the access point), {group}, {pi};
    *nameless* is the form to write when the user's name is not known.
    """

    url: Fact[str]
    # Absent: no limit is known.
    up_to: Fact[Size] | None = None
    nameless: Fact[str] | None = None
    requirement: Fact[str] | None = None
    # Whether it works on machines of other pools too.
    wider: Fact[bool] | None = None

    def takes(self, size: Size) -> bool:
        """Tell whether a file of *size* may travel this way."""
        return self.up_to is None or size <= self.up_to.value


@dataclass(frozen=True)
class Place:
    """Somewhere to keep files: its path on the pool, its quota, and the bands of sizes it takes."""

    key: str
    name: str
    bands: tuple[Band, ...]
    # Where new files of a user go, smallest first; a place of somebody else's is used only if the data is there.
    own: Fact[bool]
    path: Fact[str]
    upload: Fact[str] | None = None
    quota: Fact[Size] | None = None
    items: Fact[int] | None = None
    caches_by_name: Fact[bool] | None = None
    # Whether nothing else of it can be reached than what has the form of its path.
    only_path: Fact[bool] | None = None
    ask_first: Fact[str] | None = None


@dataclass(frozen=True)
class Build:
    """The job in which an Apptainer image is built."""

    lines: Fact[SubmitLines]
    cpus: Fact[int]
    memory: Fact[Size]
    disk: Fact[Size]
    limit: Fact[Duration]
    # The least disk for an image with CUDA in it.
    disk_cuda: Fact[Size]


@dataclass(frozen=True)
class Jobs:
    """Limits on numbers of jobs, and what the pool asks of users with many."""

    ask_above: Fact[int] | None = None
    queued: Fact[int] | None = None
    max_idle: Fact[int] | None = None
    many: Fact[int] | None = None
    least_time_of_many: Fact[Duration] | None = None


@dataclass(frozen=True)
class Checkpoints:
    """How often the pool likes a job to save itself and start again."""

    least: Fact[Duration]
    most: Fact[Duration]
    never_above: Fact[Duration]
    # Present where no source says whether the run-time clock restarts at a checkpoint: the question to ask.
    clock_unknown: Fact[str] | None = None


@dataclass(frozen=True)
class Interactive:
    """Jobs for trying things by hand."""

    limit: Fact[Duration]
    gpus: Fact[int]


@dataclass(frozen=True)
class Retired:
    """Something that people still write and that the pool no longer serves, or never did.

    *pattern* is a regular expression that ignores case; it is looked for in the values of submit files and in the lines
    of scripts. *what* says in a sentence what is wrong, *instead* what to do.
    """

    pattern: str
    what: Fact[str]
    instead: str

    def is_in(self, text: str) -> bool:
        """Tell whether *text* holds it."""
        return bool(re.search(self.pattern, text, re.IGNORECASE))


@dataclass(frozen=True)
class Moved:
    r"""Something that has another name or path now: a submit command, or an address of a file.

    *pattern* is a regular expression that ignores case, for the command's name (`+X` is written `my.x`) or the address;
    *now* takes the place of what it matches, with \1 for its first group. *what* says in a sentence what is wrong.
    """

    pattern: str
    now: str
    what: Fact[str]

    def of(self, text: str) -> str:
        """Return *text* as it is written now; unchanged where it does not match."""
        return re.sub(self.pattern, self.now, text, count=1, flags=re.IGNORECASE)


@dataclass(frozen=True)
class Pool:
    """One pool, whole."""

    key: str
    name: str
    about: str
    # What the pool calls a user name.
    user: Fact[str]
    htcondor: Fact[str]
    contact: Fact[str]
    access_points: Fact[Lines]
    cards: tuple[Card, ...]
    gpu_lines: Fact[SubmitLines]
    lengths: tuple[Length, ...]
    places: tuple[Place, ...]
    jobs: Jobs
    checkpoints: Checkpoints
    # Where an image is built: in a job, or on the access point after these commands; neither is known where both miss.
    build: Build | None = None
    build_on_access_point: Fact[Lines] | None = None
    # Options that `apptainer build` needs there.
    build_options: Fact[str] | None = None
    # A job with fewer CPUs starts sooner; one with more memory needs a word with the staff first.
    easy_cpus: Fact[int] | None = None
    ask_above_memory: Fact[Size] | None = None
    restricted_data: Fact[str] | None = None
    backfill: Backfill | None = None
    wider: OtherPools | None = None
    interactive: Interactive | None = None
    # What shows its users how much of their quotas is used.
    quota_command: Fact[str] | None = None
    # What the pool says of keys and passwords on its machines, if it says anything.
    secrets: Fact[str] | None = None
    # Whether its access points refuse a job whose run-time length is none of these.
    refuses_other_lengths: Fact[bool] | None = None
    # What no longer works there, and what has moved; a pool that never had it is silent.
    retired: tuple[Retired, ...] = ()
    moved: tuple[Moved, ...] = ()

    def knows(self, command: str) -> bool:
        """Tell whether the pool's HTCondor knows a submit command, by the version that brought it (``since.toml``)."""
        brought: Fact[str] | None = getattr(since(), command, None)
        return brought is None or _version(self.htcondor.value) >= _version(brought.value)

    def names_in_paths(self, name: str) -> bool:
        """Tell whether a path or an address of the pool holds {*name*}."""
        forms = [form for place in self.places for form in (place.path, *(band.url for band in place.bands))]
        return any(f"{{{name}}}" in form.value for form in forms)

    @property
    def card_count(self) -> int:
        """All GPUs of the pool that everybody may use."""
        return sum(gpu.count for gpu in self.cards)

    def place(self, key: str) -> Place:
        """Return the place called *key*. Raises KeyError."""
        return next((place for place in self.places if place.key == key), None) or _no_such(key, self)


def _version(text: str) -> tuple[int, ...]:
    """Return "25.14.1" as numbers; only the first two of a pool's version are known."""
    return tuple(int(part) for part in text.split("."))


@dataclass(frozen=True)
class CommandVersions:
    """The version of HTCondor that brought a submit command; commands that every pool has by now are not listed."""

    gpus_minimum_memory: Fact[str]
    gpus_minimum_capability: Fact[str]
    gpus_minimum_runtime: Fact[str]
    retry_request_memory: Fact[str]


@cache
def since() -> CommandVersions:
    """Return what ``data/since.toml`` holds."""
    text = files("planner").joinpath("data/since.toml").read_text(encoding="utf-8")
    return read_record(CommandVersions, tomllib.loads(text), "since.toml")


def _no_such(key: str, pool: Pool) -> Place:
    raise KeyError(f"{pool.key} has no place {key}. {did_you_mean(key, [place.key for place in pool.places])}")

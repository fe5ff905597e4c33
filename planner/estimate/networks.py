"""Networks by their shape, and what others measured on them (``data/gpu-memory.toml``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from typing import Any

from planner.facts.sources import Source, source


@dataclass(frozen=True)
class Network:
    """A network that reads tokens. *parameters* in 10⁹; widths are those of a token's vector."""

    name: str
    parameters: float
    width: float
    layers: float
    # Of the inner layer, of all query heads together, of all key heads together.
    inner: float
    queries: float
    keys: float
    vocabulary: int
    # Three matrices to an inner layer instead of two; one matrix for words in and out; queries and keys normalised.
    gated: bool
    tied: bool
    normalised: bool

    @property
    def words(self) -> float:
        """Parameters of the embedding and the output head, in 10⁹."""
        return self.vocabulary * self.width * (1 if self.tied else 2) / 1e9

    @property
    def copies(self) -> float:
        """How many vectors of a token's width one layer keeps for the backward pass."""
        inner = (4 if self.gated else 2) * self.inner / self.width
        heads = 4 * (self.queries + self.keys) / self.width if self.normalised else 0
        return 9 + 5 * self.queries / self.width + inner + heads

    def adapters(self, rank: int) -> float:
        """Return the parameters of LoRA adapters of *rank* on every matrix of every layer, in 10⁹."""
        attention = 2 * (self.width + self.queries) + 2 * (self.width + self.keys)
        inner = (3 if self.gated else 2) * (self.width + self.inner)
        return rank * self.layers * (attention + inner) / 1e9

    def scaled(self, parameters: float) -> "Network":
        """Return a network of *parameters* (10⁹) in the same proportions: wider and deeper alike, the same words."""
        by = (parameters / self.parameters) ** (1 / 3)
        return Network(
            f"a network like {self.name}",
            parameters,
            self.width * by,
            self.layers * by,
            self.inner * by,
            self.queries * by,
            self.keys * by,
            self.vocabulary,
            self.gated,
            self.tied,
            self.normalised,
        )


@dataclass(frozen=True)
class ImageNetwork:
    """A network that reads images of 224 × 224 pixels: *parameters* and *activations* an image in 10⁶.

    *kept*: how many copies of the activations training keeps.
    """

    name: str
    parameters: float
    activations: float
    kept: float
    source: Source


@dataclass(frozen=True)
class Series:
    """Measurements that others published of one *work*, as *points*: batch, tokens, GB (10⁹ bytes).

    *work*: how it was run, as ``gpu_memory.Work`` names it; *context*: GB in the measure that no tensor takes.
    """

    network: Network
    work: dict[str, Any]
    context: float
    measured: str
    source: Source
    points: tuple[tuple[int, int, float], ...]


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("planner").joinpath("data/gpu-memory.toml").read_text(encoding="utf-8"))


@cache
def networks() -> dict[str, Network]:
    """Return every network that reads tokens, by its name."""
    return {table["name"]: Network(**table) for table in _tables()["networks"]}


@cache
def image_networks() -> tuple[ImageNetwork, ...]:
    """Return every network that reads images."""
    return tuple(ImageNetwork(**{**table, "source": source(table["source"])}) for table in _tables()["images"])


@cache
def series() -> tuple[Series, ...]:
    """Return what others measured."""
    return tuple(
        Series(
            network=networks()[table["network"]],
            work={name: table[name] for name in _WORK},
            context=table["context"],
            measured=table["measured"],
            source=source(table["source"]),
            points=tuple((batch, tokens, gb) for batch, tokens, gb in table["points"]),
        )
        for table in _tables()["series"]
    )


_WORK = ("task", "weights", "trained", "state", "kept_head", "loss", "recompute")


def network_named(model: str, parameters: float) -> Network | None:
    """Return the network that *model* is named after, if its *parameters* (10⁹) agree within 10 %; or None."""
    name = model.rstrip("/").split("/")[-1].lower()
    return next(
        (
            network
            for network in networks().values()
            if name.startswith(network.name.lower()) and abs(network.parameters / parameters - 1) < 0.1
        ),
        None,
    )


# Networks whose heads share keys more than this do not represent others: their cache is tiny.
_MOST_SHARED = 8


def nearest(parameters: float) -> Network:
    """Return the network whose number of parameters (10⁹) is nearest, as a ratio."""
    usual = [network for network in networks().values() if network.queries <= _MOST_SHARED * network.keys]
    return min(usual, key=lambda network: abs(log(network.parameters / parameters)))


def similar(parameters: float) -> tuple[Network, ...]:
    """Return the networks with about as many *parameters* (10⁹): from 0.8 to 1.25 times that number."""
    return tuple(network for network in networks().values() if 0.8 <= network.parameters / parameters <= 1.25)

"""What a task demands of a card, and which cards of a pool fit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from planner.answers import Answers
from planner.answers.develop import NOT_SURE
from planner.answers.environment import is_environment
from planner.frameworks import CPU_ONLY, Ask, Build, asks, conda, cuda_majors, frameworks
from planner.pools import Card, Pool
from planner.units import Size

# Cards report a little less memory than a pool's page lists: an A100 of 40 GB reports 40,536 MiB, 0.99 of it, and of
# the cards we know none reports less than this share.
REPORTED_SHARE = 0.985


def surely_has(card: Card) -> Size:
    """Return the memory that a card can be counted on to report."""
    return max(card.safe_memory.value, card.memory.value.times(REPORTED_SHARE))


@dataclass(frozen=True)
class Demand:
    """What a job asks of each card; None = nothing. Bounds are inclusive, as HTCondor's are."""

    memory: Size | None = None
    lowest: float | None = None
    highest: float | None = None
    cards: int = 1

    def refuses(self, card: Card) -> str:
        """Return why *card* does not fit, or an empty text."""
        if self.memory is not None and surely_has(card) < self.memory:
            return f"{card.memory.value} of memory"
        if self.lowest is not None and card.capability.value < self.lowest:
            return f"capability {card.capability.value}, below {self.lowest}"
        if self.highest is not None and card.capability.value > self.highest:
            return f"capability {card.capability.value}, above {self.highest}"
        if card.per_server.value < self.cards:
            return f"{card.per_server.value} to a server"
        return ""


def matching(pool: Pool, demand: Demand) -> tuple[Card, ...]:
    """Return the cards that fit *demand*, in the pool's order."""
    return tuple(card for card in pool.cards if not demand.refuses(card))


def count(cards: tuple[Card, ...]) -> int:
    """Return how many cards there are of all models together."""
    return sum(card.count for card in cards)


def card_meant(pool: Pool, size: Size) -> Card | None:
    """Return the card of which *size* is the nominal memory: who says so usually means the card, not a measurement.

    Cards report less memory than they are sold with, so asking for the nominal size would match none of them.
    """
    meant = [card for card in pool.cards if size in (card.memory.value, card.sold_as.value)]
    return max(meant, key=lambda card: card.safe_memory.value, default=None)


def build_for(answers: Answers, pool: Pool) -> Build | None:
    """Return the build of the framework that a task on a GPU runs: the one named, or the one that most cards run.

    None where it cannot be said: the release is not known here, conda brings a build of its own, or the image is there
    already and nobody said what is in it. The result may be the CPU build, if that was named or there is no other.
    """
    release = frameworks()[answers.framework].release(answers.framework_version)
    if release is None or is_environment(answers.packages):
        return None
    if answers.cuda == NOT_SURE and answers.container == "existing":
        return None
    if answers.cuda != NOT_SURE:
        return release.build(answers.cuda)
    # Of builds that run on equally many cards the first, which is the oldest CUDA and content with the oldest drivers.
    return max(release.builds, key=lambda build: sum(card.count for card in pool.cards if _runs_on(build, card)))


def _runs_on(build: Build, card: Card) -> bool:
    return build.runs_on(card.capability.value)


def asked_of_cards(answers: Answers) -> tuple[Ask, ...]:
    """Return what the command and the packages ask of a card beyond the framework's build."""
    words = re.split(r"\W+", f"{answers.command} {answers.test_arguments}")
    packages = {re.split(r"[\s=<>!~;\[@]", line.strip(" -"), maxsplit=1)[0] for line in answers.packages}
    # Whole words: --bf16 and bf16-mixed hold the sign, my_bf16_run does not.
    found = {word.lower() for word in (*words, *packages)}
    return tuple(ask for ask in asks() if found & set(ask.signs.value))


def lowest_of(build: Build | None, asked: tuple[Ask, ...]) -> float | None:
    """Return the lowest capability that runs both the build and what is asked beside it; None where nothing bounds it."""
    bounds = [ask.lowest.value for ask in asked] + ([build.lowest.value] if build and build.lowest else [])
    return max(bounds, default=None)


def conda_cuda(answers: Answers) -> str:
    """Return the CUDA for which conda resolves: the one named, or the usual one; empty where conda installs nothing."""
    if not is_environment(answers.packages) or answers.cuda == CPU_ONLY:
        return ""
    return conda().cuda.value if answers.cuda == NOT_SURE else answers.cuda


def _floors(answers: Answers, pool: Pool) -> Iterator[float | None]:
    """Yield each lower bound on the capability: of the build with what is asked beside it, and of conda's CUDA."""
    yield lowest_of(build_for(answers, pool), asked_of_cards(answers))
    major = cuda_majors().get(conda_cuda(answers).split(".")[0])
    yield major.lowest.value if major and major.lowest else None


def demand_of(answers: Answers, pool: Pool) -> Demand:
    """Return what a task of *answers* demands of each card."""
    build, memory = build_for(answers, pool), answers.gpu_memory
    meant = card_meant(pool, memory) if memory is not None else None
    return Demand(
        memory=meant.safe_memory.value if meant else memory,
        lowest=max(filter(None, _floors(answers, pool)), default=None),
        highest=build.highest.value if build and build.highest else None,
        cards=answers.gpus,
    )

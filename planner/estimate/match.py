"""What a task demands of a card, and which cards of a pool fit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from planner.answers import Answers
from planner.answers.by_stage.develop import NOT_SURE
from planner.answers.environment import is_environment
from planner.estimate.gpu_memory import Estimate, estimate
from planner.facts.frameworks import CPU_ONLY, Build, HardwareNeed, asks, conda, cuda_majors, frameworks
from planner.facts.pools import Card, Pool
from planner.sentences import plural
from planner.units import Size

# Cards report a little less memory than a pool's page lists: an A100 of 40 GB reports 40,536 MiB, 0.99 of it, and of
# the cards we know none reports less than this share.
REPORTED_SHARE = 0.985


def guaranteed_memory(card: Card) -> Size:
    """Return the memory that a card can be counted on to report."""
    return _surely_reported(card.safe_memory.value, card.memory.value)


# A plan asks this of every card some ten times: 1.8 ms of an edit.
@lru_cache(maxsize=256)
def _surely_reported(safe: Size, nominal: Size) -> Size:
    return max(safe, nominal.times(REPORTED_SHARE))


@dataclass(frozen=True)
class Demand:
    """What a job asks of each card; None = nothing. Bounds are inclusive, as HTCondor's are."""

    memory: Size | None = None
    lowest: float | None = None
    highest: float | None = None
    cards: int = 1

    def mismatch(self, card: Card) -> str:
        """Return why *card* does not fit, or an empty text."""
        if self.memory is not None and guaranteed_memory(card) < self.memory:
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
    return tuple(card for card in pool.cards if not demand.mismatch(card))


def count(cards: tuple[Card, ...]) -> int:
    """Return how many cards there are of all models together."""
    return sum(card.count for card in cards)


def gpu_sold_with(pool: Pool, size: Size) -> Card | None:
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


def hardware_needs(answers: Answers) -> tuple[HardwareNeed, ...]:
    """Return what the command and the packages ask of a card beyond the framework's build."""
    words = re.split(r"\W+", f"{answers.command} {answers.test_arguments}")
    packages = {re.split(r"[\s=<>!~;\[@]", line.strip(" -"), maxsplit=1)[0] for line in answers.packages}
    # Whole words: --bf16 and bf16-mixed hold the sign, my_bf16_run does not.
    found = {word.lower() for word in (*words, *packages)}
    return tuple(ask for ask in asks() if found & set(ask.signs.value))


def minimum_capability(build: Build | None, asked: tuple[HardwareNeed, ...]) -> float | None:
    """Return the lowest capability that runs both the build and what is asked beside it; None where nothing bounds it."""
    bounds = [ask.lowest.value for ask in asked] + ([build.lowest.value] if build and build.lowest else [])
    return max(bounds, default=None)


def conda_cuda(answers: Answers) -> str:
    """Return the CUDA for which conda resolves: the one named, or the usual one; empty where conda installs nothing."""
    if not is_environment(answers.packages) or answers.cuda == CPU_ONLY:
        return ""
    return conda().cuda.value if answers.cuda == NOT_SURE else answers.cuda


def _floors(build: Build | None, answers: Answers) -> Iterator[float | None]:
    """Yield each lower bound on the capability: of the build with what is asked beside it, and of conda's CUDA."""
    yield minimum_capability(build, hardware_needs(answers))
    major = cuda_majors().get(conda_cuda(answers).split(".")[0])
    yield major.lowest.value if major and major.lowest else None


@dataclass(frozen=True)
class Floor:
    """The GPU memory to ask for; *card*: whose safe size it is; *estimate*: from which it comes, if not measured."""

    size: Size
    card: Card | None = None
    estimate: Estimate | None = None


def memory_floor(answers: Answers, pool: Pool) -> Floor | None:
    """Return the GPU memory to ask for: as measured, else the upper end of the estimate; None where nothing is known.

    An upper end is a guess: it does not shut out a card that it just misses, nor the largest cards of the pool as long
    as the lower end fits them.
    """
    if answers.gpu_memory is not None:
        meant = gpu_sold_with(pool, answers.gpu_memory)
        return Floor(meant.safe_memory.value if meant else answers.gpu_memory, meant)
    found = estimate(answers)
    if found is None:
        return None
    wanted = found.high.round_up()
    just = [card for card in pool.cards if guaranteed_memory(card) < wanted <= card.memory.value]
    largest = max(pool.cards, key=guaranteed_memory, default=None)
    if not just and largest and found.low <= guaranteed_memory(largest) < wanted:
        just = [largest]
    if just:
        card = max(just, key=guaranteed_memory)
        return Floor(card.safe_memory.value, card, found)
    return Floor(wanted, None, found)


def demand_of(answers: Answers, pool: Pool) -> Demand:
    """Return what a task of *answers* demands of each card."""
    build, floor = build_for(answers, pool), memory_floor(answers, pool)
    return replace(_bounds(build, answers), memory=floor.size if floor else None, cards=answers.gpus)


def _bounds(build: Build | None, answers: Answers) -> Demand:
    """Return what a build demands, with what is asked of cards beside it."""
    return Demand(
        lowest=max(filter(None, _floors(build, answers)), default=None),
        highest=build.highest.value if build and build.highest else None,
    )


def relaxations(answers: Answers, pool: Pool) -> Iterator[tuple[str, int]]:
    """Yield what asking less of one thing would bring: in words, with how many cards would then match.

    Each constraint is loosened alone, by the least that brings more cards.
    """
    demand = demand_of(answers, pool)
    now = count(matching(pool, demand))
    smaller = sorted({guaranteed_memory(card) for card in pool.cards}, reverse=True)
    for memory in smaller:
        if demand.memory and memory < demand.memory and (found := _with(pool, demand, memory=memory)) > now:
            yield f"with no more than {_whole_gb(memory)} of GPU memory {found}", found
            break
    yield from _with_another_build(answers, pool, demand, now)
    for cards in range(demand.cards - 1, 0, -1):
        if (found := _with(pool, demand, cards=cards)) > now:
            yield f"with {cards} {plural(cards, 'GPU')} a task {found}", found
            break


def _with(pool: Pool, demand: Demand, **changed: Size | int) -> int:
    return count(matching(pool, replace(demand, **changed)))  # type: ignore[arg-type]


def _whole_gb(size: Size) -> Size:
    return Size.of_gb(int(size.gb))


def _with_another_build(answers: Answers, pool: Pool, demand: Demand, now: int) -> Iterator[tuple[str, int]]:
    """Yield the build of the same release that runs on most cards, if it runs on more than the one in use."""
    release, build = frameworks()[answers.framework].release(answers.framework_version), build_for(answers, pool)
    if release is None or build is None:
        return
    usable = [other for other in release.builds if other.lowest]
    found = {
        other.cuda: count(matching(pool, replace(_bounds(other, answers), memory=demand.memory, cards=demand.cards)))
        for other in usable
    }
    best = max(found, key=lambda cuda: found[cuda], default=None)
    if best is not None and found[best] > now:
        yield f"with the build for CUDA {best} {found[best]}", found[best]

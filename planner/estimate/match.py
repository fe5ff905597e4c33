"""What a task demands of a GPU, and which of a pool's GPUs fit."""

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

# GPUs report a little less memory than a pool's page lists: an A100 of 40 GB reports 40,536 MiB, 0.99 of it. None of the
# GPUs that we know reports less than this share.
REPORTED_SHARE = 0.985


def guaranteed_memory(gpu: Card) -> Size:
    """Return the memory that a GPU is guaranteed to report."""
    return _surely_reported(gpu.safe_memory.value, gpu.memory.value)


# A plan computes this about ten times for every GPU model, which took 1.8 ms of each edit.
@lru_cache(maxsize=256)
def _surely_reported(safe: Size, nominal: Size) -> Size:
    return max(safe, nominal.times(REPORTED_SHARE))


@dataclass(frozen=True)
class Demand:
    """What a job demands of each GPU; None means no demand. Bounds are inclusive, as HTCondor's are."""

    memory: Size | None = None
    lowest: float | None = None
    highest: float | None = None
    cards: int = 1

    def mismatch(self, card: Card) -> str:
        """Return why *gpu* does not fit, or an empty text."""
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
    """Return the GPU models that fit *demand*, in the pool's order."""
    return tuple(gpu for gpu in pool.cards if not demand.mismatch(gpu))


def count(gpus: tuple[Card, ...]) -> int:
    """Return the number of GPUs of all models together."""
    return sum(gpu.count for gpu in gpus)


def gpu_sold_with(pool: Pool, size: Size) -> Card | None:
    """Return the GPU whose nominal memory is *size*: people who enter such a size usually mean the model, not a measurement.

    GPUs report less memory than they are sold with, so a request for the nominal size would match none of them.
    """
    candidates = [gpu for gpu in pool.cards if size in (gpu.memory.value, gpu.sold_as.value)]
    return max(candidates, key=lambda gpu: gpu.safe_memory.value, default=None)


def build_for(answers: Answers, pool: Pool) -> Build | None:
    """Return the framework build that a task on a GPU runs: the one named, or the one that most GPUs can run.

    None if it is not known: the release is unknown, conda installs its own build, or the image exists already and the
    user did not say what it contains. The result may be the CPU build, if it was named or is the only one.
    """
    release = frameworks()[answers.framework].release(answers.framework_version)
    if release is None or is_environment(answers.packages):
        return None
    if answers.cuda == NOT_SURE and answers.container == "existing":
        return None
    if answers.cuda != NOT_SURE:
        return release.build(answers.cuda)
    # If several builds run on equally many GPUs, the first: it has the oldest CUDA and works with the oldest drivers.
    return max(release.builds, key=lambda build: sum(gpu.count for gpu in pool.cards if _runs_on(build, gpu)))


def _runs_on(build: Build, gpu: Card) -> bool:
    return build.runs_on(gpu.capability.value)


def hardware_needs(answers: Answers) -> tuple[HardwareNeed, ...]:
    """Return what the command and the packages need from a GPU beyond the framework's build."""
    words = re.split(r"\W+", f"{answers.command} {answers.test_arguments}")
    packages = {re.split(r"[\s=<>!~;\[@]", line.strip(" -"), maxsplit=1)[0] for line in answers.packages}
    # Compare whole words: --bf16 and bf16-mixed contain the sign, my_bf16_run does not.
    signs = {word.lower() for word in (*words, *packages)}
    return tuple(need for need in asks() if signs & set(need.signs.value))


def minimum_capability(build: Build | None, needs: tuple[HardwareNeed, ...]) -> float | None:
    """Return the lowest capability that supports the build and all *needs*; None if there is no bound."""
    bounds = [need.lowest.value for need in needs] + ([build.lowest.value] if build and build.lowest else [])
    return max(bounds, default=None)


def conda_cuda(answers: Answers) -> str:
    """Return the CUDA for which conda resolves: the one named, or the usual one; empty where conda installs nothing."""
    if not is_environment(answers.packages) or answers.cuda == CPU_ONLY:
        return ""
    return conda().cuda.value if answers.cuda == NOT_SURE else answers.cuda


def _floors(build: Build | None, answers: Answers) -> Iterator[float | None]:
    """Yield each lower bound on the capability: that of the build and the other needs, and that of conda's CUDA."""
    yield minimum_capability(build, hardware_needs(answers))
    major = cuda_majors().get(conda_cuda(answers).split(".")[0])
    yield major.lowest.value if major and major.lowest else None


@dataclass(frozen=True)
class Floor:
    """The GPU memory to request. *card*: the GPU whose safe size it is; *estimate*: its source, if not measured."""

    size: Size
    card: Card | None = None
    estimate: Estimate | None = None


def memory_floor(answers: Answers, pool: Pool) -> Floor | None:
    """Return the GPU memory to request: as measured, else the upper end of the estimate; None if neither is known.

    The upper end is a guess, so it does not rule out a GPU that it just misses, nor the pool's largest GPUs if the lower
    end fits them.
    """
    if answers.gpu_memory is not None:
        nominal_gpu = gpu_sold_with(pool, answers.gpu_memory)
        return Floor(nominal_gpu.safe_memory.value if nominal_gpu else answers.gpu_memory, nominal_gpu)
    memory_estimate = estimate(answers)
    if memory_estimate is None:
        return None
    upper_end = memory_estimate.high.round_up()
    near_misses = [gpu for gpu in pool.cards if guaranteed_memory(gpu) < upper_end <= gpu.memory.value]
    largest = max(pool.cards, key=guaranteed_memory, default=None)
    if not near_misses and largest and memory_estimate.low <= guaranteed_memory(largest) < upper_end:
        near_misses = [largest]
    if near_misses:
        gpu = max(near_misses, key=guaranteed_memory)
        return Floor(gpu.safe_memory.value, gpu, memory_estimate)
    return Floor(upper_end, None, memory_estimate)


def demand_of(answers: Answers, pool: Pool) -> Demand:
    """Return what a task of *answers* demands of each GPU."""
    build, floor = build_for(answers, pool), memory_floor(answers, pool)
    return replace(_bounds(build, answers), memory=floor.size if floor else None, cards=answers.gpus)


def _bounds(build: Build | None, answers: Answers) -> Demand:
    """Return what the build and the other needs of the work demand."""
    return Demand(
        lowest=max(filter(None, _floors(build, answers)), default=None),
        highest=build.highest.value if build and build.highest else None,
    )


def relaxations(answers: Answers, pool: Pool) -> Iterator[tuple[str, int]]:
    """Yield what relaxing one constraint would gain: in words, with the number of GPUs that would then match.

    Each constraint is relaxed alone, by the smallest step that adds GPUs.
    """
    demand = demand_of(answers, pool)
    matches_now = count(matching(pool, demand))
    smaller = sorted({guaranteed_memory(gpu) for gpu in pool.cards}, reverse=True)
    for memory in smaller:
        if (
            demand.memory
            and memory < demand.memory
            and (matches := _count_with(pool, demand, memory=memory)) > matches_now
        ):
            yield f"with no more than {_whole_gb(memory)} of GPU memory {matches}", matches
            break
    yield from _with_another_build(answers, pool, demand, matches_now)
    for gpus in range(demand.cards - 1, 0, -1):
        if (matches := _count_with(pool, demand, cards=gpus)) > matches_now:
            yield f"with {gpus} {plural(gpus, 'GPU')} a task {matches}", matches
            break


def _count_with(pool: Pool, demand: Demand, **changed: Size | int) -> int:
    return count(matching(pool, replace(demand, **changed)))  # type: ignore[arg-type]


def _whole_gb(size: Size) -> Size:
    return Size.of_gb(int(size.gb))


def _with_another_build(answers: Answers, pool: Pool, demand: Demand, matches_now: int) -> Iterator[tuple[str, int]]:
    """Yield the build of the same release that runs on the most GPUs, if it runs on more than the current one."""
    release, build = frameworks()[answers.framework].release(answers.framework_version), build_for(answers, pool)
    if release is None or build is None:
        return
    usable = [other for other in release.builds if other.lowest]
    matches = {
        other.cuda: count(matching(pool, replace(_bounds(other, answers), memory=demand.memory, cards=demand.cards)))
        for other in usable
    }
    best = max(matches, key=lambda cuda: matches[cuda], default=None)
    if best is not None and matches[best] > matches_now:
        yield f"with the build for CUDA {best} {matches[best]}", matches[best]

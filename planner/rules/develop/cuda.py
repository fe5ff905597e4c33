"""CUDA: which build of the framework, and so which cards can run it."""

from planner.answers.develop import NOT_SURE
from planner.estimate.match import Demand, count, matching
from planner.frameworks import CPU_ONLY, Build, cuda_majors, frameworks
from planner.pools import Pool
from planner.rules.base import Case, Said, rule


@rule(
    sources=("condor-submit", "pytorch-release"),
    decides=("cuda_version", "lowest_capability", "highest_capability", "lowest_runtime"),
)
def cuda_build(case: Case) -> Said | None:
    """Let the CUDA build decide which cards are asked for

    A framework is compiled for certain generations of cards, written as compute capability. On a card outside them it
    fails with "no kernel image is available", and with a driver older than its CUDA it does not start at all. So the
    build sets the lowest and the highest capability, and the CUDA runtime that the driver must serve. These bounds go
    into the gpus_… commands, never into requirements: a server with cards of several kinds does not advertise
    GPUs_Capability there and would never match.
    """
    answers = case.answers
    if answers.gpu == "no" or answers.framework == "other" or answers.container == "existing":
        return None
    framework = frameworks()[answers.framework]
    release = framework.release(answers.framework_version)
    if release is None:
        return case.warn(
            f"Check which cards {framework.name} {answers.framework_version} runs on",
            because=f"No source here lists the builds of that version; the newest known is "
            f"{framework.releases[0].version}. No bound is set, so a job may meet a card that it has no kernels for.",
        )
    wanted = answers.cuda
    build = _widest(release.builds, case.pool) if wanted == NOT_SURE else release.build(wanted)
    if build is None or build.lowest is None:
        on_gpu = ", ".join(b.cuda for b in release.builds if b.cuda != CPU_ONLY)
        return case.stop(
            f"Choose a CUDA build of {framework.name} {release.version}: {on_gpu}",
            because=f"{'The CPU build leaves the card idle' if wanted == CPU_ONLY else f'There is none for CUDA {wanted}'}"
            f", and the work {'needs' if answers.gpu == 'needs' else 'may use'} a GPU.",
        )
    major = cuda_majors()[build.cuda.split(".")[0]]
    lowest, highest = case.cite(build.lowest), case.cite(build.highest) if build.highest else None
    cards = count(matching(case.pool, Demand(lowest=lowest, highest=highest)))
    picked = "is the build that most cards run" if wanted == NOT_SURE else "is the build you named"
    return case.set(
        f"Use {framework.name} {release.version} built for CUDA {build.cuda}",
        because=f"CUDA {build.cuda} {picked}: it has kernels for capability {lowest} "
        f"{f'to {highest}' if highest else 'and newer'}, which {cards} of {case.pool.card_count} cards have, and needs "
        f"driver {case.cite(major.driver)} or newer.",
        cuda_version=build.cuda,
        lowest_capability=lowest,
        # A bound above every card of the pool only narrows what other pools may offer.
        highest_capability=highest,
        lowest_runtime=case.cite(major.runtime),
    )


def _widest(builds: tuple[Build, ...], pool: Pool) -> Build:
    """Return the build that runs on most cards; of equal ones the first, which is the oldest CUDA."""
    return max(builds, key=lambda build: sum(card.count for card in pool.cards if build.runs_on(card.capability.value)))

"""The page of a pool, made from its file."""

from overrides.hooks.pages.markdown import link, sources_of, table
from planner.facts.fact import Fact
from planner.facts.pools import Pool


def page(pool: Pool) -> str:
    """Return what a pool offers: its GPUs, how long jobs may run, where files are kept, and where this was read."""
    gpus = [
        [c.model.value, c.count, c.servers.value, c.capability.value, c.memory.value, c.safe_memory.value]
        for c in pool.cards
    ]
    lengths = [[x.key, x.processor.upper(), x.limit.value, _most(x.share, x.cards)] for x in pool.lengths]
    bands = [
        [
            place.name,
            f"up to {band.up_to.value}" if band.up_to else "any size",
            f"`{band.url.value}`",
            _code(band.requirement),
        ]
        for place in pool.places
        for band in place.bands
    ]
    return "\n\n".join(
        [
            *_gpu_section(pool, gpus),
            "## How long a job may run",
            table(["length", "for", "limit", "cards of one user at once"], lengths)
            if lengths
            else "No limit is known.",
            "## Where files are kept",
            table(["place", "files", "address", "needs"], bands),
            "## Where this was read",
            "\n".join(f"- {link(cited)}" for cited in sources_of(pool)),
        ]
    )


def _gpu_section(pool: Pool, rows: list[list[object]]) -> list[str]:
    """Return the pool's GPUs as a table, or that it lists none."""
    if not rows:
        return ["## Cards", "It does not list its cards; how many match a demand is not known."]
    return [
        f"## Cards\n\n{len(pool.cards)} models, {pool.card_count} cards.",
        table(["card", "how many", "servers", "capability", "memory", "ask for at most"], rows),
    ]


def _most(share: Fact[float] | None, most_gpus: Fact[int] | None) -> str:
    if share is not None:
        return f"{share.value:.0%} of them"
    return str(most_gpus.value) if most_gpus is not None else "no limit is published"


def _code(fact: Fact[str] | None) -> str:
    return f"`{fact.value}`" if fact else ""

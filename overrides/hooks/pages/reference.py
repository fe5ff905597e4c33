"""Pages of the reference: each is made from what the planner itself goes by."""

from collections.abc import Callable

from overrides.hooks.pages import checks, licences
from overrides.hooks.pages.markdown import escaped, link, table
from planner.answers import stages
from planner.bundle.manifest import MANIFEST
from planner.cli.main import help_texts
from planner.estimate import gpu_memory, gpu_memory_errors
from planner.facts.sources import source, sources
from planner.rules import in_reading_order
from planner.rules.base import Rule


def page_of(rule: Rule) -> str:
    """Return the path of the page that teaches *rule*."""
    return rule.url.split("/#")[0] + ".md"


def rules_page() -> str:
    """Return every rule, by stage and family, each with a link to where it is taught."""
    out, family = [], ""
    for rule in in_reading_order():
        if rule.family != family:
            family = rule.family
            out.append(f"\n## {rule.stage.title}: {family}\n")
        cited = ", ".join(source(key).title for key in rule.sources)
        out.append(f"- [`{rule.id}`](../{page_of(rule)}#{rule.id}) {rule.title}. *{cited}*")
    return "\n".join(out)


def sources_page() -> str:
    """Return every source with the day it was read."""
    rows = [f"- {link(cited)} {{ #{key} }}" for key, cited in sorted(sources().items())]
    return "\n".join(rows)


def questions_page() -> str:
    """Return every question by stage."""
    out = []
    for stage, of_stage in stages():
        rows = [
            [f"`{q.id}`", escaped(q.label, keep_code=True), "★" if q.newcomer else "–", escaped(q.help, keep_code=True)]
            for q in of_stage
        ]
        out += [f"## {stage.title}", table(["id", "question", "newcomers", "help"], rows)]
    return "\n\n".join(out)


def files_page() -> str:
    """Return every file a plan can have."""
    rows = [[f"`{o.path}`", "yes" if o.executable else "", "yes" if o.job else ""] for o in MANIFEST]
    return table(["file", "runs", "not written where the plan stops"], rows)


def cli_page() -> str:
    """Return what the command line says of itself."""
    return "\n\n".join(f"## planner {name}\n\n```text\n{text.rstrip()}\n```" for name, text in help_texts().items())


def estimates_page() -> str:
    """Return how GPU memory is estimated: the formulas, how far they are off, and every measurement behind that."""
    formulas = [
        f"- {escaped(fact.value, keep_code=True)}. {link(fact.source)}{f'; {fact.note}' if fact.note else ''}"
        for fact in gpu_memory.FORMULAS
    ]
    ranges = (
        f"The middle is the sum of the terms and {gpu_memory.CONTEXT:g} GB for CUDA and the program, and "
        f"{gpu_memory.SLACK:.0%} for what the allocator leaves unused. Where the network is known by its name, the range "
        f"goes from {gpu_memory.KNOWN[0]:g} to {gpu_memory.KNOWN[1]:g} times the middle, and {gpu_memory.LARGE_CONTEXT:g} GB; "
        f"where only its number of weights is known, from {gpu_memory.GUESSED[0]:g} times to {gpu_memory.GUESSED[1]:g} times, "
        f"or more if a network of about that size needs more; for images from {gpu_memory.IMAGES[0]:g} to "
        f"{gpu_memory.IMAGES[1]:g} times."
    )
    errors = [
        [x.what, x.points, f"{x.middle:.1%}", f"{x.p90:.1%}", f"{x.largest:.0%}", f"{x.bias:+.1%}"]
        for x in gpu_memory_errors.summaries()
    ]
    measured = [
        [
            error.of.network.name,
            f"{error.of.work['task']}, {error.of.work['weights']}",
            error.batch,
            error.tokens,
            f"{error.measured:.2f}",
            f"{error.estimated:.2f}",
            f"{error.share:+.0%}",
            link(error.of.source),
        ]
        for error in gpu_memory_errors.errors()
    ]
    return "\n\n".join(
        [
            "## GPU memory: the terms",
            "\n".join(formulas),
            "## GPU memory: the range",
            ranges,
            "## GPU memory: how far the terms are off",
            (
                "On runs of which shape and settings are published. Some constants were fitted to these very runs, so expect a "
                "larger error on others. Runs with compiled layers, with weights shared among servers, or with attention that is "
                "not fused are left out: the formulas do not hold for them."
            ),
            table(["work", "runs", "middle error", "nine in ten below", "largest", "middle, with sign"], errors),
            "## GPU memory: measured and estimated",
            table(["network", "work", "batch", "tokens", "measured", "estimated", "error", "source"], measured),
        ]
    )


REFERENCE: dict[str, Callable[[], str]] = {
    "rules": rules_page,
    "sources": sources_page,
    "questions": questions_page,
    "files": files_page,
    "estimates": estimates_page,
    "cli": cli_page,
    "checks": checks.page,
    "licences": licences.page,
}

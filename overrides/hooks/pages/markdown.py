"""Pieces of Markdown that pages are made of: tables, links to sources, text that is no markup."""

import re
from collections.abc import Sequence

from planner.facts.fact import all_facts
from planner.facts.sources import Source


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table; bars in its cells are kept as text."""
    lines: list[Sequence[object]] = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def escaped(text: str, *, keep_code: bool = False) -> str:
    """Return *text* with what Markdown would take for markup escaped; *keep_code*: except code in back-ticks."""
    return re.sub(r"([<>*_\[\]])" if keep_code else r"([\\`*_\[\]<>])", r"\\\1", text)


def link(source: Source) -> str:
    """Return a link to a source, with the day on which it was read."""
    return f"[{source.title}]({source.url}) (read {source.read})" if source.url else f"{source.title} ({source.read})"


def sources_of(record: object) -> list[Source]:
    """Return the sources of every figure in *record*, by title."""
    return sorted({fact.source for fact in all_facts(record)}, key=lambda source: source.title)

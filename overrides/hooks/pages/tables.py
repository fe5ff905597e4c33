"""Tables of the guide that are made from data: which build runs on which card, and what holds mean. Pure functions."""

import inspect
import typing
from collections.abc import Iterator
from itertools import groupby

from overrides.hooks.pages.markdown import escaped, table
from planner.facts.fact import Fact, fields_of
from planner.facts.frameworks import Build, Framework, frameworks
from planner.facts.hold_reasons import HoldReason, Message, holds, messages
from planner.facts.pools import Card, Lines, Pool, SubmitLines
from planner.units import Duration, Size

_WHAT = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Size: 'an amount, such as "12 GB"',
    Duration: 'a time, such as "3 h"',
    Lines: "a list of texts",
    SubmitLines: "a list of texts",
}
_WHERE = {"submit": "printed by `condor_submit`", "error": "standard error of a job"}


def pool_fields() -> str:
    """Return every field of a pool's file, table by table, from the records that the file is read into."""
    return "\n\n".join(_fields(Pool, "", "The file itself"))


def _fields(record: type, path: str, title: str) -> Iterator[str]:
    rows, nested_tables = [], []
    for name, (hint, required) in fields_of(record).items():
        if typing.get_origin(hint) is Fact or hint is str:
            what = _WHAT[typing.get_args(hint)[0]] if hint is not str else "a text, bare: it needs no source"
        elif typing.get_origin(hint) is tuple:
            what = f"`[[{path}{name}]]` for each, or `[]` for none"
            nested_tables.append((typing.get_args(hint)[0], f"{path}{name}.", f"Each `[[{path}{name}]]`"))
        else:
            what = f"the table `[{path}{name}]`"
            nested_tables.append((hint, f"{path}{name}.", f"`[{path}{name}]`"))
        # The name of the file is the pool's key.
        if (record, name) != (Pool, "key"):
            rows.append([f"`{name}`", what, "yes" if required else "no"])
    description = "" if record is Pool else inspect.cleandoc(record.__doc__ or "")
    yield f"### {title}\n\n{description}\n\n{table(['field', 'what it holds', 'must be there'], rows)}"
    for nested_record, prefix, heading in nested_tables:
        yield from _fields(nested_record, prefix, heading)


def cards(pool: Pool) -> str:
    """Return which CUDA build of each framework has kernels for which GPU of *pool*."""
    by_capability = {gpu.capability.value: gpu for gpu in sorted(pool.cards, key=lambda gpu: gpu.capability.value)}
    head = ["build", *(f"{_names(pool, capability)}<br>({capability})" for capability in by_capability)]
    rows = [
        [label, *("✓" if build.runs_on(capability) else "no" for capability in by_capability)]
        for framework in frameworks().values()
        for label, build in _kinds_of_build(framework)
    ]
    return table(head, rows)


def _names(pool: Pool, capability: float) -> str:
    return ", ".join(short_name(gpu) for gpu in pool.cards if gpu.capability.value == capability)


def short_name(gpu: Card) -> str:
    """Return what people call the GPU: "A100-40GB" for "NVIDIA A100-SXM4-40GB"."""
    name = gpu.model.value
    for part in ("NVIDIA ", "GeForce ", "Tesla ", "-SXM4", "-PCIE-16GB", " 80GB HBM3"):
        name = name.replace(part, "")
    return name


def _kinds_of_build(framework: Framework) -> list[tuple[str, Build]]:
    """Return the CUDA builds of a framework, newest first; releases whose builds run on the same GPUs stand together."""
    builds = [(release.version, build) for release in framework.releases for build in release.builds if build.lowest]
    newest_first = sorted(builds, key=lambda labeled: -float(labeled[1].cuda))
    kinds = groupby(
        newest_first, key=lambda labeled: (labeled[1].cuda, _value(labeled[1].lowest), _value(labeled[1].highest))
    )
    return [
        (f"{framework.name} {_versions(framework, [version for version, _ in same])}, CUDA {cuda}", same[0][1])
        for (cuda, _, _), group in kinds
        if (same := list(group))
    ]


def _versions(framework: Framework, some: list[str]) -> str:
    """Return *some* of a framework's versions, as a range where none of those between is missing."""
    versions = [release.version for release in framework.releases]
    begin = versions.index(some[0])
    whole = len(some) > 2 and versions[begin : begin + len(some)] == some
    return f"{some[-1]} to {some[0]}" if whole else ", ".join(some)


def _value(fact: Fact[float] | None) -> float | None:
    return fact.value if fact else None


def hold_table() -> str:
    """Return every hold: what one sees, what it means, what to do."""
    rows = [[_seen(hold), f"**{hold.title}.** {hold.meaning}<br>**Do:** {escaped(hold.do)}"] for hold in holds()]
    return table(["what you see", "what it means, and what to do"], rows)


def _seen(hold: HoldReason) -> str:
    code = f"Code {hold.code.value}" + (f" Subcode {hold.subcode.value}" if hold.subcode else "")
    text = f"<br>{escaped(hold.says)}" if hold.says else ""
    return f'<span id="hold-{hold.key}">**{code}**</span>{text}'


def message_table() -> str:
    """Return what else one may see: its words, what they mean, what to do."""
    rows = [[_message(row), f"{row.meaning}<br>**Do:** {escaped(row.do)}"] for row in messages()]
    return table(["what you see", "what it means, and what to do"], rows)


def _message(row: Message) -> str:
    return f'<span id="message-{row.key}">{escaped(row.text.value)}</span><br>({_WHERE[row.at]})'

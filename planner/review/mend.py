"""From findings to mended files: only lines that a finding names change, all others stay byte for byte."""

import difflib
from collections.abc import Iterable

from planner.review.checks import Mend


def mended(text: str, mends: Iterable[Mend]) -> str:
    """Return *text* with the mends made that do not touch a line another has changed."""
    lines = text.split("\n")
    taken: set[int] = set()
    chosen: list[Mend] = []
    for mend in mends:
        touched = set(range(mend.first, mend.last + 1))
        if touched & taken:
            continue
        taken |= touched
        chosen.append(mend)
    ending = "\r" if len(lines) > 1 and sum(line.endswith("\r") for line in lines) * 2 > len(lines) else ""
    # From the end, so that numbers of lines above stay right; what is put before a line goes in after it was changed.
    for mend in sorted(chosen, key=lambda mend: (mend.first, mend.last), reverse=True):
        keeps = ending if not _takes_off_returns(lines, mend) else ""
        lines[mend.first - 1 : mend.last] = [line.rstrip("\r") + keeps for line in mend.lines]
    return "\n".join(lines)


def _takes_off_returns(lines: list[str], mend: Mend) -> bool:
    """Tell whether the mend is about the line's end itself."""
    return [line.rstrip("\r") for line in lines[mend.first - 1 : mend.last]] == list(mend.lines)


def diff(name: str, before: str, after: str, how: str = "mended") -> str:
    """Return what changed, as a unified diff that says *how*; empty where nothing did."""
    return "".join(
        line if line.endswith("\n") else f"{line}\n"
        for line in difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), name, f"{name} ({how})"
        )
    )

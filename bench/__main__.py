"""Measure every bar, print them, and write docs/reference/performance.md. ``make bench`` runs it; minutes."""

from pathlib import Path

from bench import firefox, planning, pyscript, sizes, slow, start
from bench.bars import Row

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "performance.md"
HEAD = """# Performance

How fast the planner's page is, against what we promised. `make bench` measures it and writes this page. Times are
medians of one run on one machine with two cores, in Chromium where no other browser is named; times of other machines
differ, ratios should not. Other work on the same two cores makes every row worse, the fast way's most: it uses both.

"Stock" is the same page and planner, with Pyodide started as it is documented: `loadPyodide` and wheels.
[How Python starts](../contributing/start.md) says how the page's own way works. "PyScript" is the same planner, wheels and
Pyodide in a page of PyScript's, until it has planned the defaults; nobody promised anything of it, so it stands beside.

| what | bar | measured | verdict |
|---|---|---|---|
"""
UNMEASURED = """
Not measured where they cannot be: a browser on a quarter of the processor (it takes a control group of Linux), and Firefox.
"""


def main() -> None:
    """Measure, print and write."""
    rows: list[Row] = []
    for part in (sizes, planning, start, slow, firefox, pyscript):
        for row in part.rows():
            print(row, flush=True)
            rows.append(row)
    lines = [f"| {row.what} | {row.bar} | {row.measured} | {_verdict(row)} |\n" for row in rows]
    PAGE.write_text(HEAD + "".join(lines) + UNMEASURED, encoding="utf-8")


def _verdict(row: Row) -> str:
    verdict = f"**{row.verdict}**" if row.holds is False else row.verdict
    return f"{verdict}. {row.note}" if row.note else verdict


if __name__ == "__main__":
    main()

"""How soon Python answers, beside Pyodide as it is documented; how soon the first plan can be read without it.

Both ways take turns in one browser on one machine, each time in a fresh profile: times from different runs cannot be
compared, so the bars are ratios.
"""

from collections.abc import Iterator
from statistics import median

from playwright.sync_api import BrowserType

from bench.bars import Row
from bench.page import CABLE, FAST, LOOPBACK, MOBILE, STOCK, Line, Visit, chromium, fresh_page, host, visit

ROUNDS = 3
# ms after a first visit until what it keeps is surely written.
WRITTEN = 3000

FIRST = {LOOPBACK: 0.38, CABLE: 0.46, MOBILE: 0.52}
SECOND = 0.15
PAUSE = 30  # ms
READABLE = 600  # ms
TO_COMPILE = 2.5

# The floor: the module compiled, and nothing done with it.
COMPILE = """async (address) => {
  const began = performance.now();
  await WebAssembly.compileStreaming(fetch(address));
  return performance.now() - began;
}"""


def rows() -> Iterator[Row]:
    """Measure, and yield the bars of the start."""
    with chromium() as browser:
        for line, bar in FIRST.items():
            firsts, seconds, compiled = _visits(browser, line)
            yield ratio(f"Python answers, first visit, {line.name}", bar, firsts[FAST], firsts[STOCK])
            if line is LOOPBACK:
                yield ratio("Python answers, second visit, Chromium", SECOND, seconds[FAST], seconds[STOCK])
                fast = median(visit.answered for visit in seconds[FAST])
                yield Row(
                    "Second visit, against compiling the module alone",
                    f"≤ {TO_COMPILE} ×",
                    f"{fast / compiled:.1f} × ({fast:.0f} ms against {compiled:.0f} ms)",
                    fast <= TO_COMPILE * compiled,
                    "The time counts from the request for the page, which itself takes part of it.",
                )
                pause = median(visit.pause for visit in (*firsts[FAST], *seconds[FAST]))
                yield Row(
                    "Longest pause of the page while Python starts", f"≤ {PAUSE} ms", f"{pause:.0f} ms", pause <= PAUSE
                )
            if line is MOBILE:
                readable = median(visit.readable for visit in firsts[FAST])
                yield Row(
                    f"First plan readable, {line.name} and 60 ms, cold",
                    f"≤ {READABLE} ms",
                    f"{readable:.0f} ms",
                    readable <= READABLE,
                    "First contentful paint; the plan stands in the page.",
                )


def _visits(browser: BrowserType, line: Line) -> tuple[dict[str, list[Visit]], dict[str, list[Visit]], float]:
    """Return first and second visits by the way, and the milliseconds that compiling takes alone."""
    firsts: dict[str, list[Visit]] = {FAST: [], STOCK: []}
    seconds: dict[str, list[Visit]] = {FAST: [], STOCK: []}
    compiled: list[float] = []
    with host(line) as server:
        for _ in range(ROUNDS):
            for way in (STOCK, FAST):
                with fresh_page(browser) as page:
                    firsts[way].append(visit(page, f"{server.address}{way}planner/"))
                    if line is not LOOPBACK:
                        continue
                    for _ in range(2):
                        page.wait_for_timeout(WRITTEN)
                        seconds[way].append(visit(page, f"{server.address}{way}planner/"))
                    folder = page.locator("#start").get_attribute("data-pyodide")
                    compiled.append(page.evaluate(COMPILE, f"{folder}pyodide.asm.wasm"))
    return firsts, seconds, median(compiled) if compiled else 0


def ratio(what: str, bar: float, fast: list[Visit], stock: list[Visit]) -> Row:
    """Return the row of how soon Python answers: the page's own way against the documented one."""
    ours, theirs = (median(visit.answered for visit in visits) for visits in (fast, stock))
    return Row(
        what,
        f"≤ {bar:.2f} × stock",
        f"{ours / theirs:.2f} × ({ours:.0f} ms against {theirs:.0f} ms)",
        ours <= bar * theirs,
    )

"""How soon Python answers in Firefox on a second visit, beside Pyodide as it is documented.

As in ``bench.start``, both ways take turns, each in a fresh profile; what one visit kept, the next may use.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.bars import Row
from bench.page import ANSWERED, CLOCK, FAST, LOOPBACK, STOCK, Visit, host
from bench.start import ROUNDS, SECOND, WRITTEN, ratio
from tests.browser.firefox import find_firefox, firefox


def rows() -> Iterator[Row]:
    """Measure, and yield the bar; no row where there is no Firefox."""
    program = find_firefox()
    if program is None:
        return
    visits: dict[str, list[Visit]] = {FAST: [], STOCK: []}
    with host(LOOPBACK) as server:
        for _ in range(ROUNDS):
            for way in (STOCK, FAST):
                visits[way] += _later_visits(program, f"{server.address}{way}planner/")
    yield ratio("Python answers, second visit, Firefox", SECOND, visits[FAST], visits[STOCK])


def _later_visits(program: str, address: str) -> list[Visit]:
    """Return the second and the third visit of a profile that was never here."""
    visits = []
    with tempfile.TemporaryDirectory() as folder, firefox(program, Path(folder)) as visitor:
        visitor.send("script.addPreloadScript", functionDeclaration=f"() => {{ {CLOCK} }}")
        for _ in range(3):
            visitor.open(address)
            visits.append(Visit(**visitor.evaluate(f"({ANSWERED})()")))
            time.sleep(WRITTEN / 1000)
    return visits[1:]

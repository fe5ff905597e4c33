"""How soon the same planner answers in PyScript, from its package on npm, beside the page's own way and stock.

The page is ``pyscript.html``; Pyodide's files and the wheels are those of the site. PyScript would install packages with
micropip, which Pyodide's package on npm does not have: ``passthrough`` gives their names to `loadPyodide`, as stock does,
which is the faster way too. Python runs on the page's own thread, as is PyScript's default: its workers want headers
that a static host does not send.
"""

import gzip
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserType, Page

from bench.bars import NO_BAR, Row
from bench.page import FAST, LOOPBACK, STOCK, Visit, chromium, compressed, fresh_page, host, visit
from bench.start import ROUNDS, WRITTEN
from planner.answers import as_texts, default_answers
from planner.web import handle
from planner.web.first_page import first_page
from tests.browser.conftest import SITE

PYSCRIPT = "/pyscript/"
CORE = Path(__file__).parents[1] / "node_modules" / "@pyscript" / "core" / "dist"
NAMES = {FAST: "the page's own way", STOCK: "stock"}


def rows() -> Iterator[Row]:
    """Measure, and yield what is shown beside the bars."""
    with chromium() as browser:
        firsts, seconds = _visits(browser)
    pause = median(visit.pause for visit in firsts[PYSCRIPT])
    yield _beside("first visit, loopback", firsts, f"The page can do nothing for {pause / 1000:.1f} s of it.")
    yield _beside("second visit, Chromium", seconds)


def _visits(browser: BrowserType) -> tuple[dict[str, list[Visit]], dict[str, list[Visit]]]:
    """Return first and second visits by the way, which take turns."""
    request = _request()
    firsts: dict[str, list[Visit]] = {FAST: [], STOCK: [], PYSCRIPT: []}
    seconds: dict[str, list[Visit]] = {FAST: [], STOCK: [], PYSCRIPT: []}
    with host(LOOPBACK, beside=_files(request)) as server:
        come = {way: partial(visit, address=f"{server.address}{way}planner/") for way in (STOCK, FAST)}
        come[PYSCRIPT] = partial(_visit, address=f"{server.address}{PYSCRIPT}", wanted=handle(request))
        for _ in range(ROUNDS):
            for way in (PYSCRIPT, STOCK, FAST):
                with fresh_page(browser) as page:
                    firsts[way].append(come[way](page))
                    for _ in range(2):
                        page.wait_for_timeout(WRITTEN)
                        seconds[way].append(come[way](page))
    return firsts, seconds


def _request() -> str:
    """Return what the planner's page asks first: the plan of the defaults, which it shows already."""
    answers, digests = as_texts(default_answers()), first_page()["digests"]
    return json.dumps({"id": 1, "do": "plan", "answers": answers, "has": digests, "before": None, "open": "README.md"})


def _files(request: str) -> dict[str, bytes]:
    """Return what lies on the host beside the site: PyScript, and in one folder all that its interpreter looks for."""
    page = Path(__file__).with_suffix(".html").read_text(encoding="utf-8").replace("REQUEST", request)
    files = {PYSCRIPT: gzip.compress(page.encode(), 9)}
    for file in (*CORE.glob("*.js"), *CORE.glob("*.css")):
        files[f"{PYSCRIPT}runtime/core/{file.name}"] = gzip.compress(file.read_bytes(), 9)
    for pattern in ("pyodide-*/*", "*/pyodide-lock.json", "*/*.whl"):
        for file in (SITE / "runtime").glob(pattern):
            content = compressed(f"/{file.relative_to(SITE)}")
            assert content is not None, "it was just listed"
            files[f"{PYSCRIPT}runtime/pyodide/{file.name}"] = content
    return files


def _visit(page: Page, address: str, wanted: str) -> Visit:
    """Load PyScript's page, and see that it answered as Python does here."""
    times = visit(page, address)
    if page.evaluate("bench.reply") != wanted:
        raise ValueError("PyScript gave another answer: the bench would compare different work.")
    return times


def _beside(what: str, visits: dict[str, list[Visit]], note: str = "") -> Row:
    """Return the row of PyScript against both ways of the page."""
    took = {way: median(visit.answered for visit in of_way) for way, of_way in visits.items()}
    theirs = took[PYSCRIPT]
    against = [f"{theirs / took[way]:.2f} × {name} ({took[way]:.0f} ms)" for way, name in NAMES.items()]
    return Row(f"PyScript answers, {what}", NO_BAR, f"{theirs:.0f} ms, {', '.join(against)}", None, note)

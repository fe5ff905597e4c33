"""What a visitor downloads, compressed as a host compresses it."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from bench.bars import Row
from bench.page import FAST, LOOPBACK, Host, chromium, file_name, fresh_page, host, visit
from tests.browser.conftest import SITE

GUIDE_PAGE = "guide/distribute/length/"
PYTHON = (".wasm", ".mjs", ".gz", ".whl", "pyodide-lock.json")
MB, KB = 1e6, 1e3
# ms after the plan until all else has come, and what is kept for the next visit is surely written.
SETTLED = 3000


def rows() -> Iterator[Row]:
    """Yield the bars of sizes."""
    with chromium() as browser, host(LOOPBACK) as server:
        with fresh_page(browser) as page:
            page.goto(f"{server.address}/{GUIDE_PAGE}")
        guide = _served(server)
        with fresh_page(browser) as page:
            (first, later), (second, after_second) = (_visit(page, server) for _ in range(2))
    python = sum(_size(path) for path in first if path.endswith(PYTHON))
    again = sum(_size(path) for path in second | after_second if path.endswith(PYTHON))
    own = sum(_size(path) for path in first | later if not path.endswith(PYTHON))
    light = sum(map(_size, guide))
    yield Row(
        "Download until Python answers, first visit, gzip",
        "≤ 4.0 MB split (≤ 5.3 MB whole)",
        f"{python / MB:.2f} MB, split",
        python <= 4.0 * MB,
        f"{sum(map(_size, later)) / MB:.2f} MB follow when there is time: what no plan needs, logs and failures do.",
    )
    yield Row("Runtime fetched again on the second visit", "0 bytes", f"{again} bytes", again == 0)
    yield Row("Guide page, all files, gzip", "≤ 110 KB", f"{light / KB:.0f} KB", light <= 110 * KB)
    yield Row("Planner page without Python, gzip", "≤ 150 KB", f"{own / KB:.0f} KB", own <= 150 * KB)


def _visit(page: Page, server: Host) -> tuple[set[str], set[str]]:
    """Visit the planner's page, and return the paths that came over the line until Python answered, and afterwards."""
    visit(page, f"{server.address}{FAST}planner/")
    first = _served(server)
    page.wait_for_timeout(SETTLED)
    return first, _served(server)


def _served(server: Host) -> set[str]:
    paths = set(server.served)
    server.served.clear()
    return paths


def _size(path: str) -> int:
    file: Path = SITE / file_name(path)
    content = file.read_bytes() if file.is_file() else b""
    return len(content if file.suffix in (".gz", ".whl") else gzip.compress(content, 9))

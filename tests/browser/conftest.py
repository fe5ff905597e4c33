"""The built site on a loopback port, and a browser that lets nothing go wrong unnoticed."""

import functools
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Worker,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"

# ms, on a machine that may be slow: for what the page does at once, and until Python is loaded and started.
PATIENCE = 30_000
PYTHON_STARTS_WITHIN = 90_000
expect.set_options(timeout=PATIENCE)

# Names and sizes of the files that hold kept memories, in the page's private files, without those not yet finished.
KEPT_MEMORIES = """async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("htc-planner", { create: true });
  const found = [];
  for await (const [name, file] of folder.entries())
    if (!name.endsWith(".part")) found.push([name, (await file.getFile()).size]);
  return found;
}"""

CHROMIUM_ARGUMENTS = [
    # Chromium asks hosts of its maker for updates and the like; tests talk to nobody.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


# Of each fault, whether what was typed before it is kept.
KEPT: dict[str, bool] = {}
# Of each example that a newcomer started from: clicks and answers to the right zip.
WALKS: list[tuple[str, int, int]] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if KEPT:
        terminalreporter.section("faults and kept answers")
        for fault, kept in KEPT.items():
            terminalreporter.line(f"{'kept' if kept else 'LOST':8}{fault}")
    if WALKS:
        terminalreporter.section("from arrival to the zip of one's own work")
        for example, clicks, answers in WALKS:
            terminalreporter.line(f"{example:12}{clicks:3} clicks{answers:4} answers")


class Files(SimpleHTTPRequestHandler):
    """Serves a folder under a path, without a word."""

    def __init__(self, *args: Any, below: str, **kwargs: Any) -> None:
        self.below = below
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.below):
            return os.devnull + "/outside"
        return super().translate_path("/" + path.removeprefix(self.below))

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of browsers that leave before a file has come; a file that is missing fails its test."""


@contextmanager
def serve(handler: Callable[..., SimpleHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free loopback port while the context lasts; yields the address."""
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def serve_site() -> Iterator[Callable[[str], str]]:
    """Serve the site under a path ("/", "/some/where/") and return its address; once for each path."""
    if not (SITE / "index.html").exists():
        pytest.fail("There is no built site: run `make build` first.")
    with ExitStack() as servers:

        @functools.cache
        def start(below: str) -> str:
            handler = functools.partial(Files, directory=str(SITE), below=below)
            return servers.enter_context(serve(handler)) + below

        yield start


@pytest.fixture(scope="session")
def site_url(serve_site: Callable[[str], str]) -> str:
    """The address of the site, with a slash at its end."""
    return serve_site("/")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = (
        os.environ.get("CHROMIUM") or subprocess.check_output([ROOT / ".ci" / "find-chromium"], text=True).strip()
    )
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS + as_root)
        yield browser
        browser.close()


@pytest.fixture
def faults() -> list[str]:
    """What went wrong in `page` so far. A test that provokes something takes it out of here."""
    return []


@pytest.fixture
def forgiven() -> set[str]:
    """Uncaught errors that a test provokes, whenever they come, in scripts that are not ours."""
    return set()


@contextmanager
def watched_page(context: BrowserContext, faults: list[str], forgiven: set[str]) -> Iterator[Page]:
    """Open a page. Console errors, uncaught errors and requests to other hosts go into *faults*."""
    context.set_default_timeout(PYTHON_STARTS_WITHIN)  # what loads or waits for an event may wait for Python
    page = context.new_page()

    def check_request(request: Request) -> None:
        address = urlsplit(request.url)
        home = urlsplit(page.url)
        if address.scheme in ("http", "https") and home.netloc and address.netloc != home.netloc:
            faults.append(f"request to another host: {request.url}")

    def check_error(error: Error) -> None:
        if error.message not in forgiven:
            faults.append(f"uncaught: {error}")

    def check_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text}")

    def check_worker(worker: Worker) -> None:
        worker.on("console", check_message)

    page.on("console", check_message)
    page.on("worker", check_worker)
    page.on("pageerror", check_error)
    context.on("request", check_request)
    yield page
    context.remove_listener("request", check_request)


@pytest.fixture
def page(browser: Browser, faults: list[str], forgiven: set[str]) -> Iterator[Page]:
    """A page in a fresh profile. Console errors, uncaught errors and requests to other hosts fail the test."""
    with browser.new_context() as context, watched_page(context, faults, forgiven) as page:
        yield page
    assert faults == []


@pytest.fixture(scope="session")
def visited(browser: Browser, site_url: str) -> Iterator[BrowserContext]:
    """A profile in which the planner was open before: Python starts from the memory that was kept, far sooner."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site_url}planner/")
        wait_for_python(page)
        wait_for_memory(page)
        page.close()
        yield context


@pytest.fixture
def returning_page(visited: BrowserContext, site_url: str, faults: list[str], forgiven: set[str]) -> Iterator[Page]:
    """A page for somebody who returns, but left no answers: what a test changes in the profile, the next one does not see."""
    with watched_page(visited, faults, forgiven) as page:
        origin = site_url.removesuffix("/")
        storage = {"origin": origin, "storageTypes": "local_storage"}
        visited.new_cdp_session(page).send("Storage.clearDataForOrigin", storage)
        yield page
    for opened in visited.pages:
        opened.close()
    visited.unroute_all()
    assert faults == []


@pytest.fixture
def planner_page(returning_page: Page, site_url: str) -> Page:
    """The planner's page, with Python running."""
    returning_page.goto(f"{site_url}planner/")
    wait_for_python(returning_page)
    return returning_page


def wait_for_python(page: Page) -> None:
    """Wait until the plan for the default answers has come from Python: then it may be downloaded."""
    expect(page.locator("[data-do=zip]")).to_have_attribute("aria-disabled", "false", timeout=PYTHON_STARTS_WITHIN)


def wait_for_memory(page: Page) -> list[list[object]]:
    """Wait until Python's memory is kept for the next visit, once the first plan is on the page; return what was kept."""
    kept: list[list[object]] = page.evaluate(
        f"""async () => {{
          for (;;) {{
            const kept = await ({KEPT_MEMORIES})();
            if (kept.length) return kept;
            await new Promise((later) => setTimeout(later, 50));
          }}
        }}"""
    )
    return kept

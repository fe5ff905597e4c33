"""The planner's page in Chromium, with the clock inside the page: served as a host on a line would, with both ways.

Below ``/stock/`` lies the same page, which starts Python as Pyodide documents it. Everything is compressed before the
first measurement, as hosts do, and what lies under ``runtime/`` is cacheable for ever.
"""

import gzip
import mimetypes
import os
import re
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

from playwright.sync_api import BrowserType, Page, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS, SITE

PIECE = 16_384
READY = 120_000  # ms
SETTLED = 1000  # ms after which a browser that was started is at rest
FAST, STOCK = "/", "/stock/"
# Of the fast start, as overrides/hooks/runtime/steps.py names their addresses.
STEPS = ("module", "cold", "script", "archive", "snapshot")

# Notes in the page when the plan has come from Python, and the longest time in which the page could do nothing.
CLOCK = """
  const bench = (window.bench = { answered: null, pause: 0 });
  const changed = () => {
    if (bench.answered === null && document.querySelector("[data-do=zip]")?.ariaDisabled === "false")
      bench.answered = performance.now();
  };
  new MutationObserver(changed).observe(document, { subtree: true, attributes: true, attributeFilter: ["aria-disabled"] });
  addEventListener("DOMContentLoaded", () => {
    let last = performance.now();
    const tick = () => {
      const now = performance.now();
      if (bench.answered === null) bench.pause = Math.max(bench.pause, now - last);
      last = now;
      setTimeout(tick);
    };
    tick();
  });
"""
ANSWERED = """async () => {
  while (bench.answered === null) await new Promise((later) => setTimeout(later, 20));
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return { answered: bench.answered, pause: bench.pause, readable: paint?.startTime ?? 0 };
}"""


@dataclass(frozen=True)
class Line:
    """What stands between host and browser: *rate* in bit/s (0: no limit), *delay* in seconds for each request."""

    name: str
    rate: float = 0
    delay: float = 0


LOOPBACK = Line("loopback")
CABLE = Line("20 Mbit/s", 20e6, 0.028)
MOBILE = Line("9 Mbit/s", 9e6, 0.060)


@dataclass(frozen=True)
class Visit:
    """Milliseconds of one visit from its beginning, as the page saw them."""

    answered: float
    pause: float
    readable: float


class Host(ThreadingHTTPServer):
    """Serves the built site over a line that all requests share; *beside* is, by its path, what is no part of the site."""

    daemon_threads = True

    def __init__(self, line: Line, beside: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.line = line
        self.beside = beside
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.served: list[str] = []  # paths that went over the line
        self._free_from = 0.0
        self._lock = threading.Lock()

    def wait_for_line(self, count: int) -> None:
        """Wait until *count* bytes have passed the line, behind those of other requests."""
        if not self.line.rate:
            return
        with self._lock:
            self._free_from = max(self._free_from, time.monotonic()) + count * 8 / self.line.rate
            until = self._free_from
        time.sleep(max(0.0, until - time.monotonic()))

    def handle_error(self, *_: object) -> None:
        """Say nothing of browsers that leave before a file has come."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Host

    def do_GET(self) -> None:
        time.sleep(self.server.line.delay)
        path = self.path.split("?")[0]
        body = self.server.beside.get(path) or compressed(path)
        if body is None:
            self.send_error(404)
            return
        self.server.served.append(path)
        etag = f'"{zlib.crc32(body):x}"'
        if self.headers["If-None-Match"] == etag:  # as hosts do, so that a browser keeps what has not changed
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", etag)
        self.send_header("Content-Type", mimetypes.guess_type(file_name(path))[0] or "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000, immutable" if "/runtime/" in path else "no-cache")
        if not path.endswith(".gz"):
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        for at in range(0, len(body), PIECE):
            piece = body[at : at + PIECE]
            self.server.wait_for_line(len(piece))
            self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        pass


def file_name(path: str) -> str:
    """Return the file of the site that stands at *path*."""
    name = path.removeprefix(STOCK).removeprefix(FAST)
    return name + "index.html" if name.endswith("/") or not name else name


def compress(content: bytes) -> bytes:
    """Compress as hosts do."""
    return gzip.compress(content, 9)


@cache
def compressed(path: str) -> bytes | None:
    """Return what goes over the line for *path*; None where there is nothing."""
    file = SITE / file_name(path)
    if not file.is_file():
        return None
    content = file.read_bytes()
    if path.startswith(STOCK) and path.endswith("/planner/"):
        content = without_steps(content, *STEPS)
    return content if file.suffix == ".gz" else compress(content)


def without_steps(page: bytes, *steps: str) -> bytes:
    """Return the planner's *page* without the addresses of these *steps* of the fast start.

    Raises ValueError where one has none: the bench would compare a way with itself.
    """
    for step in steps:
        page, count = re.subn(rb'(<script id="start"[^>]*) data-%s="[^"]*"' % step.encode(), rb"\1", page)
        if count != 1:
            raise ValueError(f"No address of {step!r} to take out of the page.")
    return page


@contextmanager
def host(line: Line, beside: Mapping[str, bytes] = MappingProxyType({})) -> Iterator[Host]:
    """Serve the site while the context lasts, and what lies *beside* it, compressed already."""
    for file in SITE.rglob("*"):
        if file.is_file() and file.parent.parent.name == "runtime":
            compressed(f"/{file.relative_to(SITE)}")
            compressed(f"/stock/{file.relative_to(SITE)}")
    with Host(line, beside) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@contextmanager
def chromium() -> Iterator[BrowserType]:
    """Yield what starts Chromium."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@contextmanager
def fresh_page(browser: BrowserType, program: str = "") -> Iterator[Page]:
    """Yield a page of a profile that was never here, of *program* or of the browser that ``CHROMIUM`` names.

    The profile lies on the disk, as people's do; what Playwright gives otherwise is a private window, where the files
    of a page are read through another process, at a tenth of the speed.
    """
    arguments = [*CHROMIUM_ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else CHROMIUM_ARGUMENTS
    program = program or os.environ["CHROMIUM"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        context = browser.launch_persistent_context(folder, executable_path=program, args=arguments)
        page = context.pages[0]
        page.set_default_timeout(READY)
        # The browser itself has started before somebody comes to the page.
        page.goto("data:text/html,ready")
        page.wait_for_timeout(SETTLED)
        page.add_init_script(CLOCK)
        yield page
        context.close()


def visit(page: Page, address: str) -> Visit:
    """Load the planner's page at *address* and wait until the plan has come from Python."""
    page.goto(address, wait_until="commit")
    return Visit(**page.evaluate(ANSWERED))

"""How long Python takes to answer on the built site, beside Pyodide as it is documented. Prints medians and ratios.

Both ways take turns in one browser on one machine, each time in a fresh profile: times from different runs cannot be
compared. Files come from loopback, uncompressed.

The browser keeps no HTTP cache for the documented way here, because its start.js is changed on its way: the ratio of
second visits flatters the fast way by what reading from loopback costs.

``make bench`` runs it; ``CHROMIUM`` names the browser.
"""

import functools
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS, SITE, Files, serve, wait_for_python

ROUNDS = 3


def plain(route: Route) -> None:
    """Answer with a start.js that takes the documented way at once."""
    response = route.fetch()
    body = response.text()
    if "run(true);" not in body:
        raise ValueError("start.js no longer begins with run(true): the bench would compare a way with itself.")
    route.fulfill(response=response, body=body.replace("run(true);", "run(false);"))


@contextmanager
def fresh_page(browser: Browser, way: str) -> Iterator[Page]:
    """Yield a page of a profile that was never here."""
    with browser.new_context() as context:
        if way == "stock":
            context.route("**/start.js", plain)
        yield context.new_page()


def seconds_until_python(page: Page, address: str) -> float:
    """Load the planner's page and return the seconds until the plan comes from Python."""
    began = time.monotonic()
    page.goto(address)
    wait_for_python(page)
    return time.monotonic() - began


def measure(browser: Browser, address: str) -> dict[tuple[str, str], list[float]]:
    """Return the seconds of every visit, by the way and which visit it was."""
    found: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for way in ("stock", "fast"):
            with fresh_page(browser, way) as page:
                for visit in ("first", "second", "second"):
                    found.setdefault((way, visit), []).append(seconds_until_python(page, address))
    return found


def main() -> None:
    """Measure and print."""
    chromium = os.environ["CHROMIUM"]
    arguments = [*CHROMIUM_ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else CHROMIUM_ARGUMENTS
    handler = functools.partial(Files, directory=str(SITE), below="/")
    with serve(handler) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        found = measure(browser, f"{server}/planner/")
        browser.close()
    for visit in ("first", "second"):
        stock, fast = (statistics.median(found[way, visit]) for way in ("stock", "fast"))
        ranges = ((way, min(found[way, visit]), max(found[way, visit])) for way in ("stock", "fast"))
        spread = ", ".join(f"{way} {least:.2f} to {most:.2f}" for way, least, most in ranges)
        print(f"{visit} visit: stock {stock:.2f} s, fast {fast:.2f} s, {fast / stock:.2f} x ({spread})")


if __name__ == "__main__":
    main()

from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler

import pytest
from playwright.sync_api import Error, Page, Worker

from tests.browser.conftest import serve, wait_for_python


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another host that would answer anybody, and the paths it was asked for."""
    asked: list[str] = []

    class Open(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "text/javascript")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serve(Open) as url:
        yield url, asked


def python_worker(page: Page) -> Worker:
    (worker,) = (worker for worker in page.workers if worker.url.startswith("blob:"))
    return worker


@pytest.mark.parametrize("below", ["/", "/some/where/"])
def test_python_starts(page: Page, serve_site: Callable[[str], str], below: str) -> None:
    page.goto(f"{serve_site(below)}planner/")
    wait_for_python(page)


@pytest.mark.parametrize(
    "attempt",
    [
        "url => fetch(url)",
        "url => fetch(url, {mode: 'no-cors'})",
        "url => import(url)",
        "url => { const request = new XMLHttpRequest(); request.open('GET', url, false); request.send(); }",
    ],
)
def test_python_reaches_no_other_host(
    planner_page: Page, faults: list[str], elsewhere: tuple[str, list[str]], attempt: str
) -> None:
    """What the worker may not do, Python in it may not do: it has no other way out."""
    url, asked = elsewhere
    # The same worker, started from its own address, is bound by no policy: the attempt is a real one.
    with planner_page.expect_worker() as unbound:
        address = planner_page.locator("script[src$='app.js']").get_attribute("src") or ""
        address = address.replace("page/app.js", "worker.js")
        planner_page.evaluate("address => { new Worker(address, {type: 'module'}); }", address)
    unbound.value.evaluate(attempt, f"{url}/unbound")
    assert asked == ["/unbound"]

    with pytest.raises(Error, match=r"Failed to fetch|NetworkError"):
        python_worker(planner_page).evaluate(attempt, f"{url}/bound")
    assert asked == ["/unbound"]
    faults.clear()


def test_worker_evaluates_no_text(planner_page: Page, faults: list[str]) -> None:
    # From a timer, because what a debugger runs directly may evaluate text whatever the policy says.
    attempt = """() => new Promise((resolve) => setTimeout(() => {
        try { resolve(String(eval("1 + 1"))); } catch (error) { resolve(error.name); }
    }))"""
    assert python_worker(planner_page).evaluate(attempt) == "EvalError"
    faults.clear()

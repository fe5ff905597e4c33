"""When Python does not come: the page says so, keeps the answers, and offers to try again."""

import pytest
from playwright.sync_api import Page, expect


def expect_to_have_given_up(page: Page, reason: str) -> None:
    status = page.locator("[data-part=status]")
    expect(status).to_contain_text("Python could not run in this browser", timeout=30_000)
    expect(status).to_contain_text(reason)
    expect(page.locator("[data-do=zip]")).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize(("missing", "reason"), [("worker.js", "worker"), ("pyodide-lock.json", "fetch")])
def test_a_file_that_is_missing(page: Page, site_url: str, faults: list[str], missing: str, reason: str) -> None:
    page.context.route(f"**/{missing}", lambda route: route.abort())
    page.goto(f"{site_url}planner/")
    expect_to_have_given_up(page, reason)
    assert faults
    faults.clear()

    page.locator("[name=project]").fill("kept")
    page.context.unroute_all()
    page.get_by_role("button", name="try again").click()
    expect(page.locator('.tree [data-open="kept.sub"]')).to_be_visible(timeout=90_000)


# A worker that is silent from the beginning, as with a damaged module, for which Pyodide waits for ever.
SILENT = "export function start() {}"


def test_a_python_that_never_answers(page: Page, site_url: str, faults: list[str]) -> None:
    page.context.route("**/worker.js", lambda route: route.fulfill(body=SILENT, content_type="text/javascript"))
    page.clock.install()
    page.goto(f"{site_url}planner/")  # returns once app.js has run: the clock of its patience is set
    page.clock.run_for("01:00")
    expect(page.locator("[data-part=status]")).to_have_text("")
    page.clock.run_for("00:30")
    expect_to_have_given_up(page, "No answer in 90 seconds.")
    assert faults == ["console: No answer in 90 seconds."]
    faults.clear()


def test_a_fast_way_that_never_answers_leaves_the_plain_way(page: Page, site_url: str) -> None:
    fast = "export function start({ steps }) { if (!steps) self.postMessage({ type: 'progress', text: 'plain' }); }"
    page.context.route("**/worker.js", lambda route: route.fulfill(body=fast, content_type="text/javascript"))
    page.clock.install()
    page.goto(f"{site_url}planner/")
    with page.expect_console_message(lambda message: "now the plain way: No answer in 45 seconds." in message.text):
        page.clock.run_for("00:45")
    expect(page.locator("[data-part=status]")).to_have_text("plain")

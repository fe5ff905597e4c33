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
    expect(page.locator('[data-open="kept.sub"]')).to_be_visible(timeout=90_000)


def test_a_python_that_never_answers(page: Page, site_url: str, faults: list[str]) -> None:
    # What a browser does with a damaged module: Pyodide waits for it for ever.
    page.context.route("**/pyodide.asm.wasm", lambda route: route.fulfill(body=b"", content_type="text/plain"))
    page.clock.install()
    page.goto(f"{site_url}planner/")
    expect(page.locator("[data-part=status]")).to_contain_text("Loading Python")
    page.clock.fast_forward("01:30")
    expect_to_have_given_up(page, "No answer in 90 seconds.")
    assert faults == ["console: No answer in 90 seconds."]
    faults.clear()

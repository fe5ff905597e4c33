"""The search: nothing of it is fetched before somebody searches, and then it finds."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page


@pytest.fixture
def fetched(page: Page) -> set[str]:
    """The paths of what was fetched for the search, workers' own files too."""
    paths: set[str] = set()
    page.context.on("request", lambda request: paths.add(urlsplit(request.url).path))
    return paths


def of_the_search(fetched: set[str]) -> set[str]:
    """Return the large files of the search among what was *fetched*."""
    return {path for path in fetched if path.endswith("docs.json") or "/search." in path}


def test_a_page_fetches_no_index_until_one_searches(page: Page, site_url: str, fetched: set[str]) -> None:
    page.goto(f"{site_url}guide/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("s")
    page.get_by_role("textbox", name="Search").wait_for()
    assert of_the_search(fetched) == set()
    page.keyboard.type("evict")
    found = page.locator(".md-search-result__link").first
    found.wait_for()
    assert len(of_the_search(fetched)) == 2
    found.click()
    page.wait_for_url("**/guide/**")
    assert "evict" in page.locator("article").inner_text().lower()


def test_what_was_typed_before_and_after_the_index_is_there_is_found(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}pools/chtc/")
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type("GLIBC")
    page.locator(".md-search-result__link[href*='guide/develop']").first.wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("Weights & Biases")
    page.locator(".md-search-result__link[href*='monitoring']").first.wait_for()


def test_an_index_that_did_not_arrive_is_fetched_again_at_the_next_key(
    page: Page, site_url: str, faults: list[str]
) -> None:
    page.context.route("**/search/docs.json", lambda route: route.abort(), times=1)
    page.goto(f"{site_url}guide/")
    page.get_by_role("textbox", name="Search").click()
    with page.expect_event("requestfailed"):
        page.keyboard.type("evic")
    page.keyboard.type("t")
    page.locator(".md-search-result__link").first.wait_for()
    faults.clear()

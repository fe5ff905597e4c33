"""Gotchas: a hold is found by the words that one sees."""

import pytest
from playwright.sync_api import Page, expect

ROWS = "tr:has([id^=hold-], [id^=message-])"


@pytest.mark.parametrize("seen", ["zzzz qqqq", "PicklingError: <lambda> is not found as it was defined"])
def test_words_that_fit_no_row_hide_none(page: Page, site_url: str, seen: str) -> None:
    page.goto(f"{site_url}guide/gotchas/")
    every = page.locator(ROWS).count()
    page.locator("#seen").fill(seen)
    expect(page.locator(".filter [role=status]")).to_have_text("No row has these words: all are shown.")
    assert page.locator(f"{ROWS} >> visible=true").count() == every


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (
            "Error from slot1_2@gpu1: Job has gone over cgroup memory limit of 2048 megabytes. Peak usage: 2100",
            "memory",
        ),
        ("Code 34 Subcode 102", "memory"),
        ("Transfer output files failure at the execution point", "output"),
    ],
)
def test_a_hold_is_found_by_the_words_that_one_sees(page: Page, site_url: str, seen: str, found: str) -> None:
    page.goto(f"{site_url}guide/gotchas/")
    every = page.locator(ROWS).count()
    page.locator("#seen").fill(seen)
    shown = page.locator(f"{ROWS} >> visible=true")
    expect(page.locator(".filter [role=status]")).to_contain_text("rows fit best")
    assert 0 < shown.count() <= 4 < every
    assert all(found in text.lower() for text in shown.all_inner_texts())
    page.locator("#seen").fill("")
    assert shown.count() == every


def test_without_javascript_the_tables_are_whole(page: Page, site_url: str) -> None:
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(f"{site_url}guide/gotchas/")
        expect(plain.locator("#seen")).to_be_hidden()
        assert plain.locator(f"{ROWS} >> visible=true").count() == plain.locator(ROWS).count() > 0

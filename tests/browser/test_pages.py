import json
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
PAGES = sorted(str(path.relative_to(SITE)).removesuffix("index.html") for path in SITE.rglob("*.html"))

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def test_there_are_pages() -> None:
    assert "" in PAGES
    assert "planner/" in PAGES


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_clean_and_accessible(page: Page, site_url: str, path: str, scheme: Literal["light", "dark"]) -> None:
    """Opens without an error (the `page` fixture sees to that), and axe finds nothing."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(site_url + path)
    # Run from outside the page: its policy lets no script in.
    assert what_axe_finds(page) == ""


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_a_phone(page: Page, site_url: str, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site_url + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def what_axe_finds(page: Page) -> str:
    """Return what axe finds wrong with *page*, "" for nothing.

    Axe looks where things are. What is far from the window has no place yet, so everything is laid out first.
    """
    page.evaluate(
        """() => {
          for (const one of document.querySelectorAll("#planner *"))
            if (getComputedStyle(one).contentVisibility === "auto") one.style.contentVisibility = "visible";
        }"""
    )
    page.evaluate(AXE.read_text())
    return "\n".join(
        f"{violation['id']}: {json.dumps(node['target'])} {node['failureSummary']}"
        for violation in page.evaluate("axe.run()")["violations"]
        for node in violation["nodes"]
    )

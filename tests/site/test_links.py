"""Where the built pages lead, and what they load."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from planner.answers import questions
from planner.web.fragment import open_fragment
from tests.site.conftest import BuiltPage

# Elements that load something when the page is opened; a link to another host is loaded only when it is followed.
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}


def test_nothing_is_loaded_from_another_host(pages: list[BuiltPage]) -> None:
    for page in pages:
        for element in page.all(*LOADING):
            address = urlsplit(element.attributes.get(LOADING[element.tag], ""))
            # rel="canonical" names the page's address and loads nothing.
            assert not address.netloc or element.attributes.get("rel") == "canonical", f"{page}: {address.geturl()}"


def test_style_sheets_load_nothing_from_another_host(site: Path) -> None:
    for sheet in site.rglob("*.css"):
        text = sheet.read_text()
        for loaded in ("url(http", "url(//", 'url("http', "@import"):
            assert loaded not in text, f"{sheet.relative_to(site)}: {loaded}"


def test_internal_links_lead_somewhere(site: Path, pages: list[BuiltPage]) -> None:
    by_path = {page.path: page for page in pages}
    dead = []
    for page in pages:
        for element in page.elements:
            address = urlsplit(element.attributes.get("href") or element.attributes.get("src") or "")
            if address.scheme or address.netloc or not (address.path or address.fragment):
                continue
            target = _file(site, page, unquote(address.path))
            anchors = by_path[target].ids if target in by_path else set()
            if target == site / "planner/index.html" and "=" in address.fragment:
                leads = _opens_whole(address.fragment)
            else:
                leads = not address.fragment or unquote(address.fragment) in anchors | {"__top"}
            if not target.exists() or not leads:
                dead.append(f"{page}: {address.geturl()}")
    assert dead == []


def _opens_whole(fragment: str) -> bool:
    """Tell whether the planner takes all that a link holds: the answers, and the question it points at."""
    said, _, at = fragment.partition("at=") if fragment.startswith("at=") else fragment.partition("&at=")
    return open_fragment(said).words == () and (not at or at in questions())


def _file(site: Path, page: BuiltPage, path: str) -> Path:
    if not path:
        return page.path
    # 404.html, shown for any address, begins its links at the root of the site.
    target = (site / path.lstrip("/") if path.startswith("/") else page.path.parent / path).resolve()
    return target / "index.html" if target.is_dir() else target

"""The built site, as a list of pages whose markup can be asked for what it loads and where it leads."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

SITE = Path(__file__).parents[2] / "site"


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class BuiltPage(HTMLParser):
    """One page: its elements in order, each with the text before the next tag (all of it, for a script)."""

    path: Path
    elements: list[Element] = field(default_factory=list)
    open: Element | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(self.open)

    def handle_endtag(self, _tag: str) -> None:
        self.open = None

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    @property
    def ids(self) -> set[str]:
        return {element.attributes["id"] for element in self.elements if "id" in element.attributes}

    def __str__(self) -> str:
        return str(self.path.relative_to(SITE))


@pytest.fixture(scope="session")
def site() -> Path:
    if not (SITE / "index.html").exists():
        pytest.fail("There is no built site: run `make build` first.")
    return SITE


@pytest.fixture(scope="session")
def pages(site: Path) -> list[BuiltPage]:
    return [BuiltPage(path) for path in sorted(site.rglob("*.html"))]

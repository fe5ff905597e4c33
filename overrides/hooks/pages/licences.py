"""Whose work the site serves, under which licences: the packages' own words where they have any.

Wheels and the theme say name, version, licence and address in their metadata, Pyodide in its package.json. What they carry
inside says none of that where a build could read it; licences.toml names it.
"""

import json
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from overrides.hooks.pages.markdown import table
from overrides.hooks.runtime.build import LIBRARIES, PYODIDE, ROOT

THEME = "mkdocs-material"
CARRIED: dict[str, list[dict[str, str]]] = tomllib.loads(
    (ROOT / "overrides" / "licences.toml").read_text(encoding="utf-8")
)
# The words for a project's own page, the best first.
_PAGES = ("homepage", "source", "documentation")


@dataclass(frozen=True)
class Shipped:
    """A work of others: its version, or in what it comes; its licence in its author's words; where it is at home."""

    name: str
    version: str
    licence: str
    url: str


def shipped() -> list[Shipped]:
    """Return every work of others that the site serves, what comes inside another one after it."""
    theme, pyodide = _distribution(THEME), _pyodide()
    return [
        *map(_distribution, LIBRARIES),
        theme,
        *_inside(theme, CARRIED["scripts"] + CARRIED["icons"]),
        pyodide,
        *_interpreter(),
        *_inside(pyodide, CARRIED["linked"]),
    ]


def page() -> str:
    """Return the table, and the texts that must go with copies."""
    rows = [[f"[{work.name}]({work.url})", work.version, work.licence] for work in shipped()]
    texts = [_folded(name, text) for name, text in _texts().items()]
    return "\n\n".join([table(["work", "version", "licence"], rows), "## The texts { data-search-exclude }", *texts])


def _distribution(name: str) -> Shipped:
    """Return what an installed package says of itself."""
    package = metadata.distribution(name)
    return Shipped(package.metadata["Name"], package.version, _licence(package), _url(package))


def _licence(package: metadata.Distribution) -> str:
    fields = package.metadata
    classified = [
        line.rpartition(" :: ")[2] for line in fields.get_all("Classifier", []) if line.startswith("License ::")
    ]
    licences = [*fields.get_all("License-Expression", []), *fields.get_all("License", []), *classified]
    if not licences:
        raise ValueError(f"{package.name} states no licence")
    return str(licences[0])


def _url(package: metadata.Distribution) -> str:
    links = (line.partition(", ") for line in package.metadata.get_all("Project-URL", []))
    by_word = {label.lower(): url for label, _, url in links}
    return str(next(by_word[word] for word in _PAGES if word in by_word))


def _pyodide() -> Shipped:
    about = json.loads((PYODIDE / "package.json").read_text())
    return Shipped("Pyodide", about["version"], about["license"], about["homepage"])


def _interpreter() -> list[Shipped]:
    """Return the Python that Pyodide is, and what compiled it, whose C library is in it."""
    about = json.loads((PYODIDE / "pyodide-lock.json").read_text())["info"]
    compiler = about["platform"].removeprefix("emscripten_").replace("_", ".")
    return [
        Shipped(
            "Python and its standard library", about["python"], "PSF-2.0", "https://docs.python.org/3/license.html"
        ),
        Shipped("Emscripten, with musl", compiler, "MIT", "https://emscripten.org"),
    ]


def _inside(carrier: Shipped, works: list[dict[str, str]]) -> list[Shipped]:
    version = f"as in {carrier.name} {carrier.version}"
    return [Shipped(work["name"], version, work["licence"], work["url"]) for work in works]


def _texts() -> dict[str, str]:
    """Return the licences whose text lies in the installed packages, by the name of the work."""
    texts = {}
    for name in (*LIBRARIES, THEME):
        distribution = metadata.distribution(name)
        for path in distribution.files or ():
            if path.name.startswith("LICEN") and any(part.endswith(".dist-info") for part in path.parts):
                texts[distribution.metadata["Name"]] = path.read_text(encoding="utf-8")
    for icons in CARRIED["icons"]:
        (beside,) = (icon_folder() / icons["folder"]).glob("LICENSE*")
        texts[icons["name"]] = beside.read_text(encoding="utf-8")
    return texts


def icon_folder() -> Path:
    """Return where the theme keeps its icons, a folder for each set."""
    return Path(str(metadata.distribution(THEME).locate_file("material/templates/.icons")))


def _folded(name: str, text: str) -> str:
    lines = "\n".join(f"    {line}".rstrip() for line in text.strip().splitlines())
    return f'??? note "{name}"\n\n    ```text\n{lines}\n    ```'

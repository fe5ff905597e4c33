"""Nothing of others is served that the table of licences does not name: the files themselves are looked into."""

import gzip
import io
import json
import re
import subprocess
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import pytest

from overrides.hooks.pages import licences
from overrides.hooks.runtime.build import PYODIDE_FILES, ROOT
from tests.site.conftest import BuiltPage

# Modules of Python that are built on a library of others; the rest is Python's own.
NEED_A_LIBRARY = {
    "_bz2", "_ctypes", "_curses", "_dbm", "_decimal", "_gdbm", "_hashlib", "_lzma", "_pyodide_core", "_sqlite3", "_ssl",
    "_tkinter", "_uuid", "_zstd", "nis", "pyexpat", "readline", "zlib",
}  # fmt: skip


# Modules of the archives that are not on any index.
OURS = {"planner", "__main__.py", "sitecustomize", "_methods"}
# Made of Pyodide's files while the site is built.
OF_PYODIDE = {"trimmed.mjs", "hot.wasm", "cold.wasm"}


def named() -> set[str]:
    return {work.name.lower().replace("_", "-") for work in licences.shipped()}


def test_the_page_shows_every_work_with_version_licence_and_address(pages: list[BuiltPage]) -> None:
    (page,) = (page for page in pages if str(page) == "reference/licences/index.html")
    text = page.path.read_text()
    for work in licences.shipped():
        assert all((work.name, work.version, work.licence)), work
        assert work.url.startswith("https://")
        assert f'<a href="{work.url}">{work.name}</a>' in text
    assert "Copyright 2007 Pallets" in text
    assert "Copyright (c) 2016-2025 Martin Donath" in text


def test_every_package_of_python_that_is_served_is_named(site: Path) -> None:
    (lock,) = (site / "runtime").glob("*/pyodide-lock.json")
    packages = set(json.loads(lock.read_text())["packages"]) - {"htc-planner"}
    tops: set[str] = set()
    for packed in (site / "runtime").glob("*/*.zip.gz"):
        with ZipFile(io.BytesIO(gzip.decompress(packed.read_bytes()))) as archive:
            tops |= {name.split("/")[0].removesuffix(".pyc") for name in archive.namelist()}
    assert {"asyncio", "jinja2", "planner"} <= tops
    (standard,) = (site / "runtime").glob("*/python_stdlib.zip")
    with ZipFile(standard) as library:
        of_python = {name.split("/")[0].removesuffix(".py") for name in library.namelist()}
    with ZipFile(site / "planner" / "planner.pyz") as archive:
        tops |= {name.split("/")[0] for name in archive.namelist() if ".dist-info/" not in name}
    distributions = metadata.packages_distributions()
    packages |= {name for top in tops - of_python - OURS for name in distributions[top]}
    assert {name.lower().replace("_", "-") for name in packages} <= named()


def test_every_package_of_npm_in_the_themes_files_is_named(site: Path) -> None:
    maps = [json.loads(path.read_text()) for path in (site / "assets").rglob("*.map")]
    sources = {source for one in maps for source in one["sources"]}
    packages = {found[1] for source in sources if (found := re.search(r"node_modules/((?:@[^/]+/)?[^/]+)", source))}
    assert "lunr" in packages
    assert packages <= named()


def test_every_set_of_icons_on_a_page_is_named(site: Path) -> None:
    shapes: dict[str, set[str]] = {}
    for path in licences.icon_folder().rglob("*/**/*.svg"):
        for shape in re.findall(r'\bd="([^"]+)"', path.read_text()):
            shapes.setdefault(shape, set()).add(path.relative_to(licences.icon_folder()).parts[0])
    known = {icons["folder"] for icons in licences.CARRIED["icons"]}
    shown = [path for path in site.rglob("*") if path.suffix in (".html", ".css")]
    found = {shape for path in shown for shape in re.findall(r"""\bd=["']([^"']+)["']""", path.read_text())}
    of_sets = [shapes[shape] for shape in found if shape in shapes]
    assert of_sets
    assert all(sets & known for sets in of_sets)


def test_every_library_within_the_interpreter_is_named(site: Path) -> None:
    (wasm,) = (site / "runtime").glob("*/pyodide.asm.wasm")
    inside = {name.decode() for name in re.findall(rb"PyInit_(\w+)", wasm.read_bytes())}
    assert inside & NEED_A_LIBRARY == {work["module"] for work in licences.CARRIED["linked"]}


def test_every_file_is_ours_or_of_a_work_that_is_named(site: Path) -> None:
    """Scripts, styles, pictures and programs have an origin; pages and archives are made by the build."""
    theme = metadata.distribution(licences.THEME)
    of_theme = {Path(str(theme.locate_file(path))) for path in theme.files or () if "templates/assets" in str(path)}
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    ours = {ROOT / path for path in listed.split("\0") if path.startswith(("docs/", "overrides/", "planner/web/"))}
    of_pyodide = {ROOT / "node_modules" / "pyodide" / name for name in PYODIDE_FILES}
    known = {path.read_bytes() for path in of_theme | ours | of_pyodide if path.is_file()}
    made = {".html", ".xml", ".gz", ".whl", ".json", ".pyz"}
    packed = {
        site / "planner" / f"{name}.zip" for name in (path.stem for path in (ROOT / "planner/data/examples").iterdir())
    }
    unknown = [
        str(path.relative_to(site))
        for path in site.rglob("*")
        if path.is_file()
        and path.suffix not in made
        and path.name not in OF_PYODIDE
        and path not in packed
        and path.read_bytes() not in known
    ]
    assert unknown == []


def test_a_package_that_states_no_licence_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "METADATA").write_text("Name: silent\nVersion: 1\n")
    with pytest.raises(ValueError, match="silent states no licence"):
        licences._licence(metadata.PathDistribution(tmp_path))

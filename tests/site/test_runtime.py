"""What the browser loads: complete, pure Python, and checked by hash."""

import hashlib
import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from overrides.hooks.runtime import build as runtime


@pytest.fixture(scope="module")
def folder(site: Path) -> Path:
    (lock,) = (site / "runtime").glob("*/pyodide-lock.json")
    return lock.parent


def test_every_wheel_in_the_lock_file_is_there_with_its_hash(folder: Path) -> None:
    packages = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    assert set(packages) == {"htc-planner", *runtime.LIBRARIES}
    for package in packages.values():
        wheel = folder / package["file_name"]
        assert hashlib.sha256(wheel.read_bytes()).hexdigest() == package["sha256"]
        assert set(package["depends"]) <= set(packages)


def test_wheels_hold_nothing_compiled(folder: Path) -> None:
    for wheel in folder.glob("*.whl"):
        assert wheel.name.endswith("-py3-none-any.whl")
        names = ZipFile(wheel).namelist()
        assert any(name.endswith(".py") for name in names)
        assert not [name for name in names if name.endswith((".so", ".pyd", ".c", ".pyc"))]


def test_the_planner_takes_its_data_along(folder: Path) -> None:
    (wheel,) = folder.glob("htc_planner-*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if name.startswith("planner/")}
    source = {
        path.relative_to(runtime.ROOT).as_posix()
        for path in (runtime.ROOT / "planner").rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".js", ".ts", ".css")
    }
    assert packed == source


def test_every_module_that_the_page_imports_is_fetched_at_once(site: Path) -> None:
    page = site / "planner" / "index.html"
    html = page.read_text(encoding="utf-8")
    preloaded = {(page.parent / address).resolve() for address in re.findall(r'rel="modulepreload" href="(.+?)"', html)}
    (entry,) = re.findall(r'<script type="module" src="(.+?)"', html)
    assert preloaded == imported_by((page.parent / entry).resolve())


def imported_by(module: Path) -> set[Path]:
    """Return *module* and all that it imports, and they."""
    found, coming = set[Path](), [module]
    while coming:
        at = coming.pop()
        if at not in found:
            found.add(at)
            names = re.findall(r'^import .*?"(\..+?)";$', at.read_text(encoding="utf-8"), re.MULTILINE)
            coming += [(at.parent / name).resolve() for name in names]
    return found


def test_two_builds_are_the_same(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "CACHE", tmp_path)
    again = runtime.build().files
    assert again.name == folder.name
    assert contents(again) == contents(folder)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

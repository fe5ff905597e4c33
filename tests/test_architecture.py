"""The maps of the code say what the folders say, and no room is too large to be looked over."""

import re
from pathlib import Path

import pytest

import planner

ROOT = Path(planner.__file__).parent
TREE = ROOT.parent
# Neither is a room: the facts' tables, and what `python -m planner` starts.
NO_ROOM = {"data", "__main__", "__init__", "__pycache__"}
ROOMS = sorted({path.stem for path in ROOT.iterdir() if path.is_dir() or path.suffix == ".py"} - NO_ROOM)

# Lines of one module; beyond, it is more than one thing.
LONGEST_MODULE, LONGEST_SCRIPT = 300, 200
# Modules on one level of a package; beyond, nobody finds one by looking.
MOST_MODULES = 13
SOURCES = [*ROOT.rglob("*.py"), *(TREE / "overrides").rglob("*.py")]
SCRIPTS = [*ROOT.rglob("*.js"), *(TREE / "overrides").rglob("*.js"), *(TREE / "docs").rglob("*.js")]


def test_the_map_of_the_package_names_every_module_once() -> None:
    table = re.split(r"=+  =+\n", planner.__doc__ or "")[1]
    named = [name for line in table.splitlines() for name in line.split("  ", 1)[0].split(", ")]
    assert sorted(named) == ROOMS


def test_the_architecture_page_names_every_module_once() -> None:
    page = (TREE / "docs/contributing/architecture.md").read_text(encoding="utf-8")
    table = page.split("| folder or module of `planner/` | holds |\n|---|---|\n")[1].split("\n\n")[0]
    named = [name.strip("/") for row in table.splitlines() for name in re.findall(r"`([\w/]+)`", row.split("|")[1])]
    assert sorted(named) == ROOMS


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_and_no_script_is_too_long() -> None:
    limits = {**dict.fromkeys(SOURCES, LONGEST_MODULE), **dict.fromkeys(SCRIPTS, LONGEST_SCRIPT)}
    too_long = {str(path.relative_to(TREE)): lines(path) for path, limit in limits.items() if lines(path) > limit}
    assert too_long == {}


@pytest.mark.parametrize("package", sorted({path.parent for path in SOURCES}), ids=lambda path: path.name)
def test_a_package_can_be_looked_over(package: Path) -> None:
    modules = [path for path in package.glob("*.py") if path.name not in ("__init__.py", "__main__.py")]
    assert len(modules) <= MOST_MODULES

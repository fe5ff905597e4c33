"""The core computes plans from answers and files alone: it asks no clock, no network and no chance."""

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLANNER = ROOT / "planner"
FRONTS = {"planner.__main__", "planner.cli", "planner.web"}
CLOCKS = {"now", "today", "utcnow", "fromtimestamp"}


def core() -> list[str]:
    """Return the modules and packages that import-linter holds to be without clock, network and chance."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    modules: list[str] = next(contract["source_modules"] for contract in contracts if contract["id"] == "core")
    return modules


def test_everything_but_the_fronts_is_core() -> None:
    top = {path for path in PLANNER.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {f"planner.{path.stem}" for path in top} - {"planner.__init__"} - FRONTS == set(core())


def test_the_core_does_not_ask_what_day_it_is() -> None:
    """`datetime` is imported for its dates, which facts carry; import-linter cannot tell those from its clock."""
    for module in core():
        path = ROOT / module.replace(".", "/")
        for file in path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
                assert called not in CLOCKS, f"{file.relative_to(ROOT)}:{node.lineno}"  # type: ignore[attr-defined]

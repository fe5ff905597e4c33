"""The folder of the fast start has one door: all else imports `overrides.hooks.runtime.build`, or nothing of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from overrides.hooks.runtime.build import ROOT

RUNTIME = "overrides.hooks.runtime"
# Tests of the modules behind the door, and the count that writes the list in one of them.
MAY_LOOK_INSIDE = {"bench/used_functions.py", "tests/site/test_split.py", "tests/site/test_steps.py"}


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that *path* imports, and what it imports from them, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_who_is_outside_comes_through_the_door() -> None:
    callers: dict[str, set[str]] = {}
    for folder in ("planner", "overrides", "bench", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            modules = {name for name in imported(path) if name.startswith(RUNTIME)}
            if modules and not path.is_relative_to(ROOT / "overrides/hooks/runtime"):
                callers[path.relative_to(ROOT).as_posix()] = modules
    assert {"overrides/hooks/site.py", "overrides/hooks/downloads.py"} <= callers.keys()
    inside = {
        path: {name for name in modules if not name.startswith(f"{RUNTIME}.build")} for path, modules in callers.items()
    }
    assert {path for path, modules in inside.items() if modules} == MAY_LOOK_INSIDE

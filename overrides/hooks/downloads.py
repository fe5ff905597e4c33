"""What lies beside the planner's page: each example's zip, and its plan as the page shows it; the planner as one file.

``planner.pyz`` holds the planner and the libraries it imports, in pure Python: it runs wherever Python 3.11 does. The
same sources make the same bytes.
"""

import io
import json
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from overrides.hooks.runtime.build import LIBRARIES, ROOT
from planner.bundle import make_zip
from planner.engine import make_plan
from planner.examples import examples
from planner.facts.pools import pools
from planner.web.first_page import replies_for_example

_INTERPRETER = b"#!/usr/bin/env python3\n"
_MAIN = b"import sys\n\nfrom planner.cli.main import main\n\nsys.exit(main())\n"
# What only the browser reads, and what only this machine can run.
_LEFT_OUT = (".pyc", ".js", ".ts", ".css", ".so", ".pyd", ".c")


def write_to(folder: Path) -> None:
    """Write all of it into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, example in examples().items():
        plan = make_plan(example.answers, pools()[example.answers.pool])
        (folder / f"{name}.zip").write_bytes(make_zip(plan))
        (folder / f"{name}.json").write_text(json.dumps(replies_for_example(name)), encoding="utf-8")
    (folder / "planner.pyz").write_bytes(one_file())


def one_file() -> bytes:
    """Return the planner as one file that Python runs (a zip behind a line that names the interpreter)."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for path, content in sorted({"__main__.py": _MAIN, **dict(_planner()), **dict(_libraries())}.items()):
            # ZipInfo's own time is 1980, always: the same content makes the same bytes.
            archive.writestr(ZipInfo(path), content, ZIP_DEFLATED)
    return _INTERPRETER + buffer.getvalue()


def _planner() -> Iterator[tuple[str, bytes]]:
    for path in (ROOT / "planner").rglob("*"):
        if path.is_file() and path.suffix not in _LEFT_OUT and path.parts[-2] != "__pycache__":
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def _libraries() -> Iterator[tuple[str, bytes]]:
    for name in LIBRARIES:
        for path in metadata.distribution(name).files or ():
            wanted = path.suffix in (".py", ".txt", "") or "licenses" in path.parts
            if wanted and ".." not in path.parts and path.name not in ("INSTALLER", "RECORD", "REQUESTED", "WHEEL"):
                yield path.as_posix(), path.read_binary()

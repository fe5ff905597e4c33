"""What the browser loads: Pyodide, the planner as a wheel, and the wheels it needs. The one door to this folder.

All of it lies on the site itself, under ``runtime/``: Pyodide in one folder, everything that changes with the planner in
another, each named after its content. A visitor whose browser still holds an older page gets that page's files or none,
never a mixture, and keeps the large Pyodide files when only the planner has changed.

Nothing is fetched: Pyodide is in ``node_modules``, and the libraries are packed again from the installed ones.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from overrides.hooks.runtime import steps
from overrides.hooks.runtime.paths import HOOKS, LIBRARIES, MODULE, PYODIDE, PYODIDE_FILES, ROOT
from overrides.hooks.runtime.steps import Declined
from overrides.hooks.runtime.wheels import write_wheels

__all__ = ["LIBRARIES", "MODULE", "PYODIDE", "PYODIDE_FILES", "ROOT", "Runtime", "build"]

CACHE = ROOT / ".cache" / "runtime"

# Served as they are, beside the wheels.
WEB = ROOT / "planner" / "web"
PAGE_MODULES = (*(f"page/{path.name}" for path in sorted((WEB / "page").glob("*.js"))), "theme-loader.js")
PAGE_FILES = (*PAGE_MODULES, "fetching.js", "page.css", "snapshot.js", "wasm-loader.js", "worker.js")

_OF_BOTH = ("build", "paths", "steps", "wheels")
_OF_PLANNER = (*_OF_BOTH, "archive", "archive_importer")
_OF_PYODIDE = (*_OF_BOTH, "split", "trim_loader", "used_functions", "wasm")


@dataclass(frozen=True)
class Runtime:
    """What the browser loads: the folder of the planner's own files, that of Pyodide's, and how it may start fast."""

    files: Path
    pyodide: Path
    fast: bool
    declined: Declined

    @property
    def url(self) -> str:
        """The address of the planner's own files, from the site's root."""
        return f"runtime/{self.files.name}/"

    @property
    def pyodide_url(self) -> str:
        """The address of Pyodide, from the site's root."""
        return f"runtime/{self.pyodide.name}/"

    @property
    def page_modules(self) -> list[str]:
        """The addresses of the page's own modules, from the site's root."""
        return [self.url + name for name in PAGE_MODULES]

    @property
    def steps(self) -> dict[str, str]:
        """The addresses of what the fast start uses, by the name that ``start.js`` knows; none for the plain way."""
        return steps.addresses(self.url, self.pyodide_url, self.declined) if self.fast else {}

    @property
    def start(self) -> str:
        """The script that starts it all, for the page's head."""
        return (WEB / "start.js").read_text()

    def copy_to(self, site: Path) -> None:
        """Put everything into the built *site*."""
        shutil.copytree(self.files, site / self.url)
        shutil.copytree(self.pyodide, site / self.pyodide_url)


def build() -> Runtime:
    """Return the runtime of the working tree; each half is made only when the last one was made from something else.

    Logs a warning for each step of the fast start that declined. With ``FAST=0`` in the environment none is taken.
    """
    fast = os.environ.get("FAST") != "0"
    version = json.loads((PYODIDE / "package.json").read_text())["version"]
    files, declined = _kept("planner", _digest(_inputs_of_planner(), fast), fast, _write_planner)
    name = f"pyodide-{version}-{_digest(_inputs_of_pyodide(), fast)}"
    pyodide, more_declined = _kept("pyodide", name, fast, _write_pyodide)
    declined |= more_declined
    steps.report(declined)
    return Runtime(files, pyodide, fast, declined)


def _kept(kind: str, name: str, fast: bool, write: Callable[[Path, bool], Declined]) -> tuple[Path, Declined]:
    """Return the folder *name*, filled by *write* when it is not there, and what declined when it was filled.

    Of each *kind* one folder is kept with the steps of the fast start and one without.
    """
    folder = CACHE / (kind if fast else f"{kind}-plain") / name
    declined_file = folder.parent / "declined.json"
    if not folder.exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        # Renamed when complete, so that a build that was interrupted leaves nothing that looks finished.
        unfinished = folder.with_name("unfinished")
        unfinished.mkdir(parents=True)
        declined_file.write_text(json.dumps(write(unfinished, fast)))
        unfinished.rename(folder)
    declined: Declined = json.loads(declined_file.read_text())
    return folder, declined


def _write_planner(folder: Path, fast: bool) -> Declined:
    write_wheels(folder)
    for name in PAGE_FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(WEB / name, folder / name)
    return steps.speed_up_planner(PYODIDE, folder) if fast else {}


def _write_pyodide(folder: Path, fast: bool) -> Declined:
    for name in PYODIDE_FILES:
        shutil.copyfile(PYODIDE / name, folder / name)
    return steps.speed_up_pyodide(PYODIDE, folder) if fast else {}


def _inputs_of_planner() -> list[Path]:
    return [
        *(path for path in (ROOT / "planner").rglob("*") if path.is_file() and path.suffix != ".pyc"),
        *(ROOT / name for name in ("README.md", "LICENSE", "pyproject.toml", "package-lock.json")),
        ROOT / "requirements" / "site.txt",
        *(path for path in HOOKS.glob("*.*") if path.stem in _OF_PLANNER),
    ]


def _inputs_of_pyodide() -> list[Path]:
    return [ROOT / "package-lock.json", *(path for path in HOOKS.glob("*.*") if path.stem in _OF_PYODIDE)]


def _digest(inputs: list[Path], fast: bool) -> str:
    digest = hashlib.sha256(f"{sys.version}\0{fast}".encode())
    for path in sorted(inputs):
        digest.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]

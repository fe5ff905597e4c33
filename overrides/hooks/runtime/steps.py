"""The steps of the fast start, and the one policy for all of them: a step may decline, and never stops the site.

Each step rests on something inside Pyodide, CPython or a browser that a new version may change. A step that fails
while the site is built is left out, with a warning; the page then starts without it, only more slowly. start.md has the
table of what each step saves and what it rests on.
"""

import gzip
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from overrides.hooks.runtime import trim_loader, used_functions
from overrides.hooks.runtime.paths import HOOKS, LOADER, MODULE, SCRIPT
from overrides.hooks.runtime.split import Parts, split
from overrides.hooks.runtime.wheels import run

EARLY, TRIMMED, SPLIT = "early module", "trimmed loader", "module in two parts"
ARCHIVES, SNAPSHOT = "archives of byte code", "kept memory"

# The files that the steps add.
TRIMMED_SCRIPT, HOT, COLD = "trimmed.mjs", "hot.wasm", "cold.wasm"
FIRST_ARCHIVE = "python.zip.gz"

# What the worker uses of Pyodide's scripts without a promise of Pyodide's.
NAMES_FOR_EARLY = ("WebAssembly.instantiateStreaming", "createPyodideModule")
NAMES_FOR_SNAPSHOT = ("_makeSnapshot", "_loadSnapshot", "makeMemorySnapshot")

# Not a logger of mkdocs, whose strict mode counts warnings and fails: a step that declines is no fault of the site.
_log = logging.getLogger(__name__)

Declined = dict[str, str]  # reasons by step
Result = TypeVar("Result")


def report(declined: Declined) -> None:
    """Warn of each step that declined."""
    for step, reason in declined.items():
        _log.warning(
            "Fast start without its step %r: %s. The site works, and starts more slowly; see docs/contributing/start.md.",
            *(step, reason),
        )


def _attempt(step: str, make: Callable[[], Result], declined: Declined) -> Result | None:
    """Return what *make* returns; None where it fails, with the reason in *declined*."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - what another Pyodide makes of a step is not known: no error stops the site
        declined[step] = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        return None


def speed_up_pyodide(pyodide: Path, folder: Path) -> Declined:
    """Write what makes the *pyodide* of one folder start faster into *folder*; return the steps that declined."""
    declined: Declined = {}
    module, loader, script = ((pyodide / name).read_bytes() for name in (MODULE, LOADER, SCRIPT))
    _attempt(EARLY, lambda: _check_names(loader, NAMES_FOR_EARLY), declined)
    if EARLY in declined:  # the others need it: the worker could not give Pyodide another script or module
        return declined | dict.fromkeys((TRIMMED, SPLIT), f"it needs the step {EARLY!r}")
    trimmed = _attempt(TRIMMED, lambda: trim_loader.trimmed(script.decode(), loader.decode()), declined)
    if trimmed is None:  # the parts have only the exports that the trimmed script asks for
        return declined | {SPLIT: f"it needs the step {TRIMMED!r}"}
    (folder / TRIMMED_SCRIPT).write_text(trimmed)
    parts = _attempt(SPLIT, lambda: _parts(module, trimmed, loader.decode()), declined)
    if parts is not None:
        (folder / HOT).write_bytes(parts.hot)
        (folder / COLD).write_bytes(parts.cold)
    return declined


def _parts(module: bytes, *scripts: str) -> Parts:
    called = used_functions.functions_called(module)
    return split(module, called, trim_loader.names_used(module, *scripts).__contains__)


def speed_up_planner(pyodide: Path, folder: Path) -> Declined:
    """Write the archives of what the wheels in *folder* use, for that *pyodide*; return the steps that declined."""
    declined: Declined = {}
    within = _attempt(ARCHIVES, lambda: _write_archives(pyodide, folder), declined)
    if within is None:
        return declined | {SNAPSHOT: f"it needs the step {ARCHIVES!r}"}
    declined |= within
    scripts = b"".join((pyodide / name).read_bytes() for name in (LOADER, SCRIPT))
    _attempt(SNAPSHOT, lambda: _check_names(scripts, NAMES_FOR_SNAPSHOT), declined)
    return declined


def _write_archives(pyodide: Path, folder: Path) -> Declined:
    """Write the byte code of all that the planner uses; return the smaller steps within that declined.

    Compressed here: not every host compresses what it sends.
    """
    written = run("node", HOOKS / "archive.mjs", pyodide, folder, *sorted(folder.glob("*.whl")))
    for archive in folder.glob("*.zip"):
        archive.with_suffix(".zip.gz").write_bytes(gzip.compress(archive.read_bytes(), mtime=0))
        archive.unlink()
    within: Declined = json.loads(written)
    return within


def _check_names(script: bytes, names: tuple[str, ...]) -> None:
    missing = [name for name in names if name.encode() not in script]
    if missing:
        raise ValueError(f"Pyodide's script no longer has {', '.join(missing)}")


def addresses(files: str, pyodide: str, declined: Declined) -> dict[str, str]:
    """Return what the page starts from, by the name in ``start.js``: the addresses below *files* and *pyodide*."""
    steps = {
        "module": (EARLY, pyodide + (MODULE if SPLIT in declined else HOT)),
        "cold": (SPLIT, pyodide + COLD),
        "script": (TRIMMED, pyodide + TRIMMED_SCRIPT),
        "archive": (ARCHIVES, files + FIRST_ARCHIVE),
        "snapshot": (SNAPSHOT, f"{files}snapshot.js"),
    }
    return {name: address for name, (step, address) in steps.items() if step not in declined}

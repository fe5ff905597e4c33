"""The planner and the libraries it imports, as wheels and a lock file: all that Pyodide's documented way needs."""

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from overrides.hooks.runtime.paths import LIBRARIES, PYODIDE, ROOT


def write_wheels(folder: Path) -> None:
    """Write the wheels and their lock file into *folder*. Raises RuntimeError where a tool fails."""
    _build_planner(folder)
    for name in LIBRARIES:
        _pack_again(metadata.distribution(name), folder)
    _write_lock_file(folder)


def _build_planner(folder: Path) -> None:
    # Without the commit's time hatchling writes a fixed one: the wheel depends on nothing but its content.
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    _run_module("hatchling", "build", "--target", "wheel", "--directory", folder, env=environment)


def _pack_again(distribution: metadata.Distribution, folder: Path) -> None:
    """Write the wheel that *distribution* was installed from once more, for any machine.

    MarkupSafe publishes wheels with a compiled half only, which the browser cannot run; but each carries the pure
    half too, and uses it where the compiled one is missing. So what is compiled stays out.
    """
    wheel = folder / f"{distribution.name.replace('-', '_').lower()}-{distribution.version}-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        for path in sorted(distribution.files or (), key=str):
            of_the_installer = path.name in ("INSTALLER", "RECORD", "REQUESTED") or "__pycache__" in path.parts
            if of_the_installer or path.suffix in (".c", ".pyd", ".so") or ".." in path.parts:
                continue
            content = path.read_binary()
            if path.parent.suffix == ".dist-info" and path.name == "WHEEL":
                content = b"Wheel-Version: 1.0\nGenerator: htc-planner\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            # ZipInfo's own time is 1980, always: the same content makes the same bytes.
            archive.writestr(ZipInfo(path.as_posix()), content, ZIP_DEFLATED)


def _write_lock_file(folder: Path) -> None:
    """Write the list of wheels from which Pyodide loads packages by name, and checks them by their hash."""
    bare = folder / "bare-lock.json"
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text())
    # Pyodide's own packages lie on a host of theirs, and the planner needs none.
    bare.write_text(json.dumps({**lock, "packages": {}}))
    wheels = sorted(folder.glob("*.whl"))
    output = folder / "pyodide-lock.json"
    into = ("--input", bare, "--output", output, "--base-path", folder)
    _run_module("pyodide_cli", "lockfile", "add-wheels", *into, *wheels)
    bare.unlink()


def _run_module(module: str, *arguments: str | Path, env: dict[str, str] | None = None) -> None:
    run(sys.executable, "-m", module, *arguments, env=env)


def run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    """Return what *command* writes. Raises RuntimeError where it fails."""
    done = subprocess.run(list(map(str, command)), cwd=ROOT, env=env, text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")
    return done.stdout

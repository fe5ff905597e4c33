"""What the browser loads: Pyodide, the planner as a wheel, and the wheels it needs.

All of it lies on the site itself, under ``runtime/``: Pyodide in one folder, everything that changes with the planner in
another, each named after its content. A visitor whose browser still holds an older page gets that page's files or none,
never a mixture, and keeps the large Pyodide files when only the planner has changed.

Nothing is fetched: Pyodide is in ``node_modules``, and the libraries are packed again from the installed ones.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from overrides.hooks.runtime import trim_loader, used_functions
from overrides.hooks.runtime.split import split

ROOT = Path(__file__).parents[3]
HOOKS = Path(__file__).parent
CACHE = ROOT / ".cache" / "runtime"

PYODIDE = ROOT / "node_modules" / "pyodide"
LOADER, SCRIPT, MODULE = "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"
PYODIDE_FILES = (LOADER, SCRIPT, MODULE, "python_stdlib.zip")

# What the planner imports from others. `pyodide lockfile add-wheels` refuses to leave one out.
LIBRARIES = ("jinja2", "markupsafe", "tomli-w")

# Served as they are, beside the wheels.
WEB = ROOT / "planner" / "web"
PAGE_MODULES = (*(f"page/{path.name}" for path in sorted((WEB / "page").glob("*.js"))), "theme-loader.js")
PAGE_FILES = (*PAGE_MODULES, "page.css", "snapshot.js", "wasm-loader.js", "worker.js")


@dataclass(frozen=True)
class Runtime:
    """What the browser loads: the folder of the planner's own files, and that of Pyodide's."""

    files: Path
    pyodide: Path

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
    def start(self) -> str:
        """The script that starts it all, for the page's head."""
        return (WEB / "start.js").read_text()

    def copy_to(self, site: Path) -> None:
        """Put everything into the built *site*."""
        shutil.copytree(self.files, site / self.url)
        shutil.copytree(self.pyodide, site / self.pyodide_url)


def build() -> Runtime:
    """Return the runtime of the working tree; each half is made only when the last one was made from something else."""
    version = json.loads((PYODIDE / "package.json").read_text())["version"]
    return Runtime(
        _kept("planner", _digest(_inputs_of_planner()), _write_planner),
        _kept("pyodide", f"pyodide-{version}-{_digest(_inputs_of_pyodide())}", _write_pyodide),
    )


def _kept(kind: str, name: str, write: Callable[[Path], None]) -> Path:
    """Return the folder *name*, the only one of its *kind* that is kept; filled by *write* when it is not there."""
    folder = CACHE / kind / name
    if not folder.exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        # Renamed when complete, so that a build that was interrupted leaves nothing that looks finished.
        unfinished = folder.with_name("unfinished")
        unfinished.mkdir(parents=True)
        write(unfinished)
        unfinished.rename(folder)
    return folder


def _write_planner(folder: Path) -> None:
    _build_planner(folder)
    for name in LIBRARIES:
        _pack_again(metadata.distribution(name), folder)
    _write_lock_file(folder)
    _write_archives(folder)
    for name in PAGE_FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(WEB / name, folder / name)


def _write_pyodide(folder: Path) -> None:
    """Write Pyodide's files, and its module in two parts, of which only the hot one is needed to start."""
    for name in PYODIDE_FILES:
        shutil.copyfile(PYODIDE / name, folder / name)
    module, loader = (PYODIDE / MODULE).read_bytes(), (PYODIDE / LOADER).read_text()
    script = trim_loader.trimmed((PYODIDE / SCRIPT).read_text(), loader)
    used = trim_loader.names_used(module, script, loader)
    parts = split(module, used_functions.functions_called(module), used.__contains__)
    (folder / "hot.mjs").write_text(script)
    (folder / "hot.wasm").write_bytes(parts.hot)
    (folder / "cold.wasm").write_bytes(parts.cold)


def _inputs_of_planner() -> list[Path]:
    return [
        *(path for path in (ROOT / "planner").rglob("*") if path.is_file() and path.suffix != ".pyc"),
        *(ROOT / name for name in ("README.md", "LICENSE", "pyproject.toml", "package-lock.json")),
        ROOT / "requirements" / "site.txt",
        *(path for path in HOOKS.glob("*.*") if path.stem in ("archive", "archive_importer", "build")),
    ]


def _inputs_of_pyodide() -> list[Path]:
    return [
        ROOT / "package-lock.json",
        *(
            path
            for path in HOOKS.glob("*.*")
            if path.stem in ("build", "split", "trim_loader", "used_functions", "wasm")
        ),
    ]


def _digest(inputs: list[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(inputs):
        digest.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _build_planner(folder: Path) -> None:
    # Without the commit's time hatchling writes a fixed one: the wheel depends on nothing but its content.
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    _run("hatchling", "build", "--target", "wheel", "--directory", folder, env=environment)


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
    _run("pyodide_cli", "lockfile", "add-wheels", "--input", bare, "--output", output, "--base-path", folder, *wheels)
    bare.unlink()


def _write_archives(folder: Path) -> None:
    """Write the byte code of all that the planner uses, from which Python starts in a third of the time.

    Compressed here: not every host compresses what it sends.
    """
    _run_command("node", HOOKS / "archive.mjs", folder, *sorted(folder.glob("*.whl")))
    for archive in folder.glob("*.zip"):
        archive.with_suffix(".zip.gz").write_bytes(gzip.compress(archive.read_bytes(), mtime=0))
        archive.unlink()


def _run(module: str, *arguments: str | Path, env: dict[str, str] | None = None) -> None:
    _run_command(sys.executable, "-m", module, *arguments, env=env)


def _run_command(*command: str | Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(list(map(str, command)), cwd=ROOT, env=env, text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")

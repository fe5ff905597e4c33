"""Runs inside Pyodide, under Node (archive.mjs): finds what the planner uses of Python, and packs it as byte code.

Nothing is listed by hand. Our own wheels go in whole; of the standard library goes in what is loaded after every
module of the planner was imported and real requests were answered, failures included.
"""

import importlib
import importlib.util
import json
import sys
import tomllib
import traceback
from functools import partial
from importlib.util import source_hash
from marshal import dumps
from pathlib import Path
from zipfile import ZipFile, ZipInfo

WHEELS = sorted(Path("/wheels").iterdir())
ARCHIVE = "/archive.zip"
# The shell's front; the browser never runs it, and it would bring the command line's modules.
NOT_IN_THE_BROWSER = ("planner.cli", "planner.__main__")  # and what begins so: planner.cli_logs, …
# Found by their file, and loaded by zipimport as in the browser: reading data from an archive needs modules of its own.
LIBRARY = f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip"


def exercise() -> None:
    """Do what the page does, and what goes wrong there."""
    for module in modules_of("planner/"):
        importlib.import_module(module)
    from jinja2 import Environment, UndefinedError

    from planner import web
    from planner.examples import examples

    for example in examples().values():
        for wanted in ("plan", "zip"):
            request = {"id": 1, "do": wanted, "answers": tomllib.loads(example.text)}
            assert json.loads(web.handle(json.dumps(request)))["ok"], example.name
    web.handle(json.dumps({"id": 1, "do": "plan", "answers": {"project": "\0 not a name"}}))
    template = Environment(autoescape=True).from_string("{{ x.y.z }}")
    for fails in (partial(web.handle, "{}"), template.render):
        try:
            fails()
        except (KeyError, UndefinedError):
            traceback.format_exc()


def modules_of(folder: str) -> list[str]:
    """Return the modules of the wheels below *folder* that the browser runs."""
    names = []
    for wheel in WHEELS:
        for path in ZipFile(wheel).namelist():
            if path.startswith(folder) and path.endswith(".py"):
                name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                if not name.startswith(NOT_IN_THE_BROWSER):
                    names.append(name)
    return sorted(names)


def library_modules() -> dict[str, bytes]:
    """Return the source of every module in use that came from the standard library's archive, by its path there."""
    with ZipFile(LIBRARY) as library:
        names = set(library.namelist())
        stems = {name.replace(".", "/") for name, module in sys.modules.items() if comes_from(module, LIBRARY)}
        paths = [path for stem in stems for path in (f"{stem}.py", f"{stem}/__init__.py") if path in names]
        return {path: library.read(path) for path in sorted(paths)}


def comes_from(module: object, archive: str) -> bool:
    """Tell whether *module* was loaded from *archive*."""
    return str(getattr(module, "__file__", None) or "").startswith(archive)


def wheel_files() -> dict[str, bytes]:
    """Return every file of the wheels, without what only an installer reads."""
    return {
        path: archive.read(path)
        for archive in map(ZipFile, WHEELS)
        for path in sorted(archive.namelist())
        if ".dist-info/" not in path
    }


def compiled(path: str, source: bytes, *, ours: bool) -> bytes:
    """Return the byte code of *source* as zipimport reads it: never compared with a source, which is not there.

    Docstrings are kept for our code only: it shows those of its rules.
    """
    code = compile(source, path, "exec", dont_inherit=True, optimize=0 if ours else 2)
    unchecked_hash = (0b01).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + unchecked_hash + source_hash(source) + dumps(code)


def write(files: dict[str, bytes]) -> None:
    """Write the archive: sources as byte code, all else as it is."""
    # Stored: one gzip over the whole is smaller than one for each file.
    with ZipFile(ARCHIVE, "w") as archive:
        for path, content in sorted(files.items()):
            if path.endswith(".py"):
                archive.writestr(ZipInfo(f"{path}c"), compiled(path, content, ours=path.startswith("planner/")))
            else:
                archive.writestr(ZipInfo(path), content)


sys.path[:0] = map(str, WHEELS)
exercise()
write({**library_modules(), **wheel_files()})

"""Runs inside Pyodide, under Node (archive.mjs): finds what the planner uses of Python, and packs it as byte code.

Nothing is listed by hand. Of the planner goes in what ``planner.web`` reaches by imports; of everything else, what is
loaded after all of that was imported and real requests were answered, failures included. Templates are compiled too:
making Python of them takes most of the time of the first plan.
"""

import ast
import importlib
import importlib.util
import json
import sys
import tomllib
import traceback
from _imp import is_frozen
from collections.abc import Container, Iterator, Mapping
from functools import partial
from importlib.util import source_hash
from marshal import dumps
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile, ZipInfo

WHEELS = sorted(Path("/wheels").iterdir())
ARCHIVE = "/archive.zip"
# What the worker calls. Of our own modules, those go in that it reaches by imports, wherever in a file those stand.
ENTRY = "planner.web"
# Found by their file, and loaded by zipimport as in the browser: reading data from an archive needs modules of its own.
LIBRARY = f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip"


def exercise(modules: list[str]) -> None:
    """Import *modules*, do what the page does, and what goes wrong there."""
    for module in modules:
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


def reached_from(entry: str, files: Mapping[str, bytes]) -> list[str]:
    """Return *entry* and every module among *files* that it imports, and those that they import, and so on."""
    reached: set[str] = set()
    ahead = [entry]
    while ahead:
        name = ahead.pop()
        path = path_of(name, files)
        if path and name not in reached:
            reached.add(name)
            package, _, _ = name.rpartition(".")
            ahead += [package, *imported_by(files[path])]
    return sorted(reached)


def imported_by(source: bytes) -> Iterator[str]:
    """Yield the names that may be modules among those that *source* imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def path_of(module: str, files: Container[str]) -> str | None:
    """Return the path of *module* among *files*; None where it is not there."""
    stem = module.replace(".", "/")
    return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in files), None)


def modules_in_use(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those of *files* that are sources of loaded modules, and what is no source."""
    loaded = {path_of(name, files) for name in sys.modules}
    return {path: content for path, content in files.items() if path in loaded or not path.endswith(".py")}


def library_files() -> dict[str, bytes]:
    """Return the sources of the standard library, without the modules that are frozen into the interpreter."""
    with ZipFile(LIBRARY) as library:
        names = {name for name in library.namelist() if name.endswith(".py")}
        frozen = {path_of(name, names) for name, module in sys.modules.items() if _is_frozen(name, module)}
        return {path: library.read(path) for path in sorted(names - frozen)}


def _is_frozen(name: str, module: ModuleType) -> bool:
    """Tell whether *module* comes with the interpreter; importlib's own core does, under another name."""
    return is_frozen(name) or getattr(module.__spec__, "origin", "") == "frozen"


def files_of(wheel: Path) -> dict[str, bytes]:
    """Return the files of *wheel*, without what only an installer or a type checker reads."""
    with ZipFile(wheel) as archive:
        wanted = (
            path
            for path in archive.namelist()
            if ".dist-info/" not in path and not path.endswith((".pyi", "/py.typed"))
        )
        return {path: archive.read(path) for path in sorted(wanted)}


def templates_as_python(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return *files* with every template as the Python that Jinja makes of it, where ``planner.templates`` looks."""
    from jinja2 import ModuleLoader

    from planner.bundle.templates import environment as of_files
    from planner.templates import COMPILED
    from planner.web.render import environment as of_page

    found = dict(files)
    for package, environment in (("bundle", of_files()), ("web", of_page())):
        folder = f"planner/{package}/templates/"
        for path in [path for path in files if path.startswith(folder)]:
            name = path.removeprefix(folder)
            code = environment.compile(found.pop(path).decode(), name, name, raw=True, defer_init=True)
            found[f"{folder}{COMPILED}/{ModuleLoader.get_module_filename(name)}"] = code.encode()
    return found


def compiled(path: str, source: bytes) -> bytes:
    """Return the byte code of *source* as zipimport reads it: never compared with a source, which is not there.

    Docstrings are left out but for those of rules, which the page shows.
    """
    shown = path.startswith("planner/rules/")
    code = compile(source, path, "exec", dont_inherit=True, optimize=0 if shown else 2)
    unchecked_hash = (0b01).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + unchecked_hash + source_hash(source) + dumps(code)


def write(files: dict[str, bytes]) -> None:
    """Write the archive: sources as byte code, all else as it is."""
    # Stored: one gzip over the whole is smaller than one for each file.
    with ZipFile(ARCHIVE, "w") as archive:
        for path, content in sorted(files.items()):
            if path.endswith(".py"):
                archive.writestr(ZipInfo(f"{path}c"), compiled(path, content))
            else:
                archive.writestr(ZipInfo(path), content)


sys.path[:0] = map(str, WHEELS)
ours, *others = (files_of(wheel) for wheel in sorted(WHEELS, key=lambda wheel: "htc_planner" not in wheel.name))
exercise(reached_from(ENTRY, ours))
write(
    {
        **modules_in_use(library_files()),
        **{path: content for files in others for path, content in modules_in_use(files).items()},
        **templates_as_python(modules_in_use(ours)),
    }
)

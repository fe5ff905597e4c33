"""Runs inside Pyodide, under Node (archive.mjs): finds what the planner uses of Python, and packs it as byte code.

Three archives, in the order in which the page needs them (archive_importer.py finds modules there): what is loaded when
Python has started, what every example's plan loads, and what only logs, reviews and failures load.

Nothing is listed by hand: of the planner goes in what ``planner.web`` reaches by imports, of everything else what was
loaded while real requests were answered. Templates and methods of dataclasses are compiled here, not in the browser.
"""

import ast
import dataclasses
import importlib
import importlib.util
import json
import sys
import tomllib
import traceback
from _imp import is_frozen
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import partial
from importlib.util import source_hash
from marshal import dumps
from pathlib import Path
from types import CodeType, ModuleType
from zipfile import ZipFile, ZipInfo
from zlib import crc32

WHEELS = sorted(Path("/wheels").iterdir())
ARCHIVES = STARTS, PLANS, MORE = "python.zip", "planner.zip", "more.zip"
# What the worker calls. Of our own modules, those go in that it reaches by imports, wherever in a file those stand.
ENTRY = "planner.web"
COMPILED = "compiled"  # the folder in which planner.templates looks for templates made into Python
# Found by their file, and loaded by zipimport as in the browser: reading data from an archive needs modules of its own.
LIBRARY = f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip"

# The module that knows the methods of dataclasses as byte code, by the length and the checksum of their text.
METHODS = """\
from zlib import crc32
from marshal import loads
CODE = loads({!r})
def code(text):
    return CODE.get((len(text), crc32(text.encode())), text)
"""


def note_methods() -> set[str]:
    """Return a set to which the text of the methods of each dataclass is added that is made from now on."""
    texts: set[str] = set()

    def note_and_exec(text: str, *names: dict[str, object]) -> None:
        texts.add(text)
        exec(text, *names)  # noqa: S102 - as dataclasses does

    vars(dataclasses)["exec"] = note_and_exec
    return texts


def plan() -> None:
    """Do what the page does."""
    from planner import web
    from planner.examples import examples

    web.warm_up()
    for example in examples().values():
        for wanted in ("plan", "files", "zip"):
            request = {"id": 1, "do": wanted, "answers": tomllib.loads(example.text)}
            assert json.loads(web.handle(json.dumps(request))).get("ok", True), example.name
    for kind, text in (("example", "sweep"), ("link", "memory=30+GB"), ("file", example.text)):
        web.handle(json.dumps({"id": 1, "do": "open", "answers": {}, "kind": kind, "text": text}))
    web.handle(json.dumps({"id": 1, "do": "plan", "answers": {"project": "\0 not a name"}}))


def do_more(modules: list[str]) -> None:
    """Import *modules*, and do what goes wrong on the page."""
    for module in modules:
        importlib.import_module(module)
    from jinja2 import Environment, UndefinedError

    from planner import web

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


def with_methods(library: Mapping[str, bytes], methods: set[str], booted: list[str]) -> dict[str, bytes]:
    """Return the *library* whose dataclasses take their methods as byte code, of those in *methods* and of its own.

    Raises ValueError where Python's own dataclasses make them in another way.
    """
    for path in paths_of(booted, library):
        if b"dataclass" in library[path]:  # loaded before note_methods()
            name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
            exec(compile(library[path], path, "exec"), {"__name__": name, "__package__": package})  # noqa: S102
    code_by_text = {
        (len(text), crc32(text.encode())): without_lines(compile(text, "<string>", "exec", dont_inherit=True))
        for text in sorted(methods)
    }
    if len(code_by_text) < len(methods):
        raise ValueError("two texts of methods have one checksum")
    source, calls = library["dataclasses.py"], b"exec(txt, self.globals, ns)"
    if source.count(calls) != 1:
        raise ValueError("dataclasses.py makes methods in another way: see overrides/hooks/runtime/archive.py")
    return {
        **library,
        "_methods.py": METHODS.format(dumps(code_by_text)).encode(),
        "dataclasses.py": b"from _methods import code\n" + source.replace(calls, b"exec(code(txt), self.globals, ns)"),
    }


def templates_as_python(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return *files* with every template as the Python that Jinja makes of it, where ``planner.templates`` looks."""
    from jinja2 import ModuleLoader

    from planner.bundle.templates import environment as of_files
    from planner.web.render import environment as of_page

    with_python = dict(files)
    for package, environment in (("bundle", of_files()), ("web", of_page())):
        folder = f"planner/{package}/templates/"
        for path in [path for path in files if path.startswith(folder)]:
            name = path.removeprefix(folder)
            code = environment.compile(with_python.pop(path).decode(), name, name, raw=True, defer_init=True)
            with_python[f"{folder}{COMPILED}/{ModuleLoader.get_module_filename(name)}"] = code.encode()
    return with_python


def compiled(path: str, source: bytes) -> bytes:
    """Return the byte code of *source* as zipimport reads it: never compared with a source, which is not there.

    Docstrings are left out, except those of rules and checks, which are their titles and reasons.
    """
    tree = ast.parse(source)
    if not path.startswith(("planner/rules/", "planner/review/checks/")):
        drop_docstrings(tree)
    code = compile(tree, path, "exec", dont_inherit=True, optimize=1)
    if not path.startswith("planner/"):
        code = without_lines(code)
    unchecked_hash = (0b01).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + unchecked_hash + source_hash(source) + dumps(code)


def drop_docstrings(tree: ast.Module) -> None:
    """Take the docstrings out of *tree*; of dataclasses one sign stays.

    To a dataclass without any, Python gives one: the text of its signature, which takes longer than all else about it.
    """
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        stays = isinstance(node, ast.ClassDef) and "dataclass" in " ".join(map(ast.unparse, node.decorator_list))
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
        if stays or not node.body:
            node.body.insert(0, ast.Expr(ast.Constant("." if stays else ...)))
    ast.fix_missing_locations(tree)


def without_lines(code: CodeType) -> CodeType:
    """Return *code* without its line numbers, a sixth of it: of others' code the name of the function tells enough."""
    units = len(code.co_code) // 2
    # Entries of at most eight instructions, each saying that it has no place (CPython, Objects/locations.md). No table
    # at all would have the interpreter fail where it prints a traceback.
    entries = [min(8, units - at) for at in range(0, units, 8)]
    table = bytes(0xF8 | length - 1 for length in entries)
    inner = (without_lines(constant) if isinstance(constant, CodeType) else constant for constant in code.co_consts)
    return code.replace(co_linetable=table, co_consts=tuple(inner))


def archive_of(path: str, loaded: Mapping[str, Container[str]]) -> str:
    """Return into which archive a file goes: a module into that of the first stage after which it is *loaded*."""
    if not path.endswith(".py") or f"/{COMPILED}/" in path:
        return PLANS
    return next((archive for archive, paths in loaded.items() if path in paths), MORE)


def write(files: Mapping[str, bytes], loaded: Mapping[str, Container[str]]) -> None:
    """Write the archives: sources as byte code, all else as it is."""
    # Stored: one gzip over the whole is smaller than one for each file.
    archives = {name: ZipFile(f"/{name}", "w") for name in ARCHIVES}
    for path, content in sorted(files.items()):
        name, written = (f"{path}c", compiled(path, content)) if path.endswith(".py") else (path, content)
        archives[archive_of(path, loaded)].writestr(ZipInfo(name), written)
    for archive in archives.values():
        archive.close()


def paths_of(modules: Iterable[str], files: Container[str]) -> set[str]:
    """Return the paths of *modules* among *files*."""
    return {path for name in modules if (path := path_of(name, files))}


def try_importer(importer: str) -> None:
    """Import a module by the *importer*. Raises where this Python keeps the files of an archive in another way.

    Python's own importer is no substitute: it looks for the modules of a package in one archive only.
    """
    path, meta_path = list(sys.path), list(sys.meta_path)
    trial = "/trial.zip"
    with ZipFile(trial, "w") as archive:
        archive.writestr(ZipInfo("trial_of_importer.pyc"), compiled("trial_of_importer.py", b"works = True"))
    try:
        names: dict[str, object] = {"__name__": "sitecustomize"}
        sys.path.insert(0, trial)
        exec(compile(importer, "sitecustomize.py", "exec"), names)  # noqa: S102 - as Python imports it
        trial_module = importlib.import_module("trial_of_importer")
        if not trial_module.works or type(trial_module.__loader__) is not names["Finder"]:
            raise ImportError("another importer found the module")
    finally:
        sys.path[:], sys.meta_path[:] = path, meta_path


# By archive.mjs: the modules that were loaded when Python had started, and the text of archive_importer.py.
booted: list[str] = globals()["booted"]
importer: str = globals()["importer"]
declined: dict[str, str] = {}  # reasons, by the smaller steps that were left out; archive.mjs prints them
sys.path[:0] = map(str, WHEELS)
ours, *others = (files_of(wheel) for wheel in sorted(WHEELS, key=lambda wheel: "htc_planner" not in wheel.name))
methods = note_methods()
plan()
planned, methods = list(sys.modules), set(methods)
do_more(reached_from(ENTRY, ours))
packed = modules_in_use(library_files())
try:
    packed = with_methods(packed, methods, booted)
except Exception as error:  # noqa: BLE001 - whatever changed: dataclasses then make their methods in the browser
    declined["methods of dataclasses as byte code"] = repr(error)
for wheel in others:
    packed |= modules_in_use(wheel)
packed |= templates_as_python(modules_in_use(ours))
try_importer(importer)
packed["sitecustomize.py"] = importer.encode()
write(
    packed, {STARTS: {"_methods.py", "sitecustomize.py", *paths_of(booted, packed)}, PLANS: paths_of(planned, packed)}
)

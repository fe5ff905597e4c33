"""The steps of the fast start: each declines where Pyodide or CPython changed under it, and the others are still taken."""

import io
import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from mkdocs.utils import CountHandler

from overrides.hooks.runtime import build as runtime
from overrides.hooks.runtime import steps
from overrides.hooks.runtime.paths import LOADER, SCRIPT
from overrides.hooks.runtime.wheels import write_wheels

STANDARD_LIBRARY = "python_stdlib.zip"
EVERY_STEP = {"module", "cold", "script", "archive", "snapshot"}

Change = Callable[[bytes], bytes]


def replaced(old: bytes, new: bytes) -> Change:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return change


def with_custom_section(module: bytes) -> bytes:
    """The same module, which is not the one whose functions were counted."""
    return module + b"\0\5\4more"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, where steps write."""
    folder = tmp_path / "made"
    folder.mkdir()
    return folder


def changed_pyodide(folder: Path, file: str, change: Change) -> Path:
    """Return a copy of Pyodide beside *folder* in which one *file* is changed."""
    copy = folder.with_name("pyodide")
    shutil.copytree(runtime.PYODIDE, copy)
    (copy / file).write_bytes(change((copy / file).read_bytes()))
    return copy


def in_library(module: str, change: Change) -> Change:
    """A change of one *module* of the standard library."""

    def change_library(library: bytes) -> bytes:
        changed = io.BytesIO()
        with ZipFile(io.BytesIO(library)) as old, ZipFile(changed, "w") as new:
            for path in old.namelist():
                new.writestr(path, change(old.read(path)) if path == module else old.read(path))
        return changed.getvalue()

    return change_library


def test_no_step_declines_with_the_pyodide_that_is_installed() -> None:
    """After an update, this test names the steps to look after."""
    built = runtime.build()
    assert built.declined == {}
    assert set(built.steps) == EVERY_STEP


@pytest.mark.parametrize(
    ("file", "change", "declines"),
    [
        (
            SCRIPT,
            replaced(b"function assignWasmExports(", b"function assign("),
            {steps.TRIMMED: "trim_loader.py", steps.SPLIT: steps.TRIMMED},
        ),
        (runtime.MODULE, with_custom_section, {steps.SPLIT: "make used-functions"}),
        (
            LOADER,
            replaced(b"WebAssembly.instantiateStreaming", b"WebAssembly.instantiateSource"),
            {steps.EARLY: "WebAssembly.instantiateStreaming", steps.TRIMMED: steps.EARLY, steps.SPLIT: steps.EARLY},
        ),
    ],
)
def test_a_changed_pyodide_makes_only_the_steps_decline_that_rest_on_what_changed(
    folder: Path, file: str, change: Change, declines: dict[str, str]
) -> None:
    declined = steps.speed_up_pyodide(changed_pyodide(folder, file, change), folder)
    assert declined.keys() == declines.keys()
    assert all(declines[step] in reason for step, reason in declined.items())
    of_steps = {steps.TRIMMED: {steps.TRIMMED_SCRIPT}, steps.SPLIT: {steps.HOT, steps.COLD}}
    made = {name for step, files in of_steps.items() if step not in declines for name in files}
    assert {path.name for path in folder.iterdir()} == made


@pytest.mark.parametrize(
    ("file", "change", "declines"),
    [
        (LOADER, replaced(b"_loadSnapshot", b"_snapshot"), {steps.SNAPSHOT}),
        (STANDARD_LIBRARY, in_library("tomllib/__init__.py", lambda _: b""), {steps.ARCHIVES, steps.SNAPSHOT}),
        (
            STANDARD_LIBRARY,
            in_library("dataclasses.py", replaced(b"exec(txt, self.globals, ns)", b"exec(txt, self.globals, ns )")),
            {"methods of dataclasses as byte code"},
        ),
    ],
)
def test_a_changed_python_makes_only_the_steps_decline_that_rest_on_what_changed(
    folder: Path, file: str, change: Change, declines: set[str]
) -> None:
    write_wheels(folder)
    assert set(steps.speed_up_planner(changed_pyodide(folder, file, change), folder)) == declines
    archives = {path.name for path in folder.glob("*.zip.gz")}
    assert archives == (set() if steps.ARCHIVES in declines else {"python.zip.gz", "planner.zip.gz", "more.zip.gz"})


def test_the_page_is_told_only_of_steps_that_were_taken() -> None:
    declined = {steps.SPLIT: "", steps.ARCHIVES: "", steps.SNAPSHOT: ""}
    assert steps.addresses("ours/", "theirs/", declined) == {
        "module": "theirs/pyodide.asm.wasm",
        "script": "theirs/trimmed.mjs",
    }


def test_who_builds_is_warned_of_a_step_that_declined_and_strict_mode_does_not_count_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counted = CountHandler()
    counted.setLevel(logging.WARNING)
    logging.getLogger("mkdocs").addHandler(counted)
    try:
        steps.report({steps.TRIMMED: "ValueError: of another make"})
    finally:
        logging.getLogger("mkdocs").removeHandler(counted)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "without its step 'trimmed loader': ValueError: of another make" in record.getMessage()
    assert counted.get_counts() == []


def test_a_later_build_warns_again_of_what_it_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runtime, "CACHE", tmp_path)
    monkeypatch.setattr(runtime, "_write_planner", lambda *_: {steps.ARCHIVES: "no"})
    monkeypatch.setattr(runtime, "_write_pyodide", lambda *_: {})
    built = [runtime.build() for _ in range(2)]
    assert [one.declined for one in built] == [{steps.ARCHIVES: "no"}] * 2
    assert len(caplog.records) == 2


def test_without_the_fast_start_no_step_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "CACHE", tmp_path)
    monkeypatch.setenv("FAST", "0")
    built = runtime.build()
    assert built.steps == built.declined == {}
    assert {path.name for path in built.pyodide.iterdir()} == set(runtime.PYODIDE_FILES)
    assert not list(built.files.glob("*.gz"))
    packages = json.loads((built.files / "pyodide-lock.json").read_text())["packages"]
    assert set(packages) == {"htc-planner", *runtime.LIBRARIES}

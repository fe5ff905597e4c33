"""The main path in Firefox: a newcomer comes, chooses an example, answers, downloads, and comes back."""

import functools
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import pytest

from planner.examples import examples
from tests.browser.conftest import KEPT_MEMORIES, PYTHON_STARTS_WITHIN, SITE, Files, serve
from tests.browser.firefox import Firefox, find_firefox, firefox, until

EXAMPLE = "images"
MEMORY = "How much main memory does a task need at most?"
ELSEWHERE = (
    "http://127.0.0.2/"  # asked for on purpose, by the one test that wants to hear of it; Firefox may say so twice
)
PLAN_FROM_PYTHON = "document.querySelector('[data-do=zip]')?.ariaDisabled === 'false'"


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Firefox]:
    """Somebody with Firefox who was never here. What the console complains of fails the test."""
    program = find_firefox()
    if program is None:
        missing = "There is no Firefox on this machine. Debian: apt-get install firefox-esr"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with firefox(program, tmp_path) as visitor:
        yield visitor
        visitor.send("browsingContext.getTree")  # what was said before this is heard
    assert [complaint for complaint in visitor.complaints if ELSEWHERE not in complaint] == []


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """The built site's address, and the names of the files that were asked for."""
    if not (SITE / "index.html").exists():
        pytest.fail("There is no built site: run `make build` first.")
    asked: list[str] = []

    class Noting(Files):
        def send_head(self) -> io.BytesIO | BinaryIO | None:
            asked.append(urlsplit(self.path).path.rsplit("/", 1)[-1])
            return super().send_head()

    with serve(functools.partial(Noting, directory=str(SITE), below="/")) as address:
        yield f"{address}/", asked


def open_planner(visitor: Firefox, address: str) -> None:
    visitor.open(f"{address}planner/")
    visitor.wait_for(PLAN_FROM_PYTHON, PYTHON_STARTS_WITHIN / 1000)


def sees(visitor: Firefox, selector: str, text: str) -> None:
    """Wait until one of what *selector* finds holds *text*."""
    found = f"[...document.querySelectorAll({json.dumps(selector)})]"
    visitor.wait_for(f"{found}.some(({{ textContent }}) => textContent.includes({json.dumps(text)}))")


def zip_from_the_shell(folder: Path, **answers: str) -> bytes:
    """Return what ``planner plan`` makes of the example with *answers* in it."""
    text = examples()[EXAMPLE].text
    for id, answer in answers.items():
        lines = [f'{id} = "{answer}"' if line.startswith(f"{id} = ") else line for line in text.splitlines()]
        assert "\n".join(lines) != text
        text = "\n".join(lines)
    (folder / "answers.toml").write_text(text, encoding="utf-8")
    target = folder / "shell.zip"
    command = [sys.executable, "-m", "planner", "plan", str(folder / "answers.toml"), "--zip", str(target)]
    subprocess.run(command, check=True)
    return target.read_bytes()


def test_the_main_path(visitor: Firefox, site: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = site
    visitor.send("network.setCacheBehavior", cacheBehavior="bypass")  # every request reaches the server
    open_planner(visitor, address)
    assert "python.zip.gz" in asked

    visitor.click("button", f"Start from it ({EXAMPLE})")
    project = examples()[EXAMPLE].answers.project
    sees(visitor, ".tree", f"{project}.sub")
    visitor.fill(MEMORY, "30 GB")
    sees(visitor, ".changes", "(was 24 GB)")
    visitor.click("link", f"{project}.sub changed")
    sees(visitor, ".files > :not([hidden]) .new", "request_memory = 30 GB")

    visitor.click("button", "Download")
    assert visitor.downloaded(f"{project}.zip") == zip_from_the_shell(tmp_path, memory="30 GB")

    visitor.wait_for(f"({KEPT_MEMORIES})().then(({{ length }}) => length)")
    kept = visitor.evaluate(f"({KEPT_MEMORIES})()")
    asked.clear()
    open_planner(visitor, address)
    assert "python.zip.gz" not in asked  # it comes later: Python starts from the memory that was kept
    assert visitor.evaluate(f"({KEPT_MEMORIES})()") == kept
    assert visitor.evaluate("document.querySelector('[name=memory]').value") == "30 GB"
    sees(visitor, ".tree", f"{project}.sub")


def test_what_the_policy_forbids_is_heard(visitor: Firefox, site: tuple[str, list[str]]) -> None:
    visitor.open(f"{site[0]}planner/")
    visitor.evaluate(f"fetch('{ELSEWHERE}').catch(String)")
    until(lambda: visitor.evaluate("1") and visitor.complaints, "a complaint")
    assert all("connect-src" in complaint for complaint in visitor.complaints)

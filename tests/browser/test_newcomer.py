"""A newcomer's walk, counted: from arrival, over an example, to the zip of one's own work."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import tomli_w
from playwright.sync_api import Page, expect

from planner.answers import questions
from planner.examples import examples
from tests.browser.conftest import WALKS, wait_for_python
from tests.browser.test_planner import download, plan_made

MOST_ANSWERS = 12

# What three newcomers have, by the example that is nearest to it. They answer what has a star and leave the rest.
OWN = {
    "sweep": {
        "project": "flowers",
        "packages": "timm==1.0.22\npandas==2.3.3",
        "command": "python fit.py --rate {rate} --seed {seed}",
        "code": "fit.py\nflowers/",
        "time_on_gpu": "90 min",
        "grid": "rate = 0.1, 0.01\nseed = 1, 2, 3",
        "data_path": "pictures/",
        "data_size": "2.5 GB",
        "data_files": "8189",
        "user": "abacus",
        "outputs": "scores/",
        "test_arguments": "--steps 10",
    },
    "forest": {
        "project": "soil",
        "packages": "polars==1.35.1",
        "command": "python grow.py --leaves {leaves} --seed {seed}",
        "code": "grow.py",
        "grid": "leaves = 50, 100\nseed = 1, 2, 3, 4",
        "data_path": "soil.csv",
        "data_size": "90 MB",
        "data_files": "1",
        "user": "abacus",
        "outputs": "soil-scores.json",
        "test_arguments": "--few",
    },
    "prompts": {
        "project": "letters",
        "packages": "",
        "command": "python answer.py --input {part}",
        "code": "answer.py\nmerge.py",
        "model": "Qwen/Qwen3-4B",
        "count": "20000",
        "inputs": "letters.jsonl",
        "user": "abacus",
        "outputs": "replies/",
        "test_arguments": "--tokens 8",
    },
}


@pytest.mark.parametrize("example", list(OWN))
def test_from_arrival_to_the_zip_of_ones_own_work(page: Page, site_url: str, tmp_path: Path, example: str) -> None:
    """Only what is visible is used, by the name that stands on it."""
    page.goto(f"{site_url}planner/")
    wait_for_python(page)
    page.get_by_role("button", name=f"Start from it ({example})").click()
    plan_made(page, examples()[example].answers.project)

    own = OWN[example]
    starred = page.locator("[data-question]:visible:has(.newcomer)")
    assert starred.evaluate_all("all => all.map(({ dataset }) => dataset.question)") == list(own)
    for id, answer in own.items():
        page.get_by_label(questions()[id].label).fill(answer)
    plan_made(page, own["project"])

    downloaded = download(page, tmp_path / "page.zip")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert downloaded == _zip_from_the_shell(tmp_path, example)
    WALKS.append((example, 2 + len(own), len(own)))  # clicks: the example, each field, Download
    assert len(own) <= MOST_ANSWERS


def _zip_from_the_shell(folder: Path, example: str) -> bytes:
    """Return what the shell makes of the same answers, written as a file by hand."""
    own = {id: int(text) if text.isdecimal() else text for id, text in OWN[example].items()}
    answers = {**tomllib.loads(examples()[example].text), **own}
    file = folder / "answers.toml"
    file.write_text(tomli_w.dumps(answers), encoding="utf-8")
    command = [sys.executable, "-m", "planner", "plan", str(file), "--zip", str(folder / "shell.zip")]
    subprocess.run(command, check=True)
    return (folder / "shell.zip").read_bytes()

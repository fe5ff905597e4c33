"""The worked example as far as it needs no pool: its commands, on this machine; the rest is in tests/htcondor."""

import json
import shutil
from pathlib import Path

import pytest

from tests.screens import CODE, play, typed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in CODE.glob("*.py"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_the_screens_of_the_first_stage_are_what_one_sees(folder: Path, request: pytest.FixtureRequest) -> None:
    keep = request.config.getoption("--keep-logs")
    play("develop", lambda command: typed(folder, command), keep=keep)
    play("go-on", lambda command: typed(folder, command), keep=keep)


def test_a_training_that_was_stopped_learns_as_one_that_was_not(folder: Path) -> None:
    typed(folder, "python make_data.py")
    results = []
    for runs in (("--epochs 20",), ("--epochs 7", "--epochs 20")):
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
        for epochs in runs:
            typed(folder, f"python train.py --rate 0.1 --hidden 4 {epochs}")
        results.append(json.loads((folder / "results/result.json").read_text()))
    assert results[0] == results[1]

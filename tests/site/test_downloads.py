"""What lies beside the planner's page to be taken as it is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from overrides.hooks import downloads
from planner.examples import examples
from planner.web import handle

BESIDE_THE_PAGE = Path(__file__).parents[2] / "site" / "planner"


def test_the_one_file_has_the_same_bytes_each_time() -> None:
    assert downloads.one_file() == downloads.one_file() == (BESIDE_THE_PAGE / "planner.pyz").read_bytes()


@pytest.mark.parametrize("name", examples())
def test_an_examples_plan_is_the_one_that_python_would_give(name: str) -> None:
    made = json.loads((BESIDE_THE_PAGE / f"{name}.json").read_text(encoding="utf-8"))
    ids = {"id": 7, "answers": made["open"]["texts"]}
    assert {**made["plan"], "id": 7, "do": "plan"} == json.loads(handle(json.dumps({**ids, "do": "plan"})))
    assert made["plan"]["ok"]


def test_the_one_file_makes_the_zips_of_the_site_with_python_alone(tmp_path: Path) -> None:
    for name in examples():
        # -I -S: nothing that is installed beside Python can help.
        python = [sys.executable, "-I", "-S", str(BESIDE_THE_PAGE / "planner.pyz")]
        text = subprocess.run([*python, "examples", name], check=True, capture_output=True, cwd=tmp_path).stdout
        (tmp_path / "answers.toml").write_bytes(text)
        subprocess.run([*python, "plan", "answers.toml", "--zip", f"{name}.zip"], check=True, cwd=tmp_path)
        assert (tmp_path / f"{name}.zip").read_bytes() == (BESIDE_THE_PAGE / f"{name}.zip").read_bytes()

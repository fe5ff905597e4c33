import copy
import os
import shutil
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import tomli_w

import planner
from planner.cli import main
from planner.pool_checks import check_pool, summary
from planner.pools import pools, read_pool

CHTC = tomllib.loads(files("planner").joinpath("data/pools/chtc.toml").read_text(encoding="utf-8"))


def said(**changes: Any) -> list[str]:
    """Return what is said of CHTC's file after *changes*: a dotted path with "__"."""
    table = copy.deepcopy(CHTC)
    for path, value in changes.items():
        at: Any = table
        *before, last = [int(step) if step.isdigit() else step for step in path.split("__")]
        for step in before:
            at = at[step]
        at[last] = value
    return [str(problem) for problem in check_pool(read_pool("mine", tomli_w.dumps(table)))]


@pytest.mark.parametrize("key", pools())
def test_the_pools_of_the_planner_are_right(key: str) -> None:
    assert check_pool(pools()[key]) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": " "}, "mine.toml.name: is empty. Write what people shall read there."),
        (
            {"htcondor__value": "new"},
            'mine.toml.htcondor: \'new\' is no version. Write it like "25.0" or "25.14.1".',
        ),
        (
            {"access_points__value": []},
            "mine.toml.access_points: is empty. Name the machine that people log in to.",
        ),
        ({"lengths__1__key": "short"}, "mine.toml.lengths: short for gpu stands twice. Give each a key of its own."),
        (
            {"lengths__0__processor": "tpu"},
            "mine.toml.lengths[0].processor: 'tpu' is no processor. Write gpu or cpu.",
        ),
        (
            {"lengths__0__limit__value": "0 h"},
            "mine.toml.lengths[0].limit: is no time. Write how long a job may run.",
        ),
        (
            {"lengths__0__share__value": 66},
            "mine.toml.lengths[0].share: 66 is no share. Write a number above 0, at most 1.",
        ),
        (
            {"cards__0__servers__value": 0},
            "mine.toml.cards[0]: stands for no card. Write how many servers have it and how many are in each.",
        ),
        (
            {"cards__0__capability__value": 80},
            "mine.toml.cards[0].capability: 80 is none. Write it like 8.0; NVIDIA lists them.",
        ),
        (
            {"cards__0__safe_memory__value": "16 GB"},
            (
                "mine.toml.cards[0].safe_memory: 16 GB is not below the 16 GB that the card is sold as. "
                "Cards report less than that: write what condor_status shows, or a little below."
            ),
        ),
        (
            {"places__1__bands__1__up_to__value": "30 GB"},
            (
                "mine.toml.places[1].bands[1]: is never reached. "
                "Bands stand by size, and only the last may do without up_to."
            ),
        ),
        (
            {"places__1__bands__0__url__value": "osdf:///{usr}/{file}"},
            "mine.toml.places[1].bands[0].url: {usr} is no name. Known are ap, file, group, letter, pi, user.",
        ),
        (
            {"places__1__path__value": "/staging/{user}"},
            "mine.toml.places[1].path: does not say where the file's name goes. Write {file} there.",
        ),
        (
            {"places__0__own__value": False},
            "mine.toml.places: has none beside the submit description. Add the directory that results come back to.",
        ),
        (
            {"jobs__max_idle__value": 0},
            "mine.toml.jobs.max_idle: 0 is no number of jobs. Write a whole number above 0.",
        ),
        (
            {"checkpoints__least__value": "9 h"},
            "mine.toml.checkpoints: does not rise from least over most to never_above. Write them in that order.",
        ),
    ],
)
def test_what_contradicts_itself_is_said_with_its_spot(changes: dict[str, Any], problem: str) -> None:
    assert said(**changes) == [problem]


def test_everything_is_said_at_once() -> None:
    assert len(said(name="", lengths__0__processor="tpu", jobs__queued__value=0)) == 3


def test_a_summary_tells_what_is_known_and_what_is_not() -> None:
    assert summary(pools()["generic"]) == [
        "generic: a plain HTCondor pool, HTCondor 24.0",
        "  cards: 0 of 0 models",
        "  lengths: none",
        "  places: home, web",
        (
            "  not known, and said to be: its cards, how long jobs may run, where images are built, what it says of "
            "restricted data, how many cores start soon, above how much memory to ask, idle machines of others, "
            "wider pools, interactive jobs"
        ),
    ]


def campus() -> str:
    """Return the file of a campus that cites a page of its own."""
    table = tomllib.loads(files("planner").joinpath("data/pools/generic.toml").read_text(encoding="utf-8"))
    table["name"] = "Campus"
    table["sources"] = {"campus-jobs": {"title": "Campus: jobs", "url": "https://hpc.example.edu", "read": "DAY"}}
    limit = {"value": "2 d", "source": "campus-jobs"}
    table["lengths"] = [{"key": key, "processor": key, "limit": limit} for key in ("gpu", "cpu")]
    return tomli_w.dumps(table).replace('"DAY"', "2026-11-01")


def test_the_shell_checks_a_file_and_tells_what_it_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "campus.toml"
    file.write_text(campus())
    assert main(["pools", "--check", str(file)]) == 0
    assert "lengths: gpu (48 h), cpu (48 h)" in capsys.readouterr().out
    file.write_text(campus().replace('processor = "gpu"', 'processor = "tpu"').replace('"Campus"', '""'))
    assert main(["pools", "--check", str(file)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "campus.toml.name: is empty." in told.err
    assert "campus.toml.lengths[0].processor: 'tpu' is no processor." in told.err
    assert main(["pools", "--check", str(tmp_path / "none.toml")]) == 2


def test_a_source_of_its_own_is_read_like_the_others() -> None:
    (length, _) = read_pool("campus", campus()).lengths
    assert (length.limit.source.title, str(length.limit.source.read)) == ("Campus: jobs", "2026-11-01")


def test_a_file_in_the_folder_is_all_that_a_campus_needs(tmp_path: Path) -> None:
    shutil.copytree(Path(planner.__file__).parent, tmp_path / "planner", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "planner/data/pools/campus.toml").write_text(campus())
    (tmp_path / "answers.toml").write_text('pool = "campus"\ndata_place = "none"\nhours_gpu = "30 h"\n')
    command = [sys.executable, "-m", "planner", "plan", "answers.toml", "--out", "files"]
    ended = subprocess.run(
        command,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert "A task takes 30 h; that is below 48 h." in (tmp_path / "files/README.md").read_text()

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from planner.cli.main import main
from planner.examples import examples
from planner.facts.sources import oldest_first, sources

SWEEP = examples()["sweep"].text


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(SWEEP, encoding="utf-8")
    return path


def test_a_plan_is_written_into_a_folder(answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["plan", str(answers), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"Wrote the files to {out}; begin with {out}/README.md.\n"
    assert (out / "logs").is_dir()
    assert os.access(out / "run.sh", os.X_OK)
    assert not os.access(out / "sweep.sub", os.X_OK)


def test_the_folder_and_the_zip_hold_the_same(answers: Path, tmp_path: Path) -> None:
    assert main(["plan", str(answers), "--out", str(tmp_path / "out")]) == 0
    assert main(["plan", str(answers), "--zip", str(tmp_path / "sweep.zip")]) == 0
    archive = zipfile.ZipFile(tmp_path / "sweep.zip")
    for info in archive.infolist():
        if not info.is_dir():
            path = tmp_path / "out" / info.filename.removeprefix("sweep/")
            assert path.read_bytes() == archive.read(info)


def test_the_answers_in_the_bundle_make_the_same_zip(answers: Path, tmp_path: Path) -> None:
    main(["plan", str(answers), "--out", str(tmp_path / "out")])
    main(["plan", str(answers), "--zip", str(tmp_path / "one.zip")])
    assert main(["plan", str(tmp_path / "out/answers.toml"), "--zip", str(tmp_path / "two.zip")]) == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_every_problem_is_said_at_once_and_nothing_is_written(
    answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.write_text(SWEEP.replace('"3 h"', '"3"').replace("gpu_memory", "gpu_memry").replace('"needs"', '"needz"'))
    assert main(["plan", str(answers), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "gpu_memry: is not a question.",
        "    Did you mean gpu_memory or memory?",
        'gpu: "needz" cannot be used.',
        '    "needz" is not among the answers. Did you mean needs?',
        'time_on_gpu: "3" cannot be used.',
        '    Write a number and a unit, for example "3 h", "90 min" or "2 d".',
        "3 problems; nothing was written.",
    ]
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_or_no_toml_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.toml")]) == 2
    assert "No such file or directory." in capsys.readouterr().err
    (tmp_path / "bad.toml").write_text("gpu = ", encoding="utf-8")
    assert main(["check", str(tmp_path / "bad.toml")]) == 2
    assert "bad.toml: is not TOML: Invalid value (at end of document)." in capsys.readouterr().err


def test_a_file_with_names_of_the_first_schema_is_planned_and_said_to_be_old(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.toml"
    old.write_text('schema = 1\nhours_gpu = "2 h"\n', encoding="utf-8")
    assert main(["check", str(old)]) == 0
    assert capsys.readouterr().err.startswith(f"{old}: This was written by an earlier version of the planner")


def test_a_folder_with_something_in_it_is_not_overwritten(
    answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    assert main(["plan", str(answers), "--out", str(out)]) == 2
    assert capsys.readouterr().err == (
        f"{out}: is there already.\n    Choose another name, or add --force.\n1 problem; nothing was written.\n"
    )
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    assert main(["plan", str(answers), "--out", str(out), "--force"]) == 0
    assert (out / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_zip_is_not_overwritten(answers: Path, tmp_path: Path) -> None:
    target = tmp_path / "sweep.zip"
    target.write_text("mine", encoding="utf-8")
    assert main(["plan", str(answers), "--zip", str(target)]) == 2
    assert target.read_text(encoding="utf-8") == "mine"
    assert main(["plan", str(answers), "--zip", str(target), "--force"]) == 0
    assert zipfile.is_zipfile(target)


def test_a_stop_is_said_and_has_an_exit_code_of_its_own(
    answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.write_text(SWEEP + 'data_confidential = "yes"\n', encoding="utf-8")
    assert main(["plan", str(answers), "--out", str(tmp_path / "out")]) == 3
    assert capsys.readouterr().err.startswith("Stop: Do not use this data here; ask chtc@cs.wisc.edu")
    assert not (tmp_path / "out/sweep.sub").exists()
    assert (tmp_path / "out/README.md").exists()


def test_a_check_says_what_the_planner_would_advise(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(answers)]) == 0
    said = capsys.readouterr().out
    assert "Decided: Use the short length [run-time-limit]\n    A task takes 3 h;" in said


def test_a_pool_can_be_named_and_a_misspelt_one_is_said(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(answers), "--pool", "chtc"]) == 0
    assert main(["check", str(answers), "--pool", "chct"]) == 2
    assert "Did you mean chtc?" in capsys.readouterr().err


def test_a_rule_is_explained_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "gpu-memory-floor"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("gpu-memory-floor: Ask for a little less GPU memory than the card is sold with\n\n")
    assert "Decides: gpu_memory_floor\n" in said
    assert "  HTCondor manual: submit commands <https://htcondor.readthedocs.io/" in said
    assert main(["explain", "gpu-memory"]) == 2
    assert "Did you mean gpu-memory-floor or memory?" in capsys.readouterr().err


def test_a_check_is_explained_with_its_severity_and_the_rules_that_cover_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "image-without-fixed-tag"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("image-without-fixed-tag: The image has no fixed tag\n\nAn image without a tag")
    assert "Severity: Wasteful or fragile\nRules that cover it: fixed-tag\nSeen by planner review: yes\n" in said
    assert "Rests on:\n  Seen by ourselves on a real pool" in said
    assert main(["explain", "training-on-the-access-point"]) == 0
    said = capsys.readouterr().out
    assert "In a plan: out of reach: where people run a script is up to them" in said
    assert "Seen by planner review: no. Where a script runs is not written in it.\n" in said
    assert main(["explain", "image-without-tag"]) == 2
    assert "Did you mean image-without-fixed-tag" in capsys.readouterr().err


def test_rules_pools_and_examples_are_listed_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("base-image ")
    assert main(["pools"]) == 0
    assert capsys.readouterr().out.startswith("chtc ")
    assert main(["examples"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [*examples()]


def test_an_example_is_printed_as_an_answers_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examples", "sweep"]) == 0
    assert tomllib.loads(capsys.readouterr().out)["project"] == "sweep"
    assert main(["examples", "swep"]) == 2


def test_it_runs_as_a_module_without_the_tools_of_the_tests() -> None:
    ended = subprocess.run([sys.executable, "-m", "planner", "pools"], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("chtc ")


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m planner rules | head -n 1"
    ended = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    assert ended.stderr == ""


def test_sources_are_listed_with_their_days(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(sources())
    oldest = oldest_first()[0]
    assert lines[0].startswith(f"{oldest.read}  {oldest.key}")

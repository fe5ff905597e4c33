"""The names of commands, and what the command line makes of a review."""

import json
from pathlib import Path

import pytest

from planner.cli.main import main
from planner.submit.commands import known_names, right_names

BAD = "executable = run.sh\nrequest_gpu = 1\nlog = a.log\noutput = a.out\nerror = a.err\nqueue\n"


def test_right_names_are_known_and_in_lower_case() -> None:
    assert set(right_names().values()) <= known_names()
    assert {name.lower() for name in known_names()} == known_names()


def test_the_command_prints_each_finding_with_its_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sub").write_text(BAD, encoding="utf-8")
    assert main(["review", str(tmp_path / "a.sub"), "--fix", str(tmp_path / "fixed")]) == 0
    out = capsys.readouterr().out
    said = "Loses work: request_gpu is not request_gpus, so HTCondor ignores it. [misspelled-command]"
    assert f"{tmp_path}/a.sub:2: {said}" in out
    assert "(read 20" in out
    assert "+request_gpus = 1" in out
    assert (tmp_path / "fixed/a.sub").read_text(encoding="utf-8") == BAD.replace(
        "request_gpu = 1", "request_gpus = 1\n+WantGPULab = true"
    )
    assert main(["review", str(tmp_path / "a.sub"), "--fix", str(tmp_path / "fixed")]) == 2
    assert main(["review", str(tmp_path / "fixed/a.sub")]) == 0


def test_the_command_prints_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sub").write_text(BAD, encoding="utf-8")
    assert main(["review", str(tmp_path / "a.sub"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(one["check"], one["severity"], one["line"], one["fixed"]) for one in found["findings"]] == [
        ("misspelled-command", "loses-work", 2, "request_gpus = 1")
    ]


def test_the_exit_code_says_that_something_will_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sub").write_text(BAD.replace("queue", "request_memory = 16 GiB\nqueue"), encoding="utf-8")
    assert main(["review", str(tmp_path / "a.sub")]) == 3
    assert "a.sub:6: Will fail: HTCondor does not know the unit of 16 GiB" in capsys.readouterr().out
    assert main(["review", str(tmp_path / "a.sub"), "--json"]) == 3


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b.sub").write_bytes(b"\xff\xfe")
    assert main(["review", str(tmp_path / "a.sub"), str(tmp_path / "b.sub")]) == 2
    assert capsys.readouterr().err.count(str(tmp_path)) == 2


def test_the_command_writes_the_answers_and_says_what_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.sub").write_text(BAD.replace("queue", "request_cpus = 3\nqueue"), encoding="utf-8")
    command = ["review", str(tmp_path / "a.sub"), "--write", str(tmp_path / "new.toml")]
    assert main(command) == 0
    assert "    data_size: How large is the data" in capsys.readouterr().out
    written = (tmp_path / "new.toml").read_text(encoding="utf-8")
    assert 'schema = 2\npool = "chtc"\n' in written
    assert "cpus = 3\n" in written
    assert main(["plan", str(tmp_path / "new.toml"), "--out", str(tmp_path / "plan")]) == 0
    assert main(command) == 2

"""The table of checks, and what the command line makes of a review."""

import json
from pathlib import Path

import pytest

from planner.cli.main import main
from planner.review import checks
from planner.rules import rule_called
from planner.submit.commands import known_names, right_names

TESTS = Path(__file__).parents[1]
BAD = "executable = run.sh\nrequest_gpu = 1\nlog = a.log\noutput = a.out\nerror = a.err\nqueue\n"


def test_every_check_is_covered_or_says_why_not() -> None:
    for check in checks().values():
        assert check.rules or check.planner, check.id
        assert check.when[0].isupper() or check.when[0] in "?$" or check.when.split()[0].islower(), check.id
        assert not check.when.endswith("."), check.id
        assert all(rule_called(rule) for rule in check.rules), check.id
        assert check.planner == "" or check.planner.split(":")[0] in {"impossible", "out of reach", "partly"}, check.id


# What no file of ours can help: each says why.
MOST_OUT_OF_REACH = 10


def test_what_cannot_happen_is_shown_by_a_test_and_little_is_out_of_reach() -> None:
    named = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    for check in checks().values():
        assert check.test.startswith("test_") == check.planner.startswith("impossible"), check.id
        assert not check.test or f"def {check.test}(" in named, check.id
        for id in check.rules:
            rule = rule_called(id)
            assert rule
            assert (TESTS / f"rules/{rule.stage.value}/test_{rule.family}.py").exists()
    beyond = [check.id for check in checks().values() if check.planner.startswith("out of reach")]
    assert len(beyond) <= MOST_OUT_OF_REACH, beyond


def test_the_checks_of_the_facts_are_all_there() -> None:
    lengths = {"G": 21, "D": 28, "S": 22, "C": 30}
    assert {f"{letter}{n}" for letter, last in lengths.items() for n in range(1, last + 1)} <= set(checks())


def test_right_names_are_known_and_in_lower_case() -> None:
    assert set(right_names().values()) <= known_names()
    assert {name.lower() for name in known_names()} == known_names()


def test_the_command_prints_each_finding_with_its_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sub").write_text(BAD, encoding="utf-8")
    assert main(["review", str(tmp_path / "a.sub"), "--mend", str(tmp_path / "mended")]) == 3
    out = capsys.readouterr().out
    assert f"{tmp_path}/a.sub:2: Stop: request_gpu does not ask for request_gpus. [G5]" in out
    assert "(read 20" in out
    assert "+request_gpus = 1" in out
    assert (tmp_path / "mended/a.sub").read_text(encoding="utf-8") == BAD.replace(
        "request_gpu = 1", "request_gpus = 1\n+WantGPULab = true"
    )
    assert main(["review", str(tmp_path / "a.sub"), "--mend", str(tmp_path / "mended")]) == 2
    assert main(["review", str(tmp_path / "mended/a.sub")]) == 0


def test_the_command_prints_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sub").write_text(BAD, encoding="utf-8")
    assert main(["review", str(tmp_path / "a.sub"), "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert [(one["check"], one["line"], one["mended"]) for one in found["findings"]] == [("G5", 2, "request_gpus = 1")]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b.sub").write_bytes(b"\xff\xfe")
    assert main(["review", str(tmp_path / "a.sub"), str(tmp_path / "b.sub")]) == 2
    assert capsys.readouterr().err.count(str(tmp_path)) == 2


def test_the_command_writes_the_answers_and_says_what_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.sub").write_text(BAD.replace("queue", "request_cpus = 3\nqueue"), encoding="utf-8")
    command = ["review", str(tmp_path / "a.sub"), "--write", str(tmp_path / "new.toml")]
    assert main(command) == 3
    assert "    data_size: How large is the data" in capsys.readouterr().out
    written = (tmp_path / "new.toml").read_text(encoding="utf-8")
    assert 'schema = 1\npool = "chtc"\n' in written
    assert "cpus = 3\n" in written
    assert main(["plan", str(tmp_path / "new.toml"), "--out", str(tmp_path / "plan")]) == 0
    assert main(command) == 2

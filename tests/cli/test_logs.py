import io
import json
import tomllib
from pathlib import Path

import pytest

from planner.cli.main import main
from planner.examples import examples
from planner.logs.help_request import without_names

LOGS = Path(__file__).parents[1] / "logs"
SWEEP_LOG = str(next(LOGS.glob("every-job-of-the-list*.log")))


@pytest.fixture
def answers(tmp_path: Path) -> str:
    path = tmp_path / "answers.toml"
    path.write_text(examples()["sweep"].text, encoding="utf-8")
    return str(path)


def test_a_log_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", SWEEP_LOG]) == 0
    said = capsys.readouterr().out
    assert said.startswith("10 jobs: 10 ended with exit code 0.")
    assert "The next plan" not in said


def test_with_answers_the_next_plan_is_compared(answers: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", SWEEP_LOG, "--answers", answers]) == 0
    said = capsys.readouterr().out
    assert "  request_memory                   16 GB  ->  1 GB\n" in said
    assert (
        "The largest of 10 jobs used 74 MB; 1 GB leaves at least a fifth over. Until now the plan said 16 GB." in said
    )


def test_json_has_everything(answers: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", SWEEP_LOG, "--answers", answers, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["summary"]["succeeded"] == len(found["jobs"]) == found["measured"]["jobs"] == 10
    assert {"line": "request_cpus", "before": "4", "after": "1"} in found["changes"]


def test_the_next_plan_is_made_from_what_was_written(answers: str, tmp_path: Path) -> None:
    new, out, again = str(tmp_path / "new.toml"), tmp_path / "out", tmp_path / "again"
    assert main(["logs", SWEEP_LOG, "--answers", answers, "--write", new]) == 0
    assert main(["plan", new, "--out", str(out)]) == 0
    assert "\nrequest_memory = 1 GB\n" in (out / "sweep.sub").read_text(encoding="utf-8")
    # What the user said stays what she said; what was measured stands beside it, and makes the same plan again.
    assert tomllib.loads((out / "answers.toml").read_text(encoding="utf-8"))["measured"]["jobs"] == 10
    assert main(["plan", str(out / "answers.toml"), "--out", str(again)]) == 0
    for path in out.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (again / path.relative_to(out)).read_bytes()


def test_the_list_of_what_is_left_has_the_tasks_that_no_job_ended(answers: str, tmp_path: Path) -> None:
    log, left = tmp_path / "jobs.log", tmp_path / "jobs-again.csv"
    text = Path(SWEEP_LOG).read_text(encoding="utf-8").split("\n...\n")
    ends = [at for at, event in enumerate(text) if event.startswith("005 (003.004")]
    text[ends[0]] = text[ends[0]].replace("return value 0", "return value 1")
    log.write_text("\n...\n".join(text), encoding="utf-8")
    assert main(["logs", str(log), "--answers", answers, "--again", str(left)]) == 0
    header, *rows = left.read_text(encoding="utf-8").splitlines()
    assert header == "task,lr,batch"
    assert [row.split(",")[0] for row in rows] == ["5", *map(str, range(11, 61))]


def test_two_submissions_do_not_tell_which_task_is_which(
    answers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / "jobs-again.csv"
    other = str(LOGS / "htcondor-25/exit-nonzero.log")
    assert main(["logs", SWEEP_LOG, other, "--answers", answers, "--again", str(left)]) == 2
    assert "The logs hold these submissions: 3, 54." in capsys.readouterr().err
    assert not left.exists()


def test_nothing_is_overwritten(answers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--again", "--write"):
        assert main(["logs", SWEEP_LOG, "--answers", answers, option, answers]) == 2
        assert "is there already." in capsys.readouterr().err
    assert main(["logs", SWEEP_LOG, "--write", str(tmp_path / "x")]) == 2
    assert "--write: needs the answers." in capsys.readouterr().err


def test_several_files_and_a_history_are_read_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = tmp_path / "history.json"
    history.write_text('[{"ClusterId": 90, "ProcId": 0, "JobStatus": 4, "ExitCode": 0}]', encoding="utf-8")
    assert main(["logs", SWEEP_LOG, str(LOGS / "htcondor-25/exit-nonzero.log"), str(history)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("12 jobs: 11 ended with exit code 0, 1 failed.")
    assert "Failed: 1 with exit code 3." in said


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", str(tmp_path / "none.log")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert main(["why", str(tmp_path / "none.txt")]) == 2


def test_todays_cards_are_those_of_condor_status(
    answers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = {"Id": "GPU-1", "DeviceName": "NVIDIA L40", "Capability": 8.9, "GlobalMemoryMb": 45589}
    status = tmp_path / "status.json"
    status.write_text(json.dumps([{"Machine": "a", "GPUs_GPU_1": card}]), encoding="utf-8")
    assert main(["logs", SWEEP_LOG, "--answers", answers, "--pool-now", str(status)]) == 0
    assert "1 card matches" in capsys.readouterr().out
    assert main(["logs", SWEEP_LOG, "--answers", answers, "--pool-now", str(tmp_path / "none")]) == 2


def test_why_reads_what_is_pasted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("[5]   0  TARGET.Memory >= RequestMemory\n"))
    assert main(["why", "-"]) == 0
    assert capsys.readouterr().out == (
        "No slot matches the memory asked for.\n    Lower request_memory, and look at its unit.\n"
        "    TARGET.Memory >= RequestMemory\n    The question behind it: memory\n"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO("hello"))
    assert main(["why", "-"]) == 0
    assert capsys.readouterr().out.startswith("Nothing in this text says why.")


def test_the_text_for_help_has_the_log_and_nothing_private(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pasted = tmp_path / "pasted.txt"
    pasted.write_text("[5]   0  TARGET.Memory >= RequestMemory\n", encoding="utf-8")
    assert main(["why", str(pasted), "--log", str(LOGS / "htcondor-25/hold-13-missing-input.log")]) == 0
    said = capsys.readouterr().out
    assert "No slot matches the memory asked for.\nThe last lines of the log:" in said
    assert "\tCode 13 Subcode 2" in said
    for private in ("netid", "127.0.0.1", "/home", "@vm", "alias=vm"):
        assert private not in said.partition("The last lines")[2]


def test_names_addresses_and_paths_are_taken_out() -> None:
    line = (
        "from <192.0.2.1:9618?alias=ap> /home/bucky/a.txt by bucky@ap.example 192.0.2.7 via condor_rm (by user bucky)"
    )
    assert without_names(line) == "from <address> /PATH by NAME@HOST ADDRESS via condor_rm (by user USER)"

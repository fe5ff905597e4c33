"""What people bring, as the page hands it over: piece by piece, and told at the end."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner import engine
from planner.answers import as_texts, default_answers
from planner.estimate.rightsize import Rightsized, rightsize
from planner.facts.pools import pools
from planner.logs.measure import measure
from planner.logs.reader import read_logs
from planner.review import review
from planner.usage import as_table
from planner.web import handle

LOGS = Path(__file__).parents[1] / "logs"
RAN = LOGS / "every-job-of-the-list-has-its-own-values-and-its-own-results.sweep.log"
HELD = LOGS / "memory-over-the-request-puts-a-job-on-hold.job.log"
BAD = "executable = run.sh\nrequest_memory = 16\nrequest_cpus = 4 # cores\nrequest_disk = 1 GB\nqueue\n"
ANALYSIS = """\
[0]        1372  TARGET.Arch == "X86_64"
[5]           0  TARGET.GPUs_GlobalMemoryMb >= 81920
"""


def send(**more: object) -> dict[str, Any]:
    answers = as_texts(default_answers())
    reply: dict[str, Any] = json.loads(handle(json.dumps({"id": 1, "answers": answers, **more})))
    return reply


def bring(files: dict[str, str], piece: int = 1 << 20, **request: object) -> dict[str, Any]:
    send(do="bring", step="begin")
    for name, text in files.items():
        for at in range(0, max(len(text), 1), piece):
            more = send(do="bring", step="piece", name=name, text=text[at : at + piece], begins=at == 0)["more"]
            if not more:
                break
    reply = send(do="bring", step="end", **request)
    reply["html"] = reply["parts"]["uploaded"][0]
    return reply


def test_a_log_fills_what_was_measured_and_the_plan_asks_for_it() -> None:
    reply = bring({"job.log": RAN.read_text()})
    reader = read_logs([("job.log", [RAN.read_text()])])
    assert json.loads(reply["texts"]["measured"]) == as_table(measure(reader.jobs.values()))
    assert "The plan below now asks for what was measured." in reply["html"]
    answers = {**as_texts(default_answers()), **reply["texts"]}
    plan = send(do="plan", answers=answers)
    submit = re.sub(r"<[^>]*>", "", plan["parts"]["file sweep.sub"][0])
    assert "\nrequest_memory = 1 GB\n" in submit
    assert "10 jobs" in plan["parts"]["measured"][0]


def test_a_dropped_log_makes_one_plan_before_and_one_after(monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[tuple[Any, ...]] = []

    def noting(*given: Any) -> Rightsized:
        planned.append(given)
        return rightsize(*given)

    # Each plan begins with this.
    monkeypatch.setattr(engine, "rightsize", noting)
    answers = {**as_texts(default_answers()), "project": "seen-by-nobody-else"}
    send(do="plan", answers=answers)
    reply = bring({"job.log": RAN.read_text()}, answers=answers)
    send(do="plan", answers={**answers, **reply["texts"]}, before=answers)
    usages = [usage for _, _, usage in planned]
    assert usages == [None, measure(read_logs([("job.log", [RAN.read_text()])]).jobs.values())]


@pytest.mark.parametrize("damage", [lambda text: "$ cat job.log\n" + text, lambda text: text[150:]])
def test_a_damaged_log_is_read_as_far_as_it_goes(damage: Callable[[str], str]) -> None:
    reply = bring({"job.log": damage(RAN.read_text())})
    assert "measured" in reply["texts"]
    assert "could not be read" in reply["html"]


def test_the_text_for_the_staff_says_what_was_planned() -> None:
    html = bring({"job.log": RAN.read_text()})["html"]
    assert "Planned for CHTC, Madison, GPUs, short length: 1 GPU, 4 CPUs, 16 GB memory, 38 GB disk." in html
    assert "bucky" not in html


@pytest.mark.parametrize("piece", [200, 5000])
def test_a_log_in_pieces_says_the_same(piece: int) -> None:
    text = HELD.read_text()
    assert bring({"a.log": text}, piece)["html"] == bring({"a.log": text})["html"]


def test_what_was_measured_is_in_the_files_and_comes_back_from_them() -> None:
    texts = {**as_texts(default_answers()), **bring({"job.log": RAN.read_text()})["texts"]}
    saved = send(do="file", path="answers.toml", last=texts)["text"]
    assert tomllib.loads(saved)["measured"] == json.loads(texts["measured"])
    opened = send(do="open", kind="file", text=saved)
    assert json.loads(opened["texts"]["measured"]) == json.loads(texts["measured"])


def test_a_hold_says_what_it_means_and_the_missing_task_can_be_run_again() -> None:
    reply = bring({"job.log": RAN.read_text().replace("return value 0", "return value 7", 1)})
    assert reply["files"]["jobs-again.csv"].splitlines()[0].startswith("task,")
    assert 'data-name="jobs-again.csv"' in reply["html"]
    held = bring({"job.log": HELD.read_text()})["html"]
    assert "More memory used than asked for. The job used more main memory than it had asked for." in held


def test_a_submit_description_is_reviewed_and_mended_as_the_shell_does() -> None:
    reply = bring({"job.sub": BAD})
    assert reply["files"] == review({"job.sub": BAD}, pools()["chtc"]).fixed
    assert "To HTCondor the comment is part of the value of request_cpus." in reply["html"]
    assert reply["texts"] == {}


def test_files_offer_the_answers_that_can_be_read_from_them() -> None:
    offer = bring({"job.sub": "executable = run.sh\nrequest_cpus = 6\nrequest_memory = 20 GB\nqueue\n"})["offer"]
    assert (offer["cpus"], offer["memory"]) == ("6", "20 GB")


def test_pasted_text_is_known_by_what_it_says() -> None:
    assert list(bring({"": BAD})["files"]) == ["pasted.sub"]
    assert "pasted.log" in bring({"": RAN.read_text()})["html"]


def test_what_condor_q_printed_leads_to_the_question() -> None:
    html = bring({"": ANALYSIS})["html"]
    assert 'href="#question-gpu_memory"' in html
    assert "Ask for help with it" in html


def test_an_answers_file_fills_the_form() -> None:
    assert bring({"answers.toml": 'schema = 1\nmemory = "30 GB"\n'})["texts"]["memory"] == "30 GB"


def test_what_condor_history_printed_is_a_log() -> None:
    job = {"ClusterId": 7, "ProcId": 0, "JobStatus": 4, "ExitCode": 0, "MemoryUsage": 900, "RequestMemory": 4096}
    assert "1 job: 1 ended with exit code 0." in bring({"history.json": json.dumps([job])})["html"]


def test_what_condor_status_printed_is_the_pool_as_it_is_now() -> None:
    card = {"Id": "GPU-1", "DeviceName": "NVIDIA L40S", "Capability": 8.9, "GlobalMemoryMb": 45_373}
    html = bring({"status.json": json.dumps([{"Machine": "a", "GPUs_GPU_1": card}])})["html"]
    assert "1 card in the pool as it is now." in html
    assert "NVIDIA L40S" in html


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("poem.txt", "Roses are red", "is nothing that the planner reads."),
        ("image.sif", "\0\0", "is no text."),
        ("broken.json", "[{", "is not JSON."),
        ("answers.toml", "memory =", "This is no answers file"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, text: str, said: str) -> None:
    reply = bring({name: text})
    assert said in reply["html"]
    assert reply["texts"] == {}


def test_a_file_that_is_too_large_is_left_early_and_the_others_are_read() -> None:
    reply = bring({"huge.txt": "x" * (33 << 20), "job.sub": BAD}, piece=1 << 23)
    assert "is larger than 32 MB" in reply["html"]
    assert "job.sub" in reply["files"]


def test_names_and_texts_stay_text() -> None:
    evil = '"><img src=x onerror=x()>'
    html = bring({f"{evil}.sub": BAD.replace("run.sh", evil), f"{evil}.txt": "nothing"})["html"]
    assert "<img" not in html


def test_damaged_measurements_are_a_problem_and_no_failure() -> None:
    reply = send(do="plan", answers={**as_texts(default_answers()), "measured": "{"})
    assert reply["ok"] is False
    assert "measured" in reply["parts"]["status"][0]

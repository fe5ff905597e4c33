"""The kept event logs: real ones, from the pool (`pytest tests/htcondor --keep-logs` writes them anew)."""

import re
from pathlib import Path

import htcondor2
import pytest

LOGS = sorted((Path(__file__).parent / "logs").glob("*.log"))


def test_there_are_logs_of_every_kind_of_end() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in LOGS)
    for sign in (
        "Normal termination (return value 0)",
        "(return value 7)",
        "Code 12 ",
        "Code 13 ",
        "Code 1011 ",
        "Code 1022 ",
    ):
        assert sign in texts


@pytest.mark.parametrize("path", LOGS, ids=[path.stem for path in LOGS])
def test_a_log_is_read_by_htcondor_to_its_end_and_names_nobody(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(list(htcondor2.JobEventLog(str(path)).events(stop_after=0))) == text.count("\n...\n")
    assert set(re.findall(r"@([\w-]+)", text)) <= {"access-point"}
    assert set(re.findall(r"\d+\.\d+\.\d+\.\d+", text)) <= {"127.0.0.1"}

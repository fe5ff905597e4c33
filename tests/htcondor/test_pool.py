"""The pool itself: jobs run in it, and it behaves where CHTC's does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.htcondor.pool import Pool, RefusedError

JOB = """
executable = job.sh
log = job.log
output = job.out
request_cpus = 1
request_memory = 1 GB
request_disk = 1 GB
"""
GPU_JOB = JOB + "request_gpus = 1\n+WantGPULab = true\n"


Submit = Callable[..., int]


@pytest.fixture
def submit(pool: Pool, folder: Path) -> Submit:
    def submit(text: str, script: str = "true") -> int:
        (folder / "job.sh").write_text(f"#!/bin/bash\n{script}\n")
        (folder / "job.sub").write_text(text + "queue\n")
        return pool.submit(folder, "job.sub")

    return submit


def test_a_job_runs_and_its_output_comes_back(pool: Pool, folder: Path, submit: Submit) -> None:
    [end] = pool.wait(submit(JOB, "echo Hello from $(id -un); exit 3"))
    assert end.exit_code == 3
    assert (folder / "job.out").read_text() == "Hello from slot\n"


def test_a_gpu_job_without_a_length_becomes_medium(pool: Pool, submit: Submit) -> None:
    cluster = submit(GPU_JOB)
    assert pool.ad(cluster)["GPUJobLength"] == "medium"
    [end] = pool.wait(cluster)
    assert end.exit_code == 0


@pytest.mark.parametrize("length", ["short", '"Short"', "'short'"])
def test_a_length_that_is_no_quoted_word_of_the_three_is_refused(submit: Submit, length: str) -> None:
    with pytest.raises(RefusedError, match="Did you forget the quotes"):
        submit(GPU_JOB + f"+GPUJobLength = {length}\n")


def test_a_short_job_that_runs_over_its_limit_is_held(pool: Pool, submit: Submit) -> None:
    [end] = pool.wait(submit(GPU_JOB + '+GPUJobLength = "short"\n', "sleep 60"))
    assert end.number == "012"
    assert "Code 26 Subcode 72" in end.text


def test_no_more_medium_jobs_of_one_user_run_at_once_than_the_limit_allows(pool: Pool, folder: Path) -> None:
    (folder / "job.sh").write_text("#!/bin/bash\nsleep 4\n")
    (folder / "job.sub").write_text(GPU_JOB + '+GPUJobLength = "medium"\nqueue 3\n')
    cluster = pool.submit(folder, "job.sub")
    pool.wait(cluster)
    running = most = 0
    for event in pool.events(cluster):
        running += {"001": 1, "005": -1}.get(event.number, 0)
        most = max(most, running)
    assert most == 2

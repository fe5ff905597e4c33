"""Each trap of the facts that the planner claims to avoid: sprung once by hand, and avoided by the planner's own lines."""

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.bundle import make_files
from tests.htcondor import cases
from tests.htcondor.pool import Pool, RefusedError

JOB = """\
executable = job.sh
should_transfer_files = YES
log = logs/job.log
output = job.out
error = job.err
request_cpus = 1
request_disk = 1 GB
"""
MEMORY = "request_memory = 1 GB\n"
GPU = 'request_gpus = 1\n+WantGPULab = true\n+GPUJobLength = "short"\n'

Submit = Callable[..., int]


@pytest.fixture
def submit(pool: Pool, folder: Path) -> Submit:
    """Submit a job made by hand."""

    def submit(text: str, script: str = "true", queue: str = "queue") -> int:
        (folder / "job.sh").write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
        (folder / "job.sub").write_text(f"{JOB}{text}{queue}\n", encoding="utf-8")
        return pool.submit(folder, "job.sub")

    return submit


def planned(begin: str, /, **changed: object) -> str:
    """Return the planner's lines that begin so, from the sweep with these answers."""
    files = {file.path: file.text for file in make_files(cases.plan_of("sweep", **changed))}
    lines = [line for line in files["sweep.sub"].splitlines() if line.startswith(begin)]
    return "".join(f"{line}\n" for line in lines)


def test_the_nominal_size_of_a_card_matches_no_such_card(pool: Pool, submit: Submit) -> None:
    only_that = 'require_gpus = DeviceName == "NVIDIA A100-SXM4-40GB"\n'
    by_hand = submit(MEMORY + GPU + only_that + "gpus_minimum_memory = 40 GB\n")
    lines = planned("gpus_minimum_memory", gpu_memory="40 GB")
    (end,) = pool.wait(submit(MEMORY + GPU + only_that + lines))
    assert end.exit_code == 0
    # The other came first and is still waiting.
    assert pool.ad(by_hand)["JobStatus"] == 1
    assert not any(event.number == "001" for event in pool.events(by_hand))


def test_a_path_of_staging_is_not_there_on_every_server(pool: Pool, submit: Submit) -> None:
    (pool.staging / "large.bin").write_bytes(b"large")
    path = "transfer_input_files = file:///staging/b/bucky/large.bin\n"
    # Without a requirement it may go anywhere; here it is sent to where the trap is.
    (end,) = pool.wait(submit(MEMORY + path + "requirements = (HasCHTCStaging == false)\nwant_ospool = true\n"))
    assert end.number == "012"
    assert "Code 13 Subcode 256" in end.text
    requirement = planned("requirements", data_size="60 GB")
    assert requirement == "requirements = (HasCHTCStaging == true)\n"
    (end,) = pool.wait(submit(MEMORY + path + requirement))
    assert end.exit_code == 0


def test_of_two_requirements_only_the_last_counts(pool: Pool, submit: Submit) -> None:
    cluster = submit(MEMORY + "requirements = (HasCHTCStaging == true)\nRequirements = (Cpus >= 1)\n")
    assert "HasCHTCStaging" not in pool.ad(cluster)["Requirements"]
    assert planned("requirements", data_size="60 GB", output_size="40 GB", user="bucky").count("\n") <= 1


def test_a_missing_output_hides_the_exit_code(pool: Pool, folder: Path, submit: Submit) -> None:
    (end,) = pool.wait(submit(MEMORY + "transfer_output_files = results\n", "exit 3"))
    assert end.number == "012"
    assert "Code 12 Subcode 2" in end.text
    # run.sh makes the folder that the planner's line names before anything can fail.
    lines = planned("transfer_output_files", task_source="one", command="python train.py")
    made = 'mkdir -p "returned/task-1"; exit 3'
    (end,) = pool.wait(submit(MEMORY + lines + "preserve_relative_paths = true\n", made))
    assert end.exit_code == 3
    assert (folder / "returned/task-1").is_dir()


def test_a_set_up_that_cannot_be_repeated_fails_after_a_checkpoint(pool: Pool, submit: Submit) -> None:
    checkpoint = "checkpoint_exit_code = 85\ntransfer_checkpoint_files = state\n"
    script = "mkdir work || exit 4\necho x >> state\n[[ $(wc -l < state) -ge 2 ]] || exit 85"
    (end,) = pool.wait(submit(MEMORY + checkpoint, script))
    assert end.exit_code == 4
    (end,) = pool.wait(submit(MEMORY + checkpoint, script.replace("mkdir work", "mkdir -p work")))
    assert end.exit_code == 0


def test_memory_over_the_request_puts_a_job_on_hold(pool: Pool, submit: Submit) -> None:
    hungry = "python3 -c 'import time; held = bytearray(600 * 1024 * 1024); time.sleep(200)'"
    (end,) = pool.wait(submit("request_memory = 200 MB\n", hungry))
    assert end.number == "012"
    lines = planned("request_memory", memory="1 GB")
    (end,) = pool.wait(submit(lines, hungry.replace("200)", "1)")))
    assert end.exit_code == 0


def test_a_header_is_a_job_unless_it_is_left_out(pool: Pool, folder: Path, submit: Submit) -> None:
    (folder / "jobs.csv").write_text("task,lr\n1,0.1\n2,0.2\n", encoding="utf-8")
    by_hand = pool.wait(submit(MEMORY, queue="queue task, lr from jobs.csv"))
    assert len(by_hand) == 3
    queue = planned("queue")
    assert queue == "queue row from [1:] $(list:jobs.csv)\n"
    assert len(pool.wait(submit(MEMORY, queue="arguments = $CHOICE(0,row)\n" + queue))) == 2


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("request_gpus = 1\n+WantGPULab = true\n+GPUJobLength = short\n", "Did you forget the quotes"),
        ('+WantGPULab = true\n+GPUJobLength = "short"\n', "must request at least one GPU"),
        ('request_gpus = 5\n+WantGPULab = true\n+GPUJobLength = "long"\n', "at most 4 GPUs"),
    ],
    ids=["unquoted length", "no GPU", "long with five"],
)
def test_what_the_access_point_refuses_the_planner_never_writes(submit: Submit, lines: str, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        submit(MEMORY + lines)


def test_the_planners_own_length_and_cards_are_taken(submit: Submit) -> None:
    for changed in ({"time_on_gpu": "3 h"}, {"time_on_gpu": "20 h"}, {"time_on_gpu": "5 d"}, {"gpus": 5}):
        assert submit(MEMORY + planned("request_gpus", **changed) + planned("+", **changed)) > 0


def test_a_quoted_image_is_looked_for_with_its_quotes(pool: Pool, submit: Submit) -> None:
    (end,) = pool.wait(submit(MEMORY + 'container_image = "osdf:///chtc/staging/b/bucky/x.sif"\n'))
    assert "Code 13" in end.text
    assert '"' not in planned("container_image")

"""What the planner writes, on a real pool: submitted, built, run, resumed."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from planner.engine import make_plan
from planner.examples import examples
from planner.logs import read_logs
from planner.logs.measure import measure
from tests.htcondor import cases
from tests.htcondor.pool import Pool

Seen = Callable[[str, str], AbstractContextManager[None]]

FILES = 3000
CHANGED = {"code": ["train.py", "helpers/deep/names.txt"], "packages": [], "data_files": FILES}

# Values that a shell, HTCondor's macros, its lists or CSV would take for something else.
HOSTILE = [
    "plain",
    "a b",
    "x, y",
    'say "hi"',
    "it's",
    "$(touch owned)",
    "`touch owned`; touch owned",
    "back\\",
    "$(Cluster) $$(Name) $ENV(HOME) $$([1+1])",
    "é 日本 #1",
]
HOSTILE_ROWS = ["lr,batch", *('"' + value.replace('"', '""') + f'",{at}' for at, value in enumerate(HOSTILE, 1))]


@pytest.mark.parametrize("example", examples())
def test_every_submit_description_passes_a_dry_run_without_a_word(
    pool: Pool, folder: Path, seen: Seen, example: str
) -> None:
    cases.write(cases.plan_of(example), folder)
    with seen(example, "dry-run"):
        for path in sorted(folder.rglob("*.sub")):
            said = pool.run(["condor_submit", "-dry-run", "/dev/null", path.name], path.parent, check=False)
            assert (said.returncode, said.stderr) == (0, ""), path.name


@pytest.fixture(scope="module")
def sweep(pool: Pool, seen: Seen) -> Path:
    """The sweep, written, with its data packed and staged, and its image built in the generated build job."""
    folder = pool.home / "sweep"
    folder.mkdir()
    cases.write(cases.plan_of("sweep", **CHANGED), folder)
    cases.make_data(folder, FILES)
    for words in (["data/pack.sh"], ["data/pack.sh", "--sample", "100"]):
        pool.run(words, folder)
    for name in ("images-v1.tar", "images-v1-sample.tar"):
        cases.stage(pool, folder / "data" / name, f"osdf:///chtc/staging/b/bucky/{name}")

    cases.with_local_base(folder / "container/sweep.def")
    build = "apptainer build sweep-v1.sif sweep.def\napptainer test sweep-v1.sif\nexit\n"
    with seen("sweep", "built"):
        said = pool.interact(folder / "container", "build.sub", build)
        assert (folder / "container/sweep-v1.sif").exists(), said
        assert "2.12.1" in said, "the image's own test has not run"
    cases.stage(pool, folder / "container/sweep-v1.sif", "osdf:///chtc/staging/b/bucky/sweep-v1.sif")
    return folder


@pytest.fixture
def work(sweep: Path, folder: Path) -> Callable[..., Path]:
    """Write the sweep with other answers; image and data are those that `sweep` has staged."""
    assert (sweep / "container/sweep-v1.sif").exists()

    def write(**changed: object) -> Path:
        return cases.write(cases.plan_of("sweep", **{**CHANGED, **changed}), folder)

    return write


def test_one_task_runs_on_the_users_machine_in_the_image(pool: Pool, sweep: Path) -> None:
    refused = pool.run(["./try-local.sh"], sweep, check=False)
    assert (refused.returncode, refused.stderr.splitlines()[0]) == (
        110,
        "try-local.sh: this is an access point: try it on your own machine, or submit test.sub",
    )
    # The one machine of the tests is the user's own too.
    said = pool.run(["env", "TRY_HERE=1", "./try-local.sh"], sweep)
    assert "task 1 ends with exit code 0" in said.stdout
    (tried,) = (path for path in sweep.glob("try-local.*") if path.is_dir())
    assert cases.told(tried, 1) == {"lr": "0.1", "batch": "16", "epochs": 1, "images": 100}


def test_the_test_job_runs_on_the_sample_and_its_results_come_back(pool: Pool, work: Callable[..., Path]) -> None:
    folder = work()
    (end,) = pool.wait(pool.submit(folder, "test.sub"))
    assert end.exit_code == 0, (folder / "logs/test.err").read_text()
    assert cases.told(folder, 1, trial="test") == {"lr": "0.1", "batch": "16", "epochs": 1, "images": 100}


def test_the_plan_that_was_made_from_a_log_runs_with_what_was_measured(pool: Pool, work: Callable[..., Path]) -> None:
    folder = work(task_source="rows", rows=["lr,batch", *(f"0.{at},{at}" for at in range(1, 11))])
    pool.wait(pool.submit(folder, "sweep.sub"))
    log = folder / "logs/sweep.log"
    measured = measure(read_logs([(log.name, [log.read_bytes()])]).jobs.values())
    assert measured.jobs == 10
    before = cases.plan_of("sweep", **CHANGED)
    improved = make_plan(before.answers, before.pool, measured=measured)
    again = cases.write(improved, folder / "again")
    (again / "few.csv").write_text("".join((again / "jobs.csv").read_text().splitlines(keepends=True)[:3]))
    ends = pool.wait(cluster := pool.submit(again, "sweep.sub", "list=few.csv"))
    assert [end.exit_code for end in ends] == [0, 0]
    asked = pool.ad(cluster)["RequestMemory"]
    assert asked == improved.settings.request_memory.bytes // 1024**2  # type: ignore[union-attr]
    assert asked < 16 * 1024


def test_every_job_of_the_list_has_its_own_values_and_its_own_results(
    pool: Pool, work: Callable[..., Path], seen: Seen
) -> None:
    folder = work(task_source="rows", rows=HOSTILE_ROWS)
    with seen("sweep", "ran"):
        ends = pool.wait(cluster := pool.submit(folder, "sweep.sub"))
        assert [end.exit_code for end in ends] == [0] * len(HOSTILE)
    for number, value in enumerate(HOSTILE, start=1):
        assert cases.told(folder, number) == {"lr": value, "batch": str(number), "epochs": 3, "images": FILES}
    ad = pool.ad(cluster)
    plan = cases.plan_of("sweep", **CHANGED)
    assert ad["RequestMemory"] == 16 * 1024
    assert ad["RequestCpus"] == 4
    assert ad["RequestDisk"] * 1024 == plan.settings.request_disk.bytes  # type: ignore[union-attr]
    assert ad["RequestGPUs"] == 1
    assert ad["GPUJobLength"] == "short"
    assert ad["GPUsMinMemory"] == 12 * 1024
    assert not list(folder.rglob("owned"))


def test_a_programs_own_exit_code_arrives_and_its_results_with_it(pool: Pool, work: Callable[..., Path]) -> None:
    folder = work(task_source="rows", rows=["lr,batch", "exit,7"])
    (end,) = pool.wait(pool.submit(folder, "sweep.sub"))
    assert end.exit_code == 7
    assert cases.told(folder, 1)["batch"] == "7"


RESUMING = {
    "resume": "yes",
    "time_on_gpu": "9 h",
    "checkpoint_every": "30 min",
    "task_source": "rows",
    "where_to_run": "own",
}


def shortened(folder: Path, seconds: int) -> Path:
    """Let run.sh stop at a checkpoint after *seconds*: an hour of the pool is a second here."""
    text = (folder / "run.sh").read_text(encoding="utf-8")
    assert "\ninterval=14400\n" in text
    (folder / "run.sh").write_text(text.replace("\ninterval=14400\n", f"\ninterval={seconds}\n"), encoding="utf-8")
    return folder


def test_a_job_stops_at_checkpoints_is_started_again_and_ends(
    pool: Pool, work: Callable[..., Path], seen: Seen
) -> None:
    folder = shortened(work(**RESUMING, rows=["lr,batch", "1,1"], command=PACED), 3)
    with seen("sweep", "resumed"):
        (end,) = pool.wait(cluster := pool.submit(folder, "sweep.sub"))
        assert end.exit_code == 0
    begun = cases.starts(folder, 1)
    assert len(begun) >= 3
    assert begun == sorted(set(begun)), "it went on each time, and never from the beginning"
    assert cases.told(folder, 1)["epochs"] == 18
    assert pool.ad(cluster)["NumJobStarts"] == 1


PACED = "python train.py --lr {lr} --batch {batch} --epochs 18 --pace 0.4"


def test_a_vacated_job_goes_on_from_its_last_checkpoint(pool: Pool, work: Callable[..., Path]) -> None:
    folder = shortened(work(**RESUMING, rows=["lr,batch", "1,1"], command=PACED), 3)
    cluster = pool.submit(folder, "sweep.sub")
    # 040 is a transfer: begun and finished for the inputs, then for the first checkpoint.
    pool.wait_for(cluster, "040", times=4)
    pool.run(["condor_vacate_job", f"{cluster}.0"])
    (end,) = pool.wait(cluster)
    assert end.exit_code == 0
    assert any(event.number == "004" for event in pool.events(cluster))
    begun = cases.starts(folder, 1)
    assert begun[0] == 0
    # What was done since the last checkpoint, at most one interval of 3 s, is done again; nothing before it.
    assert all(later > 0 for later in begun[1:])
    assert cases.told(folder, 1)["epochs"] == 18


def test_a_lent_machine_that_is_taken_back_costs_at_most_an_interval(pool: Pool, work: Callable[..., Path]) -> None:
    changed = {**RESUMING, "where_to_run": "any", "time_on_gpu": "9 h", "gpu_memory": "10 GB"}
    command = "python train.py --lr {lr} --batch {batch} --epochs 60 --pace 0.4"
    folder = shortened(work(**changed, rows=["lr,batch", "1,1"], command=command), 4)
    # Only the lent machine will do for this job: its owner comes back after 20 s.
    shutil.copy(folder / "sweep.sub", folder / "lent.sub")
    text = (folder / "lent.sub").read_text(encoding="utf-8")
    assert "+is_resumable = true\n" in text
    (folder / "lent.sub").write_text(text.replace("+WantGPULab = true\n", "").replace('+GPUJobLength = "short"\n', ""))
    cluster = pool.submit(folder, "lent.sub")
    (end,) = pool.wait(cluster)
    assert end.exit_code == 0
    assert any("PREEMPT" in event.text for event in pool.events(cluster) if event.number == "004")
    begun = cases.starts(folder, 1)
    assert begun.count(0) == 1, "never from the beginning again"

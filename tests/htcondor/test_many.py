"""Lists in parts, short tasks together, own files and workflows, on a real pool."""

from pathlib import Path

import pytest

from planner.answers import read_answers
from planner.engine import make_plan
from planner.facts.pools import pools
from tests.htcondor import cases
from tests.htcondor.pool import Pool

# Runs everywhere in the pool: the base image, no card, and a program of a few lines.
SMALL = {
    "user": "bucky",
    "container": "existing",
    "image": "base.sif",
    "framework": "other",
    "gpu": "no",
    "time_on_cpu": "1 h",
    "cpus": 1,
    "memory": "100 MB",
    "output_size": "1 MB",
    "data_place": "none",
    "code": ["work.py"],
    "where_to_run": "own",
    "test_arguments": "",
    "resume": "no",
}
WORK = """\
import pathlib, sys
pathlib.Path("results").mkdir(exist_ok=True)
given = pathlib.Path(sys.argv[1])
pathlib.Path("results/seen").write_text(given.read_text() if given.is_file() else sys.argv[1])
sys.exit(7 if sys.argv[1] == "2" and not pathlib.Path("prepared/mended").exists() else 0)
"""
GATHER = """\
import pathlib
seen = sorted(path.read_text() for path in pathlib.Path("returned").glob("task-*/results/seen"))
pathlib.Path("summary.txt").write_text("\\n".join(seen))
"""


def write(pool: Pool, folder: Path, **answers: object) -> Path:
    """Write the plan's files and the user's own program."""
    read = read_answers({**SMALL, **answers})
    plan = make_plan(read, pools()[read.pool])
    assert not plan.stopped
    cases.write(plan, folder)
    (folder / "work.py").write_text(WORK, encoding="utf-8")
    (folder / "base.sif").symlink_to("/opt/base.sif")
    for path in folder.glob("*.sub"):
        said = pool.run(["condor_submit", "-dry-run", "/dev/null", path.name], folder, check=False)
        assert (said.returncode, said.stderr) == (0, ""), path.name
    return folder


def codes(folder: Path) -> dict[str, str]:
    """Return how each task of the folder ended."""
    found = folder.glob("returned/task-*/exit-code")
    return {path.parent.name.removeprefix("task-"): path.read_text().strip() for path in found}


def test_a_long_list_runs_in_parts_and_what_is_missing_again(pool: Pool, folder: Path) -> None:
    write(
        pool,
        folder,
        kind="inference",
        command="python work.py {part}",
        inputs="inputs.txt",
        count=50,
        input_time="10 min",
    )
    (folder / "inputs.txt").write_text("".join(f"input {number}\n" for number in range(50)))
    pool.run(["./split.sh"], folder)
    (test,) = pool.wait(pool.submit(folder, "test.sub"))
    assert test.exit_code == 0, (folder / "logs/test.err").read_text()
    assert (folder / "returned/test/results/seen").read_text().count("\n") == 20

    ends = pool.wait(pool.submit(folder, "sweep.sub"))
    assert [end.exit_code for end in ends] == [0] * 5
    seen = "".join((folder / f"returned/task-{number}/results/seen").read_text() for number in range(1, 6))
    assert seen == (folder / "inputs.txt").read_text()

    pool.run(["mv", "returned/task-3", "lost"], folder)
    assert pool.run(["./missing.sh"], folder, check=False).returncode == 1
    (again,) = pool.wait(pool.submit(folder, "sweep.sub", "list=jobs-again.csv"))
    assert again.exit_code == 0
    assert pool.run(["./missing.sh"], folder).stdout == "missing.sh: all 5 tasks are done\n"


def test_short_tasks_share_jobs_and_keep_their_own_results(pool: Pool, folder: Path) -> None:
    write(pool, folder, task_source="numbered", command="python work.py {n}", count=1002, time_on_cpu="1 s")
    # 600 a job: two jobs. Only the first few of each, so that the test is short.
    rows = (folder / "together.csv").read_text()
    assert rows == "tasks\n1-600\n601-1002\n"
    (folder / "together.csv").write_text("tasks\n1-5\n601-603\n")
    ends = pool.wait(pool.submit(folder, "sweep.sub"))
    assert sorted(end.exit_code or 0 for end in ends) == [0, 7]
    assert codes(folder) == {"1": "0", "2": "0", "3": "7", "4": "0", "5": "0", "601": "0", "602": "0", "603": "0"}


def test_each_job_fetches_only_its_own_file(pool: Pool, folder: Path) -> None:
    write(
        pool,
        folder,
        task_source="rows",
        rows='note,scan\n"a, b",one\n"$(x) ""y""",deep/two',
        command="python work.py scans/{scan}.txt",
        data_place="home",
        data_path="scans/{scan}.txt",
        data_shared="own",
        data_files=1,
        data_size="1 MB",
    )
    for name in ("one", "deep/two"):
        (folder / f"scans/{name}.txt").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"scans/{name}.txt").write_text(f"this is {name}")
    cluster = pool.submit(folder, "sweep.sub")
    assert [end.exit_code for end in pool.wait(cluster)] == [0, 0]
    assert (folder / "returned/task-2/results/seen").read_text() == "this is deep/two"
    assert "scans/one.txt" not in pool.ad(cluster, 1)["TransferInput"]


WORKFLOW = {
    "task_source": "numbered",
    "count": 4,
    "command": "python work.py {n}",
    "before": "python prepare.py",
    "after": "python gather.py",
    "code": ["work.py", "prepare.py", "gather.py"],
}


@pytest.mark.parametrize("failures", ["yes", "no"])
def test_a_workflow_prepares_runs_collects_and_goes_on_after_a_failure(pool: Pool, folder: Path, failures: str) -> None:
    write(pool, folder, failures=failures, **WORKFLOW)
    (folder / "prepare.py").write_text("open('prepared/words', 'w').write('ready')")
    (folder / "gather.py").write_text(GATHER)
    checked = pool.run(["condor_dag_checker", "-CheckJDL", "-Strict", "workflow.dag"], folder, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")

    (first,) = pool.wait(pool.submit(folder, "workflow.dag"))
    assert first.exit_code == 1, "one task failed, and so the workflow has"
    assert (folder / "prepared/words").read_text() == "ready"
    assert codes(folder) == {"1": "0", "2": "0", "3": "7", "4": "0"}
    if failures == "yes":
        assert (folder / "collected/summary.txt").read_text() == "0\n1\n2\n3"
        assert (folder / "collected/jobs-again.csv").read_text() == "task,n\n3,2\n"
    else:
        assert not (folder / "collected").exists()

    # Mended, it runs only what is not done.
    (folder / "prepared/mended").write_text("")
    (again,) = pool.wait(pool.submit(folder, "workflow.dag"))
    assert again.exit_code == 0
    assert codes(folder) == {"1": "0", "2": "0", "3": "0", "4": "0"}
    assert (folder / "collected/summary.txt").read_text() == "0\n1\n2\n3"
    assert "DONE task-1" in (folder / "workflow.dag.rescue001").read_text()

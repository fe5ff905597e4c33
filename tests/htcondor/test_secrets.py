"""A key given to a job as the planner says reaches the program, and is afterwards found nowhere else."""

import json
import os
from pathlib import Path

from tests.htcondor.pool import Pool
from tests.htcondor.test_many import write

# Of the form of a real one; never valid.
KEY = "0123456789abcdef" * 2 + "feedf00d"
PROGRAM = """\
import os, pathlib, sys, time
assert os.environ["WANDB_API_KEY"] == "".join(["0123456789abcdef"] * 2 + ["feedf00d"]), "the program has no key"
pathlib.Path("results").mkdir(exist_ok=True)
saved = pathlib.Path("checkpoints/last")
step = int(saved.read_text()) if saved.exists() else 0
while step < 8:
    time.sleep(0.4)
    step += 1
    saved.with_suffix(".part").write_text(str(step))
    saved.with_suffix(".part").rename(saved)
pathlib.Path("results/environment").write_text(" ".join(sorted(os.environ)))
"""
# run.sh itself and what it starts besides the program must not have the key.
ONLINE = {
    "monitoring": "wandb-online",
    "task_source": "rows",
    "rows": "n\n1\n2",
    "command": "python work.py {n}",
    "time_on_cpu": "9 h",
    "resume": "yes",
    "checkpoint_every": "30 min",
}


def holders(root: Path) -> list[str]:
    """Return the files below *root* that hold the key, the file of the key aside."""
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            if name == "wandb.key" or path.is_symlink() or not path.is_file():
                continue
            if KEY.encode() in path.read_bytes():
                found.append(str(path.relative_to(root)))
    return found


def test_a_key_reaches_the_program_and_is_found_nowhere_else(pool: Pool, folder: Path) -> None:
    write(pool, folder, **ONLINE)
    (folder / "work.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "wandb.key").write_text(KEY)
    (folder / "wandb.key").chmod(0o600)
    text = (folder / "run.sh").read_text(encoding="utf-8")
    assert "\ninterval=14400\n" in text
    # An hour of the pool is a second here: the job stops at a checkpoint and is started again, with its key.
    (folder / "run.sh").write_text(text.replace("\ninterval=14400\n", "\ninterval=2\n"), encoding="utf-8")
    cluster = pool.submit(folder, "sweep.sub")
    ads = [pool.ad(cluster, job) for job in (0, 1)]
    ends = pool.wait(cluster)
    assert [end.exit_code for end in ends] == [0, 0], (folder / f"logs/sweep.{cluster}.1.err").read_text()
    assert any(event.number == "040" for event in pool.events(cluster))
    ads += [pool.ad(cluster, job) for job in (0, 1)]
    assert KEY not in json.dumps(ads)
    assert holders(folder) == []
    # What the daemons wrote, among it the history of jobs and the log of all events.
    assert holders(pool.home.parent / "log") == []
    assert "wandb.key" not in [path.name for path in (folder / "returned").rglob("*")]


def test_the_search_for_the_key_finds_one_that_leaks(pool: Pool, folder: Path) -> None:
    """Put on the submit description's environment, as people do, it stands where everybody can read it."""
    write(pool, folder, **{**ONLINE, "monitoring": "none"})
    text = (folder / "test.sub").read_text(encoding="utf-8")
    leaky = text.replace("\nqueue", f'\nenvironment = "WANDB_API_KEY={KEY}"\nqueue')
    (folder / "test.sub").write_text(leaky, encoding="utf-8")
    (folder / "work.py").write_text("import os; print(os.environ['WANDB_API_KEY'])", encoding="utf-8")
    cluster = pool.submit(folder, "test.sub")
    pool.wait(cluster)
    assert KEY in json.dumps(pool.ad(cluster))
    assert "logs/test.out" in holders(folder)

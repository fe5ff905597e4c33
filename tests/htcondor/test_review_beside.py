"""What review has fixed beside a description, and descriptions in which it finds nothing that stops: the pool agrees."""

from pathlib import Path

import pytest

from planner.facts.pools import pools
from planner.review import Review, review
from planner.review.base import STYLE
from tests.htcondor.pool import Pool
from tests.review.test_traps import CLEAN, SCRIPT, SCRIPT_TRAPS, SUBMIT_TRAPS

# Traps that a person must mend; where nothing stops, the pool has to take the description as it is.
LEFT = [(check, old, new) for check, old, new, mend in SUBMIT_TRAPS if mend is None]
SCRIPTS = {
    **{
        f"{at}-{check}": SCRIPT.replace("python train", f"{line}python train")
        for at, (check, line, _) in enumerate(SCRIPT_TRAPS)
    },
    "no-first-line-in-image": "python train.py\n",
    "windows-line-ends-in-executable": SCRIPT.replace("\n", "\r\n"),
    "exit-code-lost": "#!/bin/bash\npython train.py\ntar czf results.tar.gz results\n",
}
TRAPS = [(check, old, new) for check, old, new, _ in SUBMIT_TRAPS]
LIST = "\ufefflr,batch\r\n0.1 ,16\r\n# later\r\n\r\n0.3,5\r\n"


def dry_run(pool: Pool, folder: Path, files: dict[str, str], found: Review | None = None) -> tuple[int, str]:
    """Return the exit code of a dry run, with the files that were fixed in *found*, and what it complained of."""
    (folder / "sub1").mkdir()  # for a list of folders
    for name, text in {**files, **(found.fixed if found else {})}.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    said = pool.run(["condor_submit", "-dry-run", "/dev/null", "train.sub"], folder, check=False)
    return said.returncode, said.stderr


@pytest.mark.parametrize(("check", "old", "new"), LEFT, ids=[f"{at}-{check}" for at, (check, *_) in enumerate(LEFT)])
def test_where_review_sees_nothing_that_stops_the_pool_sees_nothing(
    pool: Pool, folder: Path, check: str, old: str, new: str
) -> None:
    files = {"train.sub": CLEAN.replace(old, new, 1), "run.sh": SCRIPT}
    found = review(files, pools()["chtc"])
    code, said = dry_run(pool, folder, files, found)
    assert code == 0 or found.fails, f"{check}: {said}"
    # Of a line that it ignores it warns, and starts the job.
    assert not said or any(one.check.severity is not STYLE for one in found.findings), f"{check}: {said}"


@pytest.mark.parametrize(("check", "old", "new"), TRAPS, ids=[f"{at}-{check}" for at, (check, *_) in enumerate(TRAPS)])
def test_htcondor_refuses_what_it_is_said_to_refuse_and_nothing_else(
    pool: Pool, folder: Path, check: str, old: str, new: str
) -> None:
    files = {"train.sub": CLEAN.replace(old, new, 1), "run.sh": SCRIPT}
    found = review(files, pools()["chtc"])
    code, said = dry_run(pool, folder, files)
    refused = [one.check.id for one in found.findings if one.check.id == "refused-line" or "refuses" in one.what]
    assert bool(refused) == (code != 0), f"{refused}: {said}"
    assert code == 0 or found.fails, f"{check}: {said}"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_fixed_script_is_taken_without_a_warning(pool: Pool, folder: Path, name: str) -> None:
    files = {"train.sub": CLEAN, "run.sh": SCRIPTS[name]}
    assert dry_run(pool, folder, files, review(files, pools()["chtc"])) == (0, "")


def test_a_fixed_list_makes_the_jobs_that_were_meant(pool: Pool, folder: Path) -> None:
    files = {
        "train.sub": CLEAN.replace("queue lr in (0.1 0.01)", "queue lr, batch from list.csv").replace(
            "$(lr)", "$(lr) $(batch)"
        ),
        "run.sh": SCRIPT,
        "list.csv": LIST,
    }
    found = review(files, pools()["chtc"])
    assert dry_run(pool, folder, files, found) == (0, "")
    said = pool.run(["condor_submit", "-dry-run", "-", "train.sub"], folder).stdout
    assert [line for line in said.splitlines() if line.startswith("Args")] == [
        'Args="--lr 0.1 16"',
        'Args="--lr 0.3 5"',
    ]

"""What review has mended beside a description, and descriptions in which it finds nothing that stops: the pool agrees."""

from pathlib import Path

import pytest

from planner.facts.pools import pools
from planner.review import Review, review
from tests.htcondor.pool import Pool
from tests.review.test_traps import CLEAN, SCRIPT, SCRIPT_TRAPS, SUBMIT_TRAPS

# Traps that a person must mend; where nothing stops, the pool has to take the description as it is.
LEFT = [(check, old, new) for check, old, new, mend in SUBMIT_TRAPS if mend is None]
SCRIPTS = {
    **{
        f"{at}-{check}": SCRIPT.replace("python train", f"{line}python train")
        for at, (check, line, _) in enumerate(SCRIPT_TRAPS)
    },
    "S13": "python train.py\n",
    "S14": SCRIPT.replace("\n", "\r\n"),
    "S16": "#!/bin/bash\npython train.py\ntar czf results.tar.gz results\n",
}
LIST = "\ufefflr,batch\r\n0.1 ,16\r\n# later\r\n\r\n0.3,5\r\n"


def dry_run(pool: Pool, folder: Path, files: dict[str, str], found: Review) -> tuple[int, str]:
    """Return the exit code of a dry run with the mended files, and what it complained of."""
    (folder / "sub1").mkdir()  # for a list of folders
    for name, text in {**files, **found.mended}.items():
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
    assert (code == 0 and not said) or found.stops, f"{check}: {said}"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_mended_script_is_taken_without_a_warning(pool: Pool, folder: Path, name: str) -> None:
    files = {"train.sub": CLEAN, "run.sh": SCRIPTS[name]}
    assert dry_run(pool, folder, files, review(files, pools()["chtc"])) == (0, "")


def test_a_mended_list_makes_the_jobs_that_were_meant(pool: Pool, folder: Path) -> None:
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

"""What review has fixed is taken by the pool's own condor_submit, with its policies, and without a warning."""

from pathlib import Path

import pytest

from planner.facts.pools import pools
from planner.review import review
from tests.htcondor.pool import Pool
from tests.review.test_traps import CLEAN, SCRIPT, SUBMIT_TRAPS

MENDED = [(check, old, new) for check, old, new, mend in SUBMIT_TRAPS if mend is not None]


def dry_run(pool: Pool, folder: Path, text: str) -> tuple[int, str]:
    """Return the exit code of a dry run, and what it complained of."""
    (folder / "run.sh").write_text(SCRIPT, encoding="utf-8")
    (folder / "train.sub").write_text(text, encoding="utf-8")
    said = pool.run(["condor_submit", "-dry-run", "/dev/null", "train.sub"], folder, check=False)
    return said.returncode, said.stderr


@pytest.mark.parametrize(
    ("check", "old", "new"), MENDED, ids=[f"{at}-{check}" for at, (check, *_) in enumerate(MENDED)]
)
def test_a_fixed_description_is_taken_without_a_warning(
    pool: Pool, folder: Path, check: str, old: str, new: str
) -> None:
    text = CLEAN.replace(old, new, 1)
    if "shell =" in new:
        # Beside it HTCondor uses no executable, and says so.
        text = text.replace("executable      = run.sh\n", "")
    found = review({"train.sub": text, "run.sh": SCRIPT}, pools()["chtc"])
    assert check in {one.check.id for one in found.findings}
    assert dry_run(pool, folder, found.fixed["train.sub"]) == (0, "")


def test_the_clean_one_is_taken_and_a_broken_one_is_not(pool: Pool, folder: Path) -> None:
    assert dry_run(pool, folder, CLEAN) == (0, "")
    code, said = dry_run(pool, folder, CLEAN.replace("request_cpus ", "requests_cpus "))
    assert code != 0 or "WARNING" in said

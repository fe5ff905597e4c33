"""The guide's worked example, command by command, on the pool: what its page shows is what was seen here."""

import re
import shutil
from pathlib import Path

import pytest

from planner.answers.file import AnswersFile
from planner.engine import make_plan
from planner.facts.pools import pools
from tests.htcondor import cases
from tests.htcondor.pool import Pool, until
from tests.screens import CODE, play, typed


@pytest.fixture(scope="module")
def work(pool: Pool) -> Path:
    """The planner's files, the code and the data in the user's home; the image built and in its place."""
    answers = AnswersFile.read((CODE / "answers.toml").read_text(encoding="utf-8")).answers
    folder = pool.home / "spirals"
    folder.mkdir()
    cases.write_files(make_plan(answers, pools()[answers.pool]), folder)
    for name in ("make_data.py", "train.py", "compare.py"):
        shutil.copy(CODE / name, folder)
    pool.run(["python", "make_data.py"], folder)
    return folder


def test_what_the_page_shows_is_what_the_pool_says(pool: Pool, work: Path, request: pytest.FixtureRequest) -> None:
    keep = request.config.getoption("--keep-logs")

    def type_(command: str) -> str:
        # condor_watch_q wants a terminal to draw on; `script` is one.
        words = ["script", "-qec", command, "/dev/null"] if "watch_q" in command else ["bash", "-c", command]
        # The one machine of the tests is the reader's own too, where tasks may be tried.
        done = pool.run(["env", "TRY_HERE=1", *words], work, check=False)
        return plain(done.stdout + done.stderr)

    play("try-local", type_, keep=keep)

    cases.with_local_base(work / "container/spirals.def")
    build = "apptainer build spirals-v1.sif spirals.def\napptainer test spirals-v1.sif\nexit\n"
    said = pool.interact(work / "container", "build.sub", build)
    assert (work / "container/spirals-v1.sif").exists(), said
    cases.stage(pool, work / "container/spirals-v1.sif", "osdf:///chtc/staging/b/bucky/spirals-v1.sif")

    play("test-submit", type_, keep=keep)
    pool.run(["condor_wait", "logs/test.log"], work)
    play("test-ended", type_, keep=keep)

    play("all-submit", type_, keep=keep)
    nodes = work / "workflow.dag.nodes.log"
    until(lambda: nodes.exists() and "\n001 " in nodes.read_text(), "a node runs")
    play("all-queue", type_, keep=keep)
    pool.run(["condor_wait", "workflow.dag.dagman.log"], work)
    play("all-ended", type_, keep=keep)

    play("improve-logs", lambda command: typed(work, command), keep=keep)
    play("improve-plan", lambda command: typed(work, command), keep=keep)

    play("held-submit", type_, keep=keep)
    until(lambda: "\n012 " in (work / "logs/test.log").read_text(), "the job is held")
    play("held", type_, keep=keep)


def plain(drawn: str) -> str:
    """Return what a terminal shows in the end: without colours, and of lines that were drawn over only the last."""
    without_colours = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", drawn.replace("\r\n", "\n"))
    undrawn = re.sub(r"^.*\r", "", without_colours, flags=re.MULTILINE)
    return re.sub(r"[ \t]+$", "", undrawn, flags=re.MULTILINE)

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.htcondor import pool as pools

# Of each example, what was seen on the pool, and in how many seconds.
SEEN: dict[str, dict[str, float]] = {}
KEPT = Path(__file__).parents[1] / "logs"
COLUMNS = ("dry-run", "built", "ran", "resumed")


@pytest.fixture(scope="session")
def seen() -> Callable[[str, str], AbstractContextManager[None]]:
    """Note in the table at the end of the run that an example came this far, if the block is left in good order."""

    @contextmanager
    def note(example: str, column: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        SEEN.setdefault(example, {})[column] = time.monotonic() - began

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not SEEN:
        return
    terminalreporter.section("examples on the pool")
    terminalreporter.line(f"{'example':20}" + "".join(f"{column:>14}" for column in COLUMNS))
    for example, came in SEEN.items():
        cells = (f"yes {came[column]:6.1f} s" if column in came else "no" for column in COLUMNS)
        terminalreporter.line(f"{example:20}" + "".join(f"{cell:>14}" for cell in cells))


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pools.Pool]:
    if reason := pools.why_not():
        # Where a change is judged, a test that did not run is no answer.
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    with pools.running(tmp_path_factory.mktemp("pool")) as pool:
        yield pool


@pytest.fixture
def folder(pool: pools.Pool, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of the test's own in the user's home directory."""
    folder = Path(tempfile.mkdtemp(prefix=request.node.originalname + "-", dir=pool.home))
    yield folder
    if request.config.getoption("--keep-logs"):
        keep_logs(folder, request.node.originalname)
    # What a failed test left in the queue must not take the cards from the next.
    pool.run(["condor_rm", pools.USER], check=False)


def keep_logs(folder: Path, test: str) -> None:
    """Keep the event logs of a test as data for others. Hosts and users in them are the pool's own, and neutral."""
    KEPT.mkdir(exist_ok=True)
    name = test.removeprefix("test_").replace("_", "-")
    for log in sorted(folder.glob("logs/*.log")):
        text = log.read_text(encoding="utf-8").replace(str(folder.parent), "/home/bucky")
        (KEPT / f"{name}.{log.stem}.log").write_text(text, encoding="utf-8")

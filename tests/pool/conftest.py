import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pool import pool as pools


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
    yield Path(tempfile.mkdtemp(prefix=request.node.originalname + "-", dir=pool.home))
    # What a failed test left in the queue must not take the cards from the next.
    pool.run(["condor_rm", pools.USER], check=False)

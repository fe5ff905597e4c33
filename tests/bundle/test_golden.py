"""Golden files: what each example's bundle is, and the first one's on the other pools, byte for byte. `make golden` writes them anew."""

from pathlib import Path

import pytest

from planner.answers import Answers, read_answers
from planner.bundle import make_files
from planner.engine import make_plan
from planner.examples import examples
from planner.facts.pools import pools

GOLDEN = Path(__file__).parents[1] / "golden"


# The first example's work elsewhere: what differs is the pool.
_SMALL: dict[str, object] = {"user": "bucky", "data_size": "4 GB"}
CASES: dict[str, Answers] = {
    **{name: example.answers for name, example in examples().items()},
    "sweep-on-ospool": read_answers({**_SMALL, "pool": "ospool", "resume": "yes"}),
    "sweep-on-generic": read_answers({**_SMALL, "pool": "generic", "memory": "30 GB"}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_files_are_the_golden_ones(name: str, request: pytest.FixtureRequest) -> None:
    answers = CASES[name]
    made = {
        file.path: (file.text, file.executable)
        for file in make_files(make_plan(answers, pools()[answers.pool]))
        if not file.path.endswith("/")
    }
    folder = GOLDEN / name
    if request.config.getoption("--golden"):
        for path in [*folder.rglob("*")]:
            if path.is_file():
                path.unlink()
        for name_of_file, (text, executable) in made.items():
            target = folder / name_of_file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
            target.chmod(0o755 if executable else 0o644)
    kept = {
        str(path.relative_to(folder)): (path.read_text(encoding="utf-8"), bool(path.stat().st_mode & 0o100))
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert made == kept

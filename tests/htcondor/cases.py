"""Generated bundles in the home directory of the pool's user, with stand-ins for what the pool cannot have."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from planner.advice import Plan
from planner.answers import as_table, read_answers
from planner.bundle import make_files
from planner.engine import make_plan
from planner.examples import examples
from planner.facts.pools import pools
from tests.htcondor.pool import Pool

STAND_INS = Path(__file__).parent / "stand_ins"
# The base image in the pool, in place of one from a registry.
BASE = "/opt/base.sif"


def plan_of(example: str, **changed: object) -> Plan:
    """Return the plan of an example, with some answers changed."""
    table = {**as_table(examples()[example].answers), **changed}
    answers = read_answers(table)
    return make_plan(answers, pools()[answers.pool])


def write_files(plan: Plan, folder: Path) -> None:
    """Write the plan's files into *folder*, every byte as generated."""
    for file in make_files(plan):
        target = folder / file.path
        if file.path.endswith("/"):
            target.mkdir(parents=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.text, encoding="utf-8")
        target.chmod(0o755 if file.executable else 0o644)


def write(plan: Plan, folder: Path) -> Path:
    """Write the plan's files into *folder*, and the user's own beside them."""
    write_files(plan, folder)
    shutil.copy(STAND_INS / "train.py", folder)
    (folder / "helpers/deep").mkdir(parents=True)
    (folder / "helpers/deep/names.txt").write_text("kept its folder\n", encoding="utf-8")
    return folder


def with_local_base(definition: Path) -> None:
    """Let the image begin from the pool's base: no registry is at hand. The only change to any generated file."""
    text = definition.read_text(encoding="utf-8")
    changed = re.sub(r"\ABootstrap: docker\nFrom: \S+\n", f"Bootstrap: localimage\nFrom: {BASE}\n", text)
    assert changed != text
    definition.write_text(changed, encoding="utf-8")


def make_data(folder: Path, files: int) -> None:
    """Make many small files in three folders below images/, with names as people give them."""
    for number in range(files):
        path = folder / f"images/class {number % 3}/it's {number:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(number.to_bytes(4, "big") * 16)


def stage(pool: Pool, file: Path, url: str) -> None:
    """Put a file where the plan says that it is kept: under the name that the address *url* ends with."""
    path = re.sub(
        r"^(osdf:///chtc|file://)/staging/|^osdf:///(?=ospool/)", lambda found: "staging/" * bool(found[1]), url
    )
    target = pool.served / path
    assert "://" not in path, f"nobody serves {url}"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, target)


def told(folder: Path, task: int, trial: str = "") -> dict[str, Any]:
    """Return what a task, or a *trial*, of the stand-in wrote down."""
    returned = folder / "returned" / (trial or f"task-{task}")
    found: dict[str, Any] = json.loads((returned / "results/deep/told.json").read_text())
    return found


def starts(folder: Path, task: int) -> list[int]:
    """Return the epochs at which the task was started."""
    return [int(line) for line in (folder / f"returned/task-{task}/results/starts").read_text().split()]

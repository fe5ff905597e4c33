"""Hostile text in every question: refused with a clear problem, or carried into files that pass their checkers."""

import io
import os
import re
import subprocess
import tomllib
import zipfile
from itertools import islice
from pathlib import PurePosixPath

import htcondor2
import pytest

from planner.answers import as_table, questions, read_answers
from planner.bundle import make_files, make_zip
from planner.engine import make_plan
from planner.errors import PlannerError
from planner.pools import pools
from tests.hostile.values import UNSEEN, hostile_values

BUNDLES = int(os.environ.get("BUNDLES", "300"))

# Answers under which every question is asked in some of the bundles.
GROUNDS: tuple[dict[str, str], ...] = (
    {},
    {
        "spread": "numbered",
        "command": "python t.py {n}",
        "before": "python a.py",
        "after": "python b.py",
        "resume": "yes",
    },
    {"spread": "rows", "rows": "a,b\n1,2", "command": "python t.py {a} {b}", "environment": "A=1"},
    {"kind": "inference", "model": "org/name", "command": "python t.py {part}", "gpu": "helps"},
    {"container": "existing", "image": "docker://me/work:1", "monitoring": "wandb-online", "data_place": "staging"},
)


def tried(id: str, value: str, ground: dict[str, str]) -> dict[str, str]:
    """Return answers in which the question holds the hostile *value* in a form that it might take."""
    forms = {
        "grid": f'lr = "{value.replace(chr(34), chr(34) * 2)}", 1\nbatch = 1',
        "rows": f'a,b\n"{value.replace(chr(34), chr(34) * 2)}",2',
        "environment": f"NAME={value}",
        "command": f"{ground.get('command', 'python train.py --lr {lr} --batch {batch}')} {value}",
        "before": f"python {value}",
        "after": f"python {value}",
        "packages": f"numpy=={value}",
    }
    return {**ground, id: forms.get(id, value)}


def test_any_text_is_refused_or_carried_by_files_that_stay_what_they_are() -> None:
    ids = [id for id, question in questions().items() if question.kind.control != "choice"]
    values = hostile_values(100_000, seed=len(ids))
    made, problems = 0, []
    for at, value in enumerate(islice(values, BUNDLES * 3)):
        answers = tried(ids[at % len(ids)], value, GROUNDS[at // len(ids) % len(GROUNDS)])
        try:
            read = read_answers(answers)
        except PlannerError as error:
            problems += error.problems
            continue
        plan = make_plan(read, pools()[read.pool])
        holds_together({file.path: file.text for file in make_files(plan)}, as_table(read))
        names = zipfile.ZipFile(io.BytesIO(make_zip(plan))).namelist()
        assert all(not name.startswith("/") and ".." not in PurePosixPath(name).parts for name in names)
        made += 1
        if made == BUNDLES:
            break
    assert made > BUNDLES / 3, "hardly a value was carried: this would test nothing"
    assert problems
    assert all(problem.where and problem.what and problem.fix for problem in problems)


def holds_together(files: dict[str, str], table: dict[str, object]) -> None:
    """Judge a bundle by the readers of its languages: the answers come back, and nothing was added."""
    assert tomllib.loads(files["answers.toml"]) == table
    scripts = [text for path, text in files.items() if path.endswith(".sh")]
    for text in scripts:
        subprocess.run(["/bin/bash", "-n"], input=text.encode(), check=True, capture_output=True)
    for path, text in files.items():
        if path.endswith(".sub"):
            lines = [line for line in text.splitlines() if line and not line.startswith("#")]
            names = {re.sub(r"^\+", "my.", line.partition("=")[0].strip().lower()) for line in lines[:-1]}
            assert {name.lower() for name in htcondor2.Submit(text)} == names
            assert lines[-1] == "queue" or lines[-1].startswith("queue row from [1:] $(list:")
            assert sum(line.startswith("queue") for line in lines) == 1


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
@pytest.mark.parametrize("id", [id for id, question in questions().items() if question.kind.control == "line"])
def test_what_cannot_be_seen_is_refused_in_every_line(id: str, unseen: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        questions()[id].kind.read(f"a{unseen}b")

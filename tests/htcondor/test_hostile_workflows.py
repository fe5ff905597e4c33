"""Hostile text in workflows, judged by HTCondor's own checker of DAGs: no value adds a command, and a broken one is seen."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from planner.answers import read_answers
from planner.bundle import make_files, quoting
from planner.engine import make_plan
from planner.errors import PlannerError
from planner.facts.pools import pools
from tests.hostile.values import hostile_values
from tests.htcondor.pool import Pool

# Asked of the checker at once.
BATCH = 500


def checked(pool: Pool, folder: Path, workflows: Iterable[str]) -> list[dict[str, Any]]:
    """Return what the checker says of each of these texts."""
    names = []
    for at, text in enumerate(workflows):
        names.append(f"{at}.dag")
        (folder / names[-1]).write_text(text, encoding="utf-8")
    return list(json.loads(pool.run(["condor_dag_checker", "-json", *names], folder, check=False).stdout))


def workflow(value: str) -> str:
    return f'JOB a a.sub\nVARS a own="{value}"\nJOB b a.sub\nPARENT a CHILD b\n'


def is_whole(said: dict[str, Any]) -> bool:
    """Tell whether the checker saw the two nodes and their line, and nothing else."""
    return not said.get("Errors") and (said["NumNodes"], said["NumArcs"], said["TotalNodes"]) == (2, 1, 2)


def carried(values: Iterable[str]) -> Iterator[str]:
    """Yield what the quoting takes of these values."""
    for value in values:
        try:
            yield quoting.dag_value(value)
        except ValueError:
            continue


def test_every_value_that_a_workflow_takes_is_text_to_htcondor(pool: Pool, folder: Path) -> None:
    values = [*islice(carried(hostile_values(200_000)), BATCH), "JOB", "FINAL", "../x", "-", "+x", "a.b/c", "DONE"]
    said = checked(pool, folder, map(workflow, values))
    assert len(said) == len(values) > 20
    assert [value for value, one in zip(values, said, strict=True) if not is_whole(one)] == []


def test_the_checker_finds_values_that_are_not_quoted(pool: Pool, folder: Path) -> None:
    """So the test above could have failed."""
    telling = ['x"\nJOB evil evil.sub\nVARS evil a="', 'a"b', '"', "x\\", 'x"\nPARENT b CHILD a']
    assert not any(is_whole(one) for one in checked(pool, folder, map(workflow, telling)))


@pytest.mark.parametrize("where", ["before", "after", "data_path", "rows", "command"])
def test_no_answer_adds_a_node_to_a_workflow(pool: Pool, folder: Path, where: str) -> None:
    texts: list[str] = []
    for value in hostile_values(2000, seed=len(where)):
        try:
            answers = read_answers(hostile(where, value))
        except PlannerError:
            continue
        plan = make_plan(answers, pools()[answers.pool])
        texts += [file.text for file in make_files(plan) if file.path == "workflow.dag"]
        if len(texts) == BATCH // 5:
            break
    said = checked(pool, folder, texts)
    assert len(said) == len(texts) > 5
    assert all(not one.get("Errors") for one in said)
    # Two tasks, the step before them, and the last step.
    assert {one["TotalNodes"] for one in said} == {4}


def hostile(where: str, value: str) -> dict[str, str]:
    """Return the answers of a workflow of two tasks, each with a file of its own, with a value in one of them."""
    quoted = value.replace('"', '""')
    forms = {
        "before": f"python a.py {value}",
        "after": f"python b.py {value}",
        "data_path": f"scans/{value}{{scan}}.h5",
        "rows": f'scan,note\none,"{quoted}"\ntwo,x',
        "command": f"python t.py {{scan}} {{note}} {value}",
    }
    answers = {
        "task_source": "rows",
        "rows": "scan,note\none,x\ntwo,y",
        "command": "python t.py {scan} {note}",
        "data_shared": "own",
        "data_path": "scans/{scan}.h5",
        "before": "python a.py",
        "after": "python b.py",
    }
    return {**answers, where: forms[where]}

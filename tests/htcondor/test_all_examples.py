"""Every example on the pool, from its data to its last step: the files as generated, and stand-ins for all that is the
user's own: program, data, model, and the base image in place of the one that build.sub would build.
"""

import tarfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from planner.advice import Plan
from planner.answers.command import words
from planner.examples import examples
from tests.htcondor import cases
from tests.htcondor.pool import Pool

Seen = Callable[[str, str], AbstractContextManager[None]]

# The sweep has tests of its own, in test_examples.py.
OTHERS = [name for name in examples() if name != "sweep"]
# As many small files as the stand-in for a folder has; the example's own number would take the day.
FILES = 300
# How many tasks of a list are run: a workflow runs all.
FEW = 3

# What a task, the step before and the step after do here. Each finds its inputs, and writes what it promised.
TASK = """\
import os, pathlib, sys
assert os.environ["HOME"] == os.getcwd(), "caches would go to a home that is not there"
for path in {needs}:
    assert pathlib.Path(path).exists(), path + " is missing"
for path in sys.argv:
    assert not path.startswith("parts/") or pathlib.Path(path).read_text(), path + " is empty"
for path in {outputs}:
    file = pathlib.Path(path + "told" if path.endswith("/") else path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(" ".join(sys.argv[1:]))
"""
BEFORE = 'open("prepared/ready", "w").write("yes")\n'
AFTER = """\
import pathlib
found = sorted(str(path) for path in pathlib.Path("returned").glob("task-*/exit-code"))
pathlib.Path("summary.txt").write_text("\\n".join(found))
"""


@pytest.fixture(params=OTHERS)
def example(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def plan_of(example: str) -> Plan:
    """Return the plan of an example whose folder of many files has fewer, and whose list of inputs is short."""
    answers, changed = examples()[example].answers, {}
    if answers.data_files > FILES and answers.data_place == "computer":
        changed["data_files"] = FILES
    return cases.plan_of(example, **changed)


def script(command: str) -> str:
    return words(command)[1]


def give(pool: Pool, plan: Plan, folder: Path) -> None:
    """Put beside the plan's files all that the user has: code, image, model, list and data, and stage what is staged."""
    answers, settings = plan.answers, plan.settings
    needs = [*(["prepared/ready"] if answers.before else [])]
    cases.stage(pool, pool.image, settings.container_image)
    if settings.model:
        needs.append(f"{settings.model.folder}/config")
        (folder / needs[-1]).parent.mkdir(parents=True)
        (folder / needs[-1]).write_text("weights")
        with tarfile.open(folder / "data" / settings.model.file, "w") as archive:
            archive.add(folder / settings.model.folder, settings.model.folder)
        put(pool, folder / "data" / settings.model.file, settings.model.input)
    if answers.task_source == "parts":
        with (folder / answers.inputs).open("w") as file:
            file.writelines(f'{{"id": {number}}}\n' for number in range(answers.count))
        pool.run(["./split.sh"], folder)
    if answers.data_place != "none":
        needs.append(make_data(pool, plan, folder))
    roles = {script(answers.command): TASK.format(needs=needs, outputs=list(answers.outputs))}
    roles |= {script(command): text for command, text in ((answers.before, BEFORE), (answers.after, AFTER)) if command}
    for path in answers.code:
        (folder / path).write_text(roles.get(path, "whatever\n"), encoding="utf-8")


def make_data(pool: Pool, plan: Plan, folder: Path) -> str:
    """Make small data where the plan expects the large, and return a path that the program will find."""
    answers, settings = plan.answers, plan.settings
    name = Path(answers.data_path).name
    if settings.archive:
        for number in range(FILES):
            path = folder / f"{answers.data_path}class {number % 3}/{number:04}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(16))
        for options in ([], ["--sample", str(settings.sample_files)]):
            pool.run(["data/pack.sh", *options], folder)
        put(pool, folder / "data" / settings.archive.name, settings.data_input)
        put(pool, folder / "data" / settings.archive.sample, settings.sample_input)
        return answers.data_path
    if settings.unpack:
        (folder / "corpus").mkdir()
        (folder / "corpus/words").write_text("many")
        with tarfile.open(folder / name, "w") as archive:
            archive.add(folder / "corpus", "corpus")
        put(pool, folder / name, settings.data_input)
        return "corpus/words"
    (folder / name).write_text("a,b\n1,2\n")
    put(pool, folder / name, settings.data_input)
    return name


def put(pool: Pool, file: Path, address: str) -> None:
    if "://" in address:
        cases.stage(pool, file, address)


def test_an_example_runs_from_its_test_to_its_last_step(pool: Pool, folder: Path, seen: Seen, example: str) -> None:
    plan = plan_of(example)
    cases.write(plan, folder)
    give(pool, plan, folder)
    with seen(example, "dry-run"):
        for path in sorted(folder.rglob("*.sub")):
            said = pool.run(["condor_submit", "-dry-run", "/dev/null", path.name], path.parent, check=False)
            assert (said.returncode, said.stderr) == (0, ""), path.name
    if plan.settings.prepares:
        (end,) = pool.wait(pool.submit(folder, "prepare.sub"))
        assert end.exit_code == 0
    (test,) = pool.wait(pool.submit(folder, "test.sub"))
    assert test.exit_code == 0, (folder / "logs/test.err").read_text()
    with seen(example, "ran"):
        run_all(pool, plan, folder)


def run_all(pool: Pool, plan: Plan, folder: Path) -> None:
    """Run the whole list, or the first few tasks of a long one, and see that each has brought what it promised."""
    answers = plan.answers
    jobs = folder / "jobs.csv"
    if plan.settings.workflow and plan.settings.tasks <= 30:
        checked = pool.run(["condor_dag_checker", "-CheckJDL", "-Strict", "workflow.dag"], folder, check=False)
        assert (checked.returncode, checked.stdout) == (0, "")
        (end,) = pool.wait(pool.submit(folder, "workflow.dag"))
        assert end.exit_code == 0, (folder / "workflow.dag.dagman.out").read_text()[-2000:]
        ran = range(1, plan.settings.tasks + 1)
        assert len((folder / "collected/summary.txt").read_text().splitlines()) == len(ran)
    elif jobs.exists():
        (folder / "few.csv").write_text("".join(jobs.read_text().splitlines(keepends=True)[: FEW + 1]))
        ends = pool.wait(pool.submit(folder, f"{answers.project}.sub", "list=few.csv"))
        assert [end.exit_code for end in ends] == [0] * len(ends)
        ran = range(1, len(ends) + 1)
    else:
        (end,) = pool.wait(pool.submit(folder, f"{answers.project}.sub"))
        assert end.exit_code == 0
        ran = range(1, 2)
    for task in ran:
        returned = folder / f"returned/task-{task}"
        assert (returned / "exit-code").read_text() == "0\n"
        for path in answers.outputs:
            assert (returned / (path + "told" if path.endswith("/") else path)).exists()

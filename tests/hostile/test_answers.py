"""Hostile text in every question: refused with a clear problem, or carried into files that pass their checkers."""

import io
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import islice
from pathlib import Path, PurePosixPath

import htcondor2
import pytest
from spython.main.parse.parsers import SingularityParser

from planner.answers import A_KEY, Answers, questions, read_answers
from planner.answers.file import AnswersFile
from planner.bundle import make_files, make_zip
from planner.engine import make_plan
from planner.errors import PlannerError, Problem
from planner.facts.pools import pools
from tests.hostile.values import UNSEEN, hostile_values

BUNDLES = int(os.environ.get("BUNDLES", "2000"))
# Each is a test of its own, so that several processes can share the work.
SHARES = 8

# Answers under which every question is asked in some of the bundles.
GROUNDS: tuple[dict[str, str], ...] = (
    {},
    {
        "task_source": "numbered",
        "command": "python t.py {n}",
        "before": "python a.py",
        "after": "python b.py",
        "resume": "yes",
    },
    {"task_source": "rows", "rows": "a,b\n1,2", "command": "python t.py {a} {b}", "environment": "A=1"},
    {"kind": "inference", "model": "org/name", "command": "python t.py {part}", "gpu": "helps"},
    {"container": "docker", "image": "me/work:1", "system_packages": "git"},
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


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_any_text_is_refused_or_carried_by_files_that_stay_what_they_are(share: int, tmp_path: Path) -> None:
    wanted = BUNDLES // SHARES
    ids = [id for id, question in questions().items() if question.kind.control != "choice"]
    values = hostile_values(100_000, seed=len(ids))
    made = 0
    problems: list[Problem] = []
    for at, value in islice(enumerate(values), share, wanted * SHARES * 3, SHARES):
        answers = tried(ids[at % len(ids)], value, GROUNDS[at // len(ids) % len(GROUNDS)])
        try:
            read = read_answers(answers)
        except PlannerError as error:
            problems += error.problems
            continue
        plan = make_plan(read, pools()[read.pool])
        files = {file.path: file.text for file in make_files(plan)}
        holds_together(files, read)
        image_files_hold_together(files, tmp_path)
        names = zipfile.ZipFile(io.BytesIO(make_zip(plan))).namelist()
        assert all(not name.startswith("/") and ".." not in PurePosixPath(name).parts for name in names)
        made += 1
        if made == wanted:
            break
    assert made > wanted / 3, "hardly a value was carried: this would test nothing"
    assert problems
    assert all(problem.where and problem.what and problem.fix for problem in problems)


HADOLINT = Path(sys.executable).parent / "hadolint"


def image_files_hold_together(files: dict[str, str], folder: Path) -> None:
    """Judge how an image is made by Apptainer's and Docker's readers: one base, one file taken in, no more steps."""
    for path, text in files.items():
        if path.endswith(".def"):
            (folder / "image.def").write_text(text, encoding="utf-8")
            (recipe,) = SingularityParser(str(folder / "image.def")).recipe.values()
            sections = re.findall(r"^%(\w+)", text, re.MULTILINE)
            assert sections == ["files", "post", "environment", "test", "labels"]
            assert len(recipe.files) == 1
        if path.endswith("Dockerfile"):
            read = subprocess.run(
                [HADOLINT, "--format", "json", "-"], input=text, capture_output=True, text=True, check=False
            )
            # DL1000 is hadolint's word for what it cannot parse; two FROM would be stages, two CMD are DL4003.
            assert not {found["code"] for found in json.loads(read.stdout)} & {"DL1000", "DL4003", "DL4004"}
            steps = re.sub(r"<<'STEPS'\n.*?^STEPS$", "", text, flags=re.DOTALL | re.MULTILINE)
            words = [line.split()[0] for line in steps.splitlines() if line and not line.startswith("#")]
            assert [word for word in words if word != "ENV"] == ["FROM", "COPY", "SHELL", "RUN", "ENTRYPOINT", "CMD"]


# What templates and pools' files write of HTCondor's macros, and the two that stand for dollar signs.
MACROS = {
    "$(Cluster)", "$(task)", "$(own)", "$(list:jobs.csv)", "$(list:together.csv)", "$CHOICE(0,row)",
    "$CHOICE(1,row)", "$ENV(STAGING)", "$(DOLLAR)", "$$(DOLLARDOLLAR)",
}  # fmt: skip


def holds_together(files: dict[str, str], answers: Answers) -> None:
    """Judge a bundle by the readers of its languages: the answers come back, and nothing was added."""
    assert tomllib.loads(files["answers.toml"]) == AnswersFile(answers).to_table()
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
            assert set(re.findall(r"\$\$?\w*\([^)]*\)?", "\n".join(lines))) <= MACROS


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
@pytest.mark.parametrize("id", [id for id, question in questions().items() if question.kind.control == "line"])
def test_what_cannot_be_seen_is_refused_in_every_line(id: str, unseen: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        questions()[id].kind.read(f"a{unseen}b")


FORMULAS = ("=cmd|'/c calc'!A0", "=1+1", "@SUM(1)", "+SUM(1)", "-2+3+cmd|' /C calc'!A0", " =HYPERLINK(1)")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_table_of_tasks_holds_a_formula(formula: str) -> None:
    """Such a cell would be run by the spreadsheet in which somebody opens jobs.csv."""
    with pytest.raises(ValueError, match="formula to a spreadsheet"):
        questions()["rows"].kind.read(f'a,b\n"{formula}",2')
    with pytest.raises(ValueError, match="formula to a spreadsheet"):
        questions()["grid"].kind.read(f'a = 1, "{formula}"')


def test_numbers_and_options_are_no_formulas() -> None:
    assert questions()["grid"].kind.read("a = -0.5, +1, --fast, -x, 1e-3, a=b")


# Made up, each in the form of a real one: Weights & Biases, Hugging Face, AWS, GitHub.
KEYS = ("0123456789abcdef" * 2 + "01234567", "hf_" + "aB3" * 11, "AKIA" + "A1" * 8, "ghp_" + "a1" * 18)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_in_any_question_is_refused_and_not_repeated(key: str) -> None:
    """Also where the question is not asked, and what is typed there would stay in the form unseen."""
    for id in questions():
        for text in (key, f"a {key} b", f"x = {key}"):
            with pytest.raises(PlannerError) as refused:
                read_answers({id: text})
            assert [problem.what for problem in refused.value.problems if problem.where == id] == [A_KEY]
            assert key not in str(refused.value)

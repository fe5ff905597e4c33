"""From files to the answers of a plan."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.answers import as_table, read_answers
from planner.bundle import make_files
from planner.engine import make_plan
from planner.examples import examples
from planner.facts.pools import pools
from planner.importing.answers import answers_in
from planner.units import Size
from planner.usage import Usage

CHTC = pools()["chtc"]
GOLDEN = Path(__file__).parents[1] / "golden"

THEIRS = """\
container_image = docker://pytorch/pytorch:2.9.1
executable = train.py
arguments = "--lr $(lr) --name '$(note)' --width $(width)"
width = 3
environment = "MODE=fast SAID='a b'"
transfer_input_files = train.py, model/, osdf:///chtc/staging/b/bucky/data.tar
transfer_output_files = results, log.csv
request_cpus = 4
request_memory = 16 GB
request_gpus = 2
gpus_minimum_memory = 20 GB
checkpoint_exit_code = 85
transfer_checkpoint_files = last.pt
queue lr, note from list.txt
"""


@pytest.mark.parametrize("name", examples())
def test_a_generated_bundle_is_read_back_into_its_answers(name: str) -> None:
    root = GOLDEN / name
    files = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file()
    }
    answers = examples()[name].answers
    read = answers_in(files, CHTC)
    assert read.answers == as_table(answers)
    assert read_answers(read.answers) == answers


def test_a_generated_file_that_was_changed_by_hand_is_recognised() -> None:
    root = GOLDEN / "sweep"
    files = {
        f"my/{name}": (root / name).read_text(encoding="utf-8") for name in ("answers.toml", "sweep.sub", "run.sh")
    }
    assert answers_in(files, CHTC).edited == {}
    files["my/sweep.sub"] = files["my/sweep.sub"].replace("request_cpus = 4", "request_cpus = 6")
    (name, changes), *others = answers_in(files, CHTC).edited.items()
    assert (name, others) == ("my/sweep.sub", [])
    assert "-request_cpus = 4\n+request_cpus = 6\n" in changes
    assert answers_in({**files, "my/answers.toml": "pool = 'nowhere'"}, CHTC).edited == {}


EDITS = [
    ("request_cpus = 4", "request_cpus = 6", {"cpus": 6}),
    ("request_memory = 16 GB", "request_memory = 24 GB", {"memory": "24 GB"}),
    ("gpus_minimum_memory = 12 GB", "gpus_minimum_memory = 20 GB", {"gpu_memory": "20 GB"}),
    ("train.py, osdf", "train.py, utils.py, osdf", {"code": ["train.py", "utils.py"]}),
    (
        "osdf:///chtc/staging/b/bucky/sweep-v1.sif",
        "docker://me/work:2",
        {"image": "docker://me/work:2", "container": "existing"},
    ),
    ("request_disk = 38 GB", "request_disk = 60 GB", {}),
    ("request_memory = 16 GB", "request_memory = plenty", {}),
    # Data from elsewhere would need its size and more: it is told, not guessed.
    ("osdf:///chtc/staging/b/bucky/images-v1.tar", "https://example.org/x.tar", {}),
]


@pytest.mark.parametrize(("old", "new", "kept"), EDITS)
def test_an_edit_that_an_answer_says_is_kept_and_every_edit_is_told(
    old: str, new: str, kept: dict[str, object]
) -> None:
    root = GOLDEN / "sweep"
    made = {name: (root / name).read_text(encoding="utf-8") for name in ("answers.toml", "sweep.sub", "jobs.csv")}
    assert old in made["sweep.sub"]
    files = {**made, "sweep.sub": made["sweep.sub"].replace(old, new, 1)}
    plan = answers_in(files, CHTC)
    assert {id: plan.answers[id] for id in plan.kept} == kept
    assert set(plan.edited) == {"sweep.sub"}
    again = read_answers(plan.answers)
    remade = {file.path: file.text for file in make_files(make_plan(again, CHTC))}["sweep.sub"]
    assert (new in remade) == bool(kept)


def test_a_list_changed_by_hand_becomes_the_table_of_tasks() -> None:
    root = GOLDEN / "sweep"
    files = {name: (root / name).read_text(encoding="utf-8") for name in ("answers.toml", "jobs.csv")}
    files["jobs.csv"] = "".join(files["jobs.csv"].splitlines(keepends=True)[:3]) + '3,"0,5",9\n'
    plan = answers_in(files, CHTC)
    assert plan.kept == ("task_source", "rows")
    assert plan.answers["rows"] == ["lr,batch", "0.1,16", "0.1,32", '"0,5",9']
    files["jobs.csv"] = "task,else\n1,2\n"
    assert answers_in(files, CHTC).kept == ()


def test_a_generated_file_without_its_answers_asks_for_them() -> None:
    text = (GOLDEN / "sweep/sweep.sub").read_text(encoding="utf-8")
    read = answers_in({"sweep.sub": text}, CHTC)
    assert "answers.toml" in read.lost[0]
    assert (read.answers["cpus"], read.answers["gpu_memory"], "command" in read.answers) == (4, "12 GB", False)


def test_what_was_measured_comes_back_with_the_answers() -> None:
    answers = examples()["sweep"].answers
    plan = make_plan(answers, CHTC, measured=Usage(jobs=30, memory=Size.of_gb(30)))
    files = {file.path: file.text for file in make_files(plan) if not file.path.endswith("/")}
    read = answers_in(files, CHTC)
    assert read.edited == {}
    assert (read.answers, read.usage) == (as_table(answers), plan.measured)


def test_what_somebodys_own_file_says_becomes_answers() -> None:
    read = answers_in({"a.sub": THEIRS, "list.txt": "0.1,first one\n0.2 second\n"}, CHTC)
    assert read.answers == {
        "pool": "chtc",
        "gpu": "needs",
        "gpus": 2,
        "gpu_memory": "20 GB",
        "cpus": 4,
        "memory": "16 GB",
        "resume": "yes",
        "checkpoint_files": ["last.pt"],
        "container": "existing",
        "image": "docker://pytorch/pytorch:2.9.1",
        "command": "python3 train.py --lr {lr} --name '{note}' --width 3",
        "task_source": "rows",
        "rows": ["lr,note", '"0.1","first one"', '"0.2","second"'],
        "code": ["train.py", "model/"],
        "outputs": ["results", "log.csv"],
        "environment": ["MODE=fast", "SAID=a b"],
        "data_place": "staging",
        "data_path": "/staging/b/bucky/data.tar",
    }
    assert {"project", "time_on_gpu", "data_size"} <= set(read.asked)
    read_answers({**read.answers, "data_files": 1})


@pytest.mark.parametrize(
    ("pool", "url", "place", "path"),
    [
        ("chtc", "file:///staging/groups/lab/x.tar", "group", "/staging/groups/lab/x.tar"),
        ("chtc", "osdf:///chtc/staging/b/bucky/x.tar?pack=auto", "staging", "/staging/b/bucky/x.tar"),
        (
            "chtc",
            "pelican://chtc.wisc.edu/researchdrive/prof/CHTC/x.tar",
            "researchdrive",
            "/researchdrive/prof/CHTC/x.tar",
        ),
        ("ospool", "osdf:///ospool/ap40/data/bucky/x.tar", "osdf", "/ospool/ap40/data/bucky/x.tar"),
        ("ospool", "osdf:///chtc/staging/b/bucky/x.tar", None, None),
        ("generic", "file:///staging/b/bucky/x.tar", None, None),
        ("generic", "https://example.org/staging/x.tar", "web", "https://example.org/staging/x.tar"),
    ],
)
def test_where_data_is_follows_from_the_places_of_the_pool(
    pool: str, url: str, place: str | None, path: str | None
) -> None:
    text = f"executable = a.sh\ntransfer_input_files = {url}\nqueue\n"
    read = answers_in({"a.sub": text}, pools()[pool]).answers
    assert (read.get("data_place"), read.get("data_path")) == (place, path)
    read_answers({**read, **({"data_size": "1 GB", "data_files": 1} if place else {})})


def test_numbered_jobs_and_a_single_one() -> None:
    numbered = answers_in({"a.sub": "executable = a.sh\narguments = --seed $(Process)\nqueue 20\n"}, CHTC).answers
    assert (numbered["task_source"], numbered["count"], numbered["command"]) == (
        "numbered",
        20,
        "bash a.sh --seed {number}",
    )
    one = answers_in({"a.sub": "executable = /bin/echo\nqueue\n"}, CHTC).answers
    assert (one["task_source"], one["gpu"], one["command"]) == ("one", "no", "/bin/echo")


def test_a_key_is_never_taken_over() -> None:
    text = f'executable = a.sh\nenvironment = "WANDB_API_KEY={"0a" * 20}"\nqueue\n'
    assert "environment" not in answers_in({"a.sub": text}, CHTC).answers


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_is_read(text: str, value: str) -> None:
    for name in ("a.sub", "answers.toml"):
        answers_in({name: text}, CHTC)
        answers_in({name: f"{text}\narguments = {value}\nenvironment = {value}\nqueue {value}\n", "l": text}, CHTC)

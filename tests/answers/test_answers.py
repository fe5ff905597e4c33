import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.answers import (
    Answers,
    as_table,
    as_texts,
    default_answers,
    questions,
    read_answers,
    readable_answers,
    stages,
)
from planner.answers.fields import Choice
from planner.answers.file import AnswersFile
from planner.bundle import make_files
from planner.engine import make_plan
from planner.errors import PlannerError, Problem
from planner.examples import examples
from planner.facts.pools import pools
from tests.strategies import answers, tables


def problems(**raw: object) -> list[str]:
    with pytest.raises(PlannerError) as caught:
        read_answers(raw)
    return [str(problem) for problem in caught.value.problems]


def test_every_question_belongs_to_a_stage_and_has_a_label_that_ends_as_a_question_or_request() -> None:
    assert [question.id for _, of_stage in stages() for question in of_stage] == [*questions()]
    for question in questions().values():
        assert question.label[0].isupper()
        assert not question.label.endswith(".")


@pytest.mark.parametrize("name", examples())
def test_no_example_shows_a_newcomer_more_than_twelve_questions(name: str) -> None:
    answers = examples()[name].answers
    assert sum(question.newcomer and answers.asked(question) for question in questions().values()) <= 12


def test_answers_are_read_back_from_what_they_are_written_as() -> None:
    answers = default_answers()
    assert read_answers(as_table(answers)) == answers
    assert read_answers(as_texts(answers)) == answers


def test_a_question_that_is_not_asked_keeps_its_default_and_stands_in_no_file() -> None:
    answers = read_answers({"gpu": "no", "gpu_memory": "80 GB", "rows": "not,even\na table"})
    assert str(answers.gpu_memory) == "12 GB"
    assert {"gpu_memory", "rows", "time_on_gpu"}.isdisjoint(as_table(answers))


def test_a_default_may_follow_from_an_earlier_answer() -> None:
    assert read_answers({"gpu": "no"}).cpus == 1
    assert default_answers().cpus == 4


@pytest.mark.parametrize("text", ["not measured", "", "unknown", "Not Measured"])
def test_not_measured_is_an_answer(text: str) -> None:
    assert read_answers({"time_on_gpu": text}).time_on_gpu is None


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"gpuu": "no"}, "gpuu: is not a question. Did you mean gpu or gpus?"),
        (
            {"command": "python a.py | tee b"},
            "command: cannot be used. A task is one program with its arguments: put what",
        ),
        ({"command": "python 'a.py"}, "command: cannot be used. A quotation mark is not closed."),
        ({"command": "python a.py"}, "grid: lr is not in the command. Write {lr} into the command, or take it out."),
        ({"code": "../a.py"}, 'code: "../a.py" cannot be used. "../a.py" must lie below the folder you submit from'),
        ({"code": "a b.py"}, 'code: "a b.py" cannot be used. Rename "a b.py": HTCondor carries letters, digits and'),
        (
            {"outputs": ""},
            "outputs: is empty: nothing would come back. Name the files or folders that your program writes.",
        ),
        ({"user": "Bucky@wisc"}, 'user: "Bucky@wisc" cannot be used. Use the name you log in with'),
        (
            {"data_path": "~/x"},
            "data_path: begins with ~. Write the whole path, or the path from the folder you submit from.",
        ),
        ({"task_source": "rows"}, "rows: is empty. Paste a table with at least one task."),
        ({"container": "existing", "image": "my image"}, "image: is no image that HTCondor can fetch."),
        (
            {"packages": "dependencies: [x]"},
            'packages: is no environment.yml that can be used. "dependencies: [x]" is not understood: keep name,',
        ),
        ({"container": "docker"}, "image: is no name under which an image can be pushed. Write name:tag"),
        ({"framework": "r", "gpu": "no", "packages": "dplyr>=1"}, 'packages: "dplyr>=1" is no R package. Write a name'),
        (
            {"project": "a\u202eb"},
            'project: "a\u202eb" cannot be used. Take out the characters that cannot be seen: 0x202e.',
        ),
    ],
)
def test_what_is_wrong_is_said_with_where_and_what_to_do(raw: dict[str, object], said: str) -> None:
    assert any(problem.startswith(said) for problem in problems(**raw)), problems(**raw)


@pytest.mark.parametrize(
    "secret",
    [
        "hf_" + "aB3" * 11,
        "ghp_" + "a1" * 18,
        "AKIA" + "A1" * 8,
        "0123456789abcdef" * 2 + "01234567",
        "WANDB_API_KEY=x1",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_key_is_refused_and_not_repeated(secret: str) -> None:
    for raw in ({"command": f"python a.py --key {secret}"}, {"packages": [secret]}, {"environment": f"A={secret}"}):
        said = problems(**raw)
        assert any("This looks like a key or a password." in problem for problem in said)
        assert not any(secret in problem for problem in said)


def test_a_commit_is_no_key() -> None:
    commit = "0123456789abcdef" * 2 + "01234567"
    assert read_answers({"packages": f"git+https://github.com/me/work@{commit}"})


def test_every_example_is_the_answers_file_that_it_prints() -> None:
    for example in examples().values():
        assert AnswersFile.read(example.text) == AnswersFile(example.answers)


SIZES = st.sampled_from(["not measured", "1 MB", "500 MB", "5 GB", "12 GB", "40 GB", "45 GB", "80 GB", "150 GB"])
TIMES = st.sampled_from(["not measured", "20 s", "10 min", "3 h", "9 h", "11 h", "20 h", "30 h", "70 h", "9 d"])
COMMANDS = {
    "one": "python t.py",
    "grid": "python t.py --a {a}",
    "rows": "python t.py {a}",
    "numbered": "python t.py {n}",
    "parts": "python t.py {part}",
}


@st.composite
def valid(draw: st.DrawFn) -> dict[str, object]:
    """Draw answers that go together, from every choice and the bands of sizes and times that rules tell apart."""
    pool = pools()[draw(st.sampled_from(sorted(pools())))]
    places = ["none", "computer", *(place.key for place in pool.places)]
    raw: dict[str, object] = {"pool": pool.key, "data_place": draw(st.sampled_from(places))}
    for id, question in questions().items():
        if id in raw:
            continue
        if isinstance(question.kind, Choice):
            raw[id] = draw(st.sampled_from([key for key, _ in question.kind.choices]))
        elif question.kind.control == "span":
            raw[id] = draw(TIMES)
        elif question.kind.control == "amount":
            raw[id] = draw(SIZES.filter(lambda text: text != "not measured")) if id == "data_size" else draw(SIZES)
    raw["command"] = COMMANDS[str(raw["task_source"])]
    raw |= {"grid": ["a = 1, 2"], "rows": ["a,note", "1,x"], "count": draw(st.sampled_from([1, 10, 12000]))}
    raw["framework_version"] = (
        draw(st.sampled_from(["2.12.1", "2.9.1", "2.5.1", "9.9"])) if raw["framework"] != "other" else "x"
    )
    raw["cuda"] = draw(st.sampled_from(["not sure", "12.6", "cpu"]))
    images = ["docker://me/work:1", "work.sif", *(["file:///staging/groups/g/w.sif"] if pool.key == "chtc" else [])]
    raw["image"] = "me/work:1" if raw["container"] == "docker" else draw(st.sampled_from(images))
    raw["gpus"] = draw(st.sampled_from([1, 2, 5, 11]))
    raw["user"] = draw(st.sampled_from(["", "bucky"]))
    paths = {
        "group": "/staging/groups/g/d.tar",
        "researchdrive": "/researchdrive/p/CHTC/d.tar",
        "osdf": "/ospool/ap40/data/bucky/d.tar",
        "web": "https://e.org/d.tar",
    }
    raw["data_path"] = paths.get(str(raw["data_place"]), draw(st.sampled_from(["d/", "d.tar", "deep/d.h5"])))
    raw["data_files"] = draw(st.sampled_from([1, 50, 40000]))
    raw["data_shared"] = "same"
    return raw


@settings(max_examples=150)
@given(valid())
def test_any_valid_answers_give_a_plan_and_files_that_break_no_rule_of_the_pool(raw: dict[str, object]) -> None:
    answers = read_answers(raw)
    plan = make_plan(answers, pools()[answers.pool])
    files = {file.path: file.text for file in make_files(plan)}
    task = files.get(f"{answers.project}.sub", "")
    assert bool(task) != plan.stopped
    # A README cites pages of other pools too; nothing that acts names one.
    acting = "".join(text for path, text in files.items() if path != "README.md")
    assert answers.pool == "chtc" or not re.search(r"chtc|GPUJobLength|WantGPULab|wantFlocking", acting, re.IGNORECASE)
    lines = task.splitlines()
    assert all(plan.pool.knows(line.partition(" ")[0]) for line in lines)
    assert "(task) = file:///" not in task or "HasCHTCStaging" in task
    if any("file:///" in line for line in lines if not line.startswith("#")):
        assert any(line.startswith("requirements = ") and "HasCHTCStaging" in line for line in lines)
        assert "want_ospool = true" not in lines
    if '+GPUJobLength = "long"' in lines:
        assert answers.gpus <= 4
    floor = plan.settings.gpu_memory_floor
    if task and floor is not None and plan.settings.processor == "gpu" and plan.pool.cards:
        assert plan.settings.cards
    assert read_answers(as_table(answers)) == answers


# --- there and back, whatever was answered ---


@settings(max_examples=200)
@given(answers())
def test_an_answers_file_holds_the_same_answers(drawn: Answers) -> None:
    assert read_answers(as_table(drawn)) == drawn


@settings(max_examples=200)
@given(answers())
def test_an_answers_file_survives_being_written_as_toml(drawn: Answers) -> None:
    assert AnswersFile.read(AnswersFile(drawn).write()) == AnswersFile(drawn)


@settings(max_examples=200)
@given(answers())
def test_the_form_holds_the_same_answers(drawn: Answers) -> None:
    assert read_answers(as_texts(drawn)) == drawn


@settings(max_examples=100)
@given(tables())
def test_what_is_not_asked_keeps_its_default_whatever_was_said_to_it(raw: dict[str, object]) -> None:
    drawn = read_answers(raw)
    asked = {id for id, question in questions().items() if drawn.asked(question)}
    assert set(as_table(drawn)) == asked
    said_only_to_the_rest = {key: value for key, value in raw.items() if key in asked}
    assert read_answers(said_only_to_the_rest) == drawn
    nonsense = {id: "\0" for id in questions() if id not in asked}
    assert read_answers({**said_only_to_the_rest, **nonsense}) == drawn


@settings(max_examples=100)
@given(tables(), st.sampled_from([*questions()]))
def test_one_answer_that_cannot_be_read_leaves_the_others_readable(raw: dict[str, object], broken: str) -> None:
    drawn = readable_answers({**raw, broken: "\0", "no-such-question": 1})
    default = questions()[broken].default
    if not callable(default):
        assert getattr(drawn, broken) == default


def test_of_what_is_readable_a_broken_answer_is_the_default() -> None:
    found = readable_answers({"memory": "much", "cpus": 8, "no-such": 1})
    assert (str(found.memory), found.cpus) == ("16 GB", 8)


def test_a_long_answer_is_shown_by_its_beginning() -> None:
    assert problems(memory="x" * 50) == [
        f'memory: "{"x" * 40}…" cannot be used. Write a number and a unit, for example "12 GB" or "500 MB".'
    ]


def test_an_empty_answer_is_called_so() -> None:
    assert problems(data_size="") == [
        'data_size: An empty answer cannot be used. Write a number and a unit, for example "12 GB" or "500 MB".'
    ]


def test_every_problem_of_a_file_comes_at_once() -> None:
    assert [said.split(": ")[0] for said in problems(gpuu="no", cpus="four", memory="16", outputs=[])] == [
        "gpuu",
        "cpus",
        "memory",
        "outputs",
    ]


def test_a_problem_in_a_question_that_is_not_asked_does_not_count() -> None:
    assert read_answers({"gpu": "no", "gpus": "many", "time_on_gpu": "long"}).gpus == 1


@pytest.mark.parametrize(("framework", "version"), [("pytorch", "2.12.1"), ("other", "Python 3.12")])
def test_the_version_is_the_newest_of_the_framework_unless_it_was_said(framework: str, version: str) -> None:
    assert read_answers({"framework": framework}).framework_version == version


def test_a_question_may_go_unasked_because_another_did() -> None:
    answers = {"gpu": "needs", "time_on_cpu": "3 h", "cpu_jobs_at_once": 7}
    assert read_answers(answers).cpu_jobs_at_once == 100
    assert read_answers({**answers, "gpu": "helps"}).cpu_jobs_at_once == 7


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(["no-such", *questions()]), ANYTHING, max_size=6))
def test_whatever_is_sent_is_read_or_refused_with_a_problem_for_each_part(raw: dict[str, object]) -> None:
    for problem in problems_or_none(raw):
        assert problem.where in {"no-such", *questions()}
        assert problem.what.endswith(".")
        assert problem.fix


def problems_or_none(raw: dict[str, object]) -> Sequence[Problem]:
    try:
        read_answers(raw)
    except PlannerError as refused:
        return refused.problems
    return ()


@pytest.mark.parametrize(
    "raw",
    [
        {"data_size": "12.34 GB"},
        {"gpu_memory": "39.95 GB"},
        {"time_on_gpu": "12 h 20 s", "resume": "yes"},
        {"time_on_gpu": "4 d 4 h 20 min"},
        {"time_on_gpu": "0.00001 s"},
        {"task_source": "rows", "rows": 'lr,batch\n"",2\n1,""'},
    ],
)
def test_what_a_print_would_round_is_read_back_as_it_was(raw: dict[str, object]) -> None:
    answers = read_answers(raw)
    assert read_answers(as_table(answers)) == answers
    assert read_answers(as_texts(answers)) == answers


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"grid": "lr = ,\nbatch = 1"}, '"lr" has no value: write them behind "=", with commas between them.'),
        (
            {"task_source": "rows", "rows": 'lr,batch\n"1,2\n3,4'},
            "A quotation mark is not closed, or something stands behind it.",
        ),
        (
            {"task_source": "numbered", "command": "python t.py {task}"},
            "command: needs one {name} where the number goes.",
        ),
        ({"container": "existing", "image": "nonsense://x"}, "image: is no image that HTCondor can fetch."),
        ({"test_arguments": "--lr {lr}"}, "test_arguments: holds {lr}. Write a value: the trial is one task."),
        (
            {"data_place": "staging", "data_path": "../x.tar"},
            'data_path: holds "..". Write the path as it is, without going up.',
        ),
        ({"memory": "0 GB"}, 'An amount of zero decides nothing: write "not measured" if you do not know it.'),
    ],
)
def test_what_would_plan_nonsense_is_refused(raw: dict[str, object], said: str) -> None:
    assert any(said in problem for problem in problems(**raw)), problems(**raw)


@pytest.mark.parametrize("many", ["x\n" * 200_000, ["x"] * 200_001], ids=["form", "file"])
def test_an_answer_of_very_many_lines_is_refused_before_it_is_read(many: object) -> None:
    with pytest.raises(PlannerError, match="200,001 lines"):
        read_answers({"packages": many})

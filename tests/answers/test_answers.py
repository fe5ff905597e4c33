import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.answers import as_table, as_texts, default_answers, questions, read_answers, stages
from planner.answers.kinds import Choice
from planner.bundle import make_files
from planner.engine import make_plan
from planner.errors import PlannerError
from planner.examples import examples
from planner.pools import pools


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
    assert {"gpu_memory", "rows", "hours_gpu"}.isdisjoint(as_table(answers))


def test_a_default_may_follow_from_an_earlier_answer() -> None:
    assert read_answers({"gpu": "no"}).cpus == 1
    assert default_answers().cpus == 4


@pytest.mark.parametrize("text", ["not measured", "", "unknown", "Not Measured"])
def test_not_measured_is_an_answer(text: str) -> None:
    assert read_answers({"hours_gpu": text}).hours_gpu is None


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"gpuu": "no"}, "gpuu: is not a question. Did you mean gpu or gpus?"),
        ({"schema": 9}, "schema: is 9, this planner reads 1. Use the planner that wrote it."),
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
        ({"spread": "rows"}, "rows: is empty. Paste a table with at least one task."),
        ({"container": "existing", "image": "my image"}, "image: is no image that HTCondor can fetch."),
        ({"packages": "dependencies:\n  - x"}, "packages: This is an environment.yml; this planner installs with pip."),
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
        assert read_answers(tomllib.loads(example.text)) == example.answers


SIZES = st.sampled_from(["not measured", "1 MB", "500 MB", "5 GB", "12 GB", "40 GB", "45 GB", "80 GB", "150 GB"])
TIMES = st.sampled_from(["not measured", "20 s", "10 min", "3 h", "9 h", "11 h", "20 h", "30 h", "70 h", "9 d"])
COMMANDS = {
    "one": "python t.py",
    "grid": "python t.py --a {a}",
    "rows": "python t.py {a}",
    "numbered": "python t.py {n}",
}


@st.composite
def valid(draw: st.DrawFn) -> dict[str, object]:
    """Draw answers that go together, from every choice and the bands of sizes and times that rules tell apart."""
    raw: dict[str, object] = {}
    for id, question in questions().items():
        if isinstance(question.kind, Choice) and id != "pool":
            raw[id] = draw(st.sampled_from([key for key, _ in question.kind.choices]))
        elif question.kind.control == "span":
            raw[id] = draw(TIMES)
        elif question.kind.control == "amount":
            raw[id] = draw(SIZES.filter(lambda text: text != "not measured")) if id == "data_size" else draw(SIZES)
    raw["command"] = COMMANDS[str(raw["spread"])]
    raw |= {"grid": ["a = 1, 2"], "rows": ["a,note", "1,x"], "count": draw(st.sampled_from([1, 10, 12000]))}
    raw["framework_version"] = (
        draw(st.sampled_from(["2.12.1", "2.9.1", "2.5.1", "9.9"])) if raw["framework"] != "other" else "x"
    )
    raw["cuda"] = draw(st.sampled_from(["not sure", "12.6", "cpu"]))
    raw["image"] = draw(st.sampled_from(["docker://me/work:1", "work.sif", "file:///staging/groups/g/w.sif"]))
    raw["gpus"] = draw(st.sampled_from([1, 2, 5, 11]))
    raw["user"] = draw(st.sampled_from(["", "bucky"]))
    paths = {
        "group": "/staging/groups/g/d.tar",
        "researchdrive": "/researchdrive/p/CHTC/d.tar",
        "web": "https://e.org/d.tar",
    }
    raw["data_path"] = paths.get(str(raw["data_place"]), draw(st.sampled_from(["d/", "d.tar", "deep/d.h5"])))
    raw["data_files"] = draw(st.sampled_from([1, 50, 40000]))
    return raw


@settings(max_examples=150)
@given(valid())
def test_any_valid_answers_give_a_plan_and_files_that_break_no_rule_of_the_pool(raw: dict[str, object]) -> None:
    answers = read_answers(raw)
    plan = make_plan(answers, pools()[answers.pool])
    files = {file.path: file.text for file in make_files(plan)}
    task = files.get(f"{answers.project}.sub", "")
    assert bool(task) != plan.stopped
    lines = task.splitlines()
    assert "(task) = file:///" not in task or "HasCHTCStaging" in task
    if any("file:///" in line for line in lines if not line.startswith("#")):
        assert any(line.startswith("requirements = ") and "HasCHTCStaging" in line for line in lines)
        assert "want_ospool = true" not in lines
    if '+GPUJobLength = "long"' in lines:
        assert answers.gpus <= 4
    floor = plan.settings.gpu_memory_floor
    if task and floor is not None and plan.settings.processor == "gpu":
        assert plan.settings.cards
    assert read_answers(as_table(answers)) == answers

import tomllib
from pathlib import Path

import pytest

import planner
from planner.answers import as_table, questions, read_answers
from planner.answers.file import AnswersFile
from planner.engine import make_plan
from planner.examples import Example, examples
from planner.facts.pools import pools

each_example = pytest.mark.parametrize("example", examples().values(), ids=examples())


def test_the_first_example_is_a_sweep() -> None:
    sweep = examples()["sweep"]
    assert sweep.about == "Sweep of a PyTorch model: the same training with sixty settings, three hours each on one GPU"
    assert sweep.answers == read_answers({"user": "bucky"})


@each_example
def test_an_example_has_the_name_of_its_file_and_a_sentence(example: Example) -> None:
    assert examples()[example.name] is example
    assert example.text.startswith(f"# {example.about}\n")
    assert example.about[0].isupper()
    assert not example.about.endswith(".")


@each_example
def test_the_text_of_an_example_holds_its_answers(example: Example) -> None:
    assert AnswersFile.read(example.text) == AnswersFile(example.answers)


@each_example
def test_an_example_is_of_this_schema_and_answers_only_what_is_asked_in_reading_order(example: Example) -> None:
    written = tomllib.loads(example.text)
    assert written.pop("schema") == 2
    assert [id for id in questions() if id in written] == list(written)
    assert set(written) <= set(as_table(example.answers))


@each_example
def test_an_example_is_written_as_the_planner_writes_answers(example: Example) -> None:
    written = tomllib.loads(example.text)
    table = AnswersFile(example.answers).to_table()
    assert {key: table[key] for key in written} == written


@each_example
def test_nothing_stops_the_plan_of_an_example(example: Example) -> None:
    plan = make_plan(example.answers, pools()[example.answers.pool])
    assert not plan.stopped
    assert plan.settings.way is not None


def test_every_file_of_an_example_is_listed() -> None:
    folder = Path(planner.__file__).parent / "data/examples"
    assert {path.stem for path in folder.glob("*.toml")} == set(examples())


# What a newcomer may have to touch: more questions than this, and nobody gets to the end.
MOST_QUESTIONS = 12


@each_example
def test_an_example_asks_a_newcomer_at_most_twelve_questions(example: Example) -> None:
    asked = [question.id for question in questions().values() if question.newcomer and example.answers.asked(question)]
    assert len(asked) <= MOST_QUESTIONS

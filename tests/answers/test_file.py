import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.answers import Answers, as_table, default_answers, questions
from planner.answers.file import RENAMED, AnswersFile, parse, table_of, write_table
from planner.errors import PlannerError
from planner.units import Size
from planner.usage import Usage
from tests.strategies import answers

USED = Usage(jobs=30, memory=Size.of_gb(30), gpu_use=0.0)


@settings(max_examples=50)
@given(answers(), st.sampled_from([None, USED]))
def test_what_is_written_is_read_again(drawn: Answers, usage: Usage | None) -> None:
    file = AnswersFile(drawn, usage)
    assert AnswersFile.read(file.write()) == file
    assert AnswersFile.from_table(file.to_table()) == file
    assert AnswersFile.from_form(file.to_form()) == file


def test_a_file_holds_the_schema_then_what_is_asked_then_the_usage() -> None:
    table = AnswersFile(default_answers(), USED).to_table()
    assert list(table) == ["schema", *as_table(default_answers()), "measured"]
    assert tomllib.loads(AnswersFile(default_answers(), USED).write()) == table


def test_a_file_may_hold_some_of_the_answers_only() -> None:
    written = AnswersFile(default_answers(), USED).write(only={"cpus", "rows"})
    assert written == "schema = 2\ncpus = 4\n\n[measured]\njobs = 30\nmemory = 32212254720\ngpu_use = 0.0\n"
    assert write_table(table_of({"cpus": 3}, None)) == "schema = 2\ncpus = 3\n"


def test_the_form_keeps_the_usage_beside_the_answers() -> None:
    assert set(AnswersFile(default_answers()).to_form()) == {*questions(), "measured"}
    assert AnswersFile(default_answers()).to_form()["measured"] == ""
    assert json.loads(AnswersFile(default_answers(), USED).to_form()["measured"])["jobs"] == 30


@pytest.mark.parametrize("schema", [{}, {"schema": 1}, {"schema": "1"}, {"schema": 2}, {"schema": "2"}])
def test_the_schema_may_be_left_out_and_a_link_holds_it_as_text(schema: dict[str, object]) -> None:
    assert AnswersFile.from_table(schema) == AnswersFile.usable(schema)[0] == AnswersFile(default_answers())
    assert AnswersFile.usable(schema)[1] == []


@pytest.mark.parametrize("schema", [9, "9", None, True, 1.5])
def test_another_schema_is_refused_where_files_are_read_and_told_where_they_are_used(schema: object) -> None:
    table = {"schema": schema, "cpus": 3}
    with pytest.raises(PlannerError) as refused:
        AnswersFile.from_table(table)
    (problem,) = refused.value.problems
    assert str(problem) == f"schema: is {schema!r}, this planner reads 2. Use the planner that wrote it."
    file, problems = AnswersFile.usable(table)
    assert (file.answers.cpus, problems) == (3, [problem])


def test_every_problem_of_a_file_comes_at_once() -> None:
    with pytest.raises(PlannerError) as refused:
        AnswersFile.from_table({"schema": 3, "gpuu": "no", "cpus": "four"})
    assert [problem.where for problem in refused.value.problems] == ["schema", "gpuu", "cpus"]


@pytest.mark.parametrize(
    ("table", "where"),
    [({"measured": 3}, "measured"), ({"measured": {"jobs": -1}}, "measured.jobs"), ({"measured": {}}, "measured.jobs")],
)
def test_a_file_with_a_damaged_usage_is_refused_whole(table: dict[str, object], where: str) -> None:
    for read in (AnswersFile.from_table, AnswersFile.usable):
        with pytest.raises(PlannerError) as refused:
            read(table)
        assert refused.value.problems[0].where == where


@pytest.mark.parametrize("text", ["{", "[]", "3"])
def test_a_form_with_a_damaged_usage_is_refused(text: str) -> None:
    with pytest.raises(PlannerError) as refused:
        AnswersFile.from_form({"measured": text})
    assert refused.value.problems[0].where == "measured.jobs"


def test_a_file_may_be_read_for_another_pool() -> None:
    assert AnswersFile.read("cpus = 3", pool="ospool").answers.pool == "ospool"


@pytest.mark.parametrize("text", ["memory =", "a = " + "[" * 5000])
def test_what_is_no_toml_is_said_to_be_none(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        parse(text)


OLD = {"schema": 1, "spread": "numbered", "count": 3, "command": "run {seed}", "hours_gpu": "2 h", "reach": "own"}


def test_names_of_the_first_schema_are_read_and_said_to_be_old() -> None:
    file = AnswersFile.from_table(OLD)
    assert (file.answers.task_source, file.answers.where_to_run) == ("numbered", "own")
    assert str(file.answers.time_on_gpu) == "2 h"
    assert file.old_words == (
        "This was written by an earlier version of the planner, and was read: spread is now task_source, hours_gpu is now "
        "time_on_gpu and reach is now where_to_run."
    )
    assert AnswersFile.read(file.write()).old_words == ""
    assert "task_source" in file.to_form()


def test_an_old_name_beside_the_new_one_is_no_question() -> None:
    with pytest.raises(PlannerError) as refused:
        AnswersFile.from_table({"hours_gpu": "2 h", "time_on_gpu": "3 h"})
    assert [problem.where for problem in refused.value.problems] == ["hours_gpu"]


def test_every_old_name_has_a_question_today() -> None:
    assert set(RENAMED.values()) <= set(questions())
    assert not set(RENAMED) & set(questions())

from hypothesis import given, settings

from planner.answers import Answers, read_answers
from planner.estimate import tasks
from tests.strategies import answers

GRID = {"grid": "lr = 0.1, 0.01\nbatch = 16, 32, 64", "command": "run {lr} {batch}"}
ROWS = {"spread": "rows", "rows": "lr,note\n0.1,first\n0.01,second", "command": "run {lr}"}
NUMBERED = {"spread": "numbered", "count": 3, "command": "run --seed {seed}"}
ONE = {"spread": "one", "command": "run"}


def test_a_grid_has_every_combination_and_the_last_value_changes_first() -> None:
    found = read_answers(GRID)
    assert tasks.columns(found) == ("lr", "batch")
    assert tasks.count(found) == 6
    assert list(tasks.values(found)) == [
        ("0.1", "16"),
        ("0.1", "32"),
        ("0.1", "64"),
        ("0.01", "16"),
        ("0.01", "32"),
        ("0.01", "64"),
    ]


def test_a_table_has_a_task_in_each_row_with_all_its_columns() -> None:
    found = read_answers(ROWS)
    assert tasks.columns(found) == ("lr", "note")
    assert tasks.count(found) == 2
    assert list(tasks.values(found)) == [("0.1", "first"), ("0.01", "second")]


def test_numbers_begin_with_0_and_are_called_as_the_command_calls_them() -> None:
    found = read_answers(NUMBERED)
    assert tasks.columns(found) == ("seed",)
    assert tasks.count(found) == 3
    assert list(tasks.values(found)) == [("0",), ("1",), ("2",)]


def test_one_task_has_no_values() -> None:
    found = read_answers(ONE)
    assert tasks.columns(found) == ()
    assert tasks.count(found) == 1
    assert list(tasks.values(found)) == [()]


def test_the_default_sweep_has_sixty_tasks() -> None:
    assert tasks.count(read_answers({})) == 60


@settings(max_examples=60)
@given(answers().filter(lambda found: tasks.count(found) <= 20_000))
def test_there_is_one_row_for_each_task_and_one_value_for_each_column(found: Answers) -> None:
    rows = list(tasks.values(found))
    assert len(rows) == tasks.count(found) >= 1
    assert {len(row) for row in rows} == {len(tasks.columns(found))}

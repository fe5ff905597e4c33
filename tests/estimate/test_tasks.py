from hypothesis import given, settings

from planner.answers import Answers, read_answers
from planner.estimate.tasks import TaskList
from tests.strategies import answers

GRID = {"grid": "lr = 0.1, 0.01\nbatch = 16, 32, 64", "command": "run {lr} {batch}"}
ROWS = {"task_source": "rows", "rows": "lr,note\n0.1,first\n0.01,second", "command": "run {lr}"}
NUMBERED = {"task_source": "numbered", "count": 3, "command": "run --seed {seed}"}
ONE = {"task_source": "one", "command": "run"}


def test_a_grid_has_every_combination_and_the_last_value_changes_first() -> None:
    found = read_answers(GRID)
    assert TaskList(found).columns == ("lr", "batch")
    assert TaskList(found).count == 6
    assert list(TaskList(found).values()) == [
        ("0.1", "16"),
        ("0.1", "32"),
        ("0.1", "64"),
        ("0.01", "16"),
        ("0.01", "32"),
        ("0.01", "64"),
    ]


def test_a_table_has_a_task_in_each_row_with_all_its_columns() -> None:
    found = read_answers(ROWS)
    assert TaskList(found).columns == ("lr", "note")
    assert TaskList(found).count == 2
    assert list(TaskList(found).values()) == [("0.1", "first"), ("0.01", "second")]


def test_numbers_begin_with_0_and_are_called_as_the_command_calls_them() -> None:
    found = read_answers(NUMBERED)
    assert TaskList(found).columns == ("seed",)
    assert TaskList(found).count == 3
    assert list(TaskList(found).values()) == [("0",), ("1",), ("2",)]


def test_one_task_has_no_values() -> None:
    found = read_answers(ONE)
    assert TaskList(found).columns == ()
    assert TaskList(found).count == 1
    assert list(TaskList(found).values()) == [()]


def test_the_default_sweep_has_sixty_tasks() -> None:
    assert TaskList(read_answers({})).count == 60


def test_lists_are_equal_where_the_same_answers_make_them() -> None:
    same, other = (
        TaskList(read_answers({**NUMBERED, "memory": "64 GB"})),
        TaskList(read_answers({**NUMBERED, "count": 4})),
    )
    assert TaskList(read_answers(NUMBERED)) == same
    assert hash(TaskList(read_answers(NUMBERED))) == hash(same)
    assert TaskList(read_answers(NUMBERED)) != other


@settings(max_examples=60)
@given(answers().filter(lambda found: TaskList(found).count <= 20_000))
def test_there_is_one_row_for_each_task_and_one_value_for_each_column(found: Answers) -> None:
    rows = list(TaskList(found).values())
    assert len(rows) == TaskList(found).count >= 1
    assert {len(row) for row in rows} == {len(TaskList(found).columns)}

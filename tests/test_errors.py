import pytest

from planner.errors import PlannerError, Problem, did_you_mean


def test_a_problem_reads_as_a_line_that_says_where_what_and_what_to_do() -> None:
    problem = Problem("memory", '"12" cannot be used.', "Write a number and a unit.")
    assert str(problem) == 'memory: "12" cannot be used. Write a number and a unit.'


def test_an_error_carries_every_problem_in_order_a_line_each() -> None:
    error = PlannerError([Problem("b", "is empty.", "Write it."), Problem("a", "is wrong.", "Mend it.")])
    assert [problem.where for problem in error.problems] == ["b", "a"]
    assert str(error) == "b: is empty. Write it.\na: is wrong. Mend it."


def test_an_error_keeps_problems_that_come_one_by_one() -> None:
    error = PlannerError(Problem(where, "is wrong.", "Mend it.") for where in "ab")
    assert len(error.problems) == 2
    assert str(error).count("\n") == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cpsu", "Did you mean cpus?"),
        ("gpu_memry", "Did you mean gpu_memory or memory?"),
        ("zzz", "Known here: memory, gpu_memory, cpus."),
    ],
)
def test_the_nearest_names_are_offered_or_all_when_none_is_near(name: str, said: str) -> None:
    assert did_you_mean(name, ["memory", "gpu_memory", "cpus"]) == said


def test_at_most_two_names_are_offered() -> None:
    assert did_you_mean("lengt", ["length", "lengths", "lengthy"]) == "Did you mean length or lengthy?"

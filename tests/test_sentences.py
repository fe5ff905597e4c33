import pytest

from planner.sentences import and_joined, counted, is_are, plural


def test_one_thing_is_one_and_any_other_number_is_many() -> None:
    assert [plural(count, "job") for count in (0, 1, 2)] == ["jobs", "job", "jobs"]
    assert [is_are(count) for count in (0, 1, 2)] == ["are", "is", "are"]


def test_large_numbers_of_things_have_their_thousands_apart() -> None:
    assert [counted(count, "part") for count in (1, 999, 2000)] == ["1 part", "999 parts", "2,000 parts"]


@pytest.mark.parametrize(("names", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_the_last_of_a_list_stands_behind_and(names: list[str], text: str) -> None:
    assert and_joined(names) == text

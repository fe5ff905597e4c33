import time

from planner.answers import read_answers
from planner.bundle import File
from planner.web.parts.changes import FEW_LINES, changed_answers, new_lines


def lines(before: str, now: str) -> list[int]:
    return sorted(new_lines((File("a", before),), (File("a", now),)).get("a", []))


def test_lines_that_were_not_there() -> None:
    assert lines("a\nb\nc\n", "a\nx\nc\nd\n") == [1, 3]
    assert lines("a\nb\n", "a\nb\n") == []
    assert lines("a\nb\n", "b\n") == []
    assert lines("a\na\n", "a\na\na\n") == [2]


def test_a_file_that_is_new_is_new_as_a_whole() -> None:
    assert new_lines((), (File("b", "x\ny\n"), File("logs/", ""))) == {"b": frozenset({0, 1})}


def test_a_hundred_thousand_lines_are_compared_before_the_next_key() -> None:
    before = "".join(f"{at}\n" for at in range(100_000))
    began = time.process_time()
    assert len(lines(before, before.replace("5", "6"))) > FEW_LINES
    assert time.process_time() - began < 1


def test_only_answers_to_questions_that_are_asked() -> None:
    (changed,) = changed_answers(read_answers({}), read_answers({"memory": "30 GB"}))
    assert (changed.id, changed.before, changed.now) == ("memory", "16 GB", "30 GB")
    ids = [changed.id for changed in changed_answers(read_answers({}), read_answers({"data_place": "none"}))]
    assert "data_place" in ids
    assert "data_size" not in ids

import pytest

from tests.helpers import NUMBERED, ONE_TASK, ask, settings, words

TABLE = {"spread": "rows", "rows": "lr,note\n0.1,first try\n0.2,second try", "command": "python train.py --lr {lr}"}

# --- one-list ---


def test_one_list_holds_every_combination() -> None:
    assert words(ask("one-list")) == (
        "set",
        "Submit 60 tasks from jobs.csv",
        "One line a task, with lr and batch; the header is for people, and the queue statement begins after it.",
    )
    assert settings().tasks == 60
    assert settings().columns == ("lr", "batch")


def test_one_list_holds_a_table_with_columns_for_people() -> None:
    assert words(ask("one-list", **TABLE)) == (
        "set",
        "Submit 2 tasks from jobs.csv",
        "One line a task, with lr and note; the header is for people, and the queue statement begins after it.",
    )
    assert settings(**TABLE).columns == ("lr", "note")


def test_one_list_holds_the_numbers() -> None:
    assert words(ask("one-list", count="2,500", **NUMBERED)) == (
        "set",
        "Submit 2,500 tasks from jobs.csv",
        "One line a task, with seed; the header is for people, and the queue statement begins after it.",
    )
    assert settings(count="2,500", **NUMBERED).tasks == 2500


def test_one_list_is_silent_about_one_task() -> None:
    assert ask("one-list", **ONE_TASK) is None
    assert settings(**ONE_TASK).tasks == 1
    assert settings(**ONE_TASK).columns == ()


# --- jobs-in-waves ---


def test_jobs_in_waves_from_ten_thousand_on() -> None:
    assert words(ask("jobs-in-waves", count="10,000", **NUMBERED)) == (
        "set",
        "Keep at most 10,000 idle jobs in the queue",
        "The pool asks for this from 10,000 jobs on, and there are 10,000.",
    )
    assert settings(count="10,000", **NUMBERED).max_idle == 10000


def test_jobs_in_waves_above_ten_thousand_are_talked_about_first() -> None:
    assert words(ask("jobs-in-waves", count="25,000", **NUMBERED)) == (
        "set",
        "Keep at most 10,000 idle jobs in the queue",
        "The pool asks for this from 10,000 jobs on, and there are 25,000. Write to chtc@cs.wisc.edu first.",
    )


def test_jobs_in_waves_is_silent_below_ten_thousand() -> None:
    assert ask("jobs-in-waves", count="9,999", **NUMBERED) is None
    assert settings(count="9,999", **NUMBERED).max_idle == 0


# --- short-tasks-together ---


def test_short_tasks_together_fill_five_minutes() -> None:
    assert words(ask("short-tasks-together", hours_gpu="1 min", count="1,001", **NUMBERED)) == (
        "warn",
        "Put 5 tasks into one",
        "1,001 jobs of 1 min each: the pool asks for 5 min or more where there are over 1,000.",
    )


@pytest.mark.parametrize(("time", "together"), [("7 s", 43), ("2 min", 3), ("4 min 59 s", 2)])
def test_short_tasks_together_are_rounded_up(time: str, together: int) -> None:
    advice = ask("short-tasks-together", gpu="no", hours_cpu=time, count="5,000", **NUMBERED)
    assert words(advice) == (
        "warn",
        f"Put {together} tasks into one",
        f"5,000 jobs of {time} each: the pool asks for 5 min or more where there are over 1,000.",
    )


def test_short_tasks_together_is_silent_up_to_a_thousand() -> None:
    assert ask("short-tasks-together", hours_gpu="1 min", count="1,000", **NUMBERED) is None


def test_short_tasks_together_is_silent_from_five_minutes_on_and_about_an_unknown_time() -> None:
    assert ask("short-tasks-together", hours_gpu="5 min", count="1,001", **NUMBERED) is None
    assert ask("short-tasks-together", hours_gpu="not measured", count="1,001", **NUMBERED) is None

import pytest

from planner.advice import Part
from planner.answers import read_answers
from planner.engine import make_plan
from planner.facts.pools import pools
from planner.units import Size
from tests.helpers import NUMBERED, ONE_TASK, ask, settings, words

# --- sample-of-data ---


def test_sample_of_data_is_one_file_in_a_hundred() -> None:
    assert words(ask("sample-of-data")) == (
        "set",
        "Make a sample of 400 files",
        "Of 40,000 files that is about 122.9 MB: enough to see the whole path work.",
    )
    assert settings().sample_files == 400
    assert settings().sample_size == Size(12 * 1024**3 // 100 + 1)


@pytest.mark.parametrize(
    ("files", "sample"), [("100,000", 1000), ("10,000", 100), ("5,000", 100), ("101", 100), ("100", 99), ("2", 1)]
)
def test_sample_of_data_is_at_least_a_hundred_files_and_never_all(files: str, sample: int) -> None:
    assert settings(data_files=files).sample_files == sample


def test_sample_of_data_is_silent_where_nothing_is_packed() -> None:
    assert ask("sample-of-data", data_path="set.h5", data_files="1") is None
    assert ask("sample-of-data", data_place="none") is None
    assert settings(data_place="none").sample_files == 0


# --- test-job-first ---


def test_test_job_first_with_trial_arguments_and_a_sample() -> None:
    assert words(ask("test-job-first")) == (
        "set",
        "Submit test.sub first, and read its log",
        "One task with --epochs 1 added, in the shortest length, with 9 GB of disk instead of 38 GB: 5 GB image + 122.9 MB data as transferred (sample) + 122.9 MB data unpacked (sample) + 100 MB results + 2 GB caches and temporary files, and a fifth over.",
    )
    assert settings().test_disk == Size.of_gb(9)
    assert settings().test_disk_parts == (
        Part("image", Size.of_gb(5)),
        Part("data as transferred (sample)", Size(12 * 1024**3 // 100 + 1)),
        Part("data unpacked (sample)", Size(12 * 1024**3 // 100 + 1)),
        Part("results", Size.parse("100 MB")),
        Part("caches and temporary files", Size.of_gb(2)),
    )


def test_test_job_first_without_trial_arguments_or_a_sample() -> None:
    assert words(ask("test-job-first", test_arguments="", data_path="set.h5", data_files="1")) == (
        "set",
        "Submit test.sub first, and read its log",
        "One whole task, since you named no trial arguments, with 23 GB of disk: 5 GB image + 12 GB data as transferred + 100 MB results + 2 GB caches and temporary files, and a fifth over.",
    )


def test_test_job_first_always_speaks() -> None:
    assert ask("test-job-first", data_place="none", gpu="no", **ONE_TASK)
    assert ask("test-job-first", time_on_gpu="8 d")


# --- try-by-hand ---


def test_try_by_hand_says_for_how_long_and_with_how_many_cards() -> None:
    assert words(ask("try-by-hand")) == (
        "tip",
        "If test.sub fails and its log does not say why, try by hand: condor_submit -i test.sub",
        "It opens a shell with the job's files and limits, for up to 4 h and with 1 GPU.",
    )
    assert words(ask("try-by-hand", gpus="2"))[2] == (
        "It opens a shell with the job's files and limits, for up to 4 h and with 1 GPU, so change request_gpus = 2 for it."
    )
    assert words(ask("try-by-hand", gpu="no", time_on_cpu="2 h"))[2] == (
        "It opens a shell with the job's files and limits, for up to 4 h."
    )


def test_try_by_hand_is_silent_where_the_pool_says_nothing_of_interactive_jobs() -> None:
    pool = pools()["generic"]
    plan = make_plan(read_answers({"pool": pool.key}), pool)
    assert "try-by-hand" not in {advice.rule for advice in plan.advice}


# --- few-then-all ---


def test_few_then_all_for_sixty_tasks() -> None:
    assert words(ask("few-then-all")) == (
        "tip",
        "Submit the first three tasks, look at their results, then submit all",
        "60 tasks would repeat a mistake 60 times.",
    )


def test_few_then_all_for_ten_thousand_tasks() -> None:
    assert (
        words(ask("few-then-all", count="10,000", **NUMBERED))[2] == "10,000 tasks would repeat a mistake 10,000 times."
    )


def test_few_then_all_is_silent_up_to_three_tasks() -> None:
    assert ask("few-then-all", count="4", **NUMBERED)
    assert ask("few-then-all", count="3", **NUMBERED) is None
    assert ask("few-then-all", **ONE_TASK) is None

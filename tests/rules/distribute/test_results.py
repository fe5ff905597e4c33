from dataclasses import replace

from planner.answers import read_answers
from planner.engine import make_plan
from planner.facts.pools import pools
from tests.helpers import NUMBERED, ONE_TASK, ask, settings, words

NO_DATA = {"data_place": "none"}
IN_GROUP = {"data_place": "group", "data_path": "/staging/groups/lab/set.h5", "data_files": "1", "user": "bucky"}
ON_DRIVE = {"data_place": "researchdrive", "data_path": "/researchdrive/prof/CHTC/set.h5", "data_files": "1"}

# --- results-come-back ---


def test_results_come_back_small_through_the_access_point() -> None:
    assert words(ask("results-come-back")) == (
        "set",
        "Let results come back to the folder returned/",
        "100 MB a task, 5.9 GB for 60 tasks: up to 1 GB a job may pass through the access point, and all of it fits into your home directory on the access point.",
    )
    assert settings().output_archive is False
    assert settings().output_remap == ""


def test_results_come_back_from_one_task() -> None:
    assert words(ask("results-come-back", **ONE_TASK)) == (
        "set",
        "Let results come back to the folder returned/",
        "100 MB a task: up to 1 GB a job may pass through the access point.",
    )


def test_results_come_back_large_to_staging_packed() -> None:
    assert words(ask("results-come-back", output_size="2 GB", user="bucky")) == (
        "set",
        "Send results, packed, to your staging directory",
        "2 GB a task, 120 GB for 60 tasks: too much to pass through the access point.",
    )
    decided = settings(output_size="2 GB", user="bucky")
    assert decided.output_archive is True
    assert decided.output_remap == "osdf:///chtc/staging/b/bucky/sweep-task-$(task).tar.gz"


def test_results_come_back_large_from_one_task() -> None:
    assert words(ask("results-come-back", output_size="2 GB", **ONE_TASK)) == (
        "set",
        "Send results, packed, to your staging directory",
        "2 GB a task: too much to pass through the access point.",
    )
    assert settings(output_size="2 GB", user="bucky", **ONE_TASK).output_remap == (
        "osdf:///chtc/staging/b/bucky/sweep-task-1.tar.gz"
    )


def test_results_come_back_to_staging_where_all_together_fill_the_home_directory() -> None:
    answers = {**NUMBERED, "count": "1000"}
    assert words(ask("results-come-back", **answers)) == (
        "set",
        "Send results, packed, to your staging directory",
        "100 MB a task, 97.7 GB for 1,000 tasks: more than your home directory on the access point holds.",
    )
    assert settings(**answers).output_remap == "osdf:///chtc$ENV(STAGING)/sweep-task-$(task).tar.gz"


def test_results_come_back_from_50_gb_a_task_only_with_a_warning() -> None:
    answers = {"output_size": "50 GB", "user": "bucky", **ONE_TASK}
    assert words(ask("results-come-back", **answers)) == (
        "warn",
        "Make the results of a task smaller",
        "50 GB a task: too much to pass through the access point. Files of that size are written to your staging directory only by machines that mount it, so the job requires (HasCHTCStaging == true).",
    )
    assert settings(**answers).output_remap == "file:///staging/b/bucky/sweep-task-1.tar.gz"


def test_results_come_back_from_200_gb_a_task_nowhere() -> None:
    assert words(ask("results-come-back", output_size="200 GB")) == (
        "warn",
        "Bring back less, or ask chtc@cs.wisc.edu where results of this size can go",
        "200 GB a task, 11.8 TB for 60 tasks: more than any place of your own takes.",
    )
    assert settings(output_size="200 GB").output_archive is False
    assert settings(output_size="200 GB").output_remap == ""


def test_results_come_back_not_measured_as_if_they_were_1_gb() -> None:
    assert words(ask("results-come-back", output_size="not measured", **ONE_TASK)) == (
        "set",
        "Let results come back to the folder returned/",
        "1 GB a task, a guess since you have not measured them: up to 1 GB a job may pass through the access point.",
    )


def test_results_come_back_always_speaks() -> None:
    for size in ("1 MB", "2 GB", "50 GB", "200 GB", "not measured"):
        assert ask("results-come-back", output_size=size)


# --- quota ---


def test_quota_is_too_small_for_image_and_data() -> None:
    assert words(ask("quota", data_size="99 GB", user="bucky")) == (
        "warn",
        "Ask for a larger quota in your staging directory before you start",
        "Image, data and results take 104 GB in 3 files there; the usual quota is 100 GB and 1,000 files.",
    )


def test_quota_is_too_small_for_large_results() -> None:
    assert words(ask("quota", output_size="2 GB")) == (
        "warn",
        "Ask for a larger quota in your staging directory before you start",
        "Image, data and results take 137 GB in 63 files there; the usual quota is 100 GB and 1,000 files.",
    )


def test_quota_counts_files_too() -> None:
    answers = {**NUMBERED, "count": "2000", "output_size": "40 MB", **NO_DATA}
    assert words(ask("quota", **answers)) == (
        "warn",
        "Ask for a larger quota in your staging directory before you start",
        "Image, data and results take 83.2 GB in 2,001 files there; the usual quota is 100 GB and 1,000 files.",
    )


def test_quota_is_silent_where_all_fits() -> None:
    assert ask("quota") is None
    assert ask("quota", data_size="90 GB", user="bucky") is None


def test_quota_is_silent_about_data_that_lies_elsewhere() -> None:
    assert ask("quota", data_size="99 GB", **IN_GROUP) is None
    assert ask("quota", data_size="99 GB", **ON_DRIVE) is None


def test_quota_is_silent_on_a_pool_without_a_place_for_large_files() -> None:
    chtc = pools()["chtc"]
    pool = replace(chtc, places=(chtc.place("home"),))
    advice = make_plan(read_answers({"data_place": "none", "output_size": "5 GB"}), pool).advice
    assert "quota" not in [said.rule for said in advice]

from typing import Any

from planner.advice import Advice, Plan
from planner.answers import read_answers
from planner.engine import make_plan
from planner.facts.pools import pools
from planner.rules import rule_called
from planner.units import Duration, Size
from planner.usage import Usage
from tests.helpers import NUMBERED, ONE_TASK, words

GB = Size.of_gb(1)


def planned(measured: dict[str, Any] | None, **answers: object) -> Plan:
    """Return the plan for 60 tasks after *measured* was seen; 60 jobs ended well unless it says otherwise."""
    found = Usage(**{"jobs": 60, **measured}) if measured is not None else None
    return make_plan(read_answers({**NUMBERED, "count": "60", **answers}), pools()["chtc"], measured=found)


def ask(rule: str, measured: dict[str, Any] | None, **answers: object) -> Advice | None:
    assert rule_called(rule), f"no rule is called {rule}"
    return next((advice for advice in planned(measured, **answers).advice if advice.rule == rule), None)


# --- enough-jobs ---


def test_enough_jobs_must_have_ended_well() -> None:
    assert words(ask("enough-jobs", {"jobs": 2, "memory": Size.of_gb(9)})) == (
        "warn",
        "Run 5 tasks to their end, then bring their log back",
        "The logs show 2 that ended with exit code 0; fewer than 5 do not show how far jobs differ, so the plan keeps to what you said.",
    )
    plan = planned({"jobs": 2, "memory": Size.of_gb(9), "disk": Size.of_gb(90)}, memory="40 GB")
    assert plan.settings.request_memory == Size.of_gb(40)
    assert plan.settings == planned(None, memory="40 GB").settings


def test_enough_jobs_is_silent_where_there_are_no_logs_or_enough_of_them() -> None:
    assert ask("enough-jobs", None) is None
    assert ask("enough-jobs", {"jobs": 5}) is None
    assert ask("enough-jobs", {"jobs": 1}, **ONE_TASK) is None
    assert ask("enough-jobs", {"jobs": 0}, **ONE_TASK) is not None


# --- measured-memory ---


def test_measured_memory_is_the_largest_and_a_fifth() -> None:
    assert words(
        ask("measured-memory", {"memory": Size.of_gb(9.2), "memory_usual": Size.of_gb(9)}, memory="40 GB")
    ) == (
        "set",
        "Request 12 GB of memory, as measured",
        "The largest of 60 jobs used 9.2 GB; 12 GB leaves at least a fifth over. Until now the plan said 40 GB.",
    )
    plan = planned({"memory": Size.of_gb(9.2), "memory_usual": Size.of_gb(9)}, memory="40 GB")
    assert (plan.settings.request_memory, plan.settings.retry_memory) == (Size.of_gb(12), Size.of_gb(24))
    assert plan.answers.memory == Size.of_gb(12)


def test_measured_memory_runs_the_few_large_ones_again() -> None:
    measured = {"memory": Size.of_gb(30), "memory_usual": Size.of_gb(9)}
    assert words(ask("measured-memory", measured)) == (
        "set",
        "Request 11 GB of memory, as measured",
        "95 % of 60 jobs used no more than 9 GB, the largest 30 GB: 11 GB leaves at least a fifth over for nearly all, and the others are run again with 36 GB. Until now the plan said 16 GB.",
    )
    settings = planned(measured).settings
    assert (settings.request_memory, settings.retry_memory) == (Size.of_gb(11), Size.of_gb(36))
    few = planned({**measured, "jobs": 10}).settings
    assert few.request_memory == Size.of_gb(36), "ten jobs are too few to say what nearly all need"


def test_measured_memory_of_a_held_job_counts_double() -> None:
    assert words(ask("measured-memory", {"memory": Size.of_gb(8), "memory_cut_off": True})) == (
        "set",
        "Request 16 GB of memory, as measured",
        "A job was held when it used 8 GB, and would have used more: 16 GB is twice that, in whole GB.",
    )


def test_measured_memory_of_held_jobs_counts_even_where_no_job_ended_well() -> None:
    held = {"jobs": 0, "memory": Size.of_gb(8), "memory_cut_off": True, "disk": Size.of_gb(500)}
    settings = planned(held, memory="8 GB").settings
    assert (settings.request_memory, settings.retry_memory) == (Size.of_gb(16), Size.of_gb(32))
    assert settings.request_disk == planned(None, memory="8 GB").settings.request_disk
    assert planned(held, memory="40 GB").settings.request_memory == Size.of_gb(40), "it says nothing against more"


def test_measured_memory_is_silent_where_no_log_shows_it() -> None:
    assert ask("measured-memory", None) is None
    assert ask("measured-memory", {"jobs": 60}) is None
    assert ask("measured-memory", {"jobs": 2, "memory": GB}) is None


# --- measured-disk ---


def test_measured_disk_replaces_the_sum() -> None:
    measured = {"disk": Size.of_gb(20), "asked_disk": Size.of_gb(80)}
    assert words(ask("measured-disk", measured)) == (
        "set",
        "Request 24 GB of disk, as measured",
        "The most that a job had on disk is 20 GB; 24 GB leaves at least a fifth over. The jobs asked for 80 GB.",
    )
    assert planned(measured).settings.request_disk == Size.of_gb(24)
    assert planned(None).settings.request_disk != Size.of_gb(24)


def test_measured_disk_is_silent_where_no_log_shows_it() -> None:
    assert ask("measured-disk", None) is None
    assert ask("measured-disk", {"jobs": 60}) is None


# --- measured-cpus ---


def test_measured_cpus_are_those_kept_busy() -> None:
    assert words(ask("measured-cpus", {"cpus": 3.42}, cpus="16")) == (
        "set",
        "Request 4 CPUs, as measured",
        "The busiest of 60 jobs kept 3.42 cores busy; requests are in whole cores. Until now the plan said 16.",
    )
    assert planned({"cpus": 3.42}, cpus="16").settings.request_cpus == 4
    assert planned({"cpus": 1.05}).settings.request_cpus == 1, "a twentieth of a core is no second one"
    assert planned({"cpus": 0.0}).settings.request_cpus == 1


def test_measured_cpus_is_silent_where_no_log_shows_it() -> None:
    assert ask("measured-cpus", None) is None
    assert ask("measured-cpus", {"jobs": 60}) is None


# --- measured-gpu-memory ---


def test_measured_gpu_memory_decides_which_cards_will_do() -> None:
    measured = {"gpus": 1, "gpu_memory": Size.of_gb(18)}
    assert words(ask("measured-gpu-memory", measured, gpu_memory="40 GB")) == (
        "set",
        "Ask for cards with 20 GB or more, as measured",
        "The most that 60 jobs used on a card is 18 GB; 20 GB leaves at least a tenth over. Until now the plan said 40 GB.",
    )
    said, found = planned(None, gpu_memory="80 GB"), planned(measured, gpu_memory="80 GB")
    assert found.settings.gpu_memory_floor == Size.of_gb(20)
    assert sum(card.count for card in found.settings.cards) > sum(card.count for card in said.settings.cards)


def test_measured_gpu_memory_is_never_taken_for_the_name_of_a_card() -> None:
    for used in range(1, 140):
        floor = planned({"gpus": 1, "gpu_memory": Size.of_gb(used)}).settings.gpu_memory_floor
        assert floor is not None
        assert floor >= Size.of_gb(used)


def test_measured_gpu_memory_is_silent_where_no_log_shows_it() -> None:
    assert ask("measured-gpu-memory", None) is None
    assert ask("measured-gpu-memory", {"gpus": 1}) is None


# --- measured-time ---


def test_measured_time_is_that_of_the_longest_run() -> None:
    measured = {"gpus": 1, "time": Duration.of_hours(9), "time_usual": Duration.of_hours(7)}
    assert words(ask("measured-time", measured, time_on_gpu="30 h")) == (
        "set",
        "Plan with 9 h for a task",
        "The longest run without interruption took 9 h, half of them no more than 7 h.",
    )
    way = planned(measured, time_on_gpu="30 h").settings.way
    assert way is not None
    assert way.length.limit.value == Duration.of_hours(12)


def test_measured_time_is_silent_where_no_log_shows_it() -> None:
    assert ask("measured-time", None) is None
    assert ask("measured-time", {"gpus": 1}) is None


# --- idle-cards ---


def test_idle_cards_are_said_to_be() -> None:
    assert words(ask("idle-cards", {"gpus": 1, "gpu_use": 0.02})) == (
        "warn",
        "Find out whether the program uses the card at all; if not, run it on CPUs",
        "In half of 60 jobs the card worked 2% of the time or less. That is as good as nothing: a CPU job does the same and waits less.",
    )
    assert words(ask("idle-cards", {"gpus": 1, "gpu_use": 0.3}))[0] == "tip"


def test_idle_cards_is_silent_where_cards_work_or_there_are_none() -> None:
    assert ask("idle-cards", {"gpus": 1, "gpu_use": 0.5}) is None
    assert ask("idle-cards", {"gpus": 0, "gpu_use": 0.0}) is None
    assert ask("idle-cards", {"gpus": 1}) is None


# --- slow-starts ---


def test_slow_starts_are_worth_a_change() -> None:
    measured = {"start": Duration(600), "time": Duration(700), "time_usual": Duration(600)}
    assert words(ask("slow-starts", measured)) == (
        "warn",
        "Put several tasks into one job, or let fewer files travel",
        "Files travelled for 10 min, the work took 10 min (medians): 50% of a job's time went to files.",
    )


def test_slow_starts_is_silent_where_little_time_goes_to_files() -> None:
    quick = {"start": Duration(60), "time": Duration(7000), "time_usual": Duration(6000)}
    assert ask("slow-starts", quick) is None
    assert ask("slow-starts", {"start": Duration(0), "time": Duration(0), "time_usual": Duration(0)}) is None


# --- lost-to-evictions ---


def test_lost_to_evictions_says_what_they_cost() -> None:
    measured = {"evictions": 3, "lost": Duration(7200), "ran": Duration(36000), "stay": Duration(1800)}
    assert words(ask("lost-to-evictions", measured, resume="yes")) == (
        "warn",
        "Save checkpoints more often",
        "Of 10 h that jobs ran, 2 h were lost, at 3 evictions and other stops. The shortest run before one was 30 min.",
    )
    assert words(ask("lost-to-evictions", measured, resume="no"))[1] == "Let the task save checkpoints"


def test_lost_to_evictions_brings_the_checkpoints_closer_together() -> None:
    said = {"resume": "yes", "time_on_gpu": "20 h", "checkpoint_every": "10 min"}
    usual = planned({"evictions": 0}, **said).settings.checkpoint_interval
    closer = planned({"evictions": 3, "stay": Duration.of_hours(3)}, **said).settings.checkpoint_interval
    assert usual == Duration.of_hours(4)
    assert closer == Duration.of_hours(1.5)


def test_lost_to_evictions_is_silent_where_little_was_lost() -> None:
    assert ask("lost-to-evictions", {"evictions": 1, "lost": Duration(60), "ran": Duration(36000)}) is None
    assert ask("lost-to-evictions", {"evictions": 0, "lost": Duration(9000), "ran": Duration(36000)}) is None

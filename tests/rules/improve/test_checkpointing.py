from dataclasses import replace

import pytest

from planner.answers import read_answers
from planner.engine import make_plan
from planner.facts.pools import pools
from planner.units import Duration
from tests.helpers import ask, settings, words

LONG = {"time_on_gpu": "30 h", "resume": "yes"}

# --- stop-and-go-on ---


def test_stop_and_go_on_every_4_h_with_exit_code_85() -> None:
    assert words(ask("stop-and-go-on", **LONG)) == (
        "set",
        "Stop with exit code 85 after 4 h, and go on",
        "The pool recommends 1 h to 5 h; the task saves itself every 30 min, so at most 30 min of work is done twice at a stop, and at most 4 h after an eviction.",
    )
    assert settings(**LONG).checkpoint_exit_code == 85
    assert settings(**LONG).checkpoint_interval == Duration.of_hours(4)


@pytest.mark.parametrize(
    ("time", "interval"), [("8 h", "4 h"), ("7 h", "3 h 30 min"), ("3 h", "1 h 30 min"), ("1 h 30 min", "1 h")]
)
def test_stop_and_go_on_halves_a_task_of_less_than_8_h(time: str, interval: str) -> None:
    assert str(settings(time_on_gpu=time, resume="yes").checkpoint_interval) == interval


def test_stop_and_go_on_waits_for_two_saves() -> None:
    assert words(ask("stop-and-go-on", checkpoint_every="3 h", **LONG)) == (
        "set",
        "Stop with exit code 85 after 6 h, and go on",
        "The pool recommends 1 h to 5 h; the task saves itself every 3 h, so at most 3 h of work is done twice at a stop, and at most 6 h after an eviction.",
    )


def test_stop_and_go_on_does_not_know_how_often_a_task_saves_itself() -> None:
    assert words(ask("stop-and-go-on", checkpoint_every="not measured", **LONG)) == (
        "warn",
        "Measure how often the task saves itself; it must be well within 4 h",
        "An interval in which nothing is saved would be repeated for ever, so run.sh ends the job with an error.",
    )
    assert settings(checkpoint_every="not measured", **LONG).checkpoint_exit_code == 85
    assert settings(checkpoint_every="not measured", **LONG).checkpoint_interval == Duration.of_hours(4)


def test_stop_and_go_on_stops_the_plan_where_a_task_saves_itself_too_seldom() -> None:
    assert words(ask("stop-and-go-on", checkpoint_every="11 h", **LONG)) == (
        "stop",
        "Save a checkpoint at least every 2 h 30 min",
        "The task saves itself every 11 h. A job that stops at checkpoints would then run 22 h without a stop; the pool recommends 1 h to 5 h and no more than 10 h.",
    )
    assert settings(checkpoint_every="11 h", **LONG).checkpoint_exit_code == 0


def test_stop_and_go_on_without_a_time_takes_4_h() -> None:
    assert settings(time_on_gpu="not measured", resume="yes").checkpoint_interval == Duration.of_hours(4)


def test_stop_and_go_on_works_on_cpus() -> None:
    assert settings(gpu="no", time_on_cpu="80 h", resume="yes").checkpoint_exit_code == 85


def test_stop_and_go_on_is_silent_where_a_task_begins_anew() -> None:
    assert ask("stop-and-go-on", time_on_gpu="30 h") is None
    assert ask("stop-and-go-on", time_on_gpu="30 h", resume="no") is None
    assert settings(time_on_gpu="30 h").checkpoint_exit_code == 0


def test_stop_and_go_on_is_silent_about_a_task_of_an_hour() -> None:
    assert ask("stop-and-go-on", time_on_gpu="1 h", resume="yes") is None


# --- add-checkpoints ---


def test_add_checkpoints_where_you_can() -> None:
    assert words(ask("add-checkpoints", time_on_gpu="11 h")) == (
        "warn",
        "Add checkpoints",
        "A stop after 11 h would lose 11 h of work. You can add it: save weights, optimizer, random state and step, under a temporary name that is renamed when complete, and load them at the start.",
    )


def test_add_checkpoints_where_the_program_can_be_changed() -> None:
    assert words(ask("add-checkpoints", gpu="no", time_on_cpu="20 h", resume="no")) == (
        "warn",
        "Add checkpoints",
        "A stop after 20 h would lose 20 h of work. If the program can be changed, save weights, optimizer, random state and step, under a temporary name that is renamed when complete, and load them at the start.",
    )


def test_add_checkpoints_is_silent_up_to_5_h_and_about_an_unknown_time() -> None:
    assert ask("add-checkpoints", time_on_gpu="5 h") is None
    assert ask("add-checkpoints", time_on_gpu="not measured") is None


def test_add_checkpoints_is_silent_where_there_are_some() -> None:
    assert ask("add-checkpoints", **LONG) is None


# --- does-the-clock-restart ---


def test_does_the_clock_restart_is_asked_where_the_plan_rests_on_it() -> None:
    assert words(ask("does-the-clock-restart", **LONG)) == (
        "ask",
        "Does the run-time limit of a job start again when the job exits with its checkpoint exit code and is restarted, or does it count from the first start?",
        "The plan runs a task that is longer than 12 h in a length of that limit, and no source says how the pool counts. If it counts from the first start, such a job is stopped in the middle. The long length (7 d) holds the whole task.",
    )


def test_does_the_clock_restart_is_asked_for_72_h_on_cpus() -> None:
    advice = ask("does-the-clock-restart", gpu="no", time_on_cpu="80 h", resume="yes")
    assert words(advice)[2].startswith("The plan runs a task that is longer than 72 h in a length of that limit,")


def test_does_the_clock_restart_names_the_shortest_length_that_holds_the_task() -> None:
    assert words(ask("does-the-clock-restart", time_on_gpu="20 h", resume="yes"))[2].endswith(
        "The medium length (24 h) holds the whole task."
    )
    assert words(ask("does-the-clock-restart", time_on_gpu="8 d", resume="yes"))[2].endswith(
        "No length of the pool holds the whole task."
    )


def test_does_the_clock_restart_is_silent_where_the_task_fits() -> None:
    assert ask("does-the-clock-restart") is None
    assert ask("does-the-clock-restart", time_on_gpu="11 h", resume="yes") is None


def test_does_the_clock_restart_is_silent_where_there_is_no_way() -> None:
    assert ask("does-the-clock-restart", time_on_gpu="8 d") is None


def test_does_the_clock_restart_is_silent_on_a_pool_that_says_how_it_counts() -> None:
    chtc = pools()["chtc"]
    pool = replace(chtc, checkpoints=replace(chtc.checkpoints, clock_unknown=None))
    assert "does-the-clock-restart" not in [advice.rule for advice in make_plan(read_answers(LONG), pool).advice]


# --- what-travels-at-a-checkpoint ---


def test_what_travels_at_a_checkpoint_is_named_with_its_size() -> None:
    assert words(ask("what-travels-at-a-checkpoint", **LONG)) == (
        "set",
        "Let checkpoints travel at every stop",
        "1 GB goes to the access point every 4 h; a new checkpoint stands under a temporary name until it is complete, so the old one is there until then.",
    )


def test_what_travels_at_a_checkpoint_is_kept_small() -> None:
    assert words(ask("what-travels-at-a-checkpoint", checkpoint_size="14 GB", **LONG)) == (
        "warn",
        "Keep checkpoints small: the last and the best",
        "14 GB passes through the access point every 4 h for each job, and no source says how much it takes. Save a large model in half precision, or weights and optimizer of the last step only.",
    )


def test_what_travels_at_a_checkpoint_may_not_be_measured() -> None:
    files = ["last.pt", "best.pt"]
    assert words(
        ask("what-travels-at-a-checkpoint", checkpoint_size="not measured", checkpoint_files=files, **LONG)
    ) == (
        "warn",
        "Look after the first save how large these are: last.pt and best.pt",
        "You have not measured it. They travel to the access point every 4 h; how much is too much there is not published.",
    )


def test_what_travels_at_a_checkpoint_is_silent_where_nothing_stops() -> None:
    assert ask("what-travels-at-a-checkpoint") is None
    assert ask("what-travels-at-a-checkpoint", time_on_gpu="1 h", resume="yes") is None


# --- time-to-save ---


def test_time_to_save_is_little() -> None:
    assert words(ask("time-to-save", checkpoint_time="30 s", **LONG)) == (
        "set",
        "Go on saving every 30 min",
        "A save takes 30 s, 1.7% of the time. Once jobs have been evicted, the time between evictions gives the interval that loses least.",
    )


def test_time_to_save_is_much() -> None:
    assert words(ask("time-to-save", checkpoint_time="5 min", **LONG)) == (
        "warn",
        "Save at most every 50 min",
        "A save takes 5 min of every 30 min, 17% of the time.",
    )


def test_time_to_save_is_silent_where_it_is_not_measured() -> None:
    assert ask("time-to-save", **LONG) is None
    assert ask("time-to-save", checkpoint_time="5 min", checkpoint_every="not measured", **LONG) is None
    assert ask("time-to-save") is None


# --- vacate-a-job-once ---


def test_vacate_a_job_once_to_see_it_go_on() -> None:
    assert words(ask("vacate-a-job-once", **LONG)) == (
        "tip",
        "Once the first job has stopped at a checkpoint, run condor_vacate_job with its number",
        "That is after 4 h. Its log then says that it was evicted and started again, and its output must go on from the last stop, not from the beginning.",
    )


def test_vacate_a_job_once_is_silent_without_checkpoints() -> None:
    assert ask("vacate-a-job-once") is None

from dataclasses import replace

import pytest

from planner.answers import read_answers
from planner.engine import make_plan
from planner.facts.pools import pools
from tests.helpers import ONE_TASK, ask, settings, texts, words

CHECKPOINTS = {"resume": "yes"}


def way(**answers: object) -> str:
    chosen = settings(**answers).way
    return chosen.name if chosen else "none"


# --- run-time-limit ---


def test_run_time_limit_of_3_h_is_short() -> None:
    assert words(ask("run-time-limit")) == (
        "set",
        "Use the short length",
        "A task takes 3 h; that is below 12 h. Up to 60 of your jobs may run at once; medium would allow 40; long would allow 4. At best the last result is there after 3 h.",
    )
    decided = settings()
    assert texts(decided.length_lines) == ('+GPUJobLength = "short"',)
    assert texts(decided.test_length_lines) == ('+GPUJobLength = "short"',)
    assert way() == "GPUs, short length"


def test_run_time_limit_of_9_h_is_short() -> None:
    assert texts(settings(time_on_gpu="9 h").length_lines) == ('+GPUJobLength = "short"',)


def test_run_time_limit_near_12_h_is_medium() -> None:
    assert words(ask("run-time-limit", time_on_gpu="11 h")) == (
        "set",
        "Use the medium length",
        "A task takes 11 h; that is below 24 h. Up to 40 of your jobs may run at once; long would allow 4. 11 h is too close to the limit of short (12 h); checkpoints would open that length. At best the last result is there after 22 h.",
    )
    assert texts(settings(time_on_gpu="11 h").length_lines) == ('+GPUJobLength = "medium"',)
    assert texts(settings(time_on_gpu="11 h").test_length_lines) == ('+GPUJobLength = "short"',)


@pytest.mark.parametrize(("time", "length"), [("9.6 h", "short"), ("9 h 37 min", "medium"), ("19.2 h", "medium")])
def test_run_time_limit_is_near_in_its_last_fifth(time: str, length: str) -> None:
    assert texts(settings(time_on_gpu=time).length_lines) == (f'+GPUJobLength = "{length}"',)


def test_run_time_limit_near_12_h_is_still_short_with_checkpoints() -> None:
    assert words(ask("run-time-limit", time_on_gpu="11 h", **CHECKPOINTS)) == (
        "set",
        "Use the short length",
        "A task takes 11 h; that is below 12 h. Up to 60 of your jobs may run at once; medium would allow 40; long would allow 4. At best the last result is there after 11 h.",
    )


def test_run_time_limit_of_13_h_is_medium() -> None:
    assert words(ask("run-time-limit", time_on_gpu="13 h")) == (
        "set",
        "Use the medium length",
        "A task takes 13 h; that is below 24 h. Up to 40 of your jobs may run at once; long would allow 4. At best the last result is there after 26 h.",
    )
    assert texts(settings(time_on_gpu="13 h").length_lines) == ('+GPUJobLength = "medium"',)


def test_run_time_limit_of_30_h_is_long() -> None:
    assert words(ask("run-time-limit", time_on_gpu="30 h")) == (
        "set",
        "Use the long length",
        "A task takes 30 h; that is below 7 d. Up to 4 of your jobs may run at once. At best the last result is there after 18 d 18 h.",
    )
    assert texts(settings(time_on_gpu="30 h").length_lines) == ('+GPUJobLength = "long"',)


def test_run_time_limit_of_30_h_is_short_with_checkpoints() -> None:
    assert words(ask("run-time-limit", time_on_gpu="30 h", **CHECKPOINTS)) == (
        "set",
        "Use the short length",
        "A task takes 30 h; at each checkpoint the job stops and is started again, within 12 h. Up to 60 of your jobs may run at once; medium would allow 40; long would allow 4. At best the last result is there after 30 h.",
    )
    assert way(time_on_gpu="30 h", **CHECKPOINTS) == "GPUs, short length, with checkpoints"


def test_run_time_limit_of_6_d_is_near_the_longest() -> None:
    assert words(ask("run-time-limit", time_on_gpu="6 d")) == (
        "set",
        "Use the long length",
        "A task takes 6 d; that is below 7 d, but close to it, and no longer length is open: let the task save checkpoints.",
    )


def test_run_time_limit_of_8_d_stops() -> None:
    assert words(ask("run-time-limit", time_on_gpu="8 d")) == (
        "stop",
        "Make the task shorter, let it go on from checkpoints, or ask less of the card",
        "GPUs, short length: a task takes 8 d, the limit is 12 h and it cannot go on after a stop; GPUs, medium length: a task takes 8 d, the limit is 24 h and it cannot go on after a stop; GPUs, long length: a task takes 8 d, the limit is 7 d and it cannot go on after a stop.",
    )
    assert settings(time_on_gpu="8 d").way is None
    assert settings(time_on_gpu="8 d").length_lines == ()


def test_run_time_limit_of_8_d_is_short_with_checkpoints() -> None:
    assert texts(settings(time_on_gpu="8 d", **CHECKPOINTS).length_lines) == ('+GPUJobLength = "short"',)


def test_run_time_limit_stops_where_no_card_matches() -> None:
    assert words(ask("run-time-limit", gpu_memory="200 GB")) == (
        "stop",
        "Make the task shorter, let it go on from checkpoints, or ask less of the card",
        "GPUs, short length: no card of the pool matches; GPUs, medium length: no card of the pool matches; GPUs, long length: no card of the pool matches.",
    )


def test_run_time_limit_of_more_than_four_gpus_is_never_long() -> None:
    assert words(ask("run-time-limit", gpus="5", time_on_gpu="30 h")) == (
        "stop",
        "Make the task shorter, let it go on from checkpoints, or ask less of the card",
        "GPUs, short length: a task takes 30 h, the limit is 12 h and it cannot go on after a stop; GPUs, medium length: a task takes 30 h, the limit is 24 h and it cannot go on after a stop; GPUs, long length: a task needs 5 GPUs at once, one user may hold fewer in this length.",
    )


def test_run_time_limit_counts_cards_and_not_jobs() -> None:
    assert words(ask("run-time-limit", gpus="4")) == (
        "set",
        "Use the short length",
        "A task takes 3 h; that is below 12 h. Up to 20 of your jobs may run at once; medium would allow 10; long would allow 1. At best the last result is there after 9 h.",
    )


def test_run_time_limit_of_one_task_is_the_shortest_that_fits() -> None:
    assert words(ask("run-time-limit", **ONE_TASK)) == (
        "set",
        "Use the short length",
        "A task takes 3 h; that is below 12 h. At best the last result is there after 3 h.",
    )


def test_run_time_limit_not_measured_takes_the_longest_until_it_is() -> None:
    assert words(ask("run-time-limit", time_on_gpu="not measured")) == (
        "warn",
        "Measure one task; until then the plan takes the long length",
        "The time of a task is not known, and 7 d is the longest that a job may run. A shorter length may allow more jobs at once.",
    )
    decided = settings(time_on_gpu="not measured")
    assert texts(decided.length_lines) == ('+GPUJobLength = "long"',)
    assert texts(decided.test_length_lines) == ('+GPUJobLength = "short"',)


def test_run_time_limit_on_cpus_is_72_h_without_a_line() -> None:
    assert words(ask("run-time-limit", gpu="no", time_on_cpu="20 h")) == (
        "set",
        "Use the pool's one length",
        "A task takes 20 h; that is below 72 h. At best the last result is there after 20 h.",
    )
    assert settings(gpu="no", time_on_cpu="20 h").length_lines == ()
    assert settings(gpu="no", time_on_cpu="20 h").test_length_lines == ()


def test_run_time_limit_on_cpus_is_near_at_70_h() -> None:
    assert words(ask("run-time-limit", gpu="no", time_on_cpu="70 h")) == (
        "set",
        "Use the pool's one length",
        "A task takes 70 h; that is below 72 h, but close to it, and no longer length is open: let the task save checkpoints.",
    )


def test_run_time_limit_on_cpus_stops_at_80_h() -> None:
    assert words(ask("run-time-limit", gpu="no", time_on_cpu="80 h")) == (
        "stop",
        "Make the task shorter, or let it go on from checkpoints",
        "CPUs: a task takes 3 d 8 h, the limit is 72 h and it cannot go on after a stop.",
    )


def test_run_time_limit_on_cpus_goes_on_after_72_h_with_checkpoints() -> None:
    assert words(ask("run-time-limit", gpu="no", time_on_cpu="80 h", **CHECKPOINTS)) == (
        "set",
        "Use the pool's one length",
        "A task takes 3 d 8 h; at each checkpoint the job stops and is started again, within 72 h. At best the last result is there after 3 d 8 h.",
    )


def test_run_time_limit_on_cpus_not_measured() -> None:
    assert words(ask("run-time-limit", gpu="no")) == (
        "warn",
        "Measure one task; until then the plan takes the pool's one length",
        "The time of a task is not known, and 72 h is the longest that a job may run.",
    )


def test_run_time_limit_always_speaks() -> None:
    for time in ("1 min", "10 h", "30 h", "8 d", "not measured"):
        assert ask("run-time-limit", time_on_gpu=time)


# --- backfill ---


def test_backfill_takes_a_short_task() -> None:
    assert words(ask("backfill")) == (
        "set",
        "Use idle machines of research groups as well",
        "An interruption costs at most 3 h, no more than the 4 h that the pool recommends; more machines start jobs sooner.",
    )
    assert texts(settings().backfill_lines) == ("+is_resumable = true",)


def test_backfill_takes_a_long_task_that_saves_itself() -> None:
    assert words(ask("backfill", time_on_gpu="30 h", **CHECKPOINTS)) == (
        "set",
        "Use idle machines of research groups as well",
        "An interruption costs at most 4 h since the last checkpoint, no more than the 6 h that the pool recommends; more machines start jobs sooner.",
    )
    assert texts(settings(time_on_gpu="30 h", **CHECKPOINTS).backfill_lines) == ("+is_resumable = true",)


def test_backfill_would_lose_5_h_of_a_task_that_does_not_save_itself() -> None:
    assert words(ask("backfill", time_on_gpu="5 h")) == (
        "tip",
        "Save a checkpoint at least every 6 h, and idle machines of others can be used too",
        "An interruption would lose up to 5 h of work; those machines suit jobs that lose no more than 4 h.",
    )
    assert settings(time_on_gpu="5 h").backfill_lines == ()


def test_backfill_would_lose_8_h_between_checkpoints() -> None:
    assert words(ask("backfill", time_on_gpu="30 h", checkpoint_every="4 h", **CHECKPOINTS)) == (
        "tip",
        "Save a checkpoint at least every 6 h, and idle machines of others can be used too",
        "An interruption would lose up to 8 h of work; those machines suit jobs that lose no more than 6 h.",
    )


def test_backfill_would_lose_an_unknown_time() -> None:
    assert words(ask("backfill", time_on_gpu="not measured")) == (
        "tip",
        "Save a checkpoint at least every 6 h, and idle machines of others can be used too",
        "What an interruption would lose is not known; those machines suit jobs that lose no more than 4 h.",
    )


def test_backfill_is_offered_to_jobs_with_a_requirement_too() -> None:
    assert words(ask("backfill", data_size="50 GB")) == (
        "set",
        "Use idle machines of research groups as well",
        "An interruption costs at most 3 h, no more than the 4 h that the pool recommends; more machines start jobs sooner.",
    )
    assert texts(settings(data_size="50 GB").backfill_lines) == ("+is_resumable = true",)


def test_backfill_and_wider_pools_are_silent_where_the_work_stops_or_the_data_may_not_leave() -> None:
    for answers in ({"gpu_memory": "300 GB"}, {"data_confidential": "unknown"}, {"data_size": "200 GB"}):
        assert ask("backfill", **answers) is None
        assert ask("wider-pools", **answers) is None


def test_wider_pools_are_not_offered_data_that_nobody_says_can_be_fetched_there() -> None:
    answers = {"data_place": "researchdrive", "data_path": "/researchdrive/pi/CHTC/set.tar", "data_files": "1"}
    assert words(ask("wider-pools", **answers))[2] == "No page says that the data can be fetched from there."


def test_backfill_is_silent_on_cpus() -> None:
    assert ask("backfill", gpu="no", time_on_cpu="1 h") is None


def test_backfill_is_silent_where_jobs_stay_on_the_pools_own_machines() -> None:
    assert ask("backfill", where_to_run="own") is None
    assert settings(where_to_run="own").backfill_lines == ()


def test_backfill_is_silent_on_a_pool_that_lends_none() -> None:
    pool = replace(pools()["chtc"], backfill=None)
    assert "backfill" not in [advice.rule for advice in make_plan(read_answers({}), pool).advice]


# --- wider-pools ---


def test_wider_pools_take_a_job_that_nothing_ties_here() -> None:
    assert words(ask("wider-pools")) == (
        "set",
        "Let jobs run on campus pools and the OSPool too",
        "They end within 3 h, bring 12.1 GB and their own container, and need nothing that only this pool has.",
    )
    assert texts(settings().wider_lines) == ("want_campus_pools = true", "want_ospool = true")


def test_wider_pools_take_a_cpu_job() -> None:
    assert texts(settings(gpu="no", time_on_cpu="10 h").wider_lines) == (
        "want_campus_pools = true",
        "want_ospool = true",
    )


def test_wider_pools_take_a_long_task_that_saves_itself() -> None:
    assert words(ask("wider-pools", time_on_gpu="30 h", **CHECKPOINTS)) == (
        "set",
        "Let jobs run on campus pools and the OSPool too",
        "They save themselves every 4 h, bring 12.1 GB and their own container, and need nothing that only this pool has.",
    )


def test_wider_pools_do_not_suit_11_h_without_saving() -> None:
    assert words(ask("wider-pools", time_on_gpu="11 h")) == (
        "tip",
        "Stay on CHTC, Madison: campus pools and the OSPool do not suit",
        "A job runs 11 h without saving; the limit there is 10 h.",
    )
    assert settings(time_on_gpu="11 h").wider_lines == ()


def test_wider_pools_do_not_suit_an_unknown_time() -> None:
    assert words(ask("wider-pools", gpu="no")) == (
        "tip",
        "Stay on CHTC, Madison: campus pools and the OSPool do not suit",
        "How long a job runs without saving is not known; the limit there is 10 h.",
    )


def test_wider_pools_do_not_suit_more_than_20_gb() -> None:
    assert words(ask("wider-pools", data_size="20 GB")) == (
        "tip",
        "Stay on CHTC, Madison: campus pools and the OSPool do not suit",
        "20.1 GB travel with a job; the limit there is 20 GB.",
    )


def test_wider_pools_do_not_suit_a_model_of_more_than_20_gb() -> None:
    answers = {
        "data_place": "none",
        "model": "lab/large",
        "model_size": "24 GB",
        "task_source": "one",
        "command": "python t.py",
    }
    assert words(ask("wider-pools", kind="finetuning", **answers))[2] == (
        "24.1 GB travel with a job; the limit there is 20 GB."
    )


def test_wider_pools_do_not_suit_a_requirement_of_this_one() -> None:
    answers = {"data_place": "group", "data_path": "/staging/groups/lab/set.h5", "data_files": "1"}
    assert words(ask("wider-pools", **answers)) == (
        "tip",
        "Stay on CHTC, Madison: campus pools and the OSPool do not suit",
        "(HasCHTCStaging == true) exists on this pool only.",
    )
    assert settings(**answers).wider_lines == ()


def test_wider_pools_do_not_suit_an_image_at_a_path_of_this_one() -> None:
    image = {"container": "existing", "image": "file:///staging/groups/lab/work.sif"}
    assert words(ask("wider-pools", **image)) == (
        "tip",
        "Stay on CHTC, Madison: campus pools and the OSPool do not suit",
        "(HasCHTCStaging == true) exists on this pool only.",
    )


def test_wider_pools_name_every_obstacle() -> None:
    assert words(ask("wider-pools", time_on_gpu="30 h", data_size="50 GB")) == (
        "tip",
        "Stay on CHTC, Madison: campus pools and the OSPool do not suit",
        "A job runs 30 h without saving; the limit there is 10 h; 50.1 GB travel with a job; the limit there is 20 GB; (HasCHTCStaging == true) exists on this pool only.",
    )


def test_wider_pools_is_silent_where_jobs_stay_on_the_pools_own_machines() -> None:
    assert ask("wider-pools", where_to_run="own") is None


def test_wider_pools_is_silent_on_a_pool_that_reaches_none() -> None:
    pool = replace(pools()["chtc"], wider=None)
    assert "wider-pools" not in [advice.rule for advice in make_plan(read_answers({}), pool).advice]

import pytest

from tests.helpers import NUMBERED, ONE_TASK, ask, settings, words

TABLE = {
    "task_source": "rows",
    "rows": "lr,note\n0.1,first try\n0.2,second try",
    "command": "python train.py --lr {lr}",
}

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

SMALL = {"output_size": "1 MB", **NUMBERED}


def test_short_tasks_together_share_a_job_of_ten_minutes() -> None:
    assert words(ask("short-tasks-together", time_on_gpu="1 min", count="1,001", **SMALL)) == (
        "set",
        "Let each job run 10 tasks, one after another",
        (
            "1,001 jobs of 1 min each: the pool asks for 5 min or more where there are over 1,000. 101 jobs of about 10 min "
            "are left."
        ),
    )
    assert settings(time_on_gpu="1 min", count="1,001", **SMALL).tasks_in_a_job == 10


@pytest.mark.parametrize(("time", "together"), [("7 s", 86), ("2 min", 5), ("4 min 59 s", 3)])
def test_short_tasks_together_are_rounded_up(time: str, together: int) -> None:
    assert settings(gpu="no", time_on_cpu=time, count="5,000", **SMALL).tasks_in_a_job == together


def test_short_tasks_together_cannot_bring_large_results() -> None:
    assert words(ask("short-tasks-together", time_on_gpu="1 min", count="1,001", **NUMBERED)) == (
        "warn",
        "Put 10 tasks into one",
        (
            "1,001 jobs of 1 min each: the pool asks for 5 min or more where there are over 1,000. With large results they "
            "cannot share a job: let one run of your program do several."
        ),
    )
    assert settings(time_on_gpu="1 min", count="1,001", **NUMBERED).tasks_in_a_job == 1


def test_short_tasks_together_cannot_fetch_a_file_each() -> None:
    own = {"data_shared": "own", "data_path": "scans/{seed}.h5", "data_files": 1, "data_size": "3 MB"}
    said = words(ask("short-tasks-together", time_on_gpu="1 min", count="1,001", **own, **SMALL))
    assert said[0] == "warn"
    assert "With a file of its own for each task they cannot share a job" in said[2]


def test_short_tasks_together_is_silent_up_to_a_thousand() -> None:
    assert ask("short-tasks-together", time_on_gpu="1 min", count="1,000", **NUMBERED) is None


def test_short_tasks_together_is_silent_from_five_minutes_on_and_about_an_unknown_time() -> None:
    assert ask("short-tasks-together", time_on_gpu="5 min", count="1,001", **NUMBERED) is None
    assert ask("short-tasks-together", time_on_gpu="not measured", count="1,001", **NUMBERED) is None


# --- cut-into-parts ---

PARTS = {"kind": "inference", "command": "python infer.py {part}"}


def test_cut_into_parts_makes_jobs_of_two_hours() -> None:
    assert words(ask("cut-into-parts", count="100,000", input_time="0.4 s", **PARTS)) == (
        "set",
        "Cut the list into 6 parts of up to 18,000 inputs",
        "100,000 inputs of 0.4 s each: a part takes about 2 h, and loading the model comes once a part.",
    )
    decided = settings(count="100,000", input_time="0.4 s", **PARTS)
    assert (decided.inputs_in_a_part, decided.tasks) == (18000, 6)


def test_cut_into_parts_of_one_where_an_input_takes_longer() -> None:
    assert words(ask("cut-into-parts", count=3, input_time="5 h", **PARTS)) == (
        "set",
        "Cut the list into 3 parts of up to 1 input",
        "3 inputs of 5 h each: a part takes about 5 h, and loading the model comes once a part.",
    )


def test_cut_into_parts_is_a_guess_where_nothing_is_measured() -> None:
    assert words(ask("cut-into-parts", count="100,000", **PARTS)) == (
        "warn",
        "Time the test job, and plan again; until then, cut the list into 100 parts of up to 1,000 inputs",
        (
            "How long one input takes is not measured, so 100,000 inputs make 100 parts, however long that takes. The test "
            "job works through a sample of 20."
        ),
    )


def test_cut_into_parts_is_silent_without_a_list() -> None:
    assert ask("cut-into-parts") is None


# --- try-again ---


def test_try_again_twice() -> None:
    assert words(ask("try-again")) == (
        "set",
        "Try a failed job up to 2 more times",
        "Of 60 jobs a few meet a machine in trouble. Exit codes 111 to 114 are run.sh's own: they end a job at once.",
    )
    assert settings().max_retries == 2


def test_try_again_is_silent_about_one_task() -> None:
    assert ask("try-again", **ONE_TASK) is None
    assert settings(**ONE_TASK).max_retries == 0


# --- run-the-missing-again ---


def test_run_the_missing_again_with_the_same_submit_description() -> None:
    assert words(ask("run-the-missing-again")) == (
        "tip",
        "Run missing.sh when the jobs have ended, and submit what it lists",
        "It writes jobs-again.csv; condor_submit sweep.sub list=jobs-again.csv runs only those of the 60 tasks.",
    )


def test_run_the_missing_again_is_silent_about_one_task() -> None:
    assert ask("run-the-missing-again", **ONE_TASK) is None

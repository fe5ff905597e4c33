from tests.helpers import ONE_TASK, ask, settings, words

AFTER = {"after": "python compare.py"}
BEFORE = {"before": "python prepare.py"}

# --- steps-in-order ---


def test_steps_in_order_names_them() -> None:
    assert words(ask("steps-in-order", **BEFORE, **AFTER)) == (
        "set",
        "Submit workflow.dag, and DAGMan submits the rest",
        (
            "In order: prepare → 60 tasks → collect. Each waits for the one before it. If something fails, mend it and submit "
            "the same file again: only what is not done is run."
        ),
    )
    assert settings(**AFTER).workflow


def test_steps_in_order_with_one_task() -> None:
    assert words(ask("steps-in-order", **BEFORE, **ONE_TASK)) == (
        "set",
        "Submit workflow.dag, and DAGMan submits the rest",
        (
            "In order: prepare → 1 task. Each waits for the one before it. If something fails, mend it and submit the same "
            "file again: only what is not done is run."
        ),
    )


def test_steps_in_order_is_silent_without_steps() -> None:
    assert ask("steps-in-order") is None
    # The last step cannot be part of it, and nothing else is left to order.
    assert ask("steps-in-order", output_size="5 GB", **AFTER) is None
    assert not settings(output_size="5 GB", **AFTER).workflow


# --- prepare-in-a-job ---


def test_prepare_in_a_job_and_not_on_the_access_point() -> None:
    assert words(ask("prepare-in-a-job", **BEFORE)) == (
        "set",
        "Let the first step write to the folder prepared/",
        (
            "The step runs as a job, prepare.sub, with a task's CPUs, memory and disk and without a GPU. What it writes to "
            "prepared/ comes back and goes to every task through the access point, so keep it below 1 GB."
        ),
    )
    assert settings(**BEFORE).prepares


def test_prepare_in_a_job_is_silent_without_a_first_step() -> None:
    assert ask("prepare-in-a-job", **AFTER) is None


# --- collect-results ---


def test_collect_results_whatever_failed() -> None:
    assert words(ask("collect-results", **AFTER)) == (
        "set",
        "Run python compare.py on what is there, whatever failed",
        (
            "You said so. collect.sub gets returned/ (5.9 GB at most); collect.sh first names what is missing. What your "
            "command writes comes back in collected/."
        ),
    )
    decided = settings(**AFTER)
    assert (decided.collects, decided.collects_anyway) == (True, True)
    # 5 GB image, 5.9 GB results, 2 GB for caches, and a fifth over.
    assert str(decided.collect_disk) == "16 GB"


def test_collect_results_only_when_all_are_there() -> None:
    assert words(ask("collect-results", failures="no", **AFTER)) == (
        "set",
        "Run python compare.py on all results, when every task has succeeded",
        (
            "You said so. collect.sub gets returned/ (5.9 GB at most); collect.sh first names what is missing. What your "
            "command writes comes back in collected/."
        ),
    )
    assert not settings(failures="no", **AFTER).collects_anyway


def test_collect_results_cannot_bring_hundreds_of_gigabytes_to_one_job() -> None:
    assert words(ask("collect-results", output_size="5 GB", **AFTER)) == (
        "warn",
        "Bring back a small summary from each task, and collect that",
        (
            "All results together are 300 GB: too much to bring to one job, so the last step is not in the workflow. Large "
            "files can stay where they are; numbers to compare fit into kilobytes."
        ),
    )
    assert not settings(output_size="5 GB", **AFTER).collects


def test_collect_results_is_silent_without_a_last_step() -> None:
    assert ask("collect-results", **BEFORE) is None
    assert ask("collect-results", **AFTER, **ONE_TASK) is None


# --- one-node-a-task ---


def test_one_node_a_task_lets_one_fail_alone() -> None:
    assert words(ask("one-node-a-task", **AFTER)) == (
        "tip",
        "Leave the 60 tasks as nodes of their own",
        "One failed task then costs one task. They share one submit description, node.sub, and differ in one number.",
    )


def test_one_node_a_task_is_silent_without_a_workflow_and_about_one_task() -> None:
    assert ask("one-node-a-task") is None
    assert ask("one-node-a-task", **BEFORE, **ONE_TASK) is None


# --- held-jobs-stop-a-workflow ---


def test_held_jobs_stop_a_workflow_without_a_word() -> None:
    assert words(ask("held-jobs-stop-a-workflow", **AFTER)) == (
        "tip",
        "Look at condor_q -hold now and then while the workflow runs",
        (
            "A held job is no failure: the workflow waits for it. Mend the cause and release the job, or remove it and DAGMan "
            "counts it as failed."
        ),
    )


def test_held_jobs_stop_a_workflow_is_silent_without_one() -> None:
    assert ask("held-jobs-stop-a-workflow") is None

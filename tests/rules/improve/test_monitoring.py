import dataclasses

from planner.advice import Clause
from tests.helpers import ask, settings, words

# --- watch-the-log ---


def test_watch_the_log_with_the_tools_that_cost_nothing() -> None:
    assert words(ask("watch-the-log")) == (
        "tip",
        "Watch with condor_watch_q, and look inside with condor_tail",
        "Python holds its output back when it writes to a file; run.sh tells it not to.",
    )
    assert settings().environment == (Clause("PYTHONUNBUFFERED=1", "watch-the-log"),)


def test_watch_the_log_sets_nothing_of_python_for_r() -> None:
    answers = {"framework": "r", "packages": "", "command": "Rscript fit.R", "task_source": "one"}
    assert words(ask("watch-the-log", **answers)) == (
        "tip",
        "Watch with condor_watch_q, and look inside with condor_tail",
        "They read the job's own log and files, and ask nothing of the scheduler.",
    )
    assert settings(**answers).environment == ()


def test_watch_the_log_always_speaks() -> None:
    for monitoring in ("none", "tensorboard", "wandb-offline", "wandb-online"):
        assert ask("watch-the-log", monitoring=monitoring)


# --- weights-and-biases ---


def test_weights_and_biases_offline_needs_no_key() -> None:
    assert words(ask("weights-and-biases", monitoring="wandb-offline")) == (
        "set",
        "Record offline, and send the runs afterwards",
        "No job needs the key then; `wandb sync` sends what came back with the results.",
    )
    decided = settings(monitoring="wandb-offline")
    assert decided.wandb == "offline"
    assert decided.environment[1:] == (
        Clause("WANDB_MODE=offline", "weights-and-biases"),
        Clause("WANDB_DIR=.", "weights-and-biases"),
    )
    assert decided.private_files == ()


def test_weights_and_biases_online_keeps_the_key_in_a_file_of_yours() -> None:
    assert words(ask("weights-and-biases", monitoring="wandb-online")) == (
        "warn",
        "Put the key into wandb.key, readable by you alone, and nowhere else",
        "It is transferred as a file and given to your program only. Whether machines of the pool reach the internet is not published: test it with one job. The pool says: No secret may lie unencrypted on its machines. Ask, or record offline.",
    )
    decided = settings(monitoring="wandb-online")
    assert decided.wandb == "online"
    assert decided.environment[1:] == (Clause("WANDB_DIR=.", "weights-and-biases"),)
    assert decided.private_files == (Clause("wandb.key", "weights-and-biases"),)


def test_weights_and_biases_set_no_key_in_the_environment_of_a_job() -> None:
    for monitoring in ("wandb-offline", "wandb-online"):
        clauses = settings(monitoring=monitoring).environment
        assert [clause.text for clause in clauses if "KEY" in clause.text.upper()] == []


def test_weights_and_biases_name_the_key_in_no_setting_but_the_private_files() -> None:
    decided = settings(monitoring="wandb-online")
    named = [field.name for field in dataclasses.fields(decided) if "wandb.key" in str(getattr(decided, field.name))]
    assert named == ["private_files"]


def test_weights_and_biases_is_silent_where_it_is_not_used() -> None:
    assert ask("weights-and-biases") is None
    assert ask("weights-and-biases", monitoring="tensorboard") is None
    assert settings().wandb == ""


# --- tensorboard-files ---


def test_tensorboard_files_come_back_with_the_results() -> None:
    assert words(ask("tensorboard-files", monitoring="tensorboard", outputs="results/\nruns/")) == (
        "tip",
        "Write TensorBoard's files below a folder that comes back, and start TensorBoard on your own machine",
        "You bring back results/, runs/: let the log folder lie in there.",
    )


def test_tensorboard_files_is_silent_where_they_are_not_written() -> None:
    assert ask("tensorboard-files") is None
    assert ask("tensorboard-files", monitoring="wandb-offline") is None

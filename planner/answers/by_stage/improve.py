"""Stage 3, improve: going on after an interruption, and watching."""

from dataclasses import dataclass
from typing import Any

from planner.answers.fields import Choice, Line, Paths
from planner.answers.quantities import Amount, Span
from planner.answers.question import ask
from planner.units import Duration, Size


def _resumes(answers: Any) -> bool:
    return bool(answers.resume == "yes")


@dataclass(frozen=True, kw_only=True)
class Improve:
    """How it goes on: questions of the third stage."""

    resume: str = ask(
        "If a task is stopped half-way, can it go on where it was?",
        Choice(
            (
                ("yes", "yes, it looks for its last checkpoint by itself"),
                ("could", "not yet, but I can add it"),
                ("no", "no"),
            )
        ),
        default="could",
    )
    checkpoint_files: tuple[str, ...] = ask(
        "Which files does it need to go on?",
        Paths(),
        default=("checkpoints/",),
        help="The last and the best are enough; a folder with / at its end.",
        asked=_resumes,
    )
    checkpoint_every: Duration | None = ask(
        "How often does it save them?", Span(), default=Duration.parse("30 min"), asked=_resumes
    )
    checkpoint_size: Size | None = ask(
        "How large are they together?",
        Amount(),
        default=Size.of_gb(1),
        asked=_resumes,
        more=True,
    )
    checkpoint_time: Duration | None = ask(
        "How long does saving once take?",
        Span(),
        default=None,
        asked=_resumes,
        more=True,
    )
    before: str = ask(
        "Is there a step to run once before all tasks?",
        Line(),
        default="",
        help="Its command, such as python prepare.py: to download, prepare or split. Empty: none.",
        more=True,
    )
    after: str = ask(
        "Is there a step to run once after all of them?",
        Line(),
        default="",
        help="Its command, such as python compare.py: it finds the results of all tasks in returned/. Empty: none.",
        asked=lambda answers: answers.task_source != "one",
    )
    failures: str = ask(
        "If a few tasks fail, shall that last step run on the rest?",
        Choice((("yes", "yes, on what is there"), ("no", "no, wait until all succeeded"))),
        default="yes",
        asked=lambda answers: answers.task_source != "one" and bool(answers.after),
    )
    monitoring: str = ask(
        "How do you want to watch training?",
        Choice(
            (
                ("none", "log files"),
                ("tensorboard", "TensorBoard files"),
                ("wandb-offline", "Weights & Biases, sent later"),
                ("wandb-online", "Weights & Biases, live"),
            )
        ),
        default="none",
        asked=lambda answers: answers.kind != "inference",
    )

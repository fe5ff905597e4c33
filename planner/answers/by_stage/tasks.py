"""Stage 2, distribute: how many tasks there are, and how they differ."""

from dataclasses import dataclass
from typing import Any

from planner.answers.fields import Choice, Count, OnePath
from planner.answers.quantities import Span
from planner.answers.question import ask
from planner.answers.tables import Grid, GridOfValues, Table, TableOfTasks
from planner.units import Duration

# More tasks than this in one plan is a slip: no pool takes them in one submission.
MOST_TASKS = 1_000_000
# A job on a part of a long list: long enough that starting it does not count, short enough for every length, and
# little is lost when it is stopped. The middle of one to four hours.
PART_TIME = Duration.of_hours(2)


def _usual_source(answers: Any) -> str:
    usual = {"training": "one", "finetuning": "one", "sweep": "grid", "ensemble": "numbered", "inference": "parts"}
    return usual.get(answers.kind, "rows")


def _in_parts(answers: Any) -> bool:
    return bool(answers.task_source == "parts")


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """Questions about the list of tasks."""

    task_source: str = ask(
        "How do your tasks differ?",
        Choice(
            (
                ("one", "there is only one"),
                ("grid", "every combination of some values"),
                ("rows", "a table, one line a task"),
                ("numbered", "by a number (seed, fold)"),
                ("parts", "one long list of inputs, cut into parts"),
            )
        ),
        default=_usual_source,
    )
    grid: Grid = ask(
        "Which values shall be combined?",
        GridOfValues(),
        default=(
            ("lr", ("0.1", "0.03", "0.01", "0.003", "0.001", "0.0003")),
            ("batch", ("16", "32", "48", "64", "80", "96", "112", "128", "192", "256")),
        ),
        help="A line each: lr = 0.1, 0.01",
        asked=lambda answers: answers.task_source == "grid",
        newcomer=True,
    )
    rows: Table = ask(
        "Paste the table",
        TableOfTasks(),
        default=Table(),
        help="Its first line names the columns; values are separated by commas.",
        asked=lambda answers: answers.task_source == "rows",
        newcomer=True,
    )
    count: int = ask(
        "How many?",
        Count(),
        default=10,
        help="Tasks, numbered from 0: put {seed} or another {name} into the command. Of a list in parts: its inputs.",
        asked=lambda answers: answers.task_source in ("numbered", "parts"),
        newcomer=True,
    )
    inputs: str = ask(
        "Which file lists the inputs, one a line?",
        OnePath(),
        default="inputs.txt",
        help="It is cut into parts, one a job; put {part} or another {name} into the command where the name of the part "
        "goes. A .csv keeps its first line in every part.",
        asked=_in_parts,
        newcomer=True,
    )
    input_time: Duration | None = ask(
        "How long does one input take?",
        Span(),
        default=None,
        help="Once the program has started and the model is loaded: 0.4 s.",
        asked=_in_parts,
    )

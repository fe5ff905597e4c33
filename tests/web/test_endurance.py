"""A long session, through the code that the worker runs: memory stays flat, and the last plan equals a fresh one.

How many edits are made is said by EDITS; `make fuzz` makes 10,000.
"""

import gc
import json
import os
import random
import subprocess
import sys
from typing import Any

from planner.answers import as_texts, default_answers, questions
from planner.examples import examples
from planner.web import handle

EDITS = int(os.environ.get("EDITS", "2000"))
# By then every example was opened and every kind of answer given: what is kept once is kept.
WARM = 500

# What people type on the way to an answer: good, half written, wrong.
TYPED = (
    "",
    "1",
    "12 GB",
    "3 h",
    "0.5",
    "x",
    "x, y",
    "a = 1, 2",
    "lr = 0.1, 0.01\nbatch = 16",
    "not measured",
    "data/",
    "7B",
    "$(x)",
)


class Session:
    """What the page does: it sends all answers after each edit, with the marks of what it shows."""

    def __init__(self) -> None:
        self.chance = random.Random(1)  # noqa: S311 - the same session each time
        self.answers = as_texts(default_answers())
        self.before = dict(self.answers)
        self.marks: dict[str, int] = {}
        self.planned = 0

    def edit(self) -> None:
        """Answer one question anew, open an example now and then, and ask for the plan."""
        self.before = dict(self.answers)
        if self.chance.random() < 0.05:
            name = self.chance.choice(list(examples()))
            opened = ask("open", self.answers, kind="example", text=name)
            self.answers |= opened["texts"]
        else:
            id, question = self.chance.choice(list(questions().items()))
            self.answers[id] = self.chance.choice([*(key for key, _ in getattr(question.kind, "choices", ())), *TYPED])
        reply = ask("plan", self.answers, has=self.marks, before=self.before)
        self.marks |= {name: mark for name, (_, mark) in reply["parts"].items()}
        self.planned += reply["ok"]
        if not reply["ok"]:
            self.answers = self.before  # as people do, once they see what is wrong


def ask(do: str, answers: dict[str, str], **more: object) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(handle(json.dumps({"id": 1, "do": do, "answers": answers, **more})))
    return reply


def blocks() -> int:
    """Return how many pieces of memory Python's objects take."""
    gc.collect()
    return sys.getallocatedblocks()


def test_after_thousands_of_edits_memory_is_flat_and_the_plan_a_fresh_one() -> None:
    session = Session()
    for _ in range(WARM):
        session.edit()
    first = blocks()
    for _ in range(EDITS):
        session.edit()
    assert session.planned > EDITS / 3, "hardly a plan was made: this would test nothing"
    # The marks of the page, and which plans were made last, differ a little from time to time.
    assert blocks() < first * 1.05

    last = ask("plan", session.answers, has={})
    assert last["ok"]
    code = "import sys; from planner.web import handle; sys.stdout.write(handle(sys.stdin.read()))"
    request = json.dumps({"id": 1, "do": "plan", "answers": session.answers, "has": {}})
    fresh = subprocess.run([sys.executable, "-c", code], input=request, capture_output=True, text=True, check=True)
    assert json.loads(fresh.stdout) == last

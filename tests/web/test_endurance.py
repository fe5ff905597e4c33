"""A long session, through the code that the worker runs: memory stays flat, and each plan equals a fresh one.

How many edits are made is said by EDITS; `make fuzz` makes 10,000.
"""

import gc
import json
import os
import random
import subprocess
import sys
from typing import Any

import pytest

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

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same session each time
        self.answers = as_texts(default_answers())
        self.before = dict(self.answers)
        self.marks: dict[str, int] = {}
        self.planned = 0
        self.asked: dict[str, Any] = {}  # by the last request
        self.reply: dict[str, Any] = {}

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
        self.asked = {"answers": dict(self.answers), "has": dict(self.marks), "before": self.before}
        reply = self.reply = ask("plan", **self.asked)
        self.marks |= {name: mark for name, (_, mark) in reply["parts"].items()}
        self.planned += reply["ok"]
        if not reply["ok"]:
            self.answers = self.before  # as people do, once they see what is wrong


def ask(do: str, answers: dict[str, str], **more: object) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(handle(json.dumps({"id": 1, "do": do, "answers": answers, **more})))
    return reply


# Answers each line of its input in a process of its own, which has read facts and templates and planned nothing yet.
AFRESH = """
import os, sys
from planner import bundle, examples, web
from planner.facts import pools
from planner.facts import frameworks
from planner.web.render import environment
examples.examples(), frameworks.frameworks(), pools.pools()
for package, made in ((bundle, bundle.templates.environment()), (web, environment())):
    for name in os.listdir(os.path.join(os.path.dirname(package.__file__), "templates")):
        made.get_template(name)
for line in sys.stdin:
    if os.fork() == 0:
        print(web.handle(line), flush=True)
        os._exit(0)
    os.wait()
"""


def afresh(requests: list[str]) -> list[str]:
    """Return the replies of processes that were never asked anything else."""
    run = subprocess.run(
        [sys.executable, "-c", AFRESH], input="\n".join(requests), capture_output=True, text=True, check=True
    )
    return run.stdout.splitlines()


def blocks() -> int:
    """Return how many pieces of memory Python's objects take."""
    gc.collect()
    return sys.getallocatedblocks()


@pytest.mark.long
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


@pytest.mark.long
def test_each_plan_of_a_session_is_the_one_a_fresh_process_makes() -> None:
    session = Session(seed=2)
    requests, replies = [], []
    for _ in range(EDITS // 10):
        session.edit()
        requests.append(json.dumps({"id": 1, "do": "plan", **session.asked}))
        replies.append(session.reply)
    assert session.planned > len(requests) / 3, "hardly a plan was made: this would test nothing"
    for request, reply, fresh in zip(requests, replies, afresh(requests), strict=True):
        assert json.loads(fresh) == reply, request

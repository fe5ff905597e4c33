"""What tests of rules share: the plan of somebody who changed a few of the default answers, on CHTC.

A test is named for its rule, and says ``is_silent`` where the rule keeps silent, ``always_speaks`` where it never does:
``tests/test_rulebook.py`` counts on it.
"""

from collections.abc import Iterable
from typing import TypeVar

from planner.advice import Advice, Plan, Settings
from planner.answers import read_answers
from planner.engine import make_plan
from planner.facts.pools import SubmitLine, pools
from planner.rules import rule_called

ONE_TASK = {"task_source": "one", "command": "python train.py"}
NUMBERED = {"task_source": "numbered", "command": "python train.py --seed {seed}"}

T = TypeVar("T")


def required(value: T | None) -> T:
    """Return the value that a test relies on, which must not be None."""
    assert value is not None, "it is None"
    return value


def plan(**answers: object) -> Plan:
    """Return the plan for the default answers, changed by *answers* (texts, as people type them)."""
    return make_plan(read_answers(answers), pools()["chtc"])


def ask(rule: str, **answers: object) -> Advice | None:
    """Return what the rule of this id says in that plan, or None where it is silent."""
    assert rule_called(rule), f"no rule is called {rule}"
    return next((advice for advice in plan(**answers).advice if advice.rule == rule), None)


def words(advice: Advice | None) -> tuple[str, str, str]:
    """Return the level of an advice, what to do, and why."""
    assert advice is not None, "the rule is silent"
    return advice.level.value, advice.do, advice.because


def texts(lines: Iterable[SubmitLine]) -> tuple[str, ...]:
    """Return lines of a pool as they are written."""
    return tuple(map(str, lines))


def settings(**answers: object) -> Settings:
    """Return what is decided in that plan."""
    return plan(**answers).settings

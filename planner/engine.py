"""Ask each rule in turn: answers + pool → plan."""

import dataclasses
from typing import Any, cast

from planner.advice import SHARED, Advice, Clause, Plan, Settings
from planner.answers import Answers
from planner.estimate.rightsize import rightsize
from planner.measured import Measured
from planner.pools import Pool
from planner.rules import FAMILIES, RULES
from planner.rules.base import Case, Rule, Said


class NotSettledError(AttributeError):
    """A rule reads a setting before the rule that owns it was asked: the order of the families is wrong."""


def make_plan(
    answers: Answers, pool: Pool, rules: tuple[Rule, ...] = RULES, *, measured: Measured | None = None
) -> Plan:
    """Return the plan for *answers* on *pool*.

    What was *measured* in earlier jobs replaces what the answers say of it, and the plan's answers are those: a plan
    that is opened again from its file is the same.

    Raises TypeError when rules contradict each other: two that own one setting, or one that decides what it has not
    declared; NotSettledError when one reads what is not decided yet. Both are faults of rules, not of answers.
    """
    rightsized = rightsize(answers, pool, measured)
    owners = _owners(rules)
    settled: dict[str, Any] = {}
    asked: set[str] = set()
    advice: list[Advice] = []
    decided_by: dict[str, Advice] = {}
    for rule in rules:
        view = _Settled(settled, owners, asked)
        case = Case(rule, rightsized, pool, cast(Settings, view))
        said = rule.ask(case)
        asked.add(rule.id)
        for name in view.read:
            if name in decided_by:
                case.read_through(decided_by[name].because_of)
        if said is None:
            continue
        _check_declared(rule, said)
        spoken = _advice(rule, case, said)
        advice.append(spoken)
        for name, value in said.settings.items():
            if name in SHARED:
                settled[name] = (*settled.get(name, ()), *cast("tuple[Clause, ...]", value))
            else:
                settled[name] = value
            decided_by.setdefault(name, spoken)
    return Plan(
        answers=rightsized.answers,
        pool=pool,
        advice=tuple(sorted(advice, key=_reading_order)),
        settings=Settings(**settled),
        decided_by=decided_by,
        said=answers,
        measured=measured,
    )


def _reading_order(advice: Advice) -> int:
    """Return where an advice stands for readers: by the families of the guide, not by dependence."""
    return FAMILIES.index(advice.family)


def _owners(rules: tuple[Rule, ...]) -> dict[str, Rule]:
    """Return which rule owns each setting. Raises TypeError when two want the same one."""
    owners: dict[str, Rule] = {}
    for rule in rules:
        for name in rule.decides:
            if name in SHARED:
                raise TypeError(f"{rule.id} cannot own {name}: several rules add to it")
            if name in owners:
                raise TypeError(f"{rule.id} and {owners[name].id} both decide {name}")
            owners[name] = rule
        for name in rule.adds_to:
            if name not in SHARED:
                raise TypeError(f"{rule.id} cannot add to {name}: it has one owner")
    return owners


def _check_declared(rule: Rule, said: Said) -> None:
    for name in said.settings:
        if name not in (*rule.decides, *rule.adds_to):
            raise TypeError(f"{rule.id} decides {name} without having declared it")


def _advice(rule: Rule, case: Case, said: Said) -> Advice:
    return Advice(
        rule=rule.id,
        title=rule.title,
        stage=rule.stage,
        family=rule.family,
        url=rule.url,
        level=said.level,
        do=said.do,
        because=said.because,
        because_of=case.because_of,
        beside=case.beside,
        sources=case.sources,
        decides=tuple(said.settings),
    )


_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Settings)}


class _Settled:
    """What has been decided so far. A setting whose owner was asked and kept silent has its default."""

    def __init__(self, settled: dict[str, Any], owners: dict[str, Rule], asked: set[str]) -> None:
        self._settled = settled
        self._owners = owners
        self._asked = asked
        self.read: dict[str, None] = {}

    def __getattr__(self, name: str) -> Any:
        self.read[name] = None
        if name in self._settled:
            return self._settled[name]
        if name in self._owners and self._owners[name].id not in self._asked:
            raise NotSettledError(f"{name} is not decided yet: {self._owners[name].id} decides it, later")
        return _DEFAULTS[name]

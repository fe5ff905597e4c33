"""Ask each rule in turn: answers + pool → plan."""

import dataclasses
from typing import Any, cast

from planner.advice import SHARED, Advice, Clause, Plan, Settings, has_type_of
from planner.answers import Answers
from planner.estimate.rightsize import rightsize
from planner.facts.pools import Pool
from planner.rules import FAMILIES, RULES
from planner.rules.base import Case, Rule, RuleInputs, Verdict
from planner.usage import Usage


class NotDecidedError(AttributeError):
    """A rule reads a setting before the rule that owns it was asked: the order of the families is wrong."""


def make_plan(answers: Answers, pool: Pool, rules: tuple[Rule, ...] = RULES, *, measured: Usage | None = None) -> Plan:
    """Return the plan for *answers* on *pool*.

    What was *measured* in earlier jobs replaces what the answers say of it, and the plan's answers are those: a plan
    that is opened again from its file is the same.

    Raises TypeError when rules contradict each other: two that own one setting, or one that decides what it has not
    declared, or gives a setting the wrong type; NotDecidedError when one reads what is not decided yet. Both are faults of rules, not of answers.
    """
    rightsized = rightsize(answers, pool, measured)
    owners = _owners(rules)
    decided: dict[str, Any] = {}
    asked: set[str] = set()
    advice: list[Advice] = []
    decided_by: dict[str, Advice] = {}
    inputs = RuleInputs(rightsized, pool, _DecidedSoFar(decided, owners, asked))
    for rule in rules:
        case = Case(rule, inputs)
        verdict = rule.ask(case)
        asked.add(rule.id)
        if verdict is None:
            continue
        for name in case.reads.settings:
            if name in decided_by:
                case.inherit(decided_by[name].because_of)
        _check_settings(rule, verdict)
        given = _advice(rule, case, verdict)
        advice.append(given)
        for name, value in verdict.settings.items():
            if name in SHARED:
                decided[name] = (*decided.get(name, ()), *cast("tuple[Clause, ...]", value))
            else:
                decided[name] = value
            decided_by.setdefault(name, given)
    return Plan(
        answers=rightsized.answers,
        pool=pool,
        advice=tuple(sorted(advice, key=_reading_order)),
        settings=Settings(**decided),
        decided_by=decided_by,
        said=answers,
        measured=measured,
    )


_PLACES = {family: at for at, family in enumerate(FAMILIES)}


def _reading_order(advice: Advice) -> int:
    """Return where an advice stands for readers: by the families of the guide, not by dependence."""
    return _PLACES[advice.family]


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


def _check_settings(rule: Rule, verdict: Verdict) -> None:
    """Refuse settings that the rule has not declared, or whose values would reach a template with the wrong type.

    ``case.set`` takes any keyword, so that a type checker cannot see either. Raises TypeError.
    """
    for name, value in verdict.settings.items():
        if name not in (*rule.decides, *rule.adds_to):
            raise TypeError(f"{rule.id} decides {name} without having declared it")
        if not has_type_of(name, value):
            raise TypeError(f"{rule.id} decides {name} = {value!r}, which has the wrong type")


def _advice(rule: Rule, case: Case, verdict: Verdict) -> Advice:
    return Advice(
        rule=rule.id,
        title=rule.title,
        stage=rule.stage,
        family=rule.family,
        url=rule.url,
        level=verdict.level,
        do=verdict.do,
        because=verdict.because,
        because_of=case.because_of,
        anchor_question=case.anchor_question,
        sources=case.sources,
        decides=tuple(verdict.settings),
    )


_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Settings)}


class _DecidedSoFar:
    """What has been decided so far. A setting whose owner was asked and kept silent has its default."""

    def __init__(self, decided: dict[str, Any], owners: dict[str, Rule], asked: set[str]) -> None:
        self._decided = decided
        self._owners = owners
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        if name in self._decided:
            return self._decided[name]
        if name in self._owners and self._owners[name].id not in self._asked:
            raise NotDecidedError(f"{name} is not decided yet: {self._owners[name].id} decides it, later")
        return _DEFAULTS[name]

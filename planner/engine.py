"""Run each rule in turn: answers + pool → plan."""

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
    """A rule reads a setting before the rule that owns it has run: the order of the rules is wrong."""


def make_plan(answers: Answers, pool: Pool, rules: tuple[Rule, ...] = RULES, *, measured: Usage | None = None) -> Plan:
    """Return the plan for *answers* on *pool*.

    Values *measured* in earlier jobs replace the user's values in the plan's answers, so a plan that is reopened from its
    file is the same.

    Raises TypeError if rules contradict each other: two rules own one setting, or a rule decides a setting that it has
    not declared, or gives it the wrong type. Raises NotDecidedError if a rule reads a setting that is not decided yet.
    Both are faults of rules, not of answers.
    """
    rightsized = rightsize(answers, pool, measured)
    owners = _owners(rules)
    decided: dict[str, Any] = {}
    rules_run: set[str] = set()
    advice: list[Advice] = []
    decided_by: dict[str, Advice] = {}
    inputs = RuleInputs(rightsized, pool, _DecidedSoFar(decided, owners, rules_run))
    for rule in rules:
        case = Case(rule, inputs)
        verdict = rule.ask(case)
        rules_run.add(rule.id)
        if verdict is None:
            continue
        for name in case.reads.settings:
            if name in decided_by:
                case.inherit(decided_by[name].because_of)
        _check_settings(rule, verdict)
        entry = _advice(rule, case, verdict)
        advice.append(entry)
        for name, value in verdict.settings.items():
            if name in SHARED:
                decided[name] = (*decided.get(name, ()), *cast("tuple[Clause, ...]", value))
            else:
                decided[name] = value
            decided_by.setdefault(name, entry)
    return Plan(
        answers=rightsized.answers,
        pool=pool,
        advice=tuple(sorted(advice, key=_reading_order)),
        settings=Settings(**decided),
        decided_by=decided_by,
        said=answers,
        measured=measured,
    )


_PLACES = {family: index for index, family in enumerate(FAMILIES)}


def _reading_order(advice: Advice) -> int:
    """Return the position of an advice for readers: by the guide's families, not by dependence."""
    return _PLACES[advice.family]


def _owners(rules: tuple[Rule, ...]) -> dict[str, Rule]:
    """Return the rule that owns each setting. Raises TypeError if two rules own the same one."""
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
    """What has been decided so far. A setting whose owner ran without deciding it has its default."""

    def __init__(self, decided: dict[str, Any], owners: dict[str, Rule], rules_run: set[str]) -> None:
        self._decided = decided
        self._owners = owners
        self._rules_run = rules_run

    def __getattr__(self, name: str) -> Any:
        if name in self._decided:
            return self._decided[name]
        if name in self._owners and self._owners[name].id not in self._rules_run:
            raise NotDecidedError(f"{name} is not decided yet: {self._owners[name].id} decides it, later")
        return _DEFAULTS[name]

"""Ask each rule in turn: answers + pool → plan."""

import dataclasses
from typing import Any, cast

from planner.advice import SHARED, Advice, Clause, Plan, Settings
from planner.answers import Answers
from planner.estimate.rightsize import rightsize
from planner.facts.pools import Pool
from planner.rules import FAMILIES, RULES
from planner.rules.base import Case, Known, Noted, Rule, Said
from planner.usage import Usage


class NotSettledError(AttributeError):
    """A rule reads a setting before the rule that owns it was asked: the order of the families is wrong."""


# What each rule said last, by its id, and what it went by.
Notes = dict[str, tuple[Rule, Noted, Said | None]]


def make_plan(
    answers: Answers,
    pool: Pool,
    rules: tuple[Rule, ...] = RULES,
    *,
    measured: Usage | None = None,
    notes: Notes | None = None,
) -> Plan:
    """Return the plan for *answers* on *pool*.

    What was *measured* in earlier jobs replaces what the answers say of it, and the plan's answers are those: a plan
    that is opened again from its file is the same.

    Who makes plan after plan keeps *notes* from one to the next: a rule is then asked again only where something that
    it read has changed. The plan is the same with them and without.

    Raises TypeError when rules contradict each other: two that own one setting, or one that decides what it has not
    declared; NotSettledError when one reads what is not decided yet. Both are faults of rules, not of answers.
    """
    rightsized = rightsize(answers, pool, measured)
    owners = _owners(rules)
    settled: dict[str, Any] = {}
    asked: set[str] = set()
    advice: list[Advice] = []
    decided_by: dict[str, Advice] = {}
    known = Known(rightsized, pool, _Settled(settled, owners, asked))
    notes = {} if notes is None else notes
    for rule in rules:
        noted, said = _ask(rule, known, notes)
        asked.add(rule.id)
        if said is None:
            continue
        case = Case(rule, known, noted)
        for name in noted.settings:
            if name in decided_by:
                case.read_through(decided_by[name].because_of)
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


def _ask(rule: Rule, known: Known, notes: Notes) -> tuple[Noted, Said | None]:
    """Return what *rule* says and what it went by: from the *notes*, where all of that holds still."""
    asked, noted, said = notes.get(rule.id, (None, None, None))
    if asked is rule and noted and noted.holds(known):
        return noted, said
    case = Case(rule, known)
    said = rule.ask(case)
    notes[rule.id] = (rule, case.noted, said)
    return case.noted, said


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

    def __getattr__(self, name: str) -> Any:
        if name in self._settled:
            return self._settled[name]
        if name in self._owners and self._owners[name].id not in self._asked:
            raise NotSettledError(f"{name} is not decided yet: {self._owners[name].id} decides it, later")
        return _DEFAULTS[name]

"""The engine, with small rules made for the purpose."""

from collections.abc import Callable

import pytest

from planner.answers import default_answers
from planner.answers.question import Stage
from planner.engine import NotSettledError, make_plan
from planner.pools import pools
from planner.rules.base import Case, Rule, Said, rule

ANSWERS, POOL = default_answers(), pools()["chtc"]


def made(ask: Callable[[Case], Said | None], *decides: str, adds_to: tuple[str, ...] = ()) -> Rule:
    return Rule(ask, Stage.DISTRIBUTE, "processors", decides, adds_to, ("condor-submit",), "")


def ask_cpus(case: Case) -> Said:
    """Say cpus"""
    return case.set("Take them", because="So.", request_cpus=case.answers.cpus)


def test_what_a_rule_decides_is_in_the_plan_with_the_advice_that_decided_it() -> None:
    plan = make_plan(ANSWERS, POOL, (made(ask_cpus, "request_cpus"),))
    assert plan.settings.request_cpus == 4
    assert plan.decided_by["request_cpus"].rule == "ask-cpus"
    assert plan.decided_by["request_cpus"].because_of == ("cpus",)


def test_two_rules_that_decide_the_same_are_an_error() -> None:
    def again(case: Case) -> Said:
        return ask_cpus(case)

    with pytest.raises(TypeError, match="again and ask-cpus both decide request_cpus"):
        make_plan(ANSWERS, POOL, (made(ask_cpus, "request_cpus"), made(again, "request_cpus")))


def test_a_setting_that_was_not_declared_is_an_error() -> None:
    with pytest.raises(TypeError, match="ask-cpus decides request_cpus without having declared it"):
        make_plan(ANSWERS, POOL, (made(ask_cpus),))


def test_a_setting_that_nobody_has_settled_yet_is_an_error_that_names_its_owner() -> None:
    def too_early(case: Case) -> Said:
        return case.tip(f"{case.settled.request_cpus}", because="So.")

    with pytest.raises(NotSettledError, match="request_cpus is not decided yet: ask-cpus decides it, later"):
        make_plan(ANSWERS, POOL, (made(too_early), made(ask_cpus, "request_cpus")))


def test_a_setting_whose_owner_kept_silent_has_its_default() -> None:
    def silent(_: Case) -> None:
        return None

    def reads(case: Case) -> Said:
        return case.tip(f"{case.settled.request_cpus}", because="So.")

    plan = make_plan(ANSWERS, POOL, (made(silent, "request_cpus"), made(reads)))
    assert [advice.do for advice in plan.advice] == ["1"]


def test_what_is_read_through_a_setting_counts_among_the_questions_after_what_is_read_directly() -> None:
    def reads(case: Case) -> Said:
        return case.tip(f"{case.settled.request_cpus} {case.answers.memory}", because="So.")

    plan = make_plan(ANSWERS, POOL, (made(ask_cpus, "request_cpus"), made(reads)))
    assert plan.advice[1].because_of == ("memory", "cpus")


def test_a_question_that_is_not_asked_does_not_count() -> None:
    def reads(case: Case) -> Said:
        return case.tip(f"{case.answers.hours_cpu}{case.answers.hours_gpu}", because="So.")

    (advice,) = make_plan(ANSWERS, POOL, (made(reads),)).advice
    assert advice.because_of == ("hours_gpu",)


def test_clauses_of_several_rules_add_up() -> None:
    def one(case: Case) -> Said:
        return case.set("One", because="So.", requirements=case.clause("(a)"))

    def two(case: Case) -> Said:
        return case.set("Two", because="So.", requirements=case.clause("(b)"))

    rules = (made(one, adds_to=("requirements",)), made(two, adds_to=("requirements",)))
    plan = make_plan(ANSWERS, POOL, rules)
    assert [(clause.text, clause.rule) for clause in plan.settings.requirements] == [("(a)", "one"), ("(b)", "two")]


def test_the_sources_of_cited_figures_are_those_of_the_advice() -> None:
    def cites(case: Case) -> Said:
        return case.tip(f"{case.cite(case.pool.easy_cpus)}", because="So.")

    (advice,) = make_plan(ANSWERS, POOL, (made(cites),)).advice
    assert [source.key for source in advice.sources] == ["condor-submit", "chtc-machine-learning"]


def test_a_rule_without_a_source_a_why_or_with_an_unknown_setting_fails_at_import() -> None:
    def poor(case: Case) -> Said | None:
        """Title

        And a why.
        """

    poor.__module__ = "planner.rules.distribute.processors"
    with pytest.raises(TypeError, match="poor has no source: name what it rests on"):
        rule(sources=())(poor)
    with pytest.raises(TypeError, match="poor decides request_cats, which is no setting"):
        rule(sources=("condor-submit",), decides=("request_cats",))(poor)
    with pytest.raises(TypeError, match="poor stands beside cats, which is no question"):
        rule(sources=("condor-submit",), beside="cats")(poor)
    with pytest.raises(KeyError, match="no such source: cats"):
        rule(sources=("cats",))(poor)
    poor.__doc__ = "Only a title"
    with pytest.raises(TypeError, match="poor needs a docstring: a title, an empty line, the why"):
        rule(sources=("condor-submit",))(poor)

"""The engine, with small rules made for the purpose."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from planner.advice import SHARED, Level
from planner.answers import Answers, default_answers, questions
from planner.answers.question import Stage
from planner.engine import NotDecidedError, make_plan
from planner.estimate.tasks import TaskList
from planner.facts.pools import pools
from planner.facts.sources import sources
from planner.rules import FAMILIES, RULES
from planner.rules.base import Case, Rule, Verdict, rule
from planner.units import Size
from tests.strategies import answers

ANSWERS, POOL = default_answers(), pools()["chtc"]


def made(ask: Callable[[Case], Verdict | None], *decides: str, adds_to: tuple[str, ...] = ()) -> Rule:
    return Rule(ask, Stage.DISTRIBUTE, "processors", decides, adds_to, ("condor-submit",), "")


def ask_cpus(case: Case) -> Verdict:
    """Say cpus"""
    return case.set("Take them", because="So.", request_cpus=case.answers.cpus)


def test_what_a_rule_decides_is_in_the_plan_with_the_advice_that_decided_it() -> None:
    plan = make_plan(ANSWERS, POOL, (made(ask_cpus, "request_cpus"),))
    assert plan.settings.request_cpus == 4
    assert plan.decided_by["request_cpus"].rule == "ask-cpus"
    assert plan.decided_by["request_cpus"].because_of == ("cpus",)


def test_two_rules_that_decide_the_same_are_an_error() -> None:
    def again(case: Case) -> Verdict:
        return ask_cpus(case)

    with pytest.raises(TypeError, match="again and ask-cpus both decide request_cpus"):
        make_plan(ANSWERS, POOL, (made(ask_cpus, "request_cpus"), made(again, "request_cpus")))


def test_a_setting_that_was_not_declared_is_an_error() -> None:
    with pytest.raises(TypeError, match="ask-cpus decides request_cpus without having declared it"):
        make_plan(ANSWERS, POOL, (made(ask_cpus),))


@pytest.mark.parametrize(
    ("setting", "value", "fits"),
    [
        ("request_cpus", 4, True),
        ("request_cpus", "4", False),
        ("request_cpus", True, False),
        ("workflow", True, True),
        ("workflow", 1, False),
        ("lowest_capability", None, True),
        ("lowest_capability", 8.0, True),
        ("lowest_capability", "8.0", False),
        ("request_memory", Size.of_gb(4), True),
        ("request_memory", 4, False),
        ("columns", ("lr", "seed"), True),
        ("columns", ["lr", "seed"], False),
        ("columns", ("lr", 1), False),
        ("cpu_test_lines", None, True),
        ("cpu_test_lines", (), True),
        ("cards", POOL.cards, True),
        ("cards", ("NVIDIA A100",), False),
    ],
)
def test_a_setting_with_a_value_of_the_wrong_type_is_an_error(setting: str, value: object, fits: bool) -> None:
    def decides(case: Case) -> Verdict:
        return case.set("Take it", because="So.", **{setting: value})

    if fits:
        assert getattr(make_plan(ANSWERS, POOL, (made(decides, setting),)).settings, setting) == value
        return
    with pytest.raises(TypeError, match=f"^decides decides {setting} = .*, which has the wrong type$"):
        make_plan(ANSWERS, POOL, (made(decides, setting),))


def test_a_setting_that_nobody_has_decided_yet_is_an_error_that_names_its_owner() -> None:
    def too_early(case: Case) -> Verdict:
        return case.tip(f"{case.decided.request_cpus}", because="So.")

    with pytest.raises(NotDecidedError, match="request_cpus is not decided yet: ask-cpus decides it, later"):
        make_plan(ANSWERS, POOL, (made(too_early), made(ask_cpus, "request_cpus")))


def test_a_setting_whose_owner_kept_silent_has_its_default() -> None:
    def silent(_: Case) -> None:
        return None

    def reads(case: Case) -> Verdict:
        return case.tip(f"{case.decided.request_cpus}", because="So.")

    plan = make_plan(ANSWERS, POOL, (made(silent, "request_cpus"), made(reads)))
    assert [advice.do for advice in plan.advice] == ["1"]


def test_what_is_read_through_a_setting_counts_among_the_questions_after_what_is_read_directly() -> None:
    def reads(case: Case) -> Verdict:
        return case.tip(f"{case.decided.request_cpus} {case.answers.memory}", because="So.")

    plan = make_plan(ANSWERS, POOL, (made(ask_cpus, "request_cpus"), made(reads)))
    assert plan.advice[1].because_of == ("memory", "cpus")


def test_a_question_that_is_not_asked_does_not_count() -> None:
    def reads(case: Case) -> Verdict:
        return case.tip(f"{case.answers.time_on_cpu}{case.answers.time_on_gpu}", because="So.")

    (advice,) = make_plan(ANSWERS, POOL, (made(reads),)).advice
    assert advice.because_of == ("time_on_gpu",)


def test_clauses_of_several_rules_add_up() -> None:
    def one(case: Case) -> Verdict:
        return case.set("One", because="So.", requirements=case.clause("(a)"))

    def two(case: Case) -> Verdict:
        return case.set("Two", because="So.", requirements=case.clause("(b)"))

    rules = (made(one, adds_to=("requirements",)), made(two, adds_to=("requirements",)))
    plan = make_plan(ANSWERS, POOL, rules)
    assert [(clause.text, clause.rule) for clause in plan.settings.requirements] == [("(a)", "one"), ("(b)", "two")]


def test_the_sources_of_figures_that_are_read_are_those_of_the_advice() -> None:
    def reads(case: Case) -> Verdict:
        return case.tip(f"{case.pool.easy_cpus}", because="So.")

    (advice,) = make_plan(ANSWERS, POOL, (made(reads),)).advice
    assert [source.key for source in advice.sources] == ["condor-submit", "chtc-machine-learning"]


def test_a_rule_without_a_source_a_why_or_with_an_unknown_setting_fails_at_import() -> None:
    def poor(case: Case) -> Verdict | None:
        """Title

        And a why.
        """

    poor.__module__ = "planner.rules.distribute.processors"
    with pytest.raises(TypeError, match="poor has no source: name what it rests on"):
        rule(sources=())(poor)
    with pytest.raises(TypeError, match="poor decides request_cats, which is no setting"):
        rule(sources=("condor-submit",), decides=("request_cats",))(poor)
    with pytest.raises(TypeError, match="poor stands beside cats, which is no question"):
        rule(sources=("condor-submit",), anchor_question="cats")(poor)
    with pytest.raises(KeyError, match="no such source: cats"):
        rule(sources=("cats",))(poor)
    poor.__doc__ = "Only a title"
    with pytest.raises(TypeError, match="poor needs a docstring: a title, an empty line, the why"):
        rule(sources=("condor-submit",))(poor)


def test_a_list_that_several_add_to_has_no_owner_and_a_setting_with_an_owner_is_not_added_to() -> None:
    with pytest.raises(TypeError, match=r"^ask-cpus cannot own requirements: several rules add to it$"):
        make_plan(ANSWERS, POOL, (made(ask_cpus, "requirements"),))
    with pytest.raises(TypeError, match=r"^ask-cpus cannot add to request_cpus: it has one owner$"):
        make_plan(ANSWERS, POOL, (made(ask_cpus, adds_to=("request_cpus",)),))


def test_what_nobody_decides_has_its_default_and_no_advice() -> None:
    plan = make_plan(ANSWERS, POOL, ())
    assert (plan.settings.request_cpus, plan.settings.way, plan.settings.requirements) == (1, None, ())
    assert (plan.advice, plan.decided_by, plan.stopped) == ((), {}, False)


def test_questions_are_read_through_as_many_settings_as_it_takes() -> None:
    def second(case: Case) -> Verdict:
        return case.set("Two", because="So.", tasks=case.decided.request_cpus)

    def third(case: Case) -> Verdict:
        return case.set("Three", because="So.", max_idle=case.decided.tasks)

    rules = (made(ask_cpus, "request_cpus"), made(second, "tasks"), made(third, "max_idle"))
    assert make_plan(ANSWERS, POOL, rules).decided_by["max_idle"].because_of == ("cpus",)


def test_a_rule_that_says_stop_stops_the_plan() -> None:
    def stops(case: Case) -> Verdict:
        return case.stop("Stop", because="So.")

    plan = make_plan(ANSWERS, POOL, (made(stops),))
    assert plan.stopped
    assert [advice.level for advice in plan.advice] == [Level.STOP]


def test_advice_comes_family_by_family_whatever_order_the_rules_were_asked_in() -> None:
    def late(case: Case) -> Verdict:
        return case.tip("Late", because="So.")

    first_family = Rule(late, Stage.DEVELOP, FAMILIES[0], (), (), ("condor-submit",), "")
    plan = make_plan(ANSWERS, POOL, (made(ask_cpus, "request_cpus"), first_family))
    assert [advice.rule for advice in plan.advice] == ["late", "ask-cpus"]


# --- whatever was answered ---


@settings(max_examples=300)
@given(answers())
def test_whatever_was_answered_there_is_a_plan_and_each_setting_is_decided_once(drawn: Answers) -> None:
    plan = make_plan(drawn, pools()[drawn.pool])
    decided = Counter(name for advice in plan.advice for name in advice.decides if name not in SHARED)
    assert {name: times for name, times in decided.items() if times > 1} == {}
    assert set(decided) == set(plan.decided_by) - SHARED
    assert len({advice.rule for advice in plan.advice}) == len(plan.advice)
    declared = {rule.id: {*rule.decides, *rule.adds_to} for rule in RULES}
    for name, advice in plan.decided_by.items():
        assert name in declared[advice.rule]
    for name in SHARED:
        for clause in getattr(plan.settings, name):
            assert name in declared[clause.rule]


@settings(max_examples=100)
@given(answers())
def test_whatever_was_answered_each_advice_gives_its_reason_and_rests_on_what_was_asked(drawn: Answers) -> None:
    asked = {id for id, question in questions().items() if drawn.asked(question)}
    for advice in make_plan(drawn, pools()[drawn.pool]).advice:
        assert advice.do[0].isupper()
        # A sentence may begin with the name of an image, which is as its author wrote it.
        assert not advice.because[0].islower() or (drawn.image and advice.because.startswith(drawn.image))
        assert set(advice.because_of) <= asked
        assert advice.sources
        assert {source.key for source in advice.sources} <= set(sources())
        for text in (advice.do, advice.because):
            assert not re.search(r"\bNone\b(?! of)|Fact\(|  |\bnan\b", text)


@settings(max_examples=100)
@given(answers())
def test_whatever_was_answered_the_requests_hold_together(drawn: Answers) -> None:
    plan = make_plan(drawn, pools()[drawn.pool])
    decided = plan.settings
    assert decided.processor in {"gpu", "cpu"}
    assert decided.tasks == TaskList(drawn).count
    assert decided.request_cpus == drawn.cpus
    assert (decided.request_gpus > 0) == (decided.processor == "gpu")
    assert decided.request_disk is not None
    assert decided.request_disk.bytes >= sum(part.size.bytes for part in decided.disk_parts)
    if not plan.stopped:
        assert decided.way is not None
        assert decided.way.feasible
        assert decided.way.length.processor == decided.processor
        assert decided.container_image
        assert bool(decided.data_input) == (drawn.data_place != "none")

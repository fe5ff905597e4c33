"""What the planner makes is right, and says where it came from: every example, on every pool that takes it."""

import pytest
from hypothesis import given, settings

from planner.answers import Answers, as_table, read_answers
from planner.bundle import make_files
from planner.engine import make_plan
from planner.errors import PlannerError
from planner.examples import examples
from planner.facts.pools import pools
from planner.importing.answers import answers_in
from planner.review import review
from tests import strategies


def bundle(answers: Answers) -> dict[str, str]:
    """Return the texts of a bundle's files, as somebody would bring them."""
    made = make_files(make_plan(answers, pools()[answers.pool]))
    return {file.path: file.text for file in made if not file.path.endswith("/")}


def on_pools() -> dict[str, Answers]:
    """Return every example on every pool that has what it answers; data of a place that a pool lacks is brought along."""
    found = {}
    for name, example in examples().items():
        for pool in pools():
            table = {**as_table(example.answers), "pool": pool}
            try:
                found[f"{name}-{pool}"] = read_answers(table)
            except PlannerError:
                found[f"{name}-{pool}"] = read_answers({**table, "data_place": "computer", "data_path": "data.tar"})
    return found


ON_POOLS = on_pools()


@pytest.mark.parametrize("name", ON_POOLS)
def test_a_bundle_is_reviewed_without_findings_and_read_back(name: str) -> None:
    answers = ON_POOLS[name]
    pool = pools()[answers.pool]
    found, read = review(bundle(answers), pool), answers_in(bundle(answers), pool)
    assert [(one.check.id, one.file, one.line, one.what) for one in found.findings] == []
    assert (found.fixed, read.edited) == ({}, {})
    assert read.answers == as_table(answers)
    assert read_answers(read.answers) == answers


@settings(max_examples=40)
@given(strategies.answers())
def test_review_finds_in_a_bundle_only_what_its_plan_says_itself(answers: Answers) -> None:
    plan = make_plan(answers, pools()[answers.pool])
    found, read = review(bundle(answers), plan.pool), answers_in(bundle(answers), plan.pool)
    said = {advice.rule for advice in plan.advice}
    assert [one for one in found.findings if not said & set(one.check.taught_by)] == []
    assert not found.fails
    assert (found.fixed, read.edited) == ({}, {})
    assert read_answers(read.answers) == answers

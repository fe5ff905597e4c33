"""The checks as a body: what holds for each of them, whatever it looks for."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from overrides.hooks.pages.markers import expand
from planner.facts.pools import pools
from planner.review import review
from planner.review.base import STYLE, Check, Hit
from planner.review.base import check as write_check
from planner.review.checks import CHECK_IDS, CHECKS, FAMILIES, check_called
from planner.review.files import ReviewedFiles
from planner.rules import RULES, rule_called
from tests.review.test_traps import CLEAN, DEFINITION, DEFINITION_TRAPS, FILE_TRAPS, SCRIPT, SCRIPT_TRAPS, SUBMIT_TRAPS

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
MODULES = sorted(path for path in (ROOT / "planner/review/checks").rglob("*.py") if path.stem != "__init__")
# What no file of ours can help: each says why.
MOST_OUT_OF_REACH = 10
LONGEST_MODULE = 300

each_check = pytest.mark.parametrize("check", CHECKS, ids=[check.id for check in CHECKS])


# --- words ---


@each_check
def test_a_title_is_one_short_line_without_a_full_stop(check: Check) -> None:
    assert 0 < len(check.title) <= 72
    assert check.title[0].isupper() or re.match(r"[a-z]+(_[a-z]+)+ |[a-z]+-[a-z]+ |[?$]|apt ", check.title)
    assert check.title[-1] not in ".!;:,"


@each_check
def test_a_why_is_at_least_one_sentence(check: Check) -> None:
    assert check.why.endswith((".", '."', "?"))
    assert len(check.why.split()) >= 10


@each_check
def test_an_id_is_a_few_lower_case_words_with_hyphens_and_finds_its_check(check: Check) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+){1,4}", check.id)
    assert check_called(check.id) is check


def test_titles_and_ids_are_unique_and_no_check_is_called_like_a_rule() -> None:
    assert [id for id, times in Counter(check.id for check in CHECKS).items() if times > 1] == []
    assert [title for title, times in Counter(check.title for check in CHECKS).items() if times > 1] == []
    assert CHECK_IDS & {rule.id for rule in RULES} == set()


def test_an_id_of_no_check_finds_none() -> None:
    assert check_called("no-such-check") is None


# --- sources, rules and tests ---


@each_check
def test_a_check_rests_on_sources(check: Check) -> None:
    assert check.sources
    assert len(set(check.sources)) == len(check.sources)


@each_check
def test_a_check_names_real_rules_or_says_why_no_plan_has_it(check: Check) -> None:
    assert check.taught_by or check.in_plans
    assert len(set(check.taught_by)) == len(check.taught_by)
    for id in check.taught_by:
        rule = rule_called(id)
        assert rule, id
        assert (TESTS / f"rules/{rule.stage.value}/test_{rule.family}.py").exists()
    assert re.match(r"(impossible|out of reach|partly): \w.*[^.]$|$", check.in_plans)


@pytest.fixture(scope="module")
def tests() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))


@each_check
def test_what_is_impossible_in_plans_is_shown_by_a_test(check: Check, tests: str) -> None:
    assert check.shown_by.startswith("test_") == check.in_plans.startswith("impossible")
    assert not check.shown_by or f"def {check.shown_by}(" in tests


def test_little_is_out_of_reach() -> None:
    beyond = [check.id for check in CHECKS if check.in_plans.startswith("out of reach")]
    assert len(beyond) <= MOST_OUT_OF_REACH, beyond


def a_check(files: ReviewedFiles) -> Iterator[Hit]:
    """A title

    And the reason why.
    """
    yield Hit(next(iter(files.files)), 1, "", "")


def test_a_check_that_lacks_something_is_refused_at_import() -> None:
    def no_reason(files: ReviewedFiles) -> None:
        """A title"""

    def no_files() -> None:
        """A title

        And the reason why.
        """

    right: dict[str, Any] = {"severity": STYLE, "sources": ("condor-submit",), "taught_by": ("cpus",)}
    assert write_check(**right)(a_check).id == "a-check"
    with pytest.raises(TypeError, match="a-check has no source"):
        write_check(**right | {"sources": ()})(a_check)
    with pytest.raises(KeyError, match="no such source: condor-submitt"):
        write_check(**right | {"sources": ("condor-submitt",)})(a_check)
    with pytest.raises(TypeError, match="no-reason needs a docstring"):
        write_check(**right)(no_reason)
    with pytest.raises(TypeError, match="no-files takes nothing"):
        write_check(**right)(no_files)
    with pytest.raises(TypeError, match="a-check takes files"):
        write_check(**right, unseen="No file shows it.")(a_check)
    with pytest.raises(TypeError, match="a-check says neither which rules cover it nor"):
        write_check(**right | {"taught_by": ()})(a_check)
    with pytest.raises(TypeError, match="a-check is impossible in plans only if a test shows it"):
        write_check(**right, in_plans="impossible: never")(a_check)


# --- what review sees ---


def trapped() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each trap: the check, and files in which it finds something."""
    for check, old, new, _ in SUBMIT_TRAPS:
        yield check, {"train.sub": CLEAN.replace(old, new, 1)}
    for check, line, _ in SCRIPT_TRAPS:
        yield check, {"train.sub": CLEAN, "run.sh": SCRIPT.replace("python train", f"{line}python train")}
    for check, old, new, _ in DEFINITION_TRAPS:
        yield check, {"my.def": DEFINITION.replace(old, new, 1)}
    for check, files, _ in FILE_TRAPS:
        yield check, files


def test_every_check_that_review_sees_has_a_trap_and_no_other() -> None:
    # These have tests of their own: one in another pool's terms, one in the tests of ignore comments.
    alone = {"unusual-run-time-length", "unknown-check-in-ignore"}
    assert {check.id for check in CHECKS if not check.unseen} == {check for check, _ in trapped()} | alone


def test_what_is_found_is_said_in_sentences() -> None:
    for check, files in trapped():
        for finding in review(files, pools()["chtc"]).findings:
            assert finding.what[-1] == ".", (check, finding.what)
            assert finding.fix[-1] in ".?", (check, finding.fix)
            assert finding.fix[0].isupper(), (check, finding.fix)


@each_check
def test_a_check_that_review_does_not_see_says_why(check: Check) -> None:
    assert bool(check.unseen) == (check.look.__code__.co_argcount == 0)
    assert re.fullmatch(r"[A-Z].*\.|", check.unseen)


# --- place ---


@each_check
def test_a_check_stands_in_a_module_that_has_a_name_in_words(check: Check) -> None:
    place = check.look.__module__.removeprefix("planner.review.checks.").removeprefix("beside.")
    assert place == check.family
    assert check.family in FAMILIES


def test_every_module_has_a_name_and_checks() -> None:
    assert list(dict.fromkeys(check.family for check in CHECKS)) == list(FAMILIES)
    assert {path.stem for path in MODULES} == set(FAMILIES)


def test_every_check_that_is_written_is_made() -> None:
    functions = [
        node
        for path in MODULES
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]
    decorated = [
        function.name.replace("_", "-")
        for function in functions
        if any(isinstance(mark, ast.Call) and ast.unparse(mark.func) == "check" for mark in function.decorator_list)
    ]
    assert sorted(decorated) == sorted(CHECK_IDS)


def test_every_check_is_on_the_reference_page_exactly_once() -> None:
    page = expand((ROOT / "docs/reference/checks.md").read_text("utf-8"), "reference/checks.md")
    anchors = re.findall(r"(?m)^### .* \{ #(\S+) \}$", page)
    assert anchors == [check.id for check in CHECKS]
    for check in CHECKS:
        section = page.split(f"{{ #{check.id} }}\n")[1].split("\n## ")[0].split("\n### ")[0]
        assert f"`{check.id}` · {check.severity.label}\n" in section
        assert all(f"[`{rule}`](../guide/" in section for rule in check.taught_by)
        assert all(source.title in section for source in check.sources)
        assert (check.unseen or "Seen by `planner review`.") in section


# --- size ---


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_of_checks_is_short(path: Path) -> None:
    assert path.read_text("utf-8").count("\n") < LONGEST_MODULE

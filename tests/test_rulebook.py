"""The rules as a body: what holds for each of them, whatever it judges."""

import ast
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.advice import SETTING_NAMES, SHARED
from planner.facts.pools import pools
from planner.facts.sources import sources
from planner.rules import FAMILIES, RULES, in_reading_order, rule_called
from planner.rules.base import Case, Rule, Verdict
from planner.rules.base import rule as write_rule

ROOT = Path(__file__).parents[1]
MODULES = sorted(ROOT.glob("planner/rules/*/*.py"))
TEMPLATES = sorted(path for path in ROOT.glob("planner/bundle/templates/*") if path.is_file())
# A function that does not fit on a screen is two functions.
LONGEST_BODY = 40

each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])


# --- words ---


@each_rule
def test_a_title_is_one_short_line_without_a_full_stop(rule: Rule) -> None:
    assert 0 < len(rule.title) <= 72
    assert rule.title[0].isupper()
    assert rule.title[-1] not in ".!;:,"


@each_rule
def test_a_why_is_at_least_one_sentence(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert len(rule.why.split()) >= 10


def test_titles_and_ids_are_unique() -> None:
    assert [name for name, times in Counter(rule.id for rule in RULES).items() if times > 1] == []
    assert [title for title, times in Counter(rule.title for rule in RULES).items() if times > 1] == []


@each_rule
def test_an_id_is_lower_case_words_with_hyphens_and_finds_its_rule(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
    assert rule_called(rule.id) is rule


def test_an_id_of_no_rule_finds_none() -> None:
    assert rule_called("no-such-rule") is None


# --- sources ---


@each_rule
def test_a_rule_rests_on_sources_that_exist(rule: Rule) -> None:
    assert rule.sources
    assert set(rule.sources) <= set(sources())
    assert len(set(rule.sources)) == len(rule.sources)


def in_a_family(function: Callable[[Case], Verdict | None]) -> Callable[[Case], Verdict | None]:
    function.__module__ = "planner.rules.develop.cuda"
    return function


def test_a_rule_without_a_source_a_why_or_a_known_setting_is_refused_at_import() -> None:
    def hold_the_line(_: Case) -> Verdict | None:
        """Hold the line

        Somebody must.
        """

    def no_reason(_: Case) -> Verdict | None:
        """Do it"""

    with pytest.raises(TypeError, match="hold-the-line has no source"):
        write_rule(sources=())(in_a_family(hold_the_line))
    with pytest.raises(TypeError, match="no-reason needs a docstring"):
        write_rule(sources=("condor-submit",))(in_a_family(no_reason))
    with pytest.raises(TypeError, match="hold-the-line decides no_such, which is no setting"):
        write_rule(sources=("condor-submit",), decides=("no_such",))(in_a_family(hold_the_line))
    with pytest.raises(KeyError, match="no such source: condor-submitt"):
        write_rule(sources=("condor-submitt",))(in_a_family(hold_the_line))


# --- place ---


@each_rule
def test_a_rule_stands_in_the_module_of_its_stage_and_family(rule: Rule) -> None:
    assert rule.ask.__module__ == f"planner.rules.{rule.stage.value}.{rule.family}"
    assert rule.family in FAMILIES
    assert rule.url == f"guide/{rule.stage.value}/{rule.family}/#{rule.id}"


def test_every_family_has_a_rule_and_every_module_is_a_family() -> None:
    assert {rule.family for rule in RULES} == set(FAMILIES)
    assert {path.stem for path in MODULES if path.stem != "__init__"} == set(FAMILIES)


def test_every_rule_that_is_written_is_asked() -> None:
    decorated = {
        function.name.replace("_", "-")
        for path in MODULES
        for function in functions(path)
        if any(isinstance(mark, ast.Call) and ast.unparse(mark.func) == "rule" for mark in function.decorator_list)
    }
    assert decorated == {rule.id for rule in RULES}


def test_the_reading_order_holds_every_rule_once_family_by_family() -> None:
    found = in_reading_order()
    assert sorted(rule.id for rule in found) == sorted(rule.id for rule in RULES)
    assert list(dict.fromkeys(rule.family for rule in found)) == list(FAMILIES)


# --- settings ---


def test_every_setting_has_one_owner_or_is_a_shared_list() -> None:
    owners = Counter(name for rule in RULES for name in rule.decides)
    assert {name: times for name, times in owners.items() if times > 1} == {}
    assert set(owners) == SETTING_NAMES - SHARED


def test_every_shared_list_is_added_to_and_owned_by_nobody() -> None:
    assert {name for rule in RULES for name in rule.adds_to} == SHARED
    assert [rule.id for rule in RULES if SHARED & set(rule.decides)] == []


# --- tests ---


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]


def named_for(rule: Rule) -> dict[str, str]:
    """Return the tests that are named for a rule, each with its text."""
    path = ROOT / f"tests/rules/{rule.stage.value}/test_{rule.family}.py"
    name = f"test_{rule.id.replace('-', '_')}_"
    return {function.name: ast.unparse(function) for function in functions(path) if function.name.startswith(name)}


@each_rule
def test_a_rule_has_a_test_that_it_speaks_with_the_whole_sentence(rule: Rule) -> None:
    whole = [name for name, text in named_for(rule).items() if f"words(ask('{rule.id}'" in text and ") == ('" in text]
    assert whole


@each_rule
def test_a_rule_has_a_test_that_it_is_silent_or_always_speaks(rule: Rule) -> None:
    silent = [name for name in named_for(rule) if "_is_silent" in name]
    always = [name for name in named_for(rule) if name.endswith("_always_speaks")]
    assert bool(silent) != bool(always)
    assert all(
        f"ask('{rule.id}'" in named_for(rule)[name] or f"'{rule.id}' not in" in named_for(rule)[name] for name in silent
    )


# --- one pool is like another ---


# What judges, reads and writes for any pool; what a pool has of its own is in its file.
FOR_ANY_POOL = sorted(
    path for folder in ("rules", "review", "importing", "bundle") for path in ROOT.glob(f"planner/{folder}/**/*.py")
)
# A source is named by its key, and many keys begin with who wrote it.
SOURCES = re.compile("|".join(f'"{re.escape(key)}"' for key in sources()))


@pytest.mark.parametrize("path", [*FOR_ANY_POOL, *TEMPLATES], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_that_serves_any_pool_names_one(path: Path) -> None:
    everyday = re.findall(r"\w+", pools()["generic"].name)
    names = {word for key, pool in pools().items() for word in (key, *re.findall(r"\w+", pool.name))}
    named = {*names, "chtc", "ospool", "Madison"} - {*everyday, "generic"}
    text = SOURCES.sub("", path.read_text("utf-8")).lower()
    assert [name for name in sorted(named) if re.search(rf"\b{name.lower()}\b", text)] == []


# --- size ---


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_body_fits_on_a_screen(path: Path) -> None:
    assert {name: lines for name, lines in bodies(path).items() if lines > LONGEST_BODY} == {}


def bodies(path: Path) -> dict[str, int]:
    """Return how many lines the body of each function of a module has, below its docstring."""
    found = {}
    for function in functions(path):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        found[function.name] = (body[-1].end_lineno or 0) - body[0].lineno + 1
    return found

from pathlib import Path

import pytest

from overrides.hooks.pages.markers import expand, figure
from overrides.hooks.pages.reference import page_of
from planner.estimate.gpu_memory import FORMULAS
from planner.facts.pools import pools
from planner.rules import RULES
from planner.rules.base import Rule
from tests.helpers import required

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {str(path.relative_to(DOCS)): path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_is_taught_once_and_on_the_page_of_its_family(rule: Rule) -> None:
    marker = f"<!-- rule: {rule.id} -->"
    assert [path for path, text in PAGES.items() for _ in range(text.count(marker))] == [page_of(rule)]


@pytest.mark.parametrize("path", PAGES)
def test_every_marker_names_something(path: str) -> None:
    expand(PAGES[path], path)


def test_a_marker_becomes_heading_why_and_sources() -> None:
    html = expand("<!-- rule: cpus -->", "guide/distribute/processors.md")
    assert html.startswith("## Ask for the cores that the task uses, and no more { #cpus }\n\nHTCondor tells")
    assert "Sources: [HTCondor manual: submit commands](https://htcondor.readthedocs.io/" in html


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("rule: cpuz", "p.md: <!-- rule: cpuz -->: nothing is called cpuz. Did you mean cpus?"),
        ("rule: cpus", "p.md: <!-- rule: cpus -->: it is taught on guide/distribute/processors.md"),
        (
            "figure: chtc lengths.shrt.limit",
            "p.md: <!-- figure: chtc lengths.shrt.limit -->: nothing is called shrt. Did you mean short?",
        ),
        ("pool: chct", "p.md: <!-- pool: chct -->: nothing is called chct. Did you mean chtc?"),
        ("figur: x", "p.md: <!-- figur: x -->: nothing is called figur. Did you mean figure?"),
    ],
)
def test_a_marker_that_names_nothing_stops_the_build(marker: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"p\.md") as caught:
        expand(f"<!-- {marker} -->", "p.md")
    assert str(caught.value) == said


def test_a_figure_is_the_one_of_the_pools_file() -> None:
    assert str(figure(pools()["chtc"], "lengths.short.limit")) == "12 h"
    assert expand("<!-- figure: chtc card_count -->", "p.md") == "122"


def test_the_estimates_are_shown_with_formulas_errors_and_every_measurement() -> None:
    page = expand("<!-- reference: estimates -->", "reference/estimates.md")
    assert "| all | 140 | 3.1% | 12.4% | 53% | -0.8% |" in page
    assert all(fact.source.title in page for fact in FORMULAS)
    rows = page.split("## GPU memory: measured and estimated")[1].strip().splitlines()
    assert len(rows) == 2 + 140
    assert rows[2].startswith("| phi-1.5 | lora, bf16 | 1 | 1044 | 4.82 | 4.82 | +0% | [LitGPT: resource tables")


def test_no_figure_of_a_pool_is_typed_by_hand_in_the_guide() -> None:
    """Sizes and times that stand in the pool's file come from there, so that page and planner cannot disagree."""
    chtc = pools()["chtc"]
    typed = {str(x.limit.value) for x in chtc.lengths} | {str(card.memory.value) for card in chtc.cards}
    typed |= {str(required(band.up_to).value) for place in chtc.places for band in place.bands}
    for path, text in PAGES.items():
        if path.startswith("guide/"):
            assert [value for value in typed if value in text] == [], path

"""What the guide's pages are given besides their words: tables from data, pictures, the worked example's files."""

import re
from pathlib import Path

import pytest

from overrides.hooks.pages import listings, tables
from overrides.hooks.pages.markdown import escaped, table
from overrides.hooks.pages.markers import expand
from planner.facts.frameworks import frameworks
from planner.facts.hold_reasons import holds, messages
from planner.facts.pools import pools

EVERYWHERE = "\n".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "docs").rglob("*.md"))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_the_table_of_cards_says_what_the_builds_say() -> None:
    head, _, *rows = tables.cards(pools()["chtc"]).splitlines()
    assert cells(head)[1:3] == ["P100<br>(6.0)", "RTX 2080 Ti<br>(7.5)"]
    build = frameworks()["pytorch"].release("2.12.1").build("13.0")  # type: ignore[union-attr]
    (row,) = (cells(row) for row in rows if re.match(r"\| PyTorch .*2\.12\.1, CUDA 13\.0 ", row))
    assert [cell == "✓" for cell in row[1:]] == [build.runs_on(x) for x in (6.0, 7.5, 8.0, 8.9, 9.0)]  # type: ignore[union-attr]
    assert row[1] == "no"


def test_every_cuda_build_is_in_the_table_of_cards() -> None:
    rows = tables.cards(pools()["chtc"])
    for framework in frameworks().values():
        for cuda in {build.cuda for release in framework.releases for build in release.builds if build.lowest}:
            assert re.search(rf"^\| {re.escape(framework.name)} .*CUDA {re.escape(cuda)} \|", rows, re.MULTILINE)


def test_every_hold_and_message_has_its_row_and_its_anchor() -> None:
    for hold in holds():
        assert f'id="hold-{hold.key}"' in tables.hold_table()
    for row in messages():
        assert f'id="message-{row.key}"' in tables.message_table()


def test_text_that_looks_like_markup_is_kept_as_text() -> None:
    assert escaped("request_disk *[a]* <b>") == r"request\_disk \*\[a\]\* \<b\>"
    assert table(["a"], [["x | y"]]).endswith(r"| x \| y |")


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("cards: chct", "nothing is called chct. Did you mean chtc?"),
        ("holds: some", "nothing is called some. Known here: all."),
        ("picture: tuningg", "no file is called tuningg.svg. Did you mean tuning.svg"),
        ("code: train.p", "no file is called train.p. Did you mean train.py"),
        ("planned: test.su", "no file is called test.su. Did you mean test.sub"),
        ("usage: develop", "no table of what a job used is in it."),
    ],
)
def test_a_marker_that_names_nothing_stops_the_build(marker: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"p\.md") as caught:
        expand(f"<!-- {marker} -->", "p.md")
    assert said in str(caught.value)


def test_every_picture_screen_and_file_of_the_example_is_shown() -> None:
    made = {"picture": listings.PICTURES, "screen": listings.EXAMPLE / "screens", "code": listings.CODE}
    for kind, folder in made.items():
        for path in folder.iterdir():
            name = path.name if kind == "code" else path.stem
            assert path.is_dir() or f"<!-- {kind}: {name} -->" in EVERYWHERE, path.name


def test_a_page_takes_its_days_from_what_stands_on_it() -> None:
    foot = expand("<!-- figure: chtc contact -->", "guide/x/y.md")
    assert foot.endswith("was read on 2026-08-17: [all sources](../../reference/sources.md).*\n")
    assert expand("No figure.", "guide/x.md") == "No figure.\n\n"
    assert expand("<!-- figure: chtc card_count -->", "index.md") == "122"


def test_what_a_page_of_the_guide_calls_a_picture_has_words_for_those_who_do_not_see_it() -> None:
    for path in listings.PICTURES.glob("*.svg"):
        svg = path.read_text(encoding="utf-8")
        assert 'role="img"' in svg
        assert re.search(r'aria-label="[^"]{20,}"|<title id="[^"]+">[^<]{20,}</title>', svg), path.name

import html
import re
import zipfile
from pathlib import Path

import pytest

from overrides.hooks.pages.examples import links, page
from planner.answers.file import AnswersFile
from planner.examples import examples
from planner.web.fragment import open_fragment

ROOT = Path(__file__).parents[2]
each_example = pytest.mark.parametrize("name", examples())


@each_example
def test_an_example_has_a_page_of_its_own(name: str) -> None:
    text = (ROOT / f"docs/examples/{name}.md").read_text(encoding="utf-8")
    assert text.count(f"<!-- example: {name} -->") == 1
    assert f"      - examples/{name}.md\n" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


@each_example
def test_its_link_opens_the_planner_with_its_answers(name: str) -> None:
    (fragment,) = re.findall(r'href="\.\./\.\./planner/#([^"]*)"', page(name))
    opened = open_fragment(html.unescape(fragment))
    assert opened.words == ()
    assert AnswersFile.from_form(opened.texts) == AnswersFile(examples()[name].answers)


@each_example
def test_its_page_tells_all_advice_and_shows_the_files_of_its_zip(name: str) -> None:
    text = page(name)
    with zipfile.ZipFile(ROOT / f"site/planner/{name}.zip") as bundle:
        project = examples()[name].answers.project
        submit = bundle.read(f"{project}/{project}.sub").decode()
        assert submit in text
        files = [path.removeprefix(f"{project}/") for path in bundle.namelist() if not path.endswith("/")]
        assert [path for path in files if f"`{path}`" not in text] == []
    built = (ROOT / f"site/examples/{name}/index.html").read_text(encoding="utf-8")
    assert "test-job-first" in built


def test_all_examples_are_listed_in_their_order() -> None:
    assert re.findall(r"\((\w+)\.md\)", links()) == [*examples()]


def test_an_unknown_example_is_named_with_the_nearest() -> None:
    with pytest.raises(LookupError, match="Did you mean sweep"):
        page("swep")

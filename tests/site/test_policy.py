"""The policy's text, and that every built page carries the one it should."""

import base64
import hashlib

import pytest

from overrides.hooks.policy import inline_scripts, with_policy, without_inline_styles
from tests.site.conftest import BuiltPage, Element

HEAD = '<head>\n<meta charset="utf-8">\n<script>one()</script><script src="two.js"></script></head>'
ONE = "'sha256-" + base64.b64encode(hashlib.sha256(b"one()").digest()).decode() + "'"


def policy_of(page: BuiltPage) -> dict[str, list[str]]:
    (meta,) = (meta for meta in page.all("meta") if meta.attributes.get("http-equiv") == "Content-Security-Policy")
    directives = (directive.split() for directive in meta.attributes["content"].split(";"))
    return {name: sources for name, *sources in directives}


def test_policy_allows_exactly_the_scripts_of_the_page() -> None:
    assert f"script-src 'self' {ONE};" in with_policy(HEAD, python=False)


def test_policy_stands_before_the_first_script() -> None:
    html = with_policy(HEAD, python=False)
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_only_a_page_with_python_may_compile_and_start_from_a_blob() -> None:
    assert "wasm-unsafe-eval" not in with_policy(HEAD, python=False)
    assert "blob:" not in with_policy(HEAD, python=False)
    html = with_policy(HEAD, python=True)
    assert f"script-src 'self' {ONE} 'wasm-unsafe-eval';" in html
    assert "worker-src 'self' blob:;" in html


def test_a_page_without_the_expected_head_is_refused() -> None:
    with pytest.raises(ValueError, match="has the theme changed"):
        with_policy("<head><script>one()</script></head>", python=False)


def test_data_in_a_script_element_is_no_script() -> None:
    assert inline_scripts('<script type="application/json">{}</script><script>one()</script>') == ["one()"]


@pytest.mark.parametrize("tag", ["td", "th"])
def test_alignment_of_a_table_cell_becomes_an_attribute(tag: str) -> None:
    assert without_inline_styles(f'<{tag} style="text-align: right;">') == f'<{tag} data-align="right">'
    html = f'<{tag} class="wide" style="text-align: center;">'
    assert without_inline_styles(html) == f'<{tag} class="wide" data-align="center">'


def test_every_page_has_its_policy_before_anything_it_governs(pages: list[BuiltPage]) -> None:
    for page in pages:
        charset, first, *_ = page.all("meta", "link", "script", "style")
        assert charset.attributes == {"charset": "utf-8"}, str(page)
        assert first.attributes.get("http-equiv") == "Content-Security-Policy", str(page)
        assert policy_of(page)["default-src"] == ["'self'"], str(page)


def test_hashes_are_those_of_the_inline_scripts(pages: list[BuiltPage]) -> None:
    for page in pages:
        scripts = [script for script in page.all("script") if _is_inline_code(script)]
        digests = [hashlib.sha256(script.text.encode()).digest() for script in scripts]
        wanted = ["'sha256-" + base64.b64encode(digest).decode() + "'" for digest in digests]
        allowed = [source for source in policy_of(page)["script-src"] if source.startswith("'sha256-")]
        assert wanted == allowed, str(page)


def test_only_the_planner_may_run_python(pages: list[BuiltPage]) -> None:
    with_python = [str(page) for page in pages if "'wasm-unsafe-eval'" in policy_of(page)["script-src"]]
    assert with_python == ["planner/index.html"]


def test_nothing_is_written_that_the_policy_would_block(pages: list[BuiltPage]) -> None:
    for page in pages:
        assert page.all("style") == [], str(page)
        for element in page.elements:
            blocked = [name for name in element.attributes if name == "style" or name.startswith("on")]
            assert not blocked, f"{page}: <{element.tag}> has {blocked}"


def _is_inline_code(script: Element) -> bool:
    return "src" not in script.attributes and script.attributes.get("type") != "application/json"

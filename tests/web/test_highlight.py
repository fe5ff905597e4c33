import pytest
from pygments.lexers import get_lexer_by_name

from overrides.hooks import lexers
from planner.bundle import make_files
from planner.web.highlight import LANGUAGES, language_of, line_as_html, tokens
from planner.web.parts.listings import SHOWN_LINES, listing
from tests.helpers import plan


def kinds(line: str, language: str) -> list[tuple[str, str]]:
    return [(kind, text.strip()) for kind, text in tokens(line, language) if kind]


def test_a_submit_description() -> None:
    assert kinds('+GPUJobLength = "short"', "submit") == [
        ("name", "+GPUJobLength"),
        ("operator", "="),
        ("string", '"short"'),
    ]
    assert kinds("# 30 GB = much", "submit") == [("comment", "# 30 GB = much")]
    assert kinds("queue row from [1:] jobs.csv", "submit")[0] == ("keyword", "queue")
    assert ("macro", "$(task)") in kinds("arguments = $(task)", "submit")
    assert ("number", "30") in kinds("request_memory = 30 GB", "submit")
    assert kinds("queue_time = 1", "submit")[0] == ("name", "queue_time")


def test_a_dag_file() -> None:
    assert kinds("JOB train train.sub", "dag") == [("keyword", "JOB")]
    assert kinds("PARENT a b CHILD c", "dag") == [("keyword", "PARENT"), ("operator", "CHILD")]
    assert kinds('VARS a lr="0.1"', "dag") == [("keyword", "VARS"), ("name", "lr"), ("string", '"0.1"')]


@pytest.mark.parametrize("language", [*LANGUAGES, "unknown"])
def test_no_text_is_lost_or_made_up(language: str) -> None:
    for file in make_files(plan()):
        for line in [*file.text.splitlines(), "a 'b", '"', "$(", "\\", "é=1", ""]:
            assert "".join(text for _, text in tokens(line, language)) == line


def test_text_stays_text() -> None:
    assert line_as_html("a = <b> & c", "submit").endswith("&lt;b&gt; &amp; c")


def test_files_are_known_by_their_names() -> None:
    assert [language_of(path) for path in ("a/b.sub", "w.dag", "Dockerfile", "jobs.csv")] == [
        "submit",
        "dag",
        "container",
        "",
    ]


@pytest.mark.parametrize(("alias", "text"), [("submit", "queue\nlog = x.log\n"), ("dag", "JOB a a.sub\n# b\n")])
def test_the_guides_lexer_says_the_same(alias: str, text: str) -> None:
    lexers.register()
    found = list(get_lexer_by_name(alias).get_tokens(text))
    assert "".join(piece for _, piece in found) == text
    assert any(str(kind).startswith("Token.Keyword") for kind, _ in found)


def test_blocks_know_their_rules() -> None:
    text = "# head\n\na = 1\n# why, in\n# two lines [disk]\nb = 2\nc = 3\n\nd = 4\n# [memory] no tag\ne = 5\n"
    blocks = listing("x.sub", text, frozenset({"disk", "memory"})).blocks
    assert [(block.rules, len(block.lines)) for block in blocks] == [((), 3), (("disk",), 4), ((), 4)]


def test_a_long_list_is_shown_in_part() -> None:
    found = listing("jobs.csv", "1,2\n" * (SHOWN_LINES + 7), frozenset())
    assert found.more == 7
    assert sum(len(block.lines) for block in found.blocks) == SHOWN_LINES

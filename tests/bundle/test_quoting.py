import csv
import io
import re
import shlex
import subprocess
import tomllib

import htcondor2
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from planner.bundle import quoting

PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)


@given(PRINTABLE)
def test_a_shell_word_means_the_text_itself(text: str) -> None:
    assert shlex.split(quoting.sh(text)) == [text]


def test_a_shell_prints_back_what_was_quoted() -> None:
    texts = [
        "$(touch x)",
        "`id`",
        'a "b" c',
        "it's",
        "\\",
        "!",
        "-n",
        "",
        "*",
        "~",
        "; rm -rf /",
        "ä 日本 \u202e",
        "{a,b}",
    ]
    script = "printf '%s\\0' " + quoting.sh_words(texts)
    printed = subprocess.run(["/bin/bash", "-c", script], capture_output=True, check=True).stdout
    assert printed.decode().split("\0")[:-1] == texts


def test_a_command_keeps_its_words_and_takes_values_from_variables() -> None:
    command = """python "my script.py" --lr={lr} '$HOME' --name {name}.txt"""
    assert quoting.sh_command(command) == (
        """python 'my script.py' --lr="$value_lr" '$HOME' --name "$value_name".txt"""
    )


@given(st.lists(PRINTABLE, max_size=4))
def test_arguments_are_read_back_by_htcondors_own_parser(texts: list[str]) -> None:
    """What HTCondor keeps of an argument list is the list, in its own quoting, with every macro expanded."""
    line = f"executable = /bin/true\narguments = {quoting.submit_arguments(texts)}\n"
    submit = htcondor2.Submit(line)
    expanded = submit.expand("arguments") if texts else '""'
    inner = expanded.strip().removeprefix('"').removesuffix('"').replace('""', '"')
    expected = " ".join("'" + text.replace("'", "''").replace("$$", "$$(DOLLARDOLLAR)") + "'" for text in texts)
    assert inner == expected


@given(PRINTABLE)
def test_a_submit_value_adds_no_command_and_expands_nothing(text: str) -> None:
    if text.endswith("\\"):
        with pytest.raises(ValueError, match="cannot hold"):
            quoting.submit(text)
        return
    submit = htcondor2.Submit(f"executable = /bin/true\nMY.note = {quoting.submit(text)}\nlog = x.log\n")
    assert {name.lower() for name in submit} == {"executable", "my.note", "log"}
    assert "$(" not in re.sub(r"\$\$\(DOLLARDOLLAR\)|\$\(DOLLAR\)", "", quoting.submit(text))


@pytest.mark.parametrize("text", ["a\nqueue 100", "a\r", "\0", "a\\"])
def test_a_submit_value_that_would_reach_the_next_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a submit command cannot hold"):
        quoting.submit(text)


def test_an_address_keeps_the_macros_that_a_pool_means() -> None:
    assert quoting.submit_url("osdf:///chtc$ENV(STAGING)/a-$(task).tar") == "osdf:///chtc$ENV(STAGING)/a-$(task).tar"
    assert quoting.submit_url("osdf:///$(Cluster)/a") == "osdf:///$(DOLLAR)(Cluster)/a"


@pytest.mark.parametrize("name", ["a b", "a,b", "a;b", 'a"b', "a'b"])
def test_a_file_name_that_a_list_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a list of files cannot hold"):
        quoting.submit_files([name])


@given(st.text(max_size=300))
def test_a_comment_is_only_comment_lines(text: str) -> None:
    for line in quoting.comment(text).split("\n"):
        assert line.startswith("#")
        assert not line.endswith("\\")
        assert not re.search(r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", line)


@given(st.lists(PRINTABLE, min_size=1, max_size=5))
def test_a_line_of_csv_is_read_back_and_never_joined_with_the_next(values: list[str]) -> None:
    line = quoting.csv_row(values)
    assert next(csv.reader(io.StringIO(line + "\n"))) == values
    assert not line.endswith("\\")


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_toml_is_read_back(text: str) -> None:
    assert tomllib.loads(quoting.toml("key", text)) == {"key": text}
    assert tomllib.loads(quoting.toml("key", [text, text])) == {"key": [text, text]}


@pytest.mark.parametrize(
    "text", ["a b", "a\n%post\nid", "a;b", "-x", ""], ids=["blank", "section", "shell", "option", "empty"]
)
def test_only_an_image_reference_stands_in_the_header_of_a_definition(text: str) -> None:
    with pytest.raises(ValueError, match="no image reference"):
        quoting.image_reference(text)


@given(PRINTABLE)
def test_a_text_of_yaml_is_read_back(text: str) -> None:
    assert yaml.safe_load(f"- {quoting.yaml(text)}\n") == [text]


@given(PRINTABLE)
def test_a_text_of_r_ends_only_at_its_own_quotation_mark(text: str) -> None:
    inner = quoting.r_text(text)[1:-1]
    assert not re.search(r'(?<!\\)(?:\\\\)*"', inner)
    assert re.sub(r"\\(.)", r"\1", inner) == text


@pytest.mark.parametrize("text", ["a\nb", "a\r", "\0"])
def test_a_text_of_r_that_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a text of R in one line cannot hold"):
        quoting.r_text(text)


def test_markdown_shows_the_text_and_no_markup() -> None:
    assert quoting.markdown("a *b* [c](d) <e> `f` g_h | i") == r"a \*b\* \[c\](d) \<e\> \`f\` g_h \| i"
    assert quoting.code("a `b` c") == "``a `b` c``"
    assert quoting.code("`a`") == "`` `a` ``"

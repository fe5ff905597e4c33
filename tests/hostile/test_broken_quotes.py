"""Each quoting function, broken on purpose, is found out by the judge of its language: the judges can fail."""

import csv
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import htcondor2
import pytest
import yaml

from planner.bundle import quoting
from planner.bundle.templates import _QUOTING
from planner.web.render import environment
from tests.hostile import test_languages as languages

# A shell runs these without any quotes here, so none of them does anything but print.
TELLING = (
    "a b", "a  b", "$((6*7))", "$HOME", "'", '"', "a\\", "\\u0041", "a #b", "$(Cluster)", "$$(Name)", "$ENV(HOME)", "a,b",
    "x: y", "<b>x</b>", '"onfocus=x"', "`true`", "**x**", "[a](b)", "_a_", "&lt;", "a;b", "queue", "x/y", "-x",
)  # fmt: skip

Judge = Callable[[dict[str, list[int]]], None]


def plain(text: str) -> str:
    return text


def none_refused(_: dict[str, list[int]]) -> None:
    languages.test_files_and_images_and_workflows_carry_only_plain_names()


# Of each function: itself without quotes, and the test that must find that out.
BROKEN: dict[str, tuple[Callable[..., str], Judge]] = {
    "code": (lambda text: f"`{text}`", languages.test_code_in_markdown_shows_every_value_as_text),
    "comment": (lambda text: f"# {text}", languages.test_no_comment_is_read_as_a_command),
    "csv_row": (",".join, languages.test_csv_gives_every_value_back_and_no_line_is_joined),
    "dag_value": (plain, none_refused),
    "image_reference": (plain, none_refused),
    "markdown": (plain, languages.test_markdown_shows_every_value_as_text),
    "r_text": (lambda text: f'"{text}"', languages.test_r_reads_every_text_back),
    "requirement": (plain, languages.test_pip_reads_every_requirement_as_one_line),
    "sh": (plain, lambda tried: languages.test_a_shell_prints_every_value_back(tried, "bash")),
    "sh_command": (plain, languages.test_a_command_with_values_in_it_keeps_them_whole),
    "sh_path": (lambda path, own: path.replace("$(own)", f"${own}"), languages.test_a_path_with_a_name_of_the_task_in_it_stays_one_word),
    "sh_words": (" ".join, languages.test_several_words_stay_apart),
    "submit": (plain, languages.test_htcondor_reads_every_value_and_no_further_command),
    "submit_arguments": (lambda texts: f'"{" ".join(texts)}"', languages.test_htcondor_keeps_every_argument_apart),
    "submit_files": (", ".join, none_refused),
    "submit_url": (plain, languages.test_htcondor_reads_every_address_and_only_the_macros_of_a_pool),
    "toml": (lambda key, value: f'{key} = "{value}"', languages.test_toml_gives_every_value_back),
    "yaml": (lambda text: f'"{text}"', languages.test_yaml_gives_every_value_back),
}  # fmt: skip
# These take no text of an answer: what we wrote ourselves, a line of a pool's file, amounts, numbers.
NO_TEXT = {"trusted", "submit_line", "number", "size"}


def test_every_quoting_function_is_broken_once() -> None:
    assert set(BROKEN) | NO_TEXT == {*_QUOTING, "sh_path", "toml"}
    public = {name for name, found in vars(quoting).items() if getattr(found, "__module__", "") == quoting.__name__}
    assert {name for name in public if name[0] not in "_Q"} == set(BROKEN) | NO_TEXT


@pytest.fixture
def telling(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def values(_many: int, _seed: int = 0) -> Iterator[str]:
        yield from TELLING

    monkeypatch.setattr(languages, "hostile_values", values)
    monkeypatch.chdir(tmp_path)


# What a judge says, or a reader that cannot read what is broken.
FOUND_OUT = (
    AssertionError,
    ValueError,
    csv.Error,
    yaml.YAMLError,
    subprocess.CalledProcessError,
    htcondor2.HTCondorException,
)


@pytest.mark.usefixtures("telling")
@pytest.mark.parametrize("name", BROKEN)
def test_a_function_that_quotes_nothing_is_found_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without_quotes, judge = BROKEN[name]
    judge({})
    monkeypatch.setattr(quoting, name, without_quotes)
    with pytest.raises(FOUND_OUT):
        judge({})


@pytest.mark.usefixtures("telling")
def test_a_page_that_escapes_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment(), "autoescape", False)
    with pytest.raises(AssertionError):
        languages.test_html_shows_every_value_as_text_and_in_attributes({})

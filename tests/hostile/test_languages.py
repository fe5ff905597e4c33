"""Whatever a value holds, each language gives it back as it was: judged by that language's own reader, in batches.

How many values are tried is said by HOSTILE (100,000 if unset; `make fuzz` tries more). The table at the end of the run
says language by language how many were tried and how many escaped.
"""

import csv
import io
import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from itertools import islice

import htcondor2
import pytest
import yaml
from markdown_it import MarkdownIt
from pip._internal.req.req_file import preprocess

from planner.bundle import quoting
from planner.web.render import environment
from tests.hostile.values import hostile_values

# Shared among the languages below, so that all of them together try so many.
MANY = int(os.environ.get("HOSTILE", "100000"))
LANGUAGES = 17
Judge = Callable[[list[str]], list[str]]


def batches(size: int) -> Iterator[list[str]]:
    values = hostile_values(max(500, -(-MANY // LANGUAGES)))
    while batch := list(islice(values, size)):
        yield batch


def carried(value: str) -> str:
    """Return the value without what submit descriptions are known not to carry, and refuse."""
    return re.sub(r"\$\(DOLLAR", "(DOLLAR", value)


def judged(tried: dict[str, list[int]], language: str, read_back: Judge, size: int = 2000) -> None:
    """Let *read_back* quote and read each batch, and count what did not come back as it was."""
    counts = tried.setdefault(language, [0, 0])
    escaped = []
    for batch in batches(size):
        counts[0] += len(batch)
        read = read_back(batch)
        assert len(read) == len(batch), f"{language}: values were joined or split"
        escaped += [(value, got) for value, got in zip(batch, read, strict=True) if value != got]
    counts[1] += len(escaped)
    assert escaped == []


def printed(shell: list[str], script: str) -> list[str]:
    ran = subprocess.run(shell, input=script.encode(), capture_output=True, check=True)
    return ran.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_a_shell_prints_every_value_back(tried: dict[str, list[int]], shell: str) -> None:
    def read(batch: list[str]) -> list[str]:
        return printed([shell], "".join(f"printf '%s\\0' {quoting.sh(value)}\n" for value in batch))

    judged(tried, f"shell ({shell})", read)


def test_a_command_with_values_in_it_keeps_them_whole(tried: dict[str, list[int]]) -> None:
    """The command as run.sh holds it, with values in variables; and the same value as a literal word of the command."""

    def read(batch: list[str]) -> list[str]:
        lines = []
        for value in batch:
            literal = quoting.sh_command(f"x {shlex.quote(value.replace('{', '').replace('}', ''))}")
            lines.append(f"value_a={quoting.sh(value)}\ncommand=({quoting.sh_command('x {a}')})\nother=({literal})\n")
            lines.append('printf \'%s\\0\' "${command[1]}" "${other[1]}"\n')
        found = printed(["bash"], "".join(lines))
        for value, other in zip(batch, found[1::2], strict=True):
            assert other == value.replace("{", "").replace("}", "")
        return found[::2]

    judged(tried, "shell (command)", read)


def test_a_path_with_a_name_of_the_task_in_it_stays_one_word(tried: dict[str, list[int]]) -> None:
    def read(batch: list[str]) -> list[str]:
        lines = (f"printf '%s\\0' {quoting.sh_path(f'{value}$(own)', 'own')}\n" for value in batch)
        return [path.removesuffix("a b") for path in printed(["bash"], f"own='a b'\n{''.join(lines)}")]

    judged(tried, "shell (path)", read)


def test_several_words_stay_apart(tried: dict[str, list[int]]) -> None:
    def read(batch: list[str]) -> list[str]:
        return printed(["bash"], f"printf '%s\\0' {quoting.sh_words(batch)}\n")

    judged(tried, "shell (words)", read, size=400)


def test_no_comment_is_read_as_a_command(tried: dict[str, list[int]]) -> None:
    def read(batch: list[str]) -> list[str]:
        lines = [
            f"{quoting.comment(f'{value} x{chr(10)}{value}')}\nMY.v{at} = {at}\n" for at, value in enumerate(batch)
        ]
        submit = htcondor2.Submit("".join(lines))
        assert {name.lower() for name in submit} == {f"my.v{at}" for at in range(len(batch))}
        return batch

    judged(tried, "comment", read, size=400)


def test_htcondor_reads_every_address_and_only_the_macros_of_a_pool(tried: dict[str, list[int]]) -> None:
    meant = re.compile(r"\$ENV\(\w+\)|\$\((task|own)\)")

    def read(batch: list[str]) -> list[str]:
        kept = [meant.sub("", carried(value)).rstrip("\\ ") for value in batch]
        lines = "".join(f"MY.v{at} = {quoting.submit_url(f'osdf:///a/{value}')}\n" for at, value in enumerate(kept))
        submit = htcondor2.Submit(lines)
        assert {name.lower() for name in submit} == {f"my.v{at}" for at in range(len(kept))}
        back = [submit.expand(f"MY.v{at}").replace("$$(DOLLARDOLLAR)", "$$") for at in range(len(kept))]
        same = [got.rstrip() == f"osdf:///a/{wanted}".rstrip() for wanted, got in zip(kept, back, strict=True)]
        return [value if is_same else got for value, is_same, got in zip(batch, same, back, strict=True)]

    judged(tried, "address", read, size=400)


def test_htcondor_reads_every_value_and_no_further_command(tried: dict[str, list[int]]) -> None:
    def read(batch: list[str]) -> list[str]:
        # Without what `submit` refuses, a backslash at the end, and without what is nothing then.
        kept = [re.sub(r"^\s+|[\s\\]+$", "", carried(value)) or "x" for value in batch]
        lines = "".join(f"MY.v{at} = {quoting.submit(value)}\n" for at, value in enumerate(kept))
        submit = htcondor2.Submit(f"executable = /bin/true\n{lines}")
        assert {name.lower() for name in submit} == {"executable", *(f"my.v{at}" for at in range(len(kept)))}
        back = [submit.expand(f"MY.v{at}").replace("$$(DOLLARDOLLAR)", "$$") for at in range(len(kept))]
        return [value if got == meant else got for value, meant, got in zip(batch, kept, back, strict=True)]

    judged(tried, "submit description", read, size=400)


def new_syntax(text: str) -> list[str]:
    """Read arguments as HTCondor's manual defines its new syntax: blanks part, '…' groups, '' is a mark."""
    words, word, at = [], None, 0
    while at < len(text):
        if text[at] == " ":
            if word is not None:
                words.append(word)
            word = None
        elif text[at] == "'":
            word, at = word or "", at + 1
            while text[at] != "'" or text[at : at + 2] == "''":
                at += text[at] == "'"
                word += text[at]
                at += 1
        else:
            word = (word or "") + text[at]
        at += 1
    return words + ([word] if word is not None else [])


def test_htcondor_keeps_every_argument_apart(tried: dict[str, list[int]]) -> None:
    def read(batch: list[str]) -> list[str]:
        found = []
        for value in batch:
            submit = htcondor2.Submit(
                f"executable = /bin/true\narguments = {quoting.submit_arguments([carried(value), 'end'])}\n"
            )
            assert {name.lower() for name in submit} == {"executable", "arguments"}
            line = submit.expand("arguments").strip().removeprefix('"').removesuffix('"').replace('""', '"')
            first, last = new_syntax(line)
            assert last == "end"
            back = first.replace("$$(DOLLARDOLLAR)", "$$")
            found.append(value if back == carried(value) else back)
        return found

    judged(tried, "arguments", read)


def test_csv_gives_every_value_back_and_no_line_is_joined(tried: dict[str, list[int]]) -> None:
    def read(batch: list[str]) -> list[str]:
        text = "".join(f"{quoting.csv_row([str(at), value, 'end'])}\n" for at, value in enumerate(batch))
        assert not re.search(r"\\$", text, re.MULTILINE), "HTCondor would join such a line with the next"
        rows = list(csv.reader(io.StringIO(text), strict=True))
        assert all(len(row) == 3 and row[2] == "end" for row in rows)
        return [row[1] for row in rows]

    judged(tried, "CSV", read)


def test_toml_gives_every_value_back(tried: dict[str, list[int]]) -> None:
    def read(batch: list[str]) -> list[str]:
        table = tomllib.loads("".join(f"{quoting.toml(f'v{at}', value)}\n" for at, value in enumerate(batch)))
        assert list(table) == [f"v{at}" for at in range(len(batch))]
        return list(table.values())

    judged(tried, "TOML", read)


def test_yaml_gives_every_value_back(tried: dict[str, list[int]]) -> None:
    def read(batch: list[str]) -> list[str]:
        return list(yaml.safe_load("".join(f"- {quoting.yaml(value)}\n" for value in batch)))

    judged(tried, "YAML", read)


def test_pip_reads_every_requirement_as_one_line(tried: dict[str, list[int]]) -> None:
    """By pip's own reader: none is joined with the next. What a line asks pip for is the answer's own business."""

    def read(batch: list[str]) -> list[str]:
        text = "".join(
            f"{write_or(quoting.requirement, value, 'refused')}\nend=={at}\n" for at, value in enumerate(batch)
        )
        ends = [line for _, line in preprocess(text) if line.startswith("end==")]
        assert ends == [f"end=={at}" for at in range(len(batch))]
        return batch

    judged(tried, "requirements", read)


def test_r_reads_every_text_back(tried: dict[str, list[int]]) -> None:
    """R itself is not at hand: a text is read here as R's documentation of quotes defines it."""
    text = re.compile(r'"(?:[^"\\]|\\[\\"])*"')

    def read(batch: list[str]) -> list[str]:
        found = text.fullmatch
        written = [quoting.r_text(value) for value in batch]
        assert all(found(one) for one in written), "a text ends early, or holds an escape that means something else"
        return [re.sub(r"\\(.)", r"\1", one[1:-1]) for one in written]

    judged(tried, "R", read)


def write_or(write: Callable[[str], str], value: str, instead: str) -> str:
    """Return what *write* makes of a value, and *instead* where it refuses it."""
    try:
        return write(value)
    except ValueError:
        return instead


def test_code_in_markdown_shows_every_value_as_text(tried: dict[str, list[int]]) -> None:
    reader = MarkdownIt("commonmark")

    def read(batch: list[str]) -> list[str]:
        found = []
        for value in batch:
            page = Text(reader.render(f"x {quoting.code(value) if value.strip() else '`x`'} end"))
            assert [tag for tag, _ in page.tags] == ["p", "code"], value
            text = "".join(page.pieces).strip().removeprefix("x").removesuffix("end").strip()
            same = not value.strip() or " ".join(value.split()) == " ".join(text.split())
            found.append(value if same else text)
        return found

    judged(tried, "Markdown (code)", read)


class Text(HTMLParser):
    """The elements of a page, and its text piece by piece."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def test_html_shows_every_value_as_text_and_in_attributes(tried: dict[str, list[int]]) -> None:
    """As the page's own templates print: with autoescape, in text and in an attribute in double quotes."""
    template = environment().from_string('<p title="{{ value }}">{{ value }}</p>')

    def read(batch: list[str]) -> list[str]:
        found = []
        for value in batch:
            page = Text(template.render(value=value))
            ((tag, attributes),) = page.tags
            assert (tag, attributes) == ("p", [("title", value)])
            found.append("".join(page.pieces))
        return found

    judged(tried, "HTML", read)


def test_markdown_shows_every_value_as_text(tried: dict[str, list[int]]) -> None:
    """No element but the list's own appears, whichever value stands in its line; read as sites for code read it."""
    reader = MarkdownIt("commonmark").enable("table")

    def read(batch: list[str]) -> list[str]:
        found = []
        for value in batch:
            page = Text(reader.render(f"- **x** {quoting.markdown(value)} end"))
            assert [tag for tag, _ in page.tags] == ["ul", "li", "strong"], value
            # Markdown knows no difference between one blank and many.
            text = "".join(page.pieces).strip().removeprefix("x").removesuffix("end").strip()
            found.append(value if " ".join(value.split()) == " ".join(text.split()) else text)
        return found

    judged(tried, "Markdown", read)


# --- what cannot be seen is refused, and what a language cannot carry ---


def refused(write: Callable[[str], object], values: Iterable[str]) -> list[str]:
    """Return those of the *values* that were written all the same."""
    passed = []
    for value in values:
        try:
            write(value)
        except ValueError:
            continue
        passed.append(value)
    return passed


@pytest.mark.parametrize("unseen", ["\n", "\r", "\0"], ids=["newline", "return", "zero"])
@pytest.mark.parametrize(
    "write",
    [
        quoting.submit,
        lambda text: quoting.submit_arguments([text]),
        lambda text: quoting.csv_row([text]),
        quoting.requirement,
        quoting.image_reference,
        quoting.dag_value,
        lambda text: quoting.submit_files([text]),
    ],
    ids=["submit", "arguments", "csv", "requirement", "image", "dag", "files"],
)
def test_no_language_of_lines_takes_a_value_with_a_line_end(write: Callable[[str], object], unseen: str) -> None:
    assert refused(write, [f"a{unseen}b", unseen, f"queue{unseen}"]) == []


def test_files_and_images_and_workflows_carry_only_plain_names() -> None:
    hostile = [value for value in hostile_values(2000) if not re.fullmatch(r"[\w./+@:=~%-]+", value)]
    assert refused(quoting.image_reference, hostile) == []
    assert refused(quoting.dag_value, hostile) == []
    blank = [value for value in hostile if re.search(r"[\s,;\"']", value.rstrip("/"))]
    assert refused(lambda text: quoting.submit_files([text]), blank) == []


def test_the_macros_for_dollar_signs_are_refused() -> None:
    macros = ["$(DOLLAR)", "a $(dollar) b", "$$(DOLLARDOLLAR)", "$(DOLLAR:x)"]
    assert refused(quoting.submit, macros) == []
    assert refused(lambda text: quoting.submit_arguments([text]), macros) == []

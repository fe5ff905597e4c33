"""Forms that a native writer would not use do not come back: in the guide, in templates, in what questions, rules and checks say.

Those that were there when the list began are counted in known-words.tsv (path, form, how often), which only shrinks:
whoever fixes some writes the lower count in the same commit (`make golden` does). docs/contributing/words.md says what
to write instead.
"""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parents[1]
KNOWN = Path(__file__).with_name("known-words.tsv")
FORMS = {
    "anew": r"\banew\b",
    "beforehand": r"\bbeforehand\b",
    "belong into": r"\bbelong(s|ed|ing)? into\b",
    "driven off": r"\bdriven off\b",
    "for ever": r"\bfor ever\b",
    "in vain": r"\bin vain\b",
    "is there": r"\b(is|are) there( already| yet)?(?=[.,;:)]|$)",
    "mend": r"\bmend(s|ed|ing)?\b",
    "of conda": r"\bof conda\b",
    "of CHTC's": r"\bof (CHTC|HTCondor|Slurm)'s\b",
    "shall": r"\bshall\b",
    "stands in": r"\b(stands?|lies?) (in|on|above|below|beside|behind|there)\b",
    "what is there": r"\bwhat is there\b",
}
# The page that names what not to write.
EXEMPT = {"docs/contributing/words.md"}

Counts: TypeAlias = "Counter[tuple[str, str]]"


def texts() -> dict[str, str]:
    """Return all prose that is ours, by path: pages without code, templates, and the strings of questions, rules and checks."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    templates = [*(ROOT / "planner").rglob("*.html"), *(ROOT / "overrides").rglob("*.html")]
    templates += [path for path in (ROOT / "planner/bundle/templates").rglob("*") if path.is_file()]
    code = [path for folder in ("answers", "rules", "review") for path in (ROOT / "planner" / folder).rglob("*.py")]
    prose = {path: without_code(path.read_text(encoding="utf-8")) for path in pages}
    prose |= {path: path.read_text(encoding="utf-8") for path in templates}
    prose |= {path: strings(path.read_text(encoding="utf-8")) for path in code}
    return {name: text for path, text in prose.items() if (name := path.relative_to(ROOT).as_posix()) not in EXEMPT}


def without_code(markdown: str) -> str:
    """Return *markdown* without fenced blocks and spans of code."""
    return re.sub(r"`[^`\n]+`", "`", re.sub(r"^( *)```.*?^\1```$", "", markdown, flags=re.DOTALL | re.MULTILINE))


def strings(code: str) -> str:
    """Return the texts in *code*, docstrings included, a paragraph each."""
    nodes = ast.walk(ast.parse(code))
    return "\n\n".join(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def count(prose: dict[str, str]) -> Counts:
    """Count each form in each text; a line break within a paragraph is a blank."""
    counts: Counts = Counter()
    for path, text in prose.items():
        for paragraph in re.split(r"\n\s*\n", text):
            words = " ".join(paragraph.split())
            for form, pattern in FORMS.items():
                counts[path, form] += len(re.findall(pattern, words, re.IGNORECASE))
    return +counts


def known() -> Counts:
    rows = (line.split("\t") for line in KNOWN.read_text(encoding="utf-8").splitlines())
    return Counter({(path, form): int(times) for path, form, times in rows})


def of_forms(counts: Counts) -> Counter[str]:
    """Return how often each form comes in all files together."""
    forms: Counter[str] = Counter()
    for (_, form), times in counts.items():
        forms[form] += times
    return forms


def test_no_form_comes_back(request: pytest.FixtureRequest) -> None:
    counts = count(texts())
    # A file may move and take its words along; a form that comes more often than before is never written down.
    if request.config.getoption("--golden") and of_forms(counts) <= of_forms(known()):
        lines = (f"{path}\t{form}\t{times}\n" for (path, form), times in sorted(counts.items()))
        KNOWN.write_text("".join(lines), encoding="utf-8")
    more, fewer = counts - known(), known() - counts
    assert not more, f"write it another way (docs/contributing/words.md): {dict(more)}"
    assert not fewer, f"fixed: lower these counts in {KNOWN.name}, or run `make golden`: {dict(fewer)}"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("The image is there.", "is there"),
        ("once the data\nare there already, run", "is there"),
        ("How shall it be packed?", "shall"),
        ("Files are mended.", "mend"),
        ("it stands\nin the reference", "stands in"),
    ],
)
def test_a_form_is_found_wherever_the_line_breaks(text: str, form: str) -> None:
    assert count({"a.md": text}) == {("a.md", form): 1}


@pytest.mark.parametrize(
    "text", ["Is there a log?", "There is a page.", "Try `shall`.", "```\nmend\n```", "a recommendation"]
)
def test_other_words_are_left_alone(text: str) -> None:
    assert count({"a.md": without_code(text)}) == {}


def test_strings_and_docstrings_of_code_are_read_and_names_are_not() -> None:
    assert strings('"""One."""\nmend = f"two {shall}"\n').split() == ["One.", "two"]

"""The files: the tree, and each file with its lines in color, in blocks that know the rules behind them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup

from planner.advice import Plan
from planner.bundle import File
from planner.web.highlight import language_of, line_as_html
from planner.web.parts.changes import NewLines
from planner.web.render import render
from planner.web.session import session

# A list of a hundred thousand tasks is read in an editor; the page shows how it begins.
SHOWN_LINES = 1000

_RULE_NAMED = re.compile(r"\[([a-z0-9]+(?:-[a-z0-9]+)*)\]\s*$")


def tree(files: Sequence[File], new: NewLines) -> str:
    """Return the list of the files in their folders, those with new lines marked."""
    folders: dict[str, list[dict[str, object]]] = {}
    for file in files:
        if not file.path.endswith("/"):
            folder, _, name = file.path.rpartition("/")
            row = {"path": file.path, "name": name, "id": listing_id(file.path), "new": bool(new.get(file.path))}
            folders.setdefault(folder, []).append(row)
    return render("tree.html", folders=folders)


def names(files: Sequence[File]) -> list[str]:
    """Return the names of the parts that show the *files*, in their order."""
    return [f"file {file.path}" for file in files if not file.path.endswith("/")]


def listings(plan: Plan, files: Sequence[File], new: NewLines, only: str | None = None) -> dict[str, str]:
    """Return each file with its text, by the name of its part; *only* one where its path is given.

    Where there is none of that path it is the first: the page falls back to it too.
    """
    rules = frozenset(advice.rule for advice in plan.advice)
    text_files = [file for file in files if not file.path.endswith("/")]
    if only is not None:
        text_files = [file for file in text_files if file.path == only] or text_files[:1]
    return {
        f"file {file.path}": _listing(file.path, file.text, rules, new.get(file.path, frozenset()))
        for file in text_files
    }


def _listing(path: str, text: str, rules: frozenset[str], new: frozenset[int]) -> str:
    # Only these matter: the others may come and go.
    named_rules = sorted(rules & set(re.findall(r"\[([a-z0-9-]+)\]", text)))
    return session().part(_listing_html, path, text, frozenset(named_rules), new)


def _listing_html(path: str, text: str, rules: frozenset[str], new: frozenset[int]) -> str:
    return render("listing.html", path=path, id=listing_id(path), listing=listing(path, text, rules, new))


def listing_id(path: str) -> str:
    """Return the id of the element that shows the file at *path*."""
    return "file-" + re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")


@dataclass(frozen=True)
class Block:
    """Lines that belong together, and the ids of the *rules* behind them; none where nobody decided anything."""

    rules: tuple[str, ...]
    lines: tuple[tuple[Markup, bool], ...]

    @property
    def html(self) -> Markup:
        """Return the lines one under the other, the new ones marked: here, as a template takes its time for each."""
        spans = (f'<span class="line{" new" if new else ""}">{line}\n</span>' for line, new in self.lines)
        return Markup("".join(spans))  # noqa: S704  # the lines are escaped


@dataclass(frozen=True)
class Listing:
    """A file in blocks, and how many lines more it has than are shown."""

    blocks: tuple[Block, ...]
    more: int


def listing(path: str, text: str, rules: frozenset[str], new: frozenset[int] = frozenset()) -> Listing:
    """Return the file at *path*. *rules*: ids that comments may name; *new*: the lines (from 0) to be marked.

    Every decided line stands under a comment that ends with its rule's id, so the file itself tells its reasons.
    """
    language = language_of(path)
    lines = text.splitlines()
    first_lines = lines[:SHOWN_LINES]
    line_rules = _rules_of(first_lines, rules) if language != "markdown" else [()] * len(first_lines)
    html_lines = [(line_as_html(line, language), at in new) for at, line in enumerate(first_lines)]
    blocks = [
        Block(rules, tuple(line for line, _ in of))
        for rules, of in groupby(zip(html_lines, line_rules, strict=True), key=itemgetter(1))
    ]
    return Listing(tuple(blocks), len(lines) - len(first_lines))


def _rules_of(lines: list[str], ids: frozenset[str]) -> list[tuple[str, ...]]:
    """Return the rules behind each line: those named in the comment above it, until the next comment or blank line."""
    by_line: list[tuple[str, ...]] = [()] * len(lines)
    for first, last in _paragraphs(lines):
        rules: tuple[str, ...] = ()
        begin = first
        for at in range(first, last):
            match = _RULE_NAMED.search(lines[at]) if _is_comment(lines[at]) else None
            if match and match[1] in ids:
                rules = (*rules, match[1])
        if rules:
            by_line[begin:last] = [rules] * (last - begin)
    return by_line


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of each comment with the lines under it; a blank line ends it, as does the next comment."""
    first = 0
    for at, line in enumerate(lines):
        begins = _is_comment(line) and at > 0 and not _is_comment(lines[at - 1])
        if at > first and (begins or not line.strip()):
            yield first, at
            first = at
    yield first, len(lines)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")

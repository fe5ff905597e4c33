"""The queue statement in all its forms."""

import re
from dataclasses import dataclass

from planner.submit.lines import Line

_COUNT = re.compile(r"(?i)^(\S+?)?\s*$")
_FORM = re.compile(
    r"(?is)^(?P<head>.*?)(?:^|\s)(?P<form>in|from|matching)(?=[\s(\[]|$)\s*(?P<what>files\b|dirs\b|any\b)?\s*"
    r"(?P<slice>\[[-\d:\s]*\])?\s*(?P<rest>.*)$"
)
_NAMES = re.compile(r"^(?P<count>\d+|\$\(.*?\)|\$\w*\(.*?\))?\s*(?P<names>.*)$", re.DOTALL)


@dataclass(frozen=True)
class Queue:
    """One queue statement.

    *count*: jobs for each item, as written ("" is 1). *names*: the variables; *form*: "" (no list), "in", "from" or
    "matching". *items*: values that stand in the description itself; *source*: the list's file, command or patterns.
    *last* is the last line of the statement with its items.
    """

    line: Line
    last: int
    count: str
    names: tuple[str, ...]
    form: str
    slice: str
    source: str
    items: tuple[str, ...]

    @property
    def is_command(self) -> bool:
        """Tell whether the list is what a command prints."""
        return self.form == "from" and self.source.endswith("|")

    @property
    def comment(self) -> str:
        """A comment at the statement's end, which makes HTCondor refuse it."""
        return "#" + self.line.text.partition("#")[2] if "#" in self.line.text and self.form == "" else ""


def is_queue(text: str) -> bool:
    """Tell whether a statement is a queue statement."""
    return bool(re.match(r"(?i)queue(\s|$)", text))


def opens_items(text: str) -> bool:
    """Tell whether a queue statement's items stand on the lines below, up to one that begins with ")"."""
    return bool(re.search(r"(?i)\b(in|from)\b[^(]*\([^)]*$", text))


def read_queue(line: Line, below: list[str], last: int) -> Queue:
    """Return the queue statement of *line*; *below* are the lines of its items, if they stand below it."""
    text = line.text[len("queue") :].strip()
    match = _FORM.match(text)
    head = match["head"] if match else text
    parts = _NAMES.match(head.strip())
    count, names = (parts["count"] or "", parts["names"]) if parts else ("", "")
    if not match:
        return Queue(line, last, head.strip() if names else count, (), "", "", "", ())
    form, rest = match["form"].lower(), match["rest"].strip()
    items: list[str] = []
    if rest.startswith("("):
        first_item = rest[1:].rstrip().removesuffix(")") if not below else rest[1:]
        items = [item for item in [first_item.strip(), *(item.strip() for item in below)] if item]
        rest = ""
    if form == "in":
        items = [word for item in items or [rest] for word in re.split(r"[\s,]+", item) if word]
    return Queue(
        line,
        last,
        count,
        tuple(name for name in re.split(r"[\s,]+", names) if name),
        form,
        (match["slice"] or "").strip("[] "),
        rest if form != "in" else "",
        tuple(items),
    )

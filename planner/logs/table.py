"""The table of resources at the end of an event: what a job used, requested and was allocated."""

import re
from functools import lru_cache

TITLE = "\tPartitionable Resources :"
_ROW = re.compile(r"\t +([A-Za-z_][\w]*)[^:\n]*:(.*)")

Row = tuple[float | None, float | None, float | None, str]
Table = dict[str, Row]

_BLANK = ("", " ")
_NAMES = {"Usage": 0, "Request": 1, "Allocated": 2}


def read_table(body: str) -> Table:
    """Return the rows of the table in *body* by their lower-case label; used, requested, allocated, and the GPUs' names.

    Units are the log's: KiB for disk, MiB for memory, seconds for times. An empty cell is None. Columns are right-aligned
    below their titles, so a cell is what stands between two titles' right edges.
    """
    begin = body.find(TITLE)
    if begin < 0:
        return {}
    end = body.find("\n", begin)
    if end < 0:
        return {}
    table: Table = {}
    columns = _columns(body[begin + len(TITLE) : end])
    for label, text in _ROW.findall(body, end):
        cells: list[float | None] = [None, None, None]
        for at, left, right in columns:
            # A number that reaches over the edge belongs to a damaged table; half of it would be a wrong number.
            if text[right : right + 1] in _BLANK and (
                left == 0 or text[left - 1 : left] in _BLANK or text[left : left + 1] == " "
            ):
                cells[at] = number(text[left:right].strip())
        table[label.lower()] = (*cells, text[columns[-1][2] :].strip().strip('"') if columns else "")  # type: ignore[assignment]
    return table


# Tables of one log have the same few titles: 7 % of the time to read it.
@lru_cache(maxsize=256)
def _columns(title: str) -> tuple[tuple[int, int, int], ...]:
    """Return which cell stands between which two edges."""
    columns, left = [], 0
    for match in re.finditer(r"Usage|Request|Allocated", title):
        columns.append((_NAMES[match[0]], left, match.end()))
        left = match.end()
    return tuple(columns)


def number(text: str) -> float | None:
    """Return the number that *text* is, or None; no sign, no exponent, no other script's digits."""
    if text[:1].isdigit() and text.isascii() and text.replace(".", "", 1).isdigit() and len(text) < 20:
        return float(text)
    return None

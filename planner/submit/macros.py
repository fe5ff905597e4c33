"""Macros of the submit language: what ``$(name)`` and the like stand for.

Macros that only the access point or a running job can expand stay as written.
"""

import posixpath
import re
from collections.abc import Mapping

# $(name), $(name:default), $ENV(…), $CHOICE(…), $Fnx(…); a second dollar before it means "when the job runs".
_OPENING = re.compile(r"(?<!\$)\$([A-Za-z_]*)\(")
_NAME = re.compile(r"[A-Za-z0-9_.]+")
# No realistic value is larger, nests deeper or has more macros. A macro that doubles itself would expand forever.
_LARGEST, _DEEPEST, _MOST = 20_000, 30, 1000

# Names that HTCondor gives to each job; they stay as they are.
OF_THE_JOB = frozenset({"cluster", "clusterid", "process", "procid", "step", "row", "item", "itemindex", "node"})
_SIGNS = {"dollar": "$", "dollardollar": "$$"}


def expand(text: str, values: Mapping[str, str]) -> str:
    """Return *text* with every macro replaced that can be known; *values* are by lower-case name.

    An unknown name without a default becomes nothing, as for HTCondor. Text that would grow without end keeps the
    macros that are left.
    """
    return _Expansion(values).expand(text, 0) if "$" in text and len(text) <= _LARGEST else text


class _Expansion:
    """The expansion of one text, which ends even if macros refer to each other."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.left = _MOST

    def expand(self, text: str, depth: int) -> str:
        out, at, length = [], 0, 0
        while depth < _DEEPEST and (opening := _OPENING.search(text, at)):
            end = _closing_parenthesis(text, opening.end())
            if end < 0 or self.left <= 0 or length > _LARGEST:
                break
            self.left -= 1
            expanded = self.macro(opening[1], text[opening.end() : end], text[opening.start() : end + 1], depth)
            out += [text[at : opening.start()], expanded]
            length += len(expanded)
            at = end + 1
        return "".join([*out, text[at:]])

    def macro(self, function: str, inner: str, whole: str, depth: int) -> str:
        if not function:
            return self.plain(inner, whole, depth)
        if function.upper() == "CHOICE":
            return self.choice(inner, whole, depth)
        if re.fullmatch(r"F[pduwbnxfqa]*", function) and _NAME.fullmatch(inner):
            return path_part(function[1:], self.expand(self.values.get(inner.lower(), inner), depth + 1))
        return whole

    def plain(self, inner: str, whole: str, depth: int) -> str:
        name, colon, default = inner.partition(":")
        if not _NAME.fullmatch(name):
            return whole
        key = key_of(name)
        if key in _SIGNS:
            return _SIGNS[key]
        if self.values.get(key):
            return self.expand(self.values[key], depth + 1)
        if key in OF_THE_JOB:
            return whole
        return self.expand(default, depth + 1) if colon else ""

    def choice(self, inner: str, whole: str, depth: int) -> str:
        """$CHOICE(index, list): the list is one macro's name, or written out."""
        index, *items = (part.strip() for part in inner.split(","))
        index = self.values.get(index.lower(), index)
        if len(items) == 1 and items[0].lower() in self.values:
            items = [item.strip() for item in self.expand(self.values[items[0].lower()], depth + 1).split(",")]
        if not index.isdecimal() or len(index) > 6 or int(index) >= len(items):
            return whole
        return items[int(index)]


def _closing_parenthesis(text: str, start: int) -> int:
    """Return where the parenthesis closes that opened before *start*; -1 if it does not within reach."""
    depth = 0
    for at in range(start, min(len(text), start + 2000)):
        if text[at] == "(":
            depth += 1
        elif text[at] == ")":
            if depth == 0:
                return at
            depth -= 1
    return -1


def path_part(parts: str, path: str) -> str:
    """Return what $F gives with the parts of a path that its letters name: p folder, d last folder, n name, x extension, q quoted."""
    folder, file = posixpath.split(path)
    name, extension = posixpath.splitext(file)
    if not set(parts) & set("pdnx"):
        chosen = path
    else:
        last = posixpath.basename(folder) + "/" if folder else ""
        whole_folder = folder.rstrip("/") + "/" if folder else ""
        chosen = (whole_folder if "p" in parts else last if "d" in parts else "") + (name if "n" in parts else "")
        chosen += extension if "x" in parts else ""
        chosen = chosen.rstrip("/") if "b" in parts else chosen
    return f'"{chosen}"' if "q" in parts else chosen


def key_of(name: str) -> str:
    """Return the one spelling of a command's or macro's name: lower case, ``+X`` and ``MY.X`` alike."""
    lower = name.lower()
    return f"my.{lower[1:]}" if lower.startswith("+") else lower

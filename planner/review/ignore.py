"""Comments that tell review which checks to skip in a file: `# planner: ignore[check-id, other-check-id]`."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from planner.incoming import FileType
from planner.review.files import ReviewedFiles

_COMMENT = re.compile(r"(?<!\S)#[ \t]*planner:[ \t]*ignore\[([^\]\n]{0,1000})\]")
# In a list of jobs # is the first value of a job; the others are written by HTCondor.
_WITHOUT_COMMENTS = {FileType.LIST, FileType.EVENT_LOG, FileType.HISTORY, FileType.SLOTS}
# Files of no type of their own in which # begins a comment.
_COMMENTED = {".yml", ".yaml"}


class Ignored(NamedTuple):
    """One id that a comment names: a check that is not reported for that file. *line* counts from 1."""

    file: str
    line: int
    check: str


def ignored(files: ReviewedFiles) -> Iterator[Ignored]:
    """Yield every id that an ignore comment of a file names, whether it is a check or not."""
    for name, text in files.files.items():
        kind = files.kinds[name]
        if kind in _WITHOUT_COMMENTS or (
            kind == FileType.OTHER and PurePosixPath(name).suffix.lower() not in _COMMENTED
        ):
            continue
        for comment in _COMMENT.finditer(text):
            line = text.count("\n", 0, comment.start()) + 1
            for id in comment[1].split(","):
                if id.strip():
                    yield Ignored(name, line, id.strip())

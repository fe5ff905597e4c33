"""The lines of scripts, as checks look at them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from planner.incoming import FileType
from planner.review.files import ReviewedFiles
from planner.submit.lines import physical_lines

# A longer line is data.
_LONGEST = 2000


class ScriptLine(NamedTuple):
    """One line of a script, without the carriage return that may end it; *number* counts from 1."""

    file: str
    number: int
    text: str

    @property
    def is_comment(self) -> bool:
        """Whether it is only a comment."""
        return self.text.lstrip().startswith("#")


def shell_lines_of_jobs(files: ReviewedFiles) -> Iterator[ScriptLine]:
    """Yield each line of the shell scripts that jobs run."""
    for name in files.of_kind(FileType.SCRIPT):
        if files.is_run_by_jobs(name):
            yield from lines_of(files, name)


def lines_of(files: ReviewedFiles, name: str) -> Iterator[ScriptLine]:
    """Yield each line of one script."""
    for number, line in enumerate(physical_lines(files.files[name]), start=1):
        if len(line) <= _LONGEST:
            yield ScriptLine(name, number, line.rstrip("\r"))


def lines_with(
    files: ReviewedFiles, pattern: re.Pattern[str], *words: str, anywhere: bool = False
) -> Iterator[ScriptLine]:
    """Yield each line of scripts, comments aside, that matches *pattern*, from its first character that is no blank.

    A line can match only if it holds one of the *words*: most lines are passed over quickly. With *anywhere* scripts
    are read that people run themselves, not only those that jobs run.
    """
    for name in files.of_kind(FileType.SCRIPT, FileType.PYTHON):
        text = files.files[name]
        if not any(word in text for word in words) or not (anywhere or files.is_run_by_jobs(name)):
            continue
        for line in lines_of(files, name):
            if any(word in line.text for word in words) and not line.is_comment and pattern.search(line.text.strip()):
                yield line

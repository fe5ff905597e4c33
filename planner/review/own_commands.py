"""The commands of a submit file that checks look at one by one."""

import re
from collections.abc import Iterator

from planner.submit.description import Command, Submit

# A comment behind a value; HTCondor knows none, so it is part of the value.
COMMENT_AT_END = re.compile(r"\s+(#(?:\s|\w).*)$")


def own_commands(submit: Submit) -> Iterator[Command]:
    """Yield the commands of the file itself, except those with a comment at their end.

    Commands of an included file are reviewed in that file, and a value is clear only without its comment.
    """
    for command in submit.commands:
        if command.line.file == submit.file and not COMMENT_AT_END.search(command.value):
            yield command

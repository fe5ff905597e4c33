"""Checks of lists of jobs and of DAGs."""

import re
from collections.abc import Iterator

from planner.incoming import FileType
from planner.review.case import Case
from planner.review.checks import Finding, Mend, finding
from planner.submit.lines import physical_lines
from planner.submit.queue import Queue

_SENSIBLE_RETRIES = 2


def lists(case: Case) -> Iterator[Finding]:
    """Look at each list that a queue statement reads."""
    for submit in case.submits:
        for queue in submit.queues:
            name = case.named(submit.expand(queue.source)) if queue.form == "from" and not queue.is_command else None
            if name:
                yield from _list(name, physical_lines(case.files[name]), queue)


def _list(name: str, lines: list[str], queue: Queue) -> Iterator[Finding]:
    if lines[0].startswith("\ufeff"):
        yield finding(
            "R6",
            name,
            1,
            "The byte-order mark becomes part of the first value.",
            "Save it as UTF-8 without the mark.",
            Mend(1, 1, (lines[0].lstrip("\ufeff"),)),
        )
    begins = re.match(r"\s*(\d{1,9})", queue.slice)
    jobs = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip("\ufeff\r \t")]
    jobs = jobs[int(begins[1]) if begins else 0 :]
    if len(queue.names) > 1 and jobs and _is_header(jobs[0][1], queue.names):
        number, line = jobs[0]
        yield finding(
            "R6",
            name,
            number,
            f"The header {line[:60]} becomes a job.",
            f"Take it out, or write queue … from [1:] {queue.source}.",
            Mend(number, number, ()),
        )
        jobs = jobs[1:]
    for number, line in jobs:
        if line.startswith("#"):
            yield finding("R6", name, number, "A comment becomes a job.", "Take it out.", Mend(number, number, ()))
        elif len(queue.names) > 1:
            yield from _row(name, number, line, len(queue.names))


def _is_header(line: str, names: tuple[str, ...]) -> bool:
    return [word.lower() for word in re.split(r"[\s,]+", line.strip("\ufeff "))] == [name.lower() for name in names]


def _row(name: str, number: int, line: str, columns: int) -> Iterator[Finding]:
    if re.search(r"\s,", line):
        yield finding(
            "R6",
            name,
            number,
            "A blank before a comma shifts the values that follow.",
            "Take the blank out.",
            Mend(number, number, (re.sub(r"\s+,", ",", line),)),
        )
    if line.count(",") >= columns:
        yield finding(
            "C14",
            name,
            number,
            f"There are {line.count(',') + 1} values for {columns} names: the last takes all that is left.",
            "Let only the last column hold commas; quotes do not help.",
        )


def dags(case: Case) -> Iterator[Finding]:
    """Look at each DAG."""
    for name in case.of_kind(FileType.DAG):
        nodes: set[str] = set()
        lines = [line.split() for line in physical_lines(case.files[name])]
        for words in lines:
            if len(words) > 2 and words[0].upper() in {"JOB", "FINAL", "SERVICE", "PROVISIONER", "SUBDAG", "SPLICE"}:
                nodes.add(words[2] if words[0].upper() == "SUBDAG" else words[1])
        for number, words in enumerate(lines, start=1):
            if not words or words[0].startswith("#"):
                continue
            yield from _dag_line(name, number, words, nodes)
        yield from _node_macro(case)


def _dag_line(name: str, number: int, words: list[str], nodes: set[str]) -> Iterator[Finding]:
    word = words[0].upper()
    meant: list[str] = []
    if word == "PARENT":
        meant = [node for node in words[1:] if node.upper() != "CHILD"]
    elif word in {"RETRY", "VARS", "PRIORITY", "ABORT-DAG-ON"}:
        meant = words[1:2]
    lost = [node for node in meant if node not in nodes and node.upper() != "ALL_NODES"]
    if lost:
        yield finding(
            "R7", name, number, f"No node is called {' or '.join(lost[:3])}.", "Name a node as its JOB line does."
        )
    if word == "RETRY" and len(words) > 2 and re.fullmatch(r"\d{1,6}", words[2]) and int(words[2]) > _SENSIBLE_RETRIES:
        yield finding(
            "C18",
            name,
            number,
            f"{words[2]} retries mend nothing that is wrong, and use the pool for it.",
            "Retry once or twice, and see why nodes fail.",
        )


def _node_macro(case: Case) -> Iterator[Finding]:
    for submit in case.submits:
        for command in submit.commands:
            if re.search(r"(?i)\$\(NODE\)", command.value):
                yield finding(
                    "R7",
                    command.line.file,
                    command.line.first,
                    "$(NODE) is empty in a submit description of a DAG.",
                    "Write $(JOB).",
                )

"""Checks of lists of jobs and of DAGs."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from planner.incoming import FileType
from planner.review.base import FAILS, LOSES, STYLE, WASTES, Hit, at, check
from planner.review.edits import Edit
from planner.review.files import ReviewedFiles
from planner.submit.lines import physical_lines
from planner.submit.queue import Queue

_SENSIBLE_RETRIES = 2
_MARK = "\ufeff"


# --- lists that a queue statement reads ---


class _List(NamedTuple):
    """A list of jobs, with the lines that make jobs: their numbers, from 1, and texts."""

    file: str
    queue: Queue
    jobs: dict[int, str]

    @property
    def header(self) -> int:
        """The number of the line that holds the variables' names instead of values; 0 without one."""
        number, line = next(iter(self.jobs.items()), (0, ""))
        names = [name.lower() for name in self.queue.names]
        words = [word.lower() for word in re.split(r"[\s,]+", line.strip(f"{_MARK} "))]
        return number if len(names) > 1 and words == names else 0

    @property
    def rows(self) -> Iterator[tuple[int, str]]:
        """The lines with values of several variables."""
        if len(self.queue.names) > 1:
            for number, line in self.jobs.items():
                if number != self.header and not line.startswith("#"):
                    yield number, line


def _lists(files: ReviewedFiles) -> Iterator[_List]:
    for submit in files.submits:
        for queue in submit.queues:
            name = files.named(submit.expand(queue.source)) if queue.form == "from" and not queue.is_command else None
            if name:
                lines = enumerate(physical_lines(files.files[name]), start=1)
                jobs = [(number, line.strip()) for number, line in lines if line.strip(f"{_MARK}\r \t")]
                begins = re.match(r"\s*(\d{1,9})", queue.slice)
                yield _List(name, queue, dict(jobs[int(begins[1]) if begins else 0 :]))


@check(severity=LOSES, sources=("condor-run",), taught_by=("one-list",))
def byte_order_mark_in_list(files: ReviewedFiles) -> Iterator[Hit]:
    """A list begins with a byte-order mark

    Some editors begin a file in UTF-8 with an invisible mark. HTCondor takes it for a part of the first value, so the
    first job gets a value that nobody wrote.
    """
    for rows in _lists(files):
        first = physical_lines(files.files[rows.file])[0]
        if first.startswith(_MARK):
            yield Hit(
                rows.file,
                1,
                "The byte-order mark at its start becomes part of the first value.",
                "Save it as UTF-8 without the mark.",
                (Edit(1, 1, (first.lstrip(_MARK),)),),
            )


@check(severity=WASTES, sources=("condor-run",), taught_by=("one-list",))
def header_in_list(files: ReviewedFiles) -> Iterator[Hit]:
    """A list has a header line

    HTCondor makes a job of every line that is not empty. A header becomes a job with the names of the columns as its
    values.
    """
    for rows in _lists(files):
        if number := rows.header:
            yield Hit(
                rows.file,
                number,
                f"The header {rows.jobs[number][:60]} becomes a job.",
                f"Remove it, or write queue … from [1:] {rows.queue.source}.",
                (Edit(number, number, ()),),
            )


@check(severity=WASTES, sources=("condor-run",), taught_by=("one-list",))
def comment_in_list(files: ReviewedFiles) -> Iterator[Hit]:
    """A list has a comment line

    HTCondor makes a job of every line that is not empty, and knows no comments in a list. The # becomes the first value
    of a job.
    """
    for rows in _lists(files):
        for number, line in rows.jobs.items():
            if line.startswith("#"):
                yield Hit(rows.file, number, "A comment becomes a job.", "Remove it.", (Edit(number, number, ()),))


@check(severity=LOSES, sources=("condor-run",), taught_by=("one-list",))
def blank_before_comma_in_list(files: ReviewedFiles) -> Iterator[Hit]:
    """A list has a blank before a comma

    Blanks separate values as commas do. With a blank before a comma the following values shift, and the job runs with
    wrong ones.
    """
    for rows in _lists(files):
        for number, line in rows.rows:
            if re.search(r"\s,", line):
                yield Hit(
                    rows.file,
                    number,
                    "A blank before a comma shifts the values that follow.",
                    "Remove the blank.",
                    (Edit(number, number, (re.sub(r"\s+,", ",", line),)),),
                )


@check(severity=LOSES, sources=("chtc-multiple-jobs", "condor-run"), taught_by=("one-list",))
def too_many_values_in_list(files: ReviewedFiles) -> Iterator[Hit]:
    """A line of a list has more values than variables

    The last variable takes the rest of the line, commas included, and quotes do not hold a value together. Where a comma
    stands inside an earlier value, all values after it are wrong.
    """
    for rows in _lists(files):
        columns = len(rows.queue.names)
        for number, line in rows.rows:
            if line.count(",") >= columns:
                yield Hit(
                    rows.file,
                    number,
                    f"There are {line.count(',') + 1} values for {columns} variables; the last variable takes the rest.",
                    "Let only the last column have commas; quotes do not help.",
                )


# --- DAGs ---


def _dag_lines(files: ReviewedFiles) -> Iterator[tuple[str, int, list[str]]]:
    """Yield the file, number and words of each statement of a DAG."""
    for name in files.of_kind(FileType.DAG):
        for number, line in enumerate(physical_lines(files.files[name]), start=1):
            words = line.split()
            if words and not words[0].startswith("#"):
                yield name, number, words


def _nodes(files: ReviewedFiles) -> dict[str, set[str]]:
    """Return the nodes of each DAG that can be seen whole, which is one that includes no other file."""
    nodes: dict[str, set[str]] = {name: set() for name in files.of_kind(FileType.DAG)}
    for name, _, words in _dag_lines(files):
        kind = words[0].upper()
        if kind == "INCLUDE":
            nodes.pop(name, None)
        elif (
            name in nodes and len(words) > 2 and kind in {"JOB", "FINAL", "SERVICE", "PROVISIONER", "SUBDAG", "SPLICE"}
        ):
            nodes[name].add(words[2] if kind == "SUBDAG" else words[1])
    return nodes


@check(severity=FAILS, sources=("condor-run",), taught_by=("steps-in-order",))
def dag_names_unknown_node(files: ReviewedFiles) -> Iterator[Hit]:
    """A DAG names a node that it does not have

    DAGMan refuses a DAG with a PARENT, RETRY or VARS line for a node that no JOB line makes. condor_submit_dag prints
    success all the same, and the reason is only in the .dagman.out file.
    """
    nodes = _nodes(files)
    for name, number, words in _dag_lines(files):
        kind = words[0].upper()
        named_nodes: list[str] = []
        if kind == "PARENT":
            named_nodes = [node for node in words[1:] if node.upper() != "CHILD"]
        elif kind in {"RETRY", "VARS", "PRIORITY", "ABORT-DAG-ON"}:
            named_nodes = words[1:2]
        # Nodes of a splice are called SPLICE+NODE.
        unknown = [
            node
            for node in named_nodes
            if name in nodes and node.partition("+")[0] not in nodes[name] and node.upper() != "ALL_NODES"
        ]
        if unknown:
            what = f"No node is called {' or '.join(unknown[:3])}."
            yield Hit(name, number, what, "Name a node as its JOB line does.")


@check(severity=LOSES, sources=("condor-run",), taught_by=("steps-in-order",))
def node_macro_is_empty(files: ReviewedFiles) -> Iterator[Hit]:
    """A node's submit file uses $(NODE), which is empty

    In the submit files of a DAG the node's name is $(JOB). $(NODE) is empty, so that $(NODE).out is the hidden file .out,
    which every node writes.
    """
    if not files.of_kind(FileType.DAG) or any(
        re.search(r"(?i)\bnode\s*=", files.files[name]) for name in files.of_kind(FileType.DAG)
    ):
        return
    for submit in files.submits:
        if submit.has("node") or any("node" in map(str.lower, queue.names) for queue in submit.queues):
            continue
        for command in submit.commands:
            if re.search(r"(?i)\$\(NODE\)", command.value):
                yield at(command, "$(NODE) is empty in the submit file of a DAG's node.", "Write $(JOB).")


@check(severity=STYLE, sources=("condor-jobs",), taught_by=("try-again",))
def node_retried_many_times(files: ReviewedFiles) -> Iterator[Hit]:
    """A node is retried many times

    A retry helps against a fault that passes, such as a failed transfer. A mistake in a script fails every time, and uses
    the pool for it.
    """
    for name, number, words in _dag_lines(files):
        is_count = words[0].upper() == "RETRY" and len(words) > 2 and re.fullmatch(r"\d{1,6}", words[2])
        if is_count and int(words[2]) > _SENSIBLE_RETRIES:
            what = f"{words[2]} retries fix nothing that fails every time, and use the pool for it."
            yield Hit(name, number, what, "Retry once or twice, and find out why nodes fail.")


@check(
    severity=WASTES,
    sources=("condor-jobs",),
    taught_by=("one-node-a-task",),
    unseen="Files do not say whether some of the jobs may fail.",
)
def node_of_many_jobs_fails() -> None:
    """One failed job makes its node's other jobs useless

    A node with several jobs fails as a whole as soon as one of them does, and what depends on it does not run. If some
    may fail, give each its own node.
    """


@check(
    severity=WASTES,
    sources=("condor-jobs",),
    taught_by=("prepare-in-a-job", "steps-in-order"),
    unseen="Files do not say what a script does.",
)
def dag_script_does_real_work() -> None:
    """A DAG's scripts do real work on the access point

    PRE and POST scripts run on the access point, which everybody shares. Preparing data or collecting results is work for
    a node of its own.
    """

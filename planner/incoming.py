"""Files that come in from outside: what each one is, and what logs change. Page and command line both ask here."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from planner.advice import Advice, Plan
from planner.answers import Answers
from planner.answers.file import AnswersFile
from planner.engine import make_plan
from planner.facts.pools import Pool
from planner.logs import Job
from planner.logs.measure import measure
from planner.plan_changes import Change, changes, gain
from planner.usage import Usage


class FileType(StrEnum):
    """What somebody gave us; OTHER is any text that the planner does not read."""

    EVENT_LOG = "event log"
    HISTORY = "history"  # what condor_history -json or condor_q -json printed
    SLOTS = "slots"  # what condor_status -json printed
    SUBMIT = "submit"
    SCRIPT = "script"
    PYTHON = "python"
    DEFINITION = "definition"
    DOCKERFILE = "dockerfile"
    REQUIREMENTS = "requirements"
    ENVIRONMENT = "environment"
    DAG = "dag"
    SLURM = "slurm"
    LIST = "list"
    TOML = "toml"
    OTHER = "other"


_BY_SUFFIX = {
    ".sub": FileType.SUBMIT,
    ".submit": FileType.SUBMIT,
    ".jdl": FileType.SUBMIT,
    ".condor": FileType.SUBMIT,
    ".sh": FileType.SCRIPT,
    ".bash": FileType.SCRIPT,
    ".py": FileType.PYTHON,
    ".def": FileType.DEFINITION,
    ".dag": FileType.DAG,
    ".sbatch": FileType.SLURM,
    ".slurm": FileType.SLURM,
    ".csv": FileType.LIST,
    ".lst": FileType.LIST,
    ".list": FileType.LIST,
    ".toml": FileType.TOML,
    ".md": FileType.OTHER,
    ".yml": FileType.OTHER,
    ".yaml": FileType.OTHER,
}
# Lists of packages, by their usual names; any other .yml is somebody's configuration.
_PACKAGE_LISTS = (
    (FileType.REQUIREMENTS, r"[\w.-]*requirements[\w.-]*\.txt"),
    (FileType.ENVIRONMENT, r"[\w.-]*environment[\w.-]*\.ya?ml"),
)
# A log may begin in the middle of an event, or with what a terminal added.
_EVENT = re.compile(r"(?m)^\d{3} \(\d+\.\d+\.\d+\) ")
_JSON_LIST = re.compile(r"\s*\[\s*[{\]]")
_SLURM = re.compile(r"(?m)^#SBATCH\b")
# What the first lines say where the name says nothing, the surest sign first.
_SIGNS = (
    (FileType.PYTHON, r"\A#!.*python"),
    (FileType.SCRIPT, r"\A#!"),
    (FileType.DEFINITION, r"(?mi)^Bootstrap:"),
    (FileType.DOCKERFILE, r"(?m)\A(?:\s*#.*\n|\s*ARG .*\n|\s*\n)*\s*FROM\s+\S+"),
    (FileType.ENVIRONMENT, r"(?m)^dependencies:\s*\n\s*-"),
    (FileType.DAG, r"(?mi)^(JOB|PARENT)\s+\S+\s+\S+"),
    (FileType.SUBMIT, r"(?mi)^\s*(queue\b|executable\s*=|universe\s*=|request_\w+\s*=)"),
)
# Characters in which a file that people write by hand shows its first command.
_HEAD = 20_000


def classify(name: str, head: str) -> FileType:
    """Return the type of the file *name* that begins with *head*, its text or the first piece of it.

    What HTCondor wrote is known by its form, whatever it is called; other files by their name, and where that says
    nothing by their first lines. The name may be empty, as of a pasted text.
    """
    if _EVENT.search(head):
        return FileType.EVENT_LOG
    if _JSON_LIST.match(head):
        return FileType.HISTORY if '"ClusterId"' in head else FileType.SLOTS
    return _by_name(PurePosixPath(name), head[:_HEAD]) or _by_signs(head[:_HEAD])


def _by_name(path: PurePosixPath, head: str) -> FileType | None:
    if path.name.lower().startswith("dockerfile") or path.suffix.lower() == ".dockerfile":
        return FileType.DOCKERFILE
    # A Slurm script is called like any other script.
    if _SLURM.search(head):
        return FileType.SLURM
    for file_type, form in _PACKAGE_LISTS:
        if re.fullmatch(form, path.name.lower()):
            return file_type
    return _BY_SUFFIX.get(path.suffix.lower())


def _by_signs(head: str) -> FileType:
    return next((file_type for file_type, sign in _SIGNS if re.search(sign, head)), FileType.OTHER)


@dataclass(frozen=True)
class LogsReport:
    """What logs change: the *usage* of their jobs, and the plans *before* and *after* it is taken into account."""

    usage: Usage
    before: Plan
    after: Plan

    @property
    def changes(self) -> list[Change]:
        """The requests that differ, in the order of the submit file."""
        return changes(self.before, self.after)

    @property
    def gain(self) -> str:
        """What the changes gain, in a sentence."""
        return gain(self.before, self.after)

    @property
    def rightsizing(self) -> list[Advice]:
        """The advice that explains the new requests."""
        return [advice for advice in self.after.advice if advice.family == "rightsizing"]


def _plan(file: AnswersFile, pool: Pool) -> Plan:
    return make_plan(file.answers, pool, measured=file.usage)


def logs_report(
    jobs: Iterable[Job], answers: Answers, pool: Pool, plan: Callable[[AnswersFile, Pool], Plan] = _plan
) -> LogsReport:
    """Return what *jobs* change for *answers* on *pool*.

    *plan* makes a plan: callers that keep the plans they have made pass a function that looks there first.
    """
    usage = measure(jobs)
    return LogsReport(usage, plan(AnswersFile(answers), pool), plan(AnswersFile(answers, usage), pool))

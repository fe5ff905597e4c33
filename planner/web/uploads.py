"""What people bring: logs of jobs, files of their own, what HTCondor's commands printed.

``Upload`` takes it piece by piece: logs are read as they come, everything else is kept until it is whole. ``finish``
makes of it what the page shows and what it takes: HTML, answers for the form, files to download.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.advice import Plan
from planner.answers import Answers
from planner.answers.file import USAGE, AnswersFile, table_of, usage_text
from planner.bundle.rerun import again
from planner.engine import make_plan
from planner.errors import PlannerError, Problem
from planner.facts.hold_reasons import NOT_KNOWN
from planner.facts.pools import pools
from planner.facts.pools.live import pool_now
from planner.importing.answers import Read, answers_in
from planner.incoming import FileType, LogsReport, classify, logs_report
from planner.logs import Reader
from planner.logs.help_request import LAST_LINES, ask_for_help
from planner.logs.history import read_history
from planner.logs.report import MOST_LISTED, failures, formatted, job_line, summary_line, waste
from planner.logs.summary import Quantity, Spread, Summary, summarise
from planner.logs.why import Finding, explain
from planner.pictures import cards
from planner.pictures.use import use
from planner.review import Review, review
from planner.web import fragment
from planner.web.render import render

# A text that is no log: what people write by hand is far smaller, what condor_status prints of a large pool is not.
LARGEST = 32 * 1024 * 1024
_TAIL = 20_000  # characters, in which the last lines of a log stand
# Problems of a damaged log beyond these are counted.
_MOST_PROBLEMS = 10
# How a pasted text is called.
_SUFFIXES = {
    FileType.SUBMIT: ".sub",
    FileType.SCRIPT: ".sh",
    FileType.DEFINITION: ".def",
    FileType.DAG: ".dag",
    FileType.SLURM: ".sbatch",
    FileType.LIST: ".csv",
}


@dataclass
class Upload:
    """Files on their way in."""

    reader: Reader = field(default_factory=Reader)
    logs: list[str] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tail: str = ""
    _name: str = ""
    _size: int = 0
    _is_log: bool = False

    def take(self, name: str, piece: str, *, begins: bool) -> bool:
        """Take the next *piece* of the file *name*; tell whether the rest of it is wanted."""
        if begins:
            self._begin(name, piece)
        if self._is_log:
            self.reader.feed(piece)
            self.tail = (self.tail + piece)[-_TAIL:]
            return True
        self._size += len(piece)
        if self._size > LARGEST or "\0" in piece:
            what = "is no text." if "\0" in piece else "is larger than 32 MB, and no event log."
            self.problems.append(Problem(self._name, what, "Bring logs, or files that people write."))
            self.texts.pop(self._name, None)
            return False
        self.texts[self._name].append(piece)
        return True

    def _begin(self, name: str, piece: str) -> None:
        file_type = classify(name, piece)
        self._is_log = file_type is FileType.EVENT_LOG
        self._name, self._size = name or f"pasted{_SUFFIXES.get(file_type, '.txt')}", 0
        if self._is_log:
            self._name = name or "pasted.log"
            self.logs.append(self._name)
            self.reader.begin(self._name)
            return
        while self._name in self.texts:
            self._name = f"other-{self._name}"
        self.texts[self._name] = []

    def whole(self) -> dict[str, str]:
        """Return the texts that are no logs, after the last piece."""
        self.reader.close()
        return {name: "".join(pieces) for name, pieces in self.texts.items()}


@dataclass
class _FilesByType:
    """What was brought, by what it is."""

    files: dict[str, str] = field(default_factory=dict)
    status: list[tuple[str, str]] = field(default_factory=list)
    why: list[Finding] = field(default_factory=list)
    answers: fragment.Opened | None = None


def finish(upload: Upload, answers: Answers, plan: Callable[[AnswersFile], Plan]) -> dict[str, Any]:
    """Return the reply to the last piece. *plan* makes the plan of answers, or finds it among those made before.

    ``html``: what was found; ``texts``: answers that the form takes; ``offer``: answers that it takes when asked to;
    ``files``: what can be downloaded, by name.
    """
    by_type = _by_type(upload, upload.whole())
    files: dict[str, str] = {}
    texts: dict[str, str] = dict(by_type.answers.texts) if by_type.answers else {}
    sections: dict[str, Any] = {"logs": None, "status": [], "why": by_type.why, "review": None, "words": ()}
    if by_type.answers:
        sections["words"] = by_type.answers.words
    if upload.reader.jobs or upload.logs:
        report = logs_report(upload.reader.jobs.values(), answers, pools()[answers.pool], lambda file, _: plan(file))
        sections["logs"] = _logs(upload, answers, report, files)
        if report.usage.jobs:
            texts[USAGE] = usage_text(report.usage)
    for name, text in by_type.status:
        sections["status"] += _status(answers, name, text, upload.problems)
    offer: dict[str, str] = {}
    if by_type.files:
        pool = pools()[answers.pool]
        review_result, import_result = review(by_type.files, pool), answers_in(by_type.files, pool)
        files |= review_result.fixed
        sections["review"] = _review(review_result, import_result)
        opened = fragment.opened(table_of(import_result.answers, import_result.usage), "files")
        offer = opened.texts if len(import_result.answers) > 1 else {}
    help_text = ""
    if by_type.why or upload.logs:
        requests = _requests(plan(AnswersFile(answers)))
        help_text = ask_for_help([requests, *(finding.what for finding in by_type.why)], upload.tail)
    html = render(
        "uploaded.html",
        **sections,
        problems=upload.problems,
        offer=bool(offer),
        help=help_text,
        last=LAST_LINES,
        not_known=NOT_KNOWN,
        again="jobs-again.csv" in files,
    )
    return {"html": html, "texts": texts, "offer": offer, "files": files}


def _requests(plan: Plan) -> str:
    """Return what the plan asks for, in a line without a name of the user's."""
    settings = plan.settings
    gpus = f"{settings.request_gpus} GPU, " if settings.request_gpus else ""
    where = f"{plan.pool.name}, {settings.way.name}" if settings.way else plan.pool.name
    return f"Planned for {where}: {gpus}{settings.request_cpus} CPUs, {settings.request_memory} memory, {settings.request_disk} disk."


def _by_type(upload: Upload, texts: Mapping[str, str]) -> _FilesByType:
    by_type = _FilesByType()
    for name, text in texts.items():
        file_type = classify(name, text)
        if file_type is FileType.SLOTS:
            by_type.status.append((name, text))
        elif file_type is FileType.HISTORY:
            _take_history(upload, name, text)
        elif file_type not in (FileType.OTHER, FileType.EVENT_LOG):
            by_type.files[name] = text
        elif why := explain(text):
            by_type.why += why
        else:
            fix = "Bring logs of jobs, submit files with what lies beside them, or what condor_q printed."
            upload.problems.append(Problem(name, "is nothing that the planner reads.", fix))
    if len(by_type.files) == 1 and (name := next(iter(by_type.files))).endswith(".toml"):
        by_type.answers = fragment.open_file(by_type.files.pop(name))
    return by_type


def _take_history(upload: Upload, name: str, text: str) -> None:
    try:
        jobs = read_history(text, name)
    except PlannerError as error:
        upload.problems += error.problems
        return
    upload.logs.append(name)
    for job in jobs:
        upload.reader.jobs.setdefault((job.cluster, job.process), job)


def _logs(upload: Upload, answers: Answers, report: LogsReport, files: dict[str, str]) -> dict[str, Any]:
    """Return what logs tell, for the template; the list of what is to be done again goes into *files*."""
    jobs = list(upload.reader.jobs.values())
    summary: Summary = summarise(jobs)
    if jobs and summary.succeeded < len(jobs):
        try:
            files["jobs-again.csv"] = "".join(f"{row}\n" for row in again(answers, jobs))
        except PlannerError:
            # The log is of other work than the answers: there is no such list, and nothing to say of it.
            files.pop("jobs-again.csv", None)
    return {
        "names": upload.logs,
        "head": summary_line(summary),
        "spreads": [_row(quantity, spread) for quantity, spread in summary.spreads.items()],
        "picture": use(summary, report.usage),
        "notes": [note for note in (*waste(summary), *failures(summary)) if note],
        "holds": summary.holds,
        "jobs": [job_line(job) for job in jobs] if len(jobs) <= MOST_LISTED else [],
        "changes": report.changes if report.usage.jobs else [],
        "gain": report.gain,
        "advice": report.rightsizing,
        "measured": report.usage.jobs,
        "unread": upload.reader.unread,
        "problems": upload.reader.problems[:_MOST_PROBLEMS],
    }


def _row(quantity: Quantity, spread: Spread) -> tuple[str, ...]:
    what, figures = formatted(quantity, spread)
    return (what, *figures, str(spread.jobs))


def _status(answers: Answers, name: str, text: str, problems: list[Problem]) -> list[dict[str, Any]]:
    """Return which GPUs of the pool as it is now match, for the template."""
    try:
        now = pool_now(pools()[answers.pool], text, name, datetime.datetime.now(datetime.UTC).date())
    except PlannerError as error:
        problems += error.problems
        return []
    return [{"name": name, "picture": cards(make_plan(answers, now)), "count": now.card_count}]


def _review(review_result: Review, import_result: Read) -> dict[str, Any]:
    names = dict.fromkeys([*(finding.file for finding in review_result.findings), *review_result.fixed])
    return {
        "count": len(review_result.findings),
        "fails": review_result.fails,
        "files": [
            {
                "name": name,
                "findings": [finding for finding in review_result.findings if finding.file == name],
                "diff": review_result.diffs.get(name, "").splitlines(),
            }
            for name in names
        ],
        "read": [name for name in review_result.kinds if name not in names],
        "edited": import_result.edited,
        "lost": import_result.lost,
    }

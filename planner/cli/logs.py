"""The command ``planner logs``: reads logs and what HTCondor's commands printed, and says what to change."""

import argparse
import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from planner.advice import Level
from planner.answers import Answers
from planner.answers.file import AnswersFile
from planner.bundle.rerun import again
from planner.cli.pools import POOL_HELP
from planner.errors import PlannerError, Problem
from planner.facts.pools import Pool, pools
from planner.facts.pools.live import pool_now
from planner.incoming import FileType, LogsReport, classify, logs_report
from planner.logs import Reader
from planner.logs.help_request import ask_for_help
from planner.logs.history import read_history
from planner.logs.measure import measure
from planner.logs.report import as_json, as_text
from planner.logs.why import explain
from planner.usage import as_table

PIECE = 1 << 20


def add_options(command: argparse.ArgumentParser) -> None:
    """Give the command ``logs`` its options."""
    command.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="event logs, or what condor_history -json printed"
    )
    command.add_argument("--answers", type=Path, metavar="ANSWERS.toml", help="say what the next plan changes")
    command.add_argument("--pool", metavar="POOL", help=f"plan for this pool instead of theirs: {POOL_HELP}")
    command.add_argument("--write", type=Path, metavar="NEW.toml", help="write the answers with what was measured")
    command.add_argument("--again", type=Path, metavar="JOBS.csv", help="write the list of what failed or is missing")
    command.add_argument(
        "--pool-now", type=Path, metavar="FILE", help="what condor_status -json printed: today's cards"
    )
    command.add_argument("--json", action="store_true", help="print everything as JSON")


def add_why_options(command: argparse.ArgumentParser) -> None:
    """Give the command ``why`` its options."""
    command.add_argument("file", type=Path, metavar="FILE", help="what the command printed; - reads what you paste")
    command.add_argument("--log", type=Path, metavar="LOG", help="add a text to send to the pool's staff")


def logs(options: argparse.Namespace, answers: Answers | None) -> None:
    """Report on the files of *options*; with *answers* also on what they change."""
    with_answers = {"--again": options.again, "--write": options.write, "--pool": options.pool}
    for option, value in {**with_answers, "--pool-now": options.pool_now}.items():
        if value and answers is None:
            raise PlannerError([Problem(option, "needs the answers.", "Add --answers ANSWERS.toml.")])
    for target in (options.again, options.write):
        if target and target.exists():
            raise PlannerError([Problem(str(target), "is there already.", "Choose another name.")])
    reader = _read(options.files)
    output = as_json(reader) if options.json else {}
    output["measured"] = as_table(measure(reader.jobs.values()))
    text = [as_text(reader)]
    # Everything that can be refused is refused before anything is written.
    again_text = (
        "".join(f"{row}\n" for row in again(answers, reader.jobs.values())) if options.again and answers else ""
    )
    if answers is not None:
        report = logs_report(reader.jobs.values(), answers, _pool(answers, options.pool_now))
        output["changes"] = [change._asdict() for change in report.changes]
        output["gain"] = report.gain
        text += ["", *_changes(report)]
        if options.write:
            file = AnswersFile(answers, report.usage)
            options.write.write_text(file.write(), encoding="utf-8", newline="\n")
            text.append(f"Wrote {options.write}; make the next plan with it.")
    if options.again:
        options.again.write_text(again_text, encoding="utf-8", newline="\n")
        text.append(f"Wrote {again_text.count(chr(10)) - 1} tasks to {options.again}.")
    print(json.dumps(output, indent=2, allow_nan=False) if options.json else "\n".join(text))


def _read(paths: list[Path]) -> Reader:
    reader = Reader()
    for path in paths:
        try:
            with path.open("rb") as file:
                first = file.read(PIECE)
                if classify(path.name, first.decode("utf-8", "replace")) in (FileType.HISTORY, FileType.SLOTS):
                    whole = (first + file.read()).decode("utf-8", "replace")
                    for job in read_history(whole, str(path)):
                        reader.jobs.setdefault((job.cluster, job.process), job)
                    continue
                reader.begin(str(path))
                while first:
                    reader.feed(first)
                    first = file.read(PIECE)
        except OSError as error:
            raise PlannerError([Problem(str(path), f"{error.strerror}.", "Give the name of a log.")]) from None
    reader.close()
    return reader


def _text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise PlannerError([Problem(str(path), f"{error.strerror}.", "Give the name of a file.")]) from None


def _pool(answers: Answers, now: Path | None) -> Pool:
    """Return the pool of the answers, with today's GPUs where the file *now* lists them."""
    pool = pools()[answers.pool]
    if now is None:
        return pool
    read = datetime.datetime.fromtimestamp(now.stat().st_mtime, datetime.UTC).date() if now.exists() else None
    return pool_now(pool, _text(now), str(now), read or datetime.date.min)


def _changes(report: LogsReport) -> Iterator[str]:
    changes = report.changes
    yield "The next plan" if changes else "The next plan asks for the same."
    for change in changes:
        yield f"  {change.line:<22}{change.before:>16}  ->  {change.after}"
    if changes and report.gain:
        yield f"  {report.gain}"
    for advice in report.rightsizing:
        yield f"{advice.level.word}: {advice.do} [{advice.rule}]"
        yield f"    {advice.because}"
    for advice in report.after.of_level(Level.STOP):
        yield f"Stop: {advice.do}. {advice.because} [{advice.rule}]"


def why(options: argparse.Namespace) -> None:
    """Say in words what condor_q printed of an idle or held job."""
    text = _text(options.file)
    findings = explain(text)
    for finding in findings:
        print(f"{finding.what}\n    {finding.do}\n    {finding.line}")
        if finding.question:
            print(f"    The question behind it: {finding.question}")
    if not findings:
        print("Nothing in this text says why. Give what condor_q -better-analyze JOB or condor_q -hold printed, whole.")
    if options.log:
        print("\n" + ask_for_help([finding.what for finding in findings], _text(options.log)))

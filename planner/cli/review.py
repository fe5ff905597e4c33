"""The command `planner review`: reads files, prints what was found, and writes fixed files on request.

Exit codes: 0 nothing that fails · 2 a file cannot be read · 3 something will fail or be refused.
"""

import argparse
import json
import textwrap
from pathlib import Path
from typing import Any

from planner.answers import questions
from planner.answers.file import table_of, write_table
from planner.cli.pools import POOL_HELP, pool_called
from planner.errors import PlannerError, Problem
from planner.facts.pools import pools
from planner.importing.answers import Read, answers_in
from planner.review import Finding, Review, review
from planner.review.base import FAILS
from planner.sentences import counted

OK, STOPPED = 0, 3
# A file larger than this is data.
_LARGEST = 4 * 1024 * 1024


def add_command(commands: "argparse._SubParsersAction[Any]") -> None:
    """Add the command to those of the command line."""
    parser = commands.add_parser(
        "review",
        help="find what is wrong in files you already have, and fix it",
        epilog="A file with the comment `# planner: ignore[CHECK-ID]` (several ids separated by commas) is not checked "
        "for that. `planner explain CHECK-ID` explains a check.",
    )
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="submit descriptions, and with them scripts, definition files, Dockerfiles, DAGs, lists, requirements.txt, environment.yml",
    )
    parser.add_argument("--pool", default="chtc", metavar="POOL", help=f"review for this pool (chtc): {POOL_HELP}")
    parser.add_argument("--fix", type=Path, metavar="DIR", help="write the fixed files into this folder")
    parser.add_argument("--write", type=Path, metavar="NEW.toml", help="write the answers that the files hold")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Review the files and say what was found. Raises PlannerError for a file that cannot be read."""
    files, pool = _read(options.files), pools()[pool_called(options.pool)]
    review_result, import_result = review(files, pool), answers_in(files, pool)
    if options.write and options.write.exists():
        raise PlannerError([Problem(str(options.write), "is there already.", "Choose another name.")])
    if options.fix:
        _write(review_result, options.fix)
    if options.write:
        text = write_table(table_of(import_result.answers, import_result.usage))
        options.write.write_text(text, encoding="utf-8", newline="\n")
    if options.json:
        print(json.dumps(as_json(review_result, import_result), ensure_ascii=False, indent=2))
    else:
        _print(review_result, import_result)
        if options.fix:
            print(f"Wrote {counted(len(review_result.fixed), 'fixed file')} to {options.fix}.")
        if options.write:
            print(f"Wrote {options.write}; make a plan with it. Questions that the files do not answer:")
            print("\n".join(f"    {id}: {questions()[id].label}" for id in import_result.asked) or "    none")
    return STOPPED if review_result.fails else OK


def as_json(review_result: Review, import_result: Read) -> dict[str, object]:
    """Return a review as plain data, for programs."""
    return {
        "findings": [
            {
                "check": finding.check.id,
                "severity": finding.check.severity.value,
                "file": finding.file,
                "line": finding.line,
                "what": finding.what,
                "fix": finding.fix,
                "fixed": finding.fixed,
                "sources": [
                    {"title": source.title, "url": source.url, "read": source.read.isoformat()}
                    for source in finding.check.sources
                ],
            }
            for finding in review_result.findings
        ],
        "answers": table_of(import_result.answers, import_result.usage),
        "asked": import_result.asked,
        "kept": import_result.kept,
        "without_counterpart": import_result.lost,
        "edited": import_result.edited,
        "diffs": review_result.diffs,
        "fixed": review_result.fixed,
    }


def _read(paths: list[Path]) -> dict[str, str]:
    files: dict[str, str] = {}
    problems = []
    for path in paths:
        try:
            if path.stat().st_size > _LARGEST:
                problems.append(Problem(str(path), "is larger than 4 MB.", "Give files that people write, not data."))
                continue
            # Line ends stay as they are: some are what is wrong.
            files[path.as_posix()] = path.read_bytes().decode("utf-8")
        except OSError as error:
            problems.append(Problem(str(path), f"{error.strerror}.", "Give the name of a file."))
        except UnicodeDecodeError:
            problems.append(Problem(str(path), "is no text in UTF-8.", "Save it as UTF-8."))
    if problems:
        raise PlannerError(problems)
    return files


def _write(review_result: Review, folder: Path) -> None:
    names = [Path(name).name for name in review_result.fixed]
    twice = {name for name in names if names.count(name) > 1}
    existing = [folder / name for name in names if (folder / name).exists()]
    if twice or existing:
        raise PlannerError(
            [Problem(name, "is the name of two files.", "Review them one by one.") for name in sorted(twice)]
            + [Problem(str(path), "is there already.", "Choose another folder.") for path in existing]
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in review_result.fixed.items():
        (folder / Path(name).name).write_bytes(text.encode("utf-8"))


def _print(review_result: Review, import_result: Read) -> None:
    for finding in review_result.findings:
        _print_finding(finding)
    _print_edits(import_result)
    for line in import_result.lost:
        print(f"Not carried over: {line}")
    for text in review_result.diffs.values():
        print(text)
    failing = sum(finding.check.severity is FAILS for finding in review_result.findings)
    print(
        f"{counted(len(review_result.findings), 'problem')} ({failing} will fail); {counted(len(review_result.fixed), 'file')} fixed."
    )


def _print_edits(import_result: Read) -> None:
    for name, text in import_result.edited.items():
        print(f"{name}: changed by hand since the planner made it:\n{text}")
    if import_result.kept:
        print(f"Read back as answers, so that the next plan keeps it: {', '.join(import_result.kept)}.")
    if import_result.edited:
        print(
            "Other changes are lost when the planner writes the files again. Keep them as a patch, or make them again.\n"
        )


def _print_finding(finding: Finding) -> None:
    print(f"{finding.file}:{finding.line}: {finding.check.severity.label}: {finding.what} [{finding.check.id}]")
    print(textwrap.indent(textwrap.fill(finding.fix, 100), "    "))
    for source in finding.check.sources:
        print(f"    {source}")

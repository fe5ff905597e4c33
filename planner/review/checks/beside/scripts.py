"""Checks of how scripts are written: first lines, line ends, continued lines, exit codes."""

import re
from collections.abc import Iterator

from planner.incoming import FileType
from planner.review.base import FAILS, LOSES, WASTES, Hit, check
from planner.review.edits import Edit
from planner.review.files import ReviewedFiles
from planner.review.script_lines import shell_lines_of_jobs
from planner.submit.description import Submit
from planner.submit.lines import physical_lines

_IN_WHAT_RUNS = "test_what_runs_in_a_job_does_nothing_that_the_checks_warn_of"
_PROGRAM = r"(?:python3?|torchrun|Rscript|accelerate)"


def _submits_that_execute(files: ReviewedFiles, name: str) -> list[Submit]:
    return [submit for submit in files.submits if files.named(submit.value("executable")) == name]


# --- line ends ---


@check(
    severity=FAILS,
    sources=("condor-run",),
    in_plans="impossible: files are written with LF",
    shown_by=_IN_WHAT_RUNS,
)
def windows_line_ends_in_executable(files: ReviewedFiles) -> Iterator[Hit]:
    """The executable has Windows line ends

    condor_submit refuses an executable script whose first line names an interpreter and whose lines end as on Windows:
    the carriage return would become part of the interpreter's name.
    """
    for name in files.of_kind(FileType.SCRIPT, FileType.PYTHON):
        if files.files[name].startswith("#!") and _submits_that_execute(files, name):
            yield from _line_ends(name, files.files[name], "Its lines end as on Windows, and HTCondor refuses it.")


@check(
    severity=WASTES,
    sources=("condor-run",),
    in_plans="impossible: files are written with LF",
    shown_by=_IN_WHAT_RUNS,
)
def windows_line_ends(files: ReviewedFiles) -> Iterator[Hit]:
    """A script has Windows line ends

    The shell takes the carriage return at the end of each line for a part of the command, so that options and file names
    are wrong. A script that starts by its own name does not find its interpreter.
    """
    for name in files.of_kind(FileType.SCRIPT, FileType.PYTHON):
        is_refused = files.files[name].startswith("#!") and _submits_that_execute(files, name)
        # Python itself reads such lines.
        is_read_well = files.kinds[name] == FileType.PYTHON and not _submits_that_execute(files, name)
        if not is_refused and not is_read_well:
            what = "Its lines end as on Windows; the shell takes each carriage return for a part of the command."
            yield from _line_ends(name, files.files[name], what)


def _line_ends(name: str, text: str, what: str) -> Iterator[Hit]:
    ends = {n: line for n, line in enumerate(physical_lines(text), start=1) if line.endswith("\r")}
    if ends:
        edits = tuple(Edit(number, number, (line.rstrip("\r"),)) for number, line in ends.items())
        yield Hit(name, next(iter(ends)), what, "Save it with Unix line ends (dos2unix does that).", edits)


# --- the first line ---


@check(
    severity=FAILS,
    sources=("condor-run",),
    in_plans="impossible: run.sh has its first line",
    shown_by=_IN_WHAT_RUNS,
)
def executable_without_first_line(files: ReviewedFiles) -> Iterator[Hit]:
    """The executable does not name its interpreter

    Outside a container HTCondor cannot start a script without a first line such as #!/bin/bash, and holds the job. In a
    container a shell reads it, which cannot run a Python program.
    """
    for name in files.of_kind(FileType.SCRIPT, FileType.PYTHON):
        submits = _submits_that_execute(files, name)
        if files.kinds[name] == FileType.PYTHON or not all(map(_has_image, submits)):
            yield from _first_line(files, name, submits, "Nothing says which program runs this, so the job fails.")


@check(
    severity=WASTES,
    sources=("condor-run",),
    in_plans="impossible: run.sh has its first line",
    shown_by=_IN_WHAT_RUNS,
)
def no_first_line_in_image(files: ReviewedFiles) -> Iterator[Hit]:
    """A script in a container does not name its interpreter

    In a container a shell runs a script without a first line such as #!/bin/bash; which shell depends on the image. The
    same script is held where a job runs without an image.
    """
    for name in files.of_kind(FileType.SCRIPT):
        submits = _submits_that_execute(files, name)
        if all(map(_has_image, submits)):
            what = "Nothing says which program runs this; in a container it is the image's own shell."
            yield from _first_line(files, name, submits, what)


def _has_image(submit: Submit) -> bool:
    return submit.has("container_image") or submit.has("docker_image")


def _first_line(files: ReviewedFiles, name: str, submits: list[Submit], what: str) -> Iterator[Hit]:
    if submits and not files.files[name].startswith("#!"):
        first = "#!/usr/bin/env python3" if files.kinds[name] == FileType.PYTHON else "#!/bin/bash"
        yield Hit(name, 1, what, f"Begin with {first}.", (Edit(1, 0, (first,)),))


# --- continued lines ---


@check(
    severity=LOSES,
    sources=("condor-run",),
    in_plans="impossible: run.sh continues no line",
    shown_by="test_shell_scripts_pass_bash_and_shellcheck",
)
def blank_after_backslash(files: ReviewedFiles) -> Iterator[Hit]:
    """A blank follows the backslash at the end of a line

    The shell continues a command only if the backslash is the very last character. With a blank behind it the command
    ends there, and the program runs without the options below.
    """
    for line in shell_lines_of_jobs(files):
        if re.search(r"\\[ \t]+$", line.text) and not line.is_comment:
            yield Hit(
                line.file,
                line.number,
                "A blank follows the backslash: the command ends here, and the options below are lost.",
                "Remove the blank.",
                (Edit(line.number, line.number, (line.text.rstrip(),)),),
            )


@check(
    severity=LOSES,
    sources=("condor-run",),
    in_plans="impossible: run.sh continues no line",
    shown_by="test_shell_scripts_pass_bash_and_shellcheck",
)
def missing_backslash(files: ReviewedFiles) -> Iterator[Hit]:
    """A line of options follows a line without a backslash

    The shell ends the command at the end of its line, and takes the options below for another command. The program runs
    without them.
    """
    for name in files.of_kind(FileType.SCRIPT):
        lines = physical_lines(files.files[name]) if files.is_run_by_jobs(name) else []
        for number in range(1, len(lines)):
            above = lines[number - 2].rstrip() if number > 1 else ""
            line, below = lines[number - 1].rstrip(), lines[number].strip()
            if _goes_on(above, line, below):
                yield Hit(
                    name,
                    number,
                    "The next line continues this command with options, but this one does not end with a backslash.",
                    "End it with a backslash.",
                    (Edit(number, number, (f"{line} \\",)),),
                )


def _goes_on(above: str, line: str, below: str) -> bool:
    """Tell whether the line below begins with an option, and this line is itself part of the command."""
    return bool(
        max(len(line), len(below)) <= 2000
        and re.match(r"--?[A-Za-z][\w-]*", below)
        and line.strip()
        and not line.lstrip().startswith("#")
        and not re.search(r"[\\|&;({]$|<<|\b(?:then|do|else|in)$", line)
        and (above.endswith("\\") or re.match(rf"\s*{_PROGRAM}\b", line))
    )


# --- the exit code ---


@check(
    severity=LOSES,
    sources=("chtc-checkpointing",),
    in_plans="impossible: run.sh ends with the program's code",
    shown_by="test_the_programs_own_exit_code_is_passed_on_and_its_results_come_back",
)
def exit_code_lost(files: ReviewedFiles) -> Iterator[Hit]:
    """The exit code of the program is lost

    A script that does not say otherwise ends with the exit code of its last command. If that packs or copies results,
    the job counts as finished although its program failed: it is neither retried nor noticed.
    """
    for name in files.of_kind(FileType.SCRIPT):
        if not files.is_run_by_jobs(name):
            continue
        lines = [(number, line.strip()) for number, line in enumerate(physical_lines(files.files[name]), start=1)]
        commands = [(number, line) for number, line in lines if line and not line.startswith("#")]
        text = "\n".join([lines[0][1], *(line for _, line in commands)])
        if not commands or re.search(r"\bexit\b|\bset\s+-\w*e|\btrap\b|#!/bin/bash -e", text):
            continue
        last, last_line = commands[-1]
        program = next((n for n, line in commands if re.match(rf"(?:time\s+)?{_PROGRAM}\s", line)), 0)
        if 0 < program < last and re.match(r"(?:echo|tar|cp|mv|ls|rm|date|gzip|zip)\b", last_line):
            yield Hit(
                name,
                last,
                f"The script ends with the exit code of this line, not of the program in line {program}.",
                "Save the program's code (status=$?), and end with exit $status.",
            )

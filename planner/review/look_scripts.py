"""Checks of the scripts that jobs run."""

import re
from collections.abc import Iterator

from planner.incoming import FileType
from planner.review.case import Case
from planner.review.checks import Finding, Mend, finding
from planner.submit.lines import physical_lines
from planner.units import Duration

# Each: check, what to look for in a line, what it does, what to do.
_LINES = (
    (
        "G11",
        r"(?<!\{)\bCUDA_VISIBLE_DEVICES=(?![\"']?\$)[\"']?\d|\bcuda:[1-9]",
        "Two jobs on one server could take the same card, or one that is not theirs.",
        "Use the card HTCondor gave: CUDA_VISIBLE_DEVICES is set, and the first device is yours.",
    ),
    (
        "S10",
        r"(?:^|[;&|]\s*|\btime\s+)(?:apptainer|singularity)\s+(?:exec|run|shell)\b|(?:^|[;&|]\s*)docker\s+run\b",
        "HTCondor starts the container; inside one there is no other.",
        "Name the image in the submit description, and start the program itself here.",
    ),
    (
        "S9",
        r"(?:^|[;&|]\s*)(?:apptainer|singularity)\s+build\b",
        "An image is built in a build job, not on the access point.",
        "Submit an interactive build job, and build there.",
    ),
    (
        "S18",
        r"^\s*(?:source\s+|\.\s+|conda\s+)\S*activate\b.*",
        "In an image whose packages are in the base environment this is not needed, and may fail.",
        "Take it out, if the image holds the packages.",
    ),
    (
        "S19",
        r"(?:^|[;&|]\s*)(?:python3?\s+-m\s+)?(?:pip3?|conda|mamba)\s+(?:install|create|env\s+create)\b|\bapt(?:-get)?\s+install\b",
        "Every job installs this anew, and all of them fail when the package index does.",
        "Put the packages into an image.",
    ),
    (
        "D28",
        r"(?:^|[;&|]\s*)(?:wget|curl|git\s+clone|huggingface-cli\s+download|hf\s+download|kaggle\s+\w+\s+download)\b",
        "Every job fetches this anew; sites slow down or shut out who asks that often.",
        "Fetch it once, and let the jobs bring it as an input.",
    ),
    (
        "C26",
        r"\bwatch\s+(?:-\S+\s+)*(?:\S+\s+)?condor_q\b|while\b.*condor_q\b",
        "This asks the access point again and again, for all of its users to feel.",
        "Use condor_watch_q, which reads the log.",
    ),
    (
        "D26",
        r"\b(?:scp|rsync|sftp)\b.*\bap200\d\.chtc\.wisc\.edu:\S*staging",
        "Uploads to staging do not go through the access point.",
        "Copy through the transfer server.",
    ),
    ("D25", r"(?i)\bhttps?://\S*squid\S*", "SQUID is retired.", "Put the file into your staging directory."),
)


# A word of each, to pass over other lines fast.
_SIGNS = re.compile(
    r"(?i)CUDA|apptainer|singularity|docker|activate|install|create|wget|curl|clone|download|condor_q|ap200|squid"
)
# What matters in a script that a person runs too.
_ANYWHERE = {"S9", "C26", "D26", "D25"}


def scripts(case: Case) -> Iterator[Finding]:
    """Look at each script."""
    for name in case.of_kind(FileType.SCRIPT, FileType.PYTHON):
        text = case.files[name]
        lines, in_jobs = physical_lines(text), case.is_run_by_jobs(name)
        yield from _line_ends(name, lines)
        yield from _first_line(name, lines, case)
        for number, line in enumerate(lines, start=1):
            yield from _common(name, number, line, in_jobs=in_jobs)
        if case.kinds[name] == FileType.SCRIPT and in_jobs:
            yield from _shell(name, lines, case)


def _line_ends(name: str, lines: list[str]) -> Iterator[Finding]:
    if any(line.endswith("\r") for line in lines):
        yield finding(
            "S14",
            name,
            next(number for number, line in enumerate(lines, start=1) if line.endswith("\r")),
            "The lines end as on Windows: HTCondor refuses such a script, and the shell stumbles over it.",
            "Save it with Unix line ends (dos2unix does).",
            *(
                Mend(number, number, (line.rstrip("\r"),))
                for number, line in enumerate(lines, start=1)
                if line.endswith("\r")
            ),
        )


def _first_line(name: str, lines: list[str], case: Case) -> Iterator[Finding]:
    is_executable = any(case.named(submit.value("executable")) == name for submit in case.submits)
    if not is_executable or lines[0].startswith("#!"):
        return
    first = "#!/usr/bin/env python3" if case.kinds[name] == FileType.PYTHON else "#!/bin/bash"
    yield finding(
        "S13",
        name,
        1,
        "Nothing says which program runs this: the job is held, or a shell reads it line by line.",
        f"Begin with {first}.",
        Mend(1, 0, (first,)),
    )


def _common(name: str, number: int, line: str, *, in_jobs: bool) -> Iterator[Finding]:
    if line.lstrip().startswith("#") or len(line) > 2000 or not _SIGNS.search(line):
        return
    for id, sign, what, fix in _LINES:
        if (in_jobs or id in _ANYWHERE) and re.search(sign, line.strip()):
            yield finding(id, name, number, what, fix)


def _shell(name: str, lines: list[str], case: Case) -> Iterator[Finding]:
    stops_at_errors = any(re.match(r"\s*set\s+-\w*e", line) or line.startswith("#!/bin/bash -e") for line in lines)
    repeats = case.checkpoints(name)
    for number, line in enumerate(lines, start=1):
        bare = line.rstrip("\r")
        if len(bare) > 2000:
            continue
        if re.search(r"\\[ \t]+$", bare) and not bare.lstrip().startswith("#"):
            yield finding(
                "S15",
                name,
                number,
                "A blank stands behind the backslash: the command ends here, and the options below are lost.",
                "Take the blank out.",
                Mend(number, number, (bare.rstrip(),)),
            )
        elif _lacks_backslash(lines, number):
            yield finding(
                "S15",
                name,
                number,
                "The next line goes on with options, and this one does not end with a backslash.",
                "End it with a backslash.",
                Mend(number, number, (f"{bare.rstrip()} \\",)),
            )
        if stops_at_errors and re.match(r"\s*nvidia-smi\b[^|&]*$", bare):
            yield finding(
                "G12",
                name,
                number,
                "nvidia-smi may be missing in a container, and then the script ends here.",
                "Write nvidia-smi || true.",
                Mend(number, number, (f"{bare.rstrip()} || true",)),
            )
        if repeats:
            yield from _repeatable(name, number, bare)
    yield from _exit_code(name, lines)


def _lacks_backslash(lines: list[str], number: int) -> bool:
    """Tell whether the line below begins with an option, and is itself part of the command above."""
    line, below = lines[number - 1].rstrip(), lines[number].strip() if number < len(lines) else ""
    above = lines[number - 2].rstrip() if number > 1 else ""
    return bool(
        re.match(r"--?[A-Za-z][\w-]*", below)
        and line.strip()
        and not line.lstrip().startswith("#")
        and not re.search(r"[\\|&;({]$|<<|\b(?:then|do|else|in)$", line)
        and (above.endswith("\\") or re.match(r"\s*(?:python3?|torchrun|Rscript|accelerate)\b", line))
    )


def _repeatable(name: str, number: int, line: str) -> Iterator[Finding]:
    if found := re.match(r"(\s*)mkdir\s+(?!-)(.*)$", line):
        yield finding(
            "C4",
            name,
            number,
            "After a checkpoint the script starts again in the same place, and the folder is there already.",
            "Write mkdir -p.",
            Mend(number, number, (f"{found[1]}mkdir -p {found[2]}",)),
        )
    if re.match(r"\s*rm\s+.*\.(?:tar|tar\.gz|tgz|zip)\b", line):
        yield finding(
            "C4",
            name,
            number,
            "After a checkpoint the script starts again in the same place, and the archive is gone.",
            "Keep it, or unpack only where the folder is not there yet.",
        )
    found = re.search(r"\btimeout\s+(?:-\S+\s+)*(\d+(?:\.\d+)?[smhd]?)\s", line)
    if found:
        interval = Duration.parse(found[1] if found[1][-1].isalpha() else f"{found[1]} s")
        if not 1 <= interval.hours <= 10:
            yield finding(
                "C7",
                name,
                number,
                f"A checkpoint every {interval} is {'very often' if interval.hours < 1 else 'rare'}.",
                "Take one to five hours.",
            )


def _exit_code(name: str, lines: list[str]) -> Iterator[Finding]:
    """Find a program whose exit code is lost behind what follows it."""
    said = [(number, line.strip()) for number, line in enumerate(lines, start=1)]
    said = [(number, line) for number, line in said if line and not line.startswith("#")]
    whole = "\n".join(line for _, line in said)
    if not said or re.search(r"\bexit\b|\bset\s+-\w*e|\btrap\b|#!/bin/bash -e", f"{lines[0]}\n{whole}"):
        return
    last_number, last = said[-1]
    program = next(
        (n for n, line in said if re.match(r"(?:time\s+)?(?:python3?|torchrun|Rscript|accelerate)\s", line)), 0
    )
    if program and last_number > program and re.match(r"(?:echo|tar|cp|mv|ls|rm|date|gzip|zip)\b", last):
        yield finding(
            "S16",
            name,
            last_number,
            f"The script ends with the exit code of this line, not of the program in line {program}.",
            "Save the program's code (status=$?), and end with exit $status.",
        )

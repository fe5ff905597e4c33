"""Checks of definition files and Dockerfiles."""

import re
from collections.abc import Iterator

from planner.incoming import FileType
from planner.review.case import Case
from planner.review.checks import Finding, Mend, finding
from planner.submit.lines import physical_lines

_INSTALLS = re.compile(r"\b(apt-get|apt|yum|dnf|conda|mamba)\s+(?:-\S+\s+)*install\b")
_ANSWERS_YES = re.compile(r"\s-\w*y\w*\b|--yes\b|--assume-yes\b|-qq\b")
# A line of requirements.txt that names a package, and neither a version nor an address.
_LOOSE = re.compile(r"(?!.*(?:==|@))[A-Za-z][\w.-]*(\[[^\]]*\])?\s*([<>!~;#].*)?")
_UNPINNED = re.compile(r"\bpip3?\s+install\s+(?P<what>.*)")


def builds(case: Case) -> Iterator[Finding]:
    """Look at each file that an image is made from."""
    for name in case.of_kind(FileType.REQUIREMENTS):
        yield from _list_of_packages(name, physical_lines(case.files[name]))
    for name in case.of_kind(FileType.DEFINITION, FileType.DOCKERFILE):
        lines = physical_lines(case.files[name])
        section = ""
        stages = set(re.findall(r"(?im)^from\b[^\n]{1,500}\bas[ \t]+(\S+)", case.files[name]))
        for number, line in enumerate(lines, start=1):
            bare = line.strip()
            if len(bare) > 2000 or bare.startswith("#"):
                continue
            if case.kinds[name] == FileType.DEFINITION and (found := re.match(r"%(\w+)", bare)):
                section = found[1]
                yield from _section(name, number, section)
                continue
            yield from _base(name, number, bare, stages)
            yield from _installer(name, number, line, docker=case.kinds[name] == FileType.DOCKERFILE)
            # An empty one takes away that of the base, as it should be.
            if case.kinds[name] == FileType.DOCKERFILE and re.match(
                r'(?i)ENTRYPOINT\b(?!\s*\[\s*(?:""\s*)?\]\s*$)', bare
            ):
                yield finding(
                    "S11",
                    name,
                    number,
                    "Under HTCondor an entrypoint stands in the way of the job's executable.",
                    "Take it out, or write docker_override_entrypoint = true in the submit description.",
                )
        if case.kinds[name] == FileType.DEFINITION:
            yield from _tmp(name, lines)


def _section(name: str, number: int, section: str) -> Iterator[Finding]:
    if section in {"runscript", "startscript"}:
        yield finding(
            "S11",
            name,
            number,
            f"HTCondor does not use %{section}: the executable of the submit description is what runs.",
            "Start the program in the executable.",
        )


def _base(name: str, number: int, line: str, stages: set[str]) -> Iterator[Finding]:
    found = re.match(r"(?i)from:?\s+(?:--\S+\s+)*(\S+)", line)
    if not found or found[1].startswith(("/", ".")) or found[1].endswith(".sif") or found[1].lower() == "scratch":
        return
    if found[1] in stages:
        return
    tag = found[1].rsplit("/", 1)[-1]
    if "$" not in tag and "{" not in tag and "@" not in tag and (":" not in tag or tag.endswith(":latest")):
        yield finding(
            "S1", name, number, f"{found[1]} is another image each time it is built.", "Name a fixed tag of the base."
        )


def _installer(name: str, number: int, line: str, *, docker: bool) -> Iterator[Finding]:
    if _INSTALLS.search(line) and not _ANSWERS_YES.search(line):
        yield finding(
            "S7",
            name,
            number,
            "The installer asks whether to go on, and nobody answers: the build stops.",
            "Add -y.",
            Mend(number, number, (_INSTALLS.sub(lambda found: f"{found[0]} -y", line, count=1),)),
        )
    elif re.search(r"(?:^\s*|[;&|]\s*|RUN\s+)sudo\s", line):
        yield finding(
            "S7",
            name,
            number,
            "There is no sudo in a build, and no need of it.",
            "Take sudo out.",
            Mend(number, number, (re.sub(r"\bsudo\s+", "", line),)),
        )
    if not docker or "pip" in line:
        yield from _pins(name, number, line)


def _pins(name: str, number: int, line: str) -> Iterator[Finding]:
    found = _UNPINNED.search(line)
    if not found:
        return
    words = re.split(r"\s+|&&|;", found["what"].rstrip("\\ "))
    packages = [
        word
        for at, word in enumerate(words)
        if re.fullmatch(r"[A-Za-z][\w.\[\]-]*", word) and not (at and words[at - 1].startswith("-"))
    ]
    upgrades = {"pip", "setuptools", "wheel"}
    if packages and "&&" not in found["what"] and not set(packages) <= upgrades:
        yield _loose(name, number, packages)


def _list_of_packages(name: str, lines: list[str]) -> Iterator[Finding]:
    """Say once of a list which of its packages have no fixed version."""
    loose = {number: line.strip() for number, line in enumerate(lines, start=1) if _LOOSE.fullmatch(line.strip())}
    if loose:
        yield _loose(name, next(iter(loose)), [re.split(r"[\s<>!~;#]", line)[0] for line in loose.values()])


def _loose(name: str, number: int, packages: list[str]) -> Finding:
    return finding(
        "R5",
        name,
        number,
        f"{', '.join(packages[:5])}{' and others' if len(packages) > 5 else ''}: which version is installed depends on "
        "the day.",
        "Name the versions: package==1.2.3 (pip freeze prints them).",
    )


def _tmp(name: str, lines: list[str]) -> Iterator[Finding]:
    first = next((n for n, line in enumerate(lines, start=1) if re.match(r"\s*(?:sudo\s+)?apt(?:-get)?\s", line)), 0)
    if not first:
        return
    mode = next((n for n, line in enumerate(lines, start=1) if re.search(r"chmod\s+\S*7?777\s+/tmp", line)), 0)
    indent = re.match(r"\s*", lines[first - 1])
    if not mode:
        yield finding(
            "S6",
            name,
            first,
            "apt needs a /tmp that everybody may write to; on some builders it is not.",
            "Add chmod 777 /tmp || true above it.",
            Mend(first, first - 1, (f"{indent[0] if indent else ''}chmod 777 /tmp || true",)),
        )
    elif "||" not in lines[mode - 1]:
        yield finding(
            "S6",
            name,
            mode,
            "Where /tmp belongs to somebody else this fails, and the build with it.",
            "Add || true.",
            Mend(mode, mode, (f"{lines[mode - 1].rstrip()} || true",)),
        )

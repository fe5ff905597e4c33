"""Checks of what images are made from: definition files, Dockerfiles, lists of packages, build jobs."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from planner.incoming import FileType
from planner.review.base import STYLE, WASTES, Hit, at, check
from planner.review.checks.images import has_no_fixed_tag
from planner.review.edits import Edit, with_value
from planner.review.files import ReviewedFiles
from planner.submit.description import Submit
from planner.submit.lines import physical_lines
from planner.submit.values import size_of

_INSTALLS = re.compile(r"\b(apt-get|apt|yum|dnf|conda|mamba)\s+(?:-\S+\s+)*install\b")
_ANSWERS_YES = re.compile(r"\s-\w*y\w*\b|--yes\b|--assume-yes\b|-qq\b")
_SUDO = re.compile(r"(?:^\s*|[;&|]\s*|RUN\s+)sudo\s")
# A line of requirements.txt that names a package, and neither a version nor an address.
_LOOSE = re.compile(r"(?!.*(?:==|@))[A-Za-z][\w.-]*(\[[^\]]*\])?\s*([<>!~;#].*)?")
_PIP = re.compile(r"\bpip3?\s+install\s+(?P<what>.*)")
# An empty one removes that of the base image, as it should.
_ENTRYPOINT = re.compile(r'(?i)ENTRYPOINT\b(?!\s*\[\s*(?:""\s*)?\]\s*$)')
# A longer line is data.
_LONGEST = 2000


class _Line(NamedTuple):
    file: str
    number: int
    text: str

    @property
    def bare(self) -> str:
        return self.text.strip()

    def hit(self, what: str, fix: str, new: str | None = None) -> Hit:
        """Return a hit at this line, which becomes *new*."""
        edits = () if new is None else (Edit(self.number, self.number, (new,)),)
        return Hit(self.file, self.number, what, fix, edits)


def _lines(files: ReviewedFiles, *kinds: FileType) -> Iterator[_Line]:
    for name in files.of_kind(*kinds):
        yield from _lines_of(files, name)


def _lines_of(files: ReviewedFiles, name: str) -> Iterator[_Line]:
    for number, text in enumerate(physical_lines(files.files[name]), start=1):
        if len(text.strip()) <= _LONGEST and not text.lstrip().startswith("#"):
            yield _Line(name, number, text)


# --- the base, and what starts ---


@check(severity=WASTES, sources=("condor-run",), taught_by=("fixed-tag",))
def base_image_without_fixed_tag(files: ReviewedFiles) -> Iterator[Hit]:
    """An image is built on a base without a fixed tag

    A base without a tag, or with the tag latest, is a different one on another day. The same file then builds another
    image, perhaps one that does not work.
    """
    for name in files.of_kind(FileType.DEFINITION, FileType.DOCKERFILE):
        stages = set(re.findall(r"(?im)^from\b[^\n]{1,500}\bas[ \t]+(\S+)", files.files[name]))
        for line in _lines_of(files, name):
            base = re.match(r"(?i)from:?\s+(?:--\S+\s+)*(\S+)", line.bare)
            if base and base[1] not in stages and _is_from_registry(base[1]):
                what = f"{base[1]} can be a different image each time this is built."
                yield line.hit(what, "Name a fixed tag of the base.")


def _is_from_registry(image: str) -> bool:
    """Tell whether a base is fetched by a name that can stand for another image tomorrow."""
    is_file = image.startswith(("/", ".")) or image.endswith(".sif") or image.lower() == "scratch"
    name = image.rsplit("/", 1)[-1]
    return not is_file and "{" not in name and has_no_fixed_tag(name)


@check(
    severity=STYLE,
    sources=("chtc-apptainer",),
    taught_by=("no-entry-point",),
    in_plans="partly: run.sh is the executable",
)
def runscript_is_not_used(files: ReviewedFiles) -> Iterator[Hit]:
    """HTCondor does not use an image's run script

    In a job the executable of the submit file is what starts. What %runscript and %startscript say has no effect there.
    """
    for line in _lines(files, FileType.DEFINITION):
        if section := re.match(r"%(runscript|startscript)\b", line.bare):
            yield line.hit(
                f"HTCondor does not use %{section[1]}; the executable of the submit file is what starts.",
                "Start the program in the executable.",
            )


@check(
    severity=WASTES,
    sources=("chtc-apptainer",),
    taught_by=("no-entry-point",),
    in_plans="partly: run.sh is the executable",
)
def entrypoint_in_the_way(files: ReviewedFiles) -> Iterator[Hit]:
    """An image's entry point gets in the way of the executable

    Where Docker runs the image, its entry point starts with the job's executable as an argument. Some entry points start
    that in turn; others do something else.
    """
    for line in _lines(files, FileType.DOCKERFILE):
        if _ENTRYPOINT.match(line.bare):
            yield line.hit(
                "Where Docker runs the image, this starts in place of the job's executable.",
                "Remove it, or write docker_override_entrypoint = true in the submit file.",
            )


# --- installers ---


@check(severity=WASTES, sources=("chtc-apptainer",), taught_by=("build-job",))
def installer_asks_questions(files: ReviewedFiles) -> Iterator[Hit]:
    """An installer asks a question during a build

    apt-get, conda and others ask before they install. Nobody answers during a build, so it stops there.
    """
    for line in _lines(files, FileType.DEFINITION, FileType.DOCKERFILE):
        if _INSTALLS.search(line.text) and not _ANSWERS_YES.search(line.text):
            new = _INSTALLS.sub(lambda command: f"{command[0]} -y", line.text, count=1)
            yield line.hit("The installer asks whether to continue, and in a build nobody answers.", "Add -y.", new)


@check(severity=WASTES, sources=("chtc-apptainer",), taught_by=("build-job",))
def sudo_in_a_build(files: ReviewedFiles) -> Iterator[Hit]:
    """A build calls sudo

    The commands of a build run as root of the image already. Most base images have no sudo, so the build fails.
    """
    for line in _lines(files, FileType.DEFINITION, FileType.DOCKERFILE):
        if _SUDO.search(line.text):
            new = re.sub(r"\bsudo\s+", "", line.text)
            yield line.hit("A build needs no sudo, and most base images have none.", "Remove sudo.", new)


@check(severity=WASTES, sources=("pytorch-images",), taught_by=("pinned-packages",))
def packages_without_version(files: ReviewedFiles) -> Iterator[Hit]:
    """Packages are installed without a version

    Without a version the newest one of the day is installed. The next build makes a different image, and results can no
    longer be reproduced.
    """
    for name in files.of_kind(FileType.REQUIREMENTS):
        lines = {n: line.strip() for n, line in enumerate(physical_lines(files.files[name]), start=1)}
        loose = {number: line for number, line in lines.items() if _LOOSE.fullmatch(line)}
        if loose:
            packages = [re.split(r"[\s<>!~;#]", line)[0] for line in loose.values()]
            yield Hit(name, next(iter(loose)), *_loose(packages))
    for line in _lines(files, FileType.DEFINITION, FileType.DOCKERFILE):
        command = _PIP.search(line.text)
        if command and (packages := _without_version(command["what"])):
            yield line.hit(*_loose(packages))


def _without_version(arguments: str) -> list[str]:
    """Return the packages without a version among the arguments of `pip install`; none where they are not clear."""
    words = re.split(r"\s+|&&|;", arguments.rstrip("\\ "))
    packages = [
        word
        for at, word in enumerate(words)
        if re.fullmatch(r"[A-Za-z][\w.\[\]-]*", word) and not (at and words[at - 1].startswith("-"))
    ]
    return [] if "&&" in arguments or set(packages) <= {"pip", "setuptools", "wheel"} else packages


def _loose(packages: list[str]) -> tuple[str, str]:
    names = f"{', '.join(packages[:5])}{' and others' if len(packages) > 5 else ''}"
    what = f"{names}: which version is installed depends on the day of the build."
    return what, "Name the versions: package==1.2.3 (pip freeze prints them)."


# --- the directory for temporary files ---


def _first_line_with(lines: list[_Line], pattern: str) -> _Line | None:
    return next((line for line in lines if re.search(pattern, line.text)), None)


def _apt_and_chmod(files: ReviewedFiles, name: str) -> tuple[_Line | None, _Line | None]:
    """Return the first lines of a definition that call apt, and that open /tmp."""
    lines = [_Line(name, number, text) for number, text in enumerate(physical_lines(files.files[name]), start=1)]
    apt = _first_line_with(lines, r"^\s*(?:sudo\s+)?apt(?:-get)?\s")
    return apt, _first_line_with(lines, r"chmod\s+\S*7?777\s+/tmp") if apt else None


@check(severity=WASTES, sources=("chtc-known-issues",), taught_by=("build-job",))
def apt_without_writable_tmp(files: ReviewedFiles) -> Iterator[Hit]:
    """Apt runs in a build job without a writable /tmp

    apt writes temporary files as another user. On some build servers only root may write to the image's /tmp, and the
    build stops with "Couldn't create temporary file".
    """
    for name in files.of_kind(FileType.DEFINITION) if files.pool.build else ():
        apt, mode = _apt_and_chmod(files, name)
        if apt and not mode:
            indent = apt.text[: len(apt.text) - len(apt.text.lstrip())]
            new = f"{indent}chmod 777 /tmp || true"
            yield Hit(
                name,
                apt.number,
                "apt needs a /tmp that everybody may write to, and some build servers do not give it one.",
                "Add chmod 777 /tmp || true above it.",
                (Edit(apt.number, apt.number - 1, (new,)),),
            )


@check(severity=WASTES, sources=("chtc-known-issues", "condor-run"), taught_by=("build-job",))
def chmod_of_tmp_may_fail(files: ReviewedFiles) -> Iterator[Hit]:
    """A build stops where it may not change /tmp

    Where /tmp belongs to somebody else, chmod fails, and a build stops at the first command that does. With || true it
    goes on: there /tmp can be written to already.
    """
    for name in files.of_kind(FileType.DEFINITION):
        _, mode = _apt_and_chmod(files, name)
        if mode and "||" not in mode.text:
            yield mode.hit(
                "Where /tmp belongs to somebody else this fails, and the build stops.",
                "Add || true.",
                f"{mode.text.rstrip()} || true",
            )


# --- the build job ---


@check(severity=WASTES, sources=("chtc-recipes",), taught_by=("build-job",))
def build_job_disk_too_small(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A build job requests too little disk for CUDA

    Images with CUDA are large, and while one is built its layers and the finished file are on disk together. A build
    that runs out of disk ends abruptly.
    """
    disk, size, build = submit.command("request_disk"), size_of(submit, "request_disk"), files.pool.build
    has_cuda = any(
        re.search(r"(?i)cuda|pytorch|tensorflow", files.files[name]) for name in files.of_kind(FileType.DEFINITION)
    )
    if submit.is_true("my.isbuildjob") and disk and size and has_cuda and build and size < build.disk_cuda.value:
        enough = build.disk_cuda.value
        yield at(
            disk,
            f"An image with CUDA may not fit in {size} while it is built.",
            f"Write {enough}.",
            *with_value(submit, disk, str(enough)),
        )

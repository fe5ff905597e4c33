"""How a check is written: the decorator, how much a finding weighs, and what a check yields.

    @check(severity=WASTES, sources=("condor-run",), taught_by=("gpu-memory-floor",))
    def gpu_memory_as_sold(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
        '''A GPU is requested with the memory it is sold with

        A GPU reports a little less memory than its name says, so such a request matches none of that model.
        '''
        ...
        yield at(command, "what is wrong", "what to do", *with_value(submit, command, better))

The function is the check: its name with hyphens is its id everywhere, the first line of its docstring its title, the
rest its reason. A check of one submit file takes ``(submit, files)``; one of anything else takes ``(files)``.
What goes wrong where no file shows it is a check too: it takes nothing, says in ``unseen`` why no file shows it, and its
docstring is all there is to it. A comment turns a check off in its file: see ``planner/review/ignore.py``.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.facts.sources import Source, source
from planner.review.edits import Edit

if TYPE_CHECKING:
    from planner.review.files import ReviewedFiles
    from planner.submit.description import Command


class Severity(Enum):
    """What a finding costs. A level says no more than is certain."""

    FAILS = "will-fail"
    LOSES = "loses-work"
    WASTES = "wasteful"
    STYLE = "style"

    @property
    def label(self) -> str:
        """The severity in words, for people."""
        return _LABELS[self]


# HTCondor refuses the file, or the job must fail.
FAILS = Severity.FAILS
# The job runs, and results or hours of work may be lost.
LOSES = Severity.LOSES
# The job works, but waits longer, burdens others, or breaks when something around it changes.
WASTES = Severity.WASTES
# The job is fine; another way is clearer or cheaper.
STYLE = Severity.STYLE
_LABELS = {FAILS: "Will fail", LOSES: "Loses work", WASTES: "Wasteful or fragile", STYLE: "Style"}


@dataclass(frozen=True)
class Hit:
    """One place with a problem: *line* counts from 1, *edits* fix it in this file where that is safe."""

    file: str
    line: int
    what: str
    fix: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A hit and the check it belongs to."""

    check: "Check"
    hit: Hit

    @property
    def file(self) -> str:
        """The file that has the problem."""
        return self.hit.file

    @property
    def line(self) -> int:
        """The line in that file, counted from 1."""
        return self.hit.line

    @property
    def what(self) -> str:
        """What is wrong, as a sentence."""
        return self.hit.what

    @property
    def fix(self) -> str:
        """What to do about it, as a sentence."""
        return self.hit.fix

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits that fix it; empty where a person must decide."""
        return self.hit.edits

    @property
    def fixed(self) -> str:
        """The fixed lines; empty where a person must decide."""
        return "\n".join(line for edit in self.edits for line in edit.lines)


@dataclass(frozen=True)
class Check:
    """A check with its metadata.

    *taught_by*: the rules of the planner that cover it; *in_plans*: why generated files cannot have it ("impossible:"),
    why the planner cannot help ("out of reach:"), or which part it covers ("partly:"); *shown_by*: the test that shows
    what is impossible; *unseen*: why no file shows it, empty for a check that looks at files.
    """

    look: Callable[..., Iterator[Hit] | None]
    severity: Severity
    sources: tuple[Source, ...]
    taught_by: tuple[str, ...]
    in_plans: str
    shown_by: str
    unseen: str

    @cached_property
    def id(self) -> str:
        """The check's one name: in output, on the reference page, in `planner explain`, and in ignore comments."""
        return self.look.__name__.replace("_", "-")

    @cached_property
    def family(self) -> str:
        """What it is about: the name of its module."""
        return self.look.__module__.rpartition(".")[2]

    @cached_property
    def title(self) -> str:
        """One line: what goes wrong."""
        return _docstring(self.look).split("\n", 1)[0]

    @property
    def why(self) -> str:
        """The general reason."""
        return _docstring(self.look).partition("\n")[2].strip()

    @cached_property
    def is_of_submit_files(self) -> bool:
        """Whether it looks at one submit file at a time, rather than at all files together."""
        return len(inspect.signature(self.look).parameters) == 2

    def findings(self, files: "ReviewedFiles") -> Iterator[Finding]:
        """Yield what the check finds in *files*."""
        if self.unseen:
            return
        calls = [(submit, files) for submit in files.submits] if self.is_of_submit_files else [(files,)]
        for arguments in calls:
            for hit in self.look(*arguments) or ():
                yield Finding(self, hit)


def at(command: "Command", what: str, fix: str, *edits: Edit) -> Hit:
    """Return a hit at a command of a submit file."""
    return Hit(command.line.file, command.line.first, what, fix, edits)


def _docstring(function: Callable[..., object]) -> str:
    return inspect.getdoc(function) or ""


def check(
    *,
    severity: Severity,
    sources: tuple[str, ...],
    taught_by: tuple[str, ...] = (),
    in_plans: str = "",
    shown_by: str = "",
    unseen: str = "",
) -> Callable[[Callable[..., Any]], Check]:
    """Make a function a check.

    Raises TypeError, at import, for a check without a source or without a title and a why, for one that takes other
    parameters than its kind, and for one that neither a rule nor *in_plans* accounts for.
    """

    def decorate(function: Callable[..., Any]) -> Check:
        new_check = Check(function, severity, tuple(map(source, sources)), taught_by, in_plans, shown_by, unseen)
        parameters = list(inspect.signature(function).parameters)
        if not sources:
            raise TypeError(f"{new_check.id} has no source: name what it rests on")
        if not new_check.title or not new_check.why:
            raise TypeError(f"{new_check.id} needs a docstring: a title, an empty line, the why")
        if parameters not in ([[]] if unseen else [["submit", "files"], ["files"]]):
            raise TypeError(f"{new_check.id} takes {', '.join(parameters) or 'nothing'}: see planner/review/base.py")
        if not taught_by and not in_plans:
            raise TypeError(f"{new_check.id} says neither which rules cover it nor why plans cannot have it")
        if bool(shown_by) != in_plans.startswith("impossible:"):
            raise TypeError(f"{new_check.id} is impossible in plans only if a test shows it")
        return new_check

    return decorate

"""The plan's files, each made from one template of the manifest, and the zip of them all.

Same plan, same bytes: nothing of the clock, the machine or chance enters.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from planner.advice import Plan
from planner.bundle.context import Context, jobs
from planner.bundle.manifest import MANIFEST, Output
from planner.bundle.quoting import csv_row
from planner.bundle.templates import render
from planner.estimate.tasks import TaskList


@dataclass(frozen=True)
class File:
    """A file of a bundle, its path with "/" from the bundle's folder. Text is UTF-8 with LF line ends."""

    path: str
    text: str
    executable: bool = False


def make_files(plan: Plan) -> tuple[File, ...]:
    """Return every file of *plan*; a plan with a stop has no submit descriptions of jobs."""
    outputs = [output for output in MANIFEST if output.wanted(plan) and not (output.job and plan.stopped)]
    context = Context.of(plan, tuple(_path(output, plan) for output in outputs))
    shared = context.variables()
    return tuple(
        File(_path(output, plan), _text(output, plan, context, shared), output.executable) for output in outputs
    )


def _path(output: Output, plan: Plan) -> str:
    return output.path.format(project=plan.answers.project)


def _text(output: Output, plan: Plan, context: Context, shared: Mapping[str, object]) -> str:
    if output.path.endswith("/"):
        return ""
    if output.template in _LISTS:
        return _LISTS[output.template](plan)
    return render(output.template, {**shared, **context.of_file(_path(output, plan))})


def _list(plan: Plan) -> str:
    return _list_of(TaskList(plan.answers))


# The longest file of all, and few edits change it: of 20,000 tasks 55 ms of an edit (CPython).
@lru_cache(maxsize=4)
def _list_of(tasks: TaskList) -> str:
    """Return the list: a header for people, then one line a task, which begins with its number.

    A value that names a task's own file comes next: the submit description reads it there. No template: the list may
    have a hundred thousand lines and no shape but this.
    """
    names, own = tasks.columns, tasks.input_column
    order = sorted(range(len(names)), key=lambda at: names[at] != own)
    rows = (
        csv_row([str(number), *[values[at] for at in order]]) for number, values in enumerate(tasks.values(), start=1)
    )
    return _lines(chain([csv_row(["task", *[names[at] for at in order]])], rows))


def _list_together(plan: Plan) -> str:
    """Return the list of jobs that run several tasks: the first and the last of each."""
    return _lines(csv_row([value]) for value in chain(["tasks"], jobs(plan)))


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


_LISTS: dict[str, Callable[[Plan], str]] = {"jobs.csv": _list, "together.csv": _list_together}


# A zip keeps local times; this is the first one it can hold.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def make_zip(plan: Plan) -> bytes:
    """Return the bundle as a zip with one folder named after the work.

    Stored, not compressed: the files are small, and two versions of zlib may write different bytes for the same text.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for file in make_files(plan):
            info = zipfile.ZipInfo(f"{plan.answers.project}/{file.path}", _NO_DATE)
            # The same on every system: Unix, with the execute bit where it belongs.
            info.create_system = 3
            is_folder = file.path.endswith("/")
            mode = 0o040755 if is_folder else 0o100755 if file.executable else 0o100644
            info.external_attr = mode << 16 | (0x10 if is_folder else 0)
            archive.writestr(info, file.text.encode("utf-8"))
    return buffer.getvalue()

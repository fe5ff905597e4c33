"""The plan's files: one table of what there is, each made from one template; and the zip of them all.

Same plan, same bytes: nothing of the clock, the machine or chance enters.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from planner.advice import Plan
from planner.answers import Answers
from planner.bundle.quoting import csv_row
from planner.bundle.templates import render
from planner.bundle.view import View, installs_with, jobs
from planner.estimate import tasks


def _always(_: Plan) -> bool:
    return True


@dataclass(frozen=True)
class Output:
    """A row of the manifest: the file's path ({project} stands for the work's name), its template, when it is wanted.

    A path that ends with "/" is an empty folder and has no template.
    """

    path: str
    template: str = ""
    wanted: Callable[[Plan], bool] = _always
    executable: bool = False
    job: bool = False


@dataclass(frozen=True)
class File:
    """A file of a bundle, its path with "/" from the bundle's folder. Text is UTF-8 with LF line ends."""

    path: str
    text: str
    executable: bool = False


def _has_recipe(plan: Plan) -> bool:
    return bool(plan.settings.image_from)


def _builds_here(plan: Plan) -> bool:
    return bool(plan.settings.image_file)


def _builds_in_a_job(plan: Plan) -> bool:
    return _builds_here(plan) and plan.settings.build_memory is not None


def _builds_with_docker(plan: Plan) -> bool:
    return bool(plan.settings.docker_tag)


def _has_recipe_for(kind: str) -> Callable[[Plan], bool]:
    """Return whether the recipe of a plan brings packages by *kind*: pip, conda or r."""
    return lambda plan: _has_recipe(plan) and installs_with(plan) == kind


def _packs(plan: Plan) -> bool:
    return plan.settings.archive is not None


def _has_list(plan: Plan) -> bool:
    return plan.answers.spread != "one"


def _is_cut(plan: Plan) -> bool:
    return plan.answers.spread == "parts"


def _has_model(plan: Plan) -> bool:
    return plan.settings.model is not None and plan.settings.model.unpack


def _shares_jobs(plan: Plan) -> bool:
    return plan.settings.tasks_in_a_job > 1


def _has_workflow(plan: Plan) -> bool:
    return plan.settings.workflow


def _prepares(plan: Plan) -> bool:
    return plan.settings.prepares


def _collects(plan: Plan) -> bool:
    return plan.settings.collects


def _collects_anyway(plan: Plan) -> bool:
    return plan.settings.collects_anyway


def _compares(plan: Plan) -> bool:
    return plan.settings.cpu_test_lines is not None


def _has_key(plan: Plan) -> bool:
    return bool(plan.settings.private_files)


# Every file a plan can have, in the order in which people meet them. `job` marks the submit descriptions that a plan
# with a stop does not write.
MANIFEST: tuple[Output, ...] = (
    Output("README.md", "README.md"),
    Output("SOFTWARE.md", "SOFTWARE.md"),
    Output("answers.toml", "answers.toml"),
    Output("container/{project}.def", "container.def", wanted=_builds_here),
    Output("container/Dockerfile", "Dockerfile", wanted=_builds_with_docker),
    Output("container/.dockerignore", "dockerignore", wanted=_builds_with_docker),
    Output("container/requirements.txt", "requirements.txt", wanted=_has_recipe_for("pip")),
    Output("container/environment.yml", "environment.yml", wanted=_has_recipe_for("conda")),
    Output("container/install.R", "install.R", wanted=_has_recipe_for("r")),
    Output("container/build.sub", "build.sub", wanted=_builds_in_a_job),
    Output("data/pack.sh", "pack.sh", wanted=_packs, executable=True),
    Output("data/get-model.sh", "get-model.sh", wanted=_has_model, executable=True),
    Output("split.sh", "split.sh", wanted=_is_cut, executable=True),
    Output("try-local.sh", "try-local.sh", executable=True),
    Output("test.sub", "test.sub", job=True),
    Output("test-cpu.sub", "test-cpu.sub", wanted=_compares, job=True),
    Output("{project}.sub", "task.sub", job=True),
    Output("run.sh", "run.sh", executable=True),
    Output("together.sh", "together.sh", wanted=_shares_jobs, executable=True),
    Output("jobs.csv", "jobs.csv", wanted=_has_list),
    Output("together.csv", "together.csv", wanted=_shares_jobs),
    Output("missing.sh", "missing.sh", wanted=_has_list, executable=True),
    Output("workflow.dag", "workflow.dag", wanted=_has_workflow, job=True),
    Output("prepare.sub", "step.sub", wanted=_prepares, job=True),
    Output("prepare.sh", "prepare.sh", wanted=_prepares, executable=True),
    Output("node.sub", "task.sub", wanted=_has_workflow, job=True),
    Output("collect.sub", "step.sub", wanted=_collects, job=True),
    Output("collect.sh", "collect.sh", wanted=_collects, executable=True),
    Output("workflow-ended.sh", "workflow-ended.sh", wanted=_collects_anyway, executable=True),
    Output(".gitignore", "gitignore", wanted=_has_key),
    Output("logs/"),
    Output("prepared/", wanted=_prepares),
    Output("returned/", wanted=_collects),
)


def make_files(plan: Plan) -> tuple[File, ...]:
    """Return every file of *plan*; a plan with a stop has no submit descriptions of jobs."""
    wanted = [output for output in MANIFEST if output.wanted(plan) and not (output.job and plan.stopped)]
    view = View(plan, [_path(output, plan) for output in wanted])
    shared = view.shared()
    return tuple(File(_path(output, plan), _text(output, plan, view, shared), output.executable) for output in wanted)


def _path(output: Output, plan: Plan) -> str:
    return output.path.format(project=plan.answers.project)


def _text(output: Output, plan: Plan, view: View, shared: Mapping[str, object]) -> str:
    if output.path.endswith("/"):
        return ""
    if output.template in _LISTS:
        return _LISTS[output.template](plan)
    return render(output.template, {**shared, **view.of_file(_path(output, plan))})


def _list(plan: Plan) -> str:
    return _list_of(tasks.only(plan.answers))


# The longest file of all, and few edits change it.
@lru_cache(maxsize=4)
def _list_of(answers: Answers) -> str:
    """Return the list: a header for people, then one line a task, which begins with its number.

    A value that names a task's own file comes next: the submit description reads it there. No template: the list may
    have a hundred thousand lines and no shape but this.
    """
    names, own = tasks.columns(answers), tasks.own_column(answers)
    order = sorted(range(len(names)), key=lambda at: names[at] != own)
    rows = (
        csv_row([str(number), *[values[at] for at in order]])
        for number, values in enumerate(tasks.values(answers), start=1)
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

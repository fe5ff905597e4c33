"""Every file that a plan can have: its path, its template, and when it is wanted."""

from collections.abc import Callable
from dataclasses import dataclass

from planner.advice import Plan
from planner.bundle.context import installs_with


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


def _has_recipe(plan: Plan) -> bool:
    return bool(plan.settings.image_from)


def _builds_here(plan: Plan) -> bool:
    return bool(plan.settings.image_file)


def _builds_in_a_job(plan: Plan) -> bool:
    return _builds_here(plan) and plan.settings.build_memory is not None


def _builds_with_docker(plan: Plan) -> bool:
    return bool(plan.settings.docker_tag)


def _has_recipe_for(kind: str) -> Callable[[Plan], bool]:
    """Return whether the recipe of a plan installs packages with *kind*: pip, conda or r."""
    return lambda plan: _has_recipe(plan) and installs_with(plan) == kind


def _packs(plan: Plan) -> bool:
    return plan.settings.archive is not None


def _has_list(plan: Plan) -> bool:
    return plan.answers.task_source != "one"


def _is_cut(plan: Plan) -> bool:
    return plan.answers.task_source == "parts"


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

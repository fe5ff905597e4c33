"""Paths in a job and beside its submit file, and which files are copied where."""

from dataclasses import dataclass
from functools import cached_property

from planner.advice import Plan
from planner.estimate.placing import NAMELESS
from planner.estimate.tasks import PARTS, TaskList

# Where results of all tasks come together; a name that no program is likely to use itself.
RETURNED = "returned"
# Files for the user's own machine, not copied to the access point; the folder for logs is created there.
_STAYS = ("SOFTWARE.md", "try-local.sh", "split.sh", ".gitignore", "logs/")


@dataclass(frozen=True)
class Paths:
    """Paths and names that follow from a plan, as its files write them. *bundle*: the paths of the bundle's own files."""

    plan: Plan
    bundle: tuple[str, ...] = ()

    @property
    def submit(self) -> str:
        """The submit description of all tasks."""
        return f"{self.plan.answers.project}.sub"

    @property
    def many(self) -> bool:
        """Whether there is a list of tasks."""
        return self.plan.answers.task_source != "one"

    @property
    def together(self) -> bool:
        """Whether a job runs several tasks."""
        return self.plan.settings.tasks_in_a_job > 1

    @property
    def returned(self) -> str:
        """The folder in which the results of one job come back."""
        if self.together:
            return RETURNED
        return f"{RETURNED}/task-$(task)" if self.many else f"{RETURNED}/task-1"

    @property
    def trial_task(self) -> str:
        """The task that tests run: the first, or for a list in parts its sample."""
        return "sample" if self.plan.answers.task_source == "parts" else "1"

    @property
    def packed(self) -> str:
        """The archive in which large results of one task come back."""
        return "task-$(task).tar.gz" if self.many else "task-1.tar.gz"

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """What the program writes and people want back."""
        more = ("wandb/",) if self.plan.settings.wandb == "offline" else ()
        return tuple(dict.fromkeys((*self.plan.answers.outputs, *more)))

    @cached_property
    def checkpoints(self) -> tuple[str, ...]:
        """Checkpoint files that travel by themselves: those below an output travel with it."""
        if not self.plan.settings.checkpoint_exit_code:
            return ()
        return tuple(path for path in self.plan.answers.checkpoint_files if not _is_below(path, self.outputs))

    @cached_property
    def collected(self) -> tuple[str, ...]:
        """Outputs to collect at a checkpoint: not those that already travel as checkpoints."""
        return tuple(path for path in self.outputs if not _is_below(path, self.checkpoints))

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders that the program may expect to find."""
        paths = (
            *self.outputs,
            *(self.plan.answers.checkpoint_files if self.plan.settings.checkpoint_exit_code else ()),
        )
        return tuple(dict.fromkeys(path for path in paths if path.endswith("/")))

    @property
    def inputs(self) -> tuple[str, ...]:
        """What every job brings from the folder it is submitted from, data aside."""
        private = tuple(clause.text for clause in self.plan.settings.private_files)
        prepared = ("prepared/",) if self.plan.settings.prepares else ()
        return (*(("jobs.csv",) if self.many else ()), *self.plan.answers.code, *prepared, *private)

    @property
    def require_gpus(self) -> str:
        """The GPU requirements as one expression for HTCondor before 23.5.2, with the attribute names that GPUs advertise."""
        settings = self.plan.settings
        conditions = []
        if settings.gpu_memory_floor:
            conditions.append(f"(GlobalMemoryMb >= {settings.gpu_memory_floor.bytes // 1024**2})")
        if settings.lowest_capability is not None:
            conditions.append(f"(Capability >= {settings.lowest_capability})")
        if settings.highest_capability is not None:
            conditions.append(f"(Capability <= {settings.highest_capability})")
        return " && ".join(conditions)

    @property
    def step_inputs(self) -> tuple[str, ...]:
        """What the steps before and after all tasks bring: the list and the code."""
        return (*(("jobs.csv",) if self.many else ()), *self.plan.answers.code)

    @property
    def scripts(self) -> tuple[str, ...]:
        """Scripts that a job brings besides the one it starts with."""
        return ("run.sh",) if self.together else ()

    @property
    def job_inputs(self) -> tuple[str, ...]:
        """What a job brings besides that: the model, its part of the list, the data. Addresses, or paths from here."""
        settings = self.plan.settings
        model = (settings.model.input,) if settings.model else ()
        part = ("$(own)",) if self.plan.answers.task_source == "parts" else ()
        data = (settings.data_input,) if settings.data_input else ()
        return (*model, *part, *data)

    @property
    def trial_inputs(self) -> tuple[str, ...]:
        """The same for the test job: a sample where there is one."""
        settings = self.plan.settings
        model = (settings.model.input,) if settings.model else ()
        part = (TaskList(self.plan.answers).sample_part,) if self.plan.answers.task_source == "parts" else ()
        data = settings.sample_input or settings.data_input
        return (*model, *part, *((data,) if data else ()))

    @property
    def user_files(self) -> tuple[str, ...]:
        """What people put beside the files of the bundle: their code, and the list that is cut into parts."""
        answers = self.plan.answers
        return (*answers.code, *((answers.inputs,) if answers.task_source == "parts" else ()))

    @property
    def upload_paths(self) -> tuple[str, ...]:
        """What is copied to the access point: everything that jobs are submitted from, and no data of another place."""
        settings, answers = self.plan.settings, self.plan.answers
        image = settings.container_image
        beside = (image,) if image and "://" not in image else ()
        data = (settings.data_input, settings.sample_input) if self.data_here else ()
        model = (settings.model.input,) if settings.model and not settings.model.server else ()
        parts = (f"{PARTS}/",) if answers.task_source == "parts" else ()
        bundle_paths = (path for path in self.bundle if not path.startswith((*_STAYS, "data/")))
        # A file in a folder is copied with its folder, or it would lose it on the way.
        top_level = (
            path.split("/")[0] for path in (*bundle_paths, *self.inputs, *beside, *parts, *model, *data) if path
        )
        return tuple(dict.fromkeys(top_level))

    @property
    def data_here(self) -> bool:
        """Whether the data is beside the submit description, and not in a place of its own."""
        data = self.plan.settings.data_input
        return bool(data) and "://" not in data and not data.startswith("/")

    @property
    def nameless(self) -> str:
        """What stands for the user's name in commands, or an empty text where it is known."""
        return "" if self.plan.answers.user else NAMELESS

    @property
    def user(self) -> str:
        """The user's name, or what stands for it."""
        return self.plan.answers.user or NAMELESS

    @property
    def access_point(self) -> str:
        """The access point that commands name."""
        return self.plan.answers.access_point or self.plan.pool.access_points.value[0]


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    """Tell whether *path* is one of *folders* or lies in one of them."""
    bare = path.rstrip("/")
    return any(bare == folder.rstrip("/") or bare.startswith(folder.rstrip("/") + "/") for folder in folders)

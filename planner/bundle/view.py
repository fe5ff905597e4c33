"""What a template sees: the plan's settings, names worked out beforehand, and the comments for decided lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import planner
from planner.advice import Advice, Level, Plan
from planner.answers import Answers, as_table, stages
from planner.answers.checks import R_PACKAGE
from planner.answers.command import placeholders, words
from planner.bundle.quoting import Quoted, as_it_is, comment, sh, sh_path, toml
from planner.estimate import tasks
from planner.estimate.placing import NAMELESS
from planner.facts.frameworks import Framework, frameworks
from planner.facts.sources import Source
from planner.units import Size
from planner.usage import as_table as measured_table

# Where results of all tasks come together; a name that no program is likely to use itself.
RETURNED = "returned"
# What is for one's own machine, and is not copied to the access point; the folder for logs is made there.
_STAYS = ("SOFTWARE.md", "try-local.sh", "split.sh", ".gitignore", "logs/")


# The file in which each way of installing finds its packages.
INGREDIENTS = {"pip": "requirements.txt", "conda": "environment.yml", "r": "install.R"}


def installs_with(plan: Plan) -> str:
    """Return what brings the packages into the image: "pip", "conda" or "r"."""
    if plan.settings.conda:
        return "conda"
    return "r" if frameworks()[plan.answers.framework].language == "r" else "pip"


class View:
    """A plan, as templates read it."""

    def __init__(self, plan: Plan, paths: list[str]) -> None:
        self.plan = plan
        self.paths = paths

    def of_file(self, path: str) -> dict[str, object]:
        """Return the variables that only the template for the file at *path* has."""
        return {
            "path": path,
            "head": lambda about: Quoted(f"{comment(f'{path}: {about}')}\n{self._made}"),
        }

    def shared(self) -> dict[str, object]:
        """Return the variables that are the same for every file of the plan.

        They know the view and the view must not know them: such a circle would lie in memory, with all the plan, until
        Python next looks for circles, which is some sixty key strokes later.
        """
        return {
            "plan": self.plan,
            "a": self.plan.answers,
            "s": self.plan.settings,
            "names": Names(self.plan, tuple(self.paths)),
            "paths": self.paths,
            "why": self._why,
            "says": self._says,
            "framework": self._framework,
            "packages": _packages(self.plan),
            "installer": installs_with(self.plan),
            "ingredients": INGREDIENTS[installs_with(self.plan)],
            "r_packages": [_r_package(line) for line in self.plan.settings.r_packages],
            "answer_lines": _answer_lines(self.plan.said),
            "measured_lines": _measured_lines(self.plan),
            "advice": _by_level(self.plan),
            "sources": _sources(self.plan),
            "trial": words(self.plan.answers.test_arguments),
            "trial_words": Quoted("".join(f" {sh(word)}" for word in words(self.plan.answers.test_arguments))),
            "used": placeholders(self.plan.answers.command),
            "held": f"^({'|'.join(self.plan.settings.held_packages)})==",
            "archives": self._archives,
            "data_file": self._data_in_shell,
            "trial_data": _trial_data(self.plan, self._arrives_as),
            "jobs": lambda: map(as_it_is, jobs(self.plan)),
            "own_of": self._own_of,
            "ending": PurePosixPath(self.plan.answers.inputs).suffix,
            "own": tasks.own_column(self.plan.answers),
            "sample_of_parts": tasks.sample_of_parts(self.plan.answers),
            # In KB, as df has it; 0 where nobody has measured the model.
            "model_room": 2 * (self.plan.answers.model_size or Size(0)).bytes // 1024,
            "data_folder": self.plan.settings.data_path.rpartition("/")[0] + "/",
            "Level": Level,
        }

    @cached_property
    def _own(self) -> list[str]:
        answers = self.plan.answers
        column = tasks.columns(answers).index(tasks.own_column(answers))
        return [values[column] for values in tasks.values(answers)]

    def _own_of(self, job: str) -> str:
        """Return what names the own file of the task that is this job's."""
        return self._own[int(job) - 1]

    @property
    def _framework(self) -> Framework:
        return frameworks()[self.plan.answers.framework]

    @property
    def _arrives_as(self) -> str:
        """Under which path the data stands in a job: with its folders if it comes from here, else by its last name."""
        settings = self.plan.settings
        return settings.data_input if Names(self.plan).data_here else settings.data_file

    @property
    def _archives(self) -> list[Quoted]:
        """Under which paths an archive may stand in a job, for a shell: all of it, or in a test the sample."""
        archive = self.plan.settings.archive
        if archive is None:
            return [self._data_in_shell]
        return [sh(self._arrives_as), sh(self._arrives_as.replace(archive.name, archive.sample))]

    @property
    def _data_in_shell(self) -> Quoted:
        """The data's path as a word of a shell; a task's own file is named by that task's value."""
        column = tasks.own_column(self.plan.answers)
        return sh_path(self._arrives_as, f"value_{column}" if column else "")

    @cached_property
    def _made(self) -> Quoted:
        """Who made the files, from what, and when its figures were read: the second comment of each."""
        newest = max(source.read for advice in self.plan.advice for source in advice.sources)
        return comment(
            f"Made by htc-planner {planner.__version__} for {self.plan.pool.name}; newest source read {newest}. "
            "Make it again with: planner plan answers.toml --out FOLDER"
        )

    def _why(self, setting: str, indent: str = "") -> Quoted:
        """Return the comment above the lines of *setting*: the reason for it and the rule it comes from."""
        return self._says(self.plan.decided_by[setting].rule, indent)

    def _says(self, rule: str, indent: str = "") -> Quoted:
        """Return what the rule called *rule* says in this plan, as a comment."""
        advice = next(advice for advice in self.plan.advice if advice.rule == rule)
        return comment(f"{advice.because} [{advice.rule}]", indent)


@dataclass(frozen=True)
class Names:
    """Names of files that follow from the answers."""

    plan: Plan
    paths: tuple[str, ...] = ()

    @property
    def submit(self) -> str:
        """The submit description of all tasks."""
        return f"{self.plan.answers.project}.sub"

    @property
    def many(self) -> bool:
        """Whether there is a list of tasks."""
        return self.plan.answers.spread != "one"

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
    def first(self) -> str:
        """The task that tests run: the first, or for a list in parts its sample."""
        return "sample" if self.plan.answers.spread == "parts" else "1"

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
        wanted = (
            *self.outputs,
            *(self.plan.answers.checkpoint_files if self.plan.settings.checkpoint_exit_code else ()),
        )
        return tuple(dict.fromkeys(path for path in wanted if path.endswith("/")))

    @property
    def inputs(self) -> tuple[str, ...]:
        """What every job brings from the folder it is submitted from, data aside."""
        private = tuple(clause.text for clause in self.plan.settings.private_files)
        prepared = ("prepared/",) if self.plan.settings.prepares else ()
        return (*(("jobs.csv",) if self.many else ()), *self.plan.answers.code, *prepared, *private)

    @property
    def require_gpus(self) -> str:
        """What is asked of a card, as one expression for HTCondor before 23.5.2; names as cards are advertised."""
        settings = self.plan.settings
        asked = []
        if settings.gpu_memory_floor:
            asked.append(f"(GlobalMemoryMb >= {settings.gpu_memory_floor.bytes // 1024**2})")
        if settings.lowest_capability is not None:
            asked.append(f"(Capability >= {settings.lowest_capability})")
        if settings.highest_capability is not None:
            asked.append(f"(Capability <= {settings.highest_capability})")
        return " && ".join(asked)

    @property
    def step_inputs(self) -> tuple[str, ...]:
        """What the steps before and after all tasks bring: the list and the code."""
        return (*(("jobs.csv",) if self.many else ()), *self.plan.answers.code)

    @property
    def scripts(self) -> tuple[str, ...]:
        """Scripts that a job brings besides the one it starts with."""
        return ("run.sh",) if self.together else ()

    @property
    def own_files(self) -> tuple[str, ...]:
        """What a job brings besides that: the model, its part of the list, the data. Addresses, or paths from here."""
        settings = self.plan.settings
        model = (settings.model.input,) if settings.model else ()
        part = ("$(own)",) if self.plan.answers.spread == "parts" else ()
        data = (settings.data_input,) if settings.data_input else ()
        return (*model, *part, *data)

    @property
    def trial_files(self) -> tuple[str, ...]:
        """The same for the test job: a sample where there is one."""
        settings = self.plan.settings
        model = (settings.model.input,) if settings.model else ()
        part = (tasks.sample_of_parts(self.plan.answers),) if self.plan.answers.spread == "parts" else ()
        data = settings.sample_input or settings.data_input
        return (*model, *part, *((data,) if data else ()))

    @property
    def own_to_bring(self) -> tuple[str, ...]:
        """What people put beside the files of the bundle: their code, and the list that is cut into parts."""
        answers = self.plan.answers
        return (*answers.code, *((answers.inputs,) if answers.spread == "parts" else ()))

    @property
    def luggage(self) -> tuple[str, ...]:
        """What is copied to the access point: everything that jobs are submitted from, and no data of another place."""
        settings, answers = self.plan.settings, self.plan.answers
        image = settings.container_image
        beside = (image,) if image and "://" not in image else ()
        data = (settings.data_input, settings.sample_input) if self.data_here else ()
        model = (settings.model.input,) if settings.model and not settings.model.server else ()
        parts = (f"{tasks.PARTS}/",) if answers.spread == "parts" else ()
        made = (path for path in self.paths if not path.startswith((*_STAYS, "data/")))
        # A file in a folder is copied with its folder, or it would lose it on the way.
        wanted = (path.split("/")[0] for path in (*made, *self.inputs, *beside, *parts, *model, *data) if path)
        return tuple(dict.fromkeys(wanted))

    @property
    def data_here(self) -> bool:
        """Whether the data lies beside the submit description, and not in a place of its own."""
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


def _trial_data(plan: Plan, arrives_as: str) -> str:
    """Return the path of the data that one short task on one's own machine reads."""
    own, sample = "$(own)" in arrives_as, plan.settings.sample_input
    if own or plan.settings.archive:
        return sample if Names(plan).data_here else sample.rpartition("/")[2]
    return arrives_as


def jobs(plan: Plan) -> Iterator[str]:
    """Yield what each job is called with: the number of its task, or those of its first and last one."""
    many, together = tasks.count(plan.answers), plan.settings.tasks_in_a_job
    for first in range(1, many + 1, together):
        last = min(first + together - 1, many)
        yield str(first) if together == 1 else f"{first}-{last}"


def _packages(plan: Plan) -> tuple[str, ...]:
    """Return what is installed into the image, whoever installs it."""
    settings = plan.settings
    of_conda = (*settings.conda.packages, *settings.conda.pip) if settings.conda else ()
    return (*settings.requirements_txt, *of_conda, *settings.r_packages)


def _r_package(line: str) -> tuple[str, str]:
    """Return name and version of an R package; the version is empty where none was named."""
    match = R_PACKAGE.fullmatch(line)
    return (match["name"], match["version"] or "") if match else (line, "")


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    """Tell whether *path* is one of *folders* or lies in one of them."""
    bare = path.rstrip("/")
    return any(bare == folder.rstrip("/") or bare.startswith(folder.rstrip("/") + "/") for folder in folders)


def _answer_lines(answers: Answers) -> list[tuple[str, list[tuple[Quoted, Quoted]]]]:
    """Return, for each stage, its questions as comments and their answers as lines of TOML."""
    table = as_table(answers)
    return [
        (stage.title, [(comment(question.label), toml(question.id, table[question.id])) for question in asked])
        for stage, all_of_stage in stages()
        if (asked := [question for question in all_of_stage if question.id in table])
    ]


def _measured_lines(plan: Plan) -> list[Quoted]:
    """Return what was measured as lines of TOML, so that the plan is the same when it is made again."""
    table = measured_table(plan.measured) if plan.measured else {}
    return [toml(key, value) for key, value in table.items()]


def _by_level(plan: Plan) -> list[tuple[Level, tuple[Advice, ...]]]:
    return [(level, plan.of_level(level)) for level in Level if plan.of_level(level)]


def _sources(plan: Plan) -> list[Source]:
    found: dict[Source, None] = {}
    for advice in plan.advice:
        found.update(dict.fromkeys(advice.sources))
    return sorted(found, key=lambda source: source.title)

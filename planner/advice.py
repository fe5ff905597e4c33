"""What the planner says: advice with its reason, the settings it decides, and the plan they make."""

from dataclasses import dataclass, fields
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin

from planner.answers import Answers
from planner.answers.environment import Environment
from planner.answers.question import Stage
from planner.estimate.ways import RunOption
from planner.facts.pools import Card, Pool, SubmitLines
from planner.facts.sources import Source
from planner.units import Duration, Size
from planner.usage import Usage


class Level(Enum):
    """How much an advice weighs."""

    STOP = "stop"
    WARN = "warn"
    ASK = "ask"
    SET = "set"
    TIP = "tip"

    @property
    def word(self) -> str:
        """The level in a word, for people."""
        return {"stop": "Stop", "warn": "Take care", "ask": "Ask", "set": "Decided", "tip": "Tip"}[self.value]


@dataclass(frozen=True)
class Clause:
    """One of several contributions to the same list, with the id of the rule it comes from."""

    text: str
    rule: str


@dataclass(frozen=True)
class Part:
    """One summand of a sum that is shown, such as the disk request."""

    what: str
    size: Size


@dataclass(frozen=True)
class Archive:
    """The data as one file: its *name*, that of its *sample*, and the *folder* that it contains."""

    name: str
    sample: str
    folder: str


@dataclass(frozen=True)
class Weights:
    """A pretrained model as jobs get it.

    *hub*: its name on Hugging Face, or empty if it is the user's own; *file*: the one file that is transferred; *folder*:
    where the weights are in a job; *input*: how a submit description names the file; *path* and *server*: where to put
    it, empty if it is kept in the submit directory.
    """

    hub: str
    file: str
    folder: str
    input: str
    path: str
    server: str
    unpack: bool

    @property
    def arrives_as(self) -> str:
        """Return the file's path in a job: a file from the submit directory keeps its folder."""
        return self.file if self.server else self.input


@dataclass(frozen=True)
class Settings:
    """Everything that is decided. A field that no rule decided keeps its default and does not apply.

    Several rules may add to a field of clauses; every other field has a single owner.
    """

    # software
    image_from: str = ""
    image_file: str = ""
    image_size: Size | None = None
    container_image: str = ""
    container_path: str = ""
    container_server: str = ""
    docker_tag: str = ""
    requirements_txt: tuple[str, ...] = ()
    conda: Environment | None = None
    conda_cuda: str = ""
    system_packages: tuple[str, ...] = ()
    r_packages: tuple[str, ...] = ()
    r_snapshot: str = ""
    in_image: tuple[str, ...] = ()
    dropped_packages: tuple[str, ...] = ()
    held_packages: tuple[str, ...] = ()
    gpu_check: str = ""
    build_lines: SubmitLines = ()
    build_cpus: int = 0
    build_memory: Size | None = None
    build_disk: Size | None = None
    build_before: tuple[str, ...] = ()
    build_options: str = ""
    # cuda
    cuda_version: str = ""
    lowest_capability: float | None = None
    highest_capability: float | None = None
    lowest_runtime: str = ""
    # processors
    processor: str = ""
    # For a trial on a CPU, to compare with the one on a GPU; None if the processor is decided.
    cpu_test_lines: SubmitLines | None = None
    request_gpus: int = 0
    gpu_lines: SubmitLines = ()
    gpu_memory_floor: Size | None = None
    request_cpus: int = 1
    request_memory: Size | None = None
    retry_memory: Size | None = None
    request_disk: Size | None = None
    disk_parts: tuple[Part, ...] = ()
    cards: tuple[Card, ...] = ()
    # data
    archive: Archive | None = None
    data_input: str = ""
    data_file: str = ""
    data_path: str = ""
    data_server: str = ""
    data_stays: bool = False
    sample_input: str = ""
    sample_files: int = 0
    sample_size: Size | None = None
    unpack: bool = False
    model: Weights | None = None
    output_remap: str = ""
    output_archive: bool = False
    # length
    ways: tuple[RunOption, ...] = ()
    way: RunOption | None = None
    length_lines: SubmitLines = ()
    test_length_lines: SubmitLines = ()
    backfill_lines: SubmitLines = ()
    wider_lines: SubmitLines = ()
    # testing
    test_disk: Size | None = None
    test_disk_parts: tuple[Part, ...] = ()
    # many
    tasks: int = 1
    columns: tuple[str, ...] = ()
    max_idle: int = 0
    inputs_in_a_part: int = 0
    tasks_in_a_job: int = 1
    max_retries: int = 0
    # checkpointing
    checkpoint_exit_code: int = 0
    checkpoint_interval: Duration | None = None
    # workflow
    workflow: bool = False
    prepares: bool = False
    collects: bool = False
    collects_anyway: bool = False
    collect_disk: Size | None = None
    step_lines: SubmitLines = ()
    # monitoring
    wandb: str = ""
    # what several rules add to
    requirements: tuple[Clause, ...] = ()
    environment: tuple[Clause, ...] = ()
    private_files: tuple[Clause, ...] = ()


SHARED = frozenset({"requirements", "environment", "private_files"})
SETTING_NAMES = frozenset(field.name for field in fields(Settings))


def _admitted(annotation: Any) -> tuple[tuple[type, ...], tuple[type, ...]]:
    """Return the types that a setting with this annotation may have, and those of its items if it is a tuple."""
    kinds = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    items = tuple(get_args(kind)[0] for kind in kinds if get_origin(kind) is tuple)
    return tuple(get_origin(kind) or kind for kind in kinds), items


_ADMITTED = {field.name: _admitted(field.type) for field in fields(Settings)}


def has_type_of(setting: str, value: object) -> bool:
    """Tell whether *value* has the type of the Settings field *setting*; True is not a number."""
    kinds, items = _ADMITTED[setting]
    if type(value) is tuple:
        return tuple in kinds and all(isinstance(item, items) for item in value)
    return isinstance(value, kinds) and (bool in kinds or type(value) is not bool)


@dataclass(frozen=True)
class Advice:
    """What one rule says in this case.

    *do*: what to do, as an imperative; *because*: this case's reason with its numbers; *because_of*: ids of the
    questions whose answers it rests on, those that the rule itself read first; *anchor_question*: the one of them
    beside which it is shown; *sources*: where its figures and its judgement come from.
    """

    rule: str
    title: str
    stage: Stage
    family: str
    url: str
    level: Level
    do: str
    because: str
    because_of: tuple[str, ...]
    anchor_question: str
    sources: tuple[Source, ...]
    decides: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """All advice and settings for one set of answers on one pool.

    *answers* are what the rules read; *said* are the user's own, before *measured* values replaced some of them.
    """

    answers: Answers
    pool: Pool
    advice: tuple[Advice, ...]
    settings: Settings
    decided_by: dict[str, Advice]
    said: Answers
    measured: Usage | None = None

    def of_level(self, level: Level) -> tuple[Advice, ...]:
        """Return the advice of one level."""
        return tuple(advice for advice in self.advice if advice.level is level)

    @property
    def stopped(self) -> bool:
        """Tell whether the plan has a reason not to write the job's submit descriptions."""
        return bool(self.of_level(Level.STOP))

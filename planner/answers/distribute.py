"""Stage 2, distribute: what a task needs, how many there are, where the data is."""

from dataclasses import dataclass
from typing import Any

from planner.answers.kinds import (
    Amount,
    Choice,
    Count,
    KnownAmount,
    Line,
    Name,
    OnePath,
    Parameters,
    Paths,
    Span,
)
from planner.answers.question import ask
from planner.answers.tables import Grid, GridOfValues, Table, TableOfTasks
from planner.facts.pools import pools
from planner.units import Duration, Size

# More tasks than this in one plan is a slip: no pool takes them in one submission.
MOST_TASKS = 1_000_000
# A job on a part of a long list: long enough that starting it does not count, short enough for every length, and
# little is lost when it is stopped. The middle of one to four hours.
PART_TIME = Duration.of_hours(2)
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")


def _uses_gpu(answers: Any) -> bool:
    return bool(answers.gpu != "no")


def _estimates_memory(answers: Any) -> bool:
    return bool(answers.model_parameters)


def _has_data(answers: Any) -> bool:
    return bool(answers.data_place != "none")


def _spread(answers: Any) -> str:
    usual = {"training": "one", "finetuning": "one", "sweep": "grid", "ensemble": "numbered", "inference": "parts"}
    return usual.get(answers.kind, "rows")


def _in_parts(answers: Any) -> bool:
    return bool(answers.spread == "parts")


def _places() -> tuple[tuple[str, str], ...]:
    # Every place of every pool, as the first pool that has it calls it: whether the chosen pool has it is checked with
    # the answers together.
    found: dict[str, str] = {}
    for pool in pools().values():
        for place in pool.places:
            found.setdefault(place.key, place.name)
    return (("none", "no input data"), ("computer", "your own computer"), *found.items())


@dataclass(frozen=True, kw_only=True)
class Distribute:
    """What the pool needs to know: questions of the second stage."""

    gpu: str = ask(
        "Does a task use a GPU?",
        Choice(
            (
                ("needs", "it cannot run without"),
                ("helps", "it runs without, but slower"),
                ("no", "no"),
                ("unknown", "not sure"),
            )
        ),
        default="needs",
    )
    hours_gpu: Duration | None = ask(
        "How long does one task take on a GPU?",
        Span(),
        default=Duration.of_hours(3),
        asked=lambda answers: _uses_gpu(answers) and not _in_parts(answers),
        newcomer=True,
    )
    hours_cpu: Duration | None = ask(
        "How long does one task take without a GPU?",
        Span(),
        default=None,
        asked=lambda answers: answers.gpu != "needs" and not _in_parts(answers),
    )
    gpus: int = ask(
        "How many GPUs does one task use at the same time?",
        Count(1, 64),
        default=1,
        asked=_uses_gpu,
        more=True,
    )
    gpu_memory: Size | None = ask(
        "How much GPU memory does a task need at most?",
        Amount(),
        default=Size.of_gb(12),
        help="What nvidia-smi shows while it runs, or the size of the card on which it runs now.",
        asked=_uses_gpu,
    )
    model_parameters: int | None = ask(
        "How many weights has the model?",
        Parameters(),
        default=None,
        help="350M or 7B: GPU memory is then estimated from it. Empty: no estimate.",
        asked=lambda answers: _uses_gpu(answers) and answers.gpu_memory is None,
    )
    tuning: str = ask(
        "Which weights are trained?",
        Choice((("full", "all"), ("lora", "LoRA adapters"), ("qlora", "adapters on a 4-bit model"))),
        default="lora",
        asked=lambda answers: answers.kind == "finetuning",
    )
    precision: str = ask(
        "In which precision does it compute?",
        Choice(
            (
                ("not sure", "not sure"),
                ("fp32", "32 bit"),
                ("bf16", "bfloat16, mixed"),
                ("fp16", "16 bit, mixed"),
                ("int8", "8 bit"),
                ("int4", "4 bit"),
            )
        ),
        default="not sure",
        help="int8 and int4 are for weights that are not trained.",
        asked=_uses_gpu,
        more=True,
    )
    batch: int = ask(
        "How many examples in one step on one GPU?",
        Count(1, 1_000_000),
        default=8,
        help="Not multiplied by gradient accumulation.",
        asked=_estimates_memory,
    )
    sequence_length: int = ask(
        "How many tokens in the longest example?",
        Count(1, 100_000_000),
        default=2048,
        help="Padding counts; for inference, prompt and answer together.",
        asked=lambda answers: _estimates_memory(answers) and answers.kind in ("finetuning", "inference"),
    )
    cpus: int = ask(
        "How many CPU cores does a task use?",
        Count(1, 1024),
        default=lambda answers: 1 if answers.gpu == "no" else 4,
        help="Count the workers that load data.",
    )
    memory: Size | None = ask(
        "How much main memory does a task need at most?",
        Amount(),
        default=Size.of_gb(16),
    )
    spread: str = ask(
        "How do your tasks differ?",
        Choice(
            (
                ("one", "there is only one"),
                ("grid", "every combination of some values"),
                ("rows", "a table, one line a task"),
                ("numbered", "by a number (seed, fold)"),
                ("parts", "one long list of inputs, cut into parts"),
            )
        ),
        default=_spread,
    )
    grid: Grid = ask(
        "Which values shall be combined?",
        GridOfValues(),
        default=(
            ("lr", ("0.1", "0.03", "0.01", "0.003", "0.001", "0.0003")),
            ("batch", ("16", "32", "48", "64", "80", "96", "112", "128", "192", "256")),
        ),
        help="A line each: lr = 0.1, 0.01",
        asked=lambda answers: answers.spread == "grid",
        newcomer=True,
    )
    rows: Table = ask(
        "Paste the table",
        TableOfTasks(),
        default=Table(),
        help="Its first line names the columns; values are separated by commas.",
        asked=lambda answers: answers.spread == "rows",
        newcomer=True,
    )
    count: int = ask(
        "How many?",
        Count(),
        default=10,
        help="Tasks, numbered from 0: put {seed} or another {name} into the command. Of a list in parts: its inputs.",
        asked=lambda answers: answers.spread in ("numbered", "parts"),
        newcomer=True,
    )
    inputs: str = ask(
        "Which file lists the inputs, one a line?",
        OnePath(),
        default="inputs.txt",
        help="It is cut into parts, one a job; put {part} or another {name} into the command where the name of the part "
        "goes. A .csv keeps its first line in every part.",
        asked=_in_parts,
        newcomer=True,
    )
    input_time: Duration | None = ask(
        "How long does one input take?",
        Span(),
        default=None,
        help="Once the program has started and the model is loaded: 0.4 s.",
        asked=_in_parts,
    )
    data_place: str = ask("Where is your input data now?", Choice(_places), default="computer")
    data_path: str = ask(
        "What is it called there?",
        Line(),
        default="images/",
        help="The name of a file, or of a folder with / at its end; on the web its address.",
        asked=_has_data,
        newcomer=True,
    )
    data_size: Size = ask(
        "How large is the data that one task reads, as it lies there?",
        KnownAmount(),
        default=Size.of_gb(12),
        asked=_has_data,
        newcomer=True,
    )
    data_files: int = ask("In how many files?", Count(), default=40000, asked=_has_data, newcomer=True)
    data_unpacked: Size | None = ask(
        "How large is it after unpacking?",
        Amount(),
        default=None,
        help="Not measured: taken to be as large as packed.",
        asked=lambda answers: _has_data(answers) and answers.data_path.lower().endswith(ARCHIVES),
    )
    data_shared: str = ask(
        "Do all tasks read the same data?",
        Choice((("same", "yes, all of it"), ("own", "no, each task its own file"))),
        default="same",
        help="Its own file: put the {name} of the column that names the file into the name of the data, such as "
        "scans/{scan}.h5; size and number of files are those of one task.",
        asked=lambda answers: _has_data(answers) and answers.spread in ("grid", "rows", "numbered"),
        more=True,
    )
    data_confidential: str = ask(
        "Is the data restricted?",
        Choice((("no", "no"), ("yes", "yes"), ("unknown", "not sure"))),
        default="no",
        help="Health records, export-controlled, or under a data use agreement.",
        asked=_has_data,
    )
    user: str = ask(
        "Your user name on the pool",
        Name(
            r"[a-z][a-z0-9._-]{0,31}",
            "Use the name you log in with: small letters, digits, and no @.",
            optional=True,
        ),
        default="",
        help="CHTC: your NetID. Left empty, the files name your directory through a variable, or show where to write it.",
        asked=lambda answers: pools()[answers.pool].names_in_paths("user"),
        newcomer=True,
    )
    access_point: str = ask(
        "To which access point do you log in?",
        Name(
            r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}",
            "Write the name of the machine, such as ap40.uw.osg-htc.org",
            optional=True,
        ),
        default="",
        help="Its name is part of the paths of your files. Left empty: the first that the pool names.",
        asked=lambda answers: pools()[answers.pool].names_in_paths("ap"),
        suggest=lambda answers: pools()[answers.pool].access_points.value,
    )
    outputs: tuple[str, ...] = ask(
        "Which files or folders do you want back?",
        Paths(),
        default=("results/",),
        help="One a line, as your program writes them; a folder with / at its end.",
        newcomer=True,
    )
    output_size: Size | None = ask(
        "How large are they, for one task?",
        Amount(),
        default=Size.parse("100 MB"),
    )
    reach: str = ask(
        "Where may your jobs run?",
        Choice((("any", "wherever they fit (starts sooner)"), ("own", "only on this pool's own machines"))),
        default="any",
        asked=lambda answers: pools()[answers.pool].wider is not None,
    )
    test_arguments: str = ask(
        "What do you add to the command for a short trial?",
        Line(),
        default="--epochs 1",
        newcomer=True,
    )
    cpu_jobs_at_once: int = ask(
        "Assume how many CPU jobs of yours at once?",
        Count(),
        default=100,
        help="No pool publishes it; it only serves to compare.",
        asked=lambda answers: answers.gpu != "needs" and answers.hours_cpu is not None,
        more=True,
    )

"""Stage 2, distribute: where data lies, what comes back, and where jobs may run."""

from dataclasses import dataclass
from typing import Any

from planner.answers.fields import Choice, Count, Line, Name, Paths
from planner.answers.quantities import Amount, KnownAmount
from planner.answers.question import ask
from planner.facts.pools import pools
from planner.units import Size

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")


def _has_data(answers: Any) -> bool:
    return bool(answers.data_place != "none")


def _places() -> tuple[tuple[str, str], ...]:
    # Every place of every pool, as the first pool that has it calls it: whether the chosen pool has it is checked with
    # the answers together.
    names: dict[str, str] = {}
    for pool in pools().values():
        for place in pool.places:
            names.setdefault(place.key, place.name)
    return (("none", "no input data"), ("computer", "your own computer"), *names.items())


@dataclass(frozen=True, kw_only=True)
class Data:
    """Questions about data, results, and the pool's places."""

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
        asked=lambda answers: _has_data(answers) and answers.task_source in ("grid", "rows", "numbered"),
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
    where_to_run: str = ask(
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
        asked=lambda answers: answers.gpu != "needs" and answers.time_on_cpu is not None,
        more=True,
    )

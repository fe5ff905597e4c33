"""Answers as people could give them: every question, every kind, each in a way that the planner takes.

An amount or a time is one that its print says exactly ("12.5 GB", "1 h 30 min"): only such come back as they were.
"""

import re
import shlex

from hypothesis import strategies as st

from planner.answers import Answers, read_answers
from planner.answers.checks import looks_like_a_key
from planner.facts.frameworks import CPU_ONLY, Framework, frameworks
from planner.facts.pools import Place, pools

Raw = dict[str, object]

SIZES = st.one_of(
    st.integers(1, 4000).map(lambda number: f"{number} MB"),
    st.integers(1, 4000).map(lambda number: f"{number / 10:g} GB"),
    st.integers(1, 300).map(lambda number: f"{number} GB"),
    st.integers(1, 3).map(lambda number: f"{number} TB"),
)
TIMES = st.one_of(
    st.sampled_from(["0.4 s", "36 s", "3 h", "12 h", "24 h", "72 h", "7 d", "90 min", "1 h 30 min", "12:30:00"]),
    st.integers(1, 4000).map(lambda minutes: f"{minutes} min"),
    st.integers(1, 400).map(lambda hours: f"{hours} h"),
)
UNKNOWN = st.just("not measured")
COLUMNS = ("lr", "batch", "seed", "model", "fold_1", "_x", "Name")
# What stands in the values of a sweep: numbers, words, and signs that some language between here and the job minds.
VALUES = (
    st.text(alphabet="abZ019.-_ ,;\"'=é/#$%{}\\|&", min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: bool(text) and not looks_like_a_key(text) and not re.match(r"[=@]|[+-].*[(|!]", text))
)
PROJECTS = st.from_regex(r"[a-z][a-z0-9-]{0,29}", fullmatch=True).filter(lambda name: not looks_like_a_key(name))
USERS = st.one_of(st.just(""), st.sampled_from(["bucky", "b.badger", "alice_2"]))
FILES = ("images/", "images.tar", "deep/er/data.tar.gz", "table.csv", "My.Archive.ZIP")
FOLDERS_OF_ONES_OWN = ("", "./", "data/", "../elsewhere/", "/scratch/mine/")
OUTPUTS = st.lists(st.sampled_from(["results/", "out.csv", "a/b/c.txt", "log+1.txt"]), min_size=1, unique=True)
IMAGES = (
    "docker://quay.io/me/work:1.0",
    "docker://me/work",
    "docker://me/work:latest",
    "oras://ghcr.io/me/work:2026-11",
    "osdf:///chtc/staging/b/bucky/work-v1.sif",
    "file:///staging/groups/lab/work-v1.sif",
    "images/work.sif",
)
PUSHED = ("bucky/work:1.0", "docker://ghcr.io/me/work:2026-11", "quay.io:443/lab/work", "work:latest")
R_PACKAGES = ("dplyr==1.1.4", "data.table", "lme4@1.1-35.1")
ENVIRONMENTS = (
    "name: work\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.12\n  - pytorch-gpu=2.8.0\n  - numpy",
    "channels:\n  - defaults\ndependencies:\n  - pytorch\n  - pip\n  - pip:\n      - tqdm==4.67.1\n      - 'a \"b\" @ https://x.org/c'",
    "dependencies:\n- cpuonly\n- conda-forge::scipy=1.16.2=py312_0  # pinned\nprefix: /home/me/env",
)
PACKAGES = ("numpy==2.3.4", "torch==2.12.1", "torchvision", "scipy>=1.11", "my-own @ git+https://example.org/x@v1")
VARIABLES = ("MODE=fast", "EMPTY=", "SAID=a = b, 'c' \"d\"", "OMP_NUM_THREADS=8")
NO_VALUES = "python train.py"


def _csv(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _command(columns: list[str]) -> str:
    return " ".join([NO_VALUES, *(f"--{name.strip('_').lower()}={{{name}}}" for name in columns)])


@st.composite
def _grids(draw: st.DrawFn) -> Raw:
    names = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique=True))
    values = {name: draw(st.lists(VALUES, min_size=1, max_size=4)) for name in names}
    lines = [f"{name} = {', '.join(_csv(value) for value in values[name])}" for name in names]
    return {"task_source": "grid", "grid": lines, "command": _command(names)}


@st.composite
def _tables(draw: st.DrawFn) -> Raw:
    names = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=4, unique=True))
    # A column alone has a value in each row: an empty line is no task.
    cells = VALUES if len(names) == 1 else st.one_of(st.just(""), VALUES)
    rows = draw(st.lists(st.lists(cells, min_size=len(names), max_size=len(names)), min_size=1, max_size=5))
    used = draw(st.lists(st.sampled_from(names), unique=True))
    lines = [",".join(names), *(",".join(_csv(value) for value in row) for row in rows)]
    return {"task_source": "rows", "rows": lines, "command": _command(used)}


@st.composite
def _numbers(draw: st.DrawFn) -> Raw:
    count = draw(st.one_of(st.integers(1, 200), st.sampled_from([999, 1001, 10_000, 10_001, 50_001, 1_000_000])))
    return {"task_source": "numbered", "count": count, "command": _command([draw(st.sampled_from(COLUMNS))])}


@st.composite
def _parts(draw: st.DrawFn) -> Raw:
    return {
        "task_source": "parts",
        "count": draw(st.sampled_from([1, 99, 100, 101, 100_000, 1_000_000])),
        "inputs": draw(st.sampled_from(["inputs.txt", "lists/prompts.jsonl", "table.csv", "names"])),
        "input_time": draw(st.one_of(UNKNOWN, TIMES)),
        "command": _command([draw(st.sampled_from(COLUMNS))]),
    }


def _one_task() -> st.SearchStrategy[Raw]:
    arguments = st.lists(st.text(alphabet="ab c'\"$|é", max_size=8), max_size=3)
    return arguments.map(lambda found: {"task_source": "one", "command": shlex.join([*NO_VALUES.split(), *found])})


def _path(place: Place, file: str) -> str:
    return place.path.value.format(user="bucky", letter="b", ap="ap40", group="lab", pi="professor", file=file)


@st.composite
def _data(draw: st.DrawFn, pool: str) -> Raw:
    places = {place.key: place for place in pools()[pool].places}
    where = draw(st.sampled_from(["none", "computer", *places]))
    if where == "none":
        return {"data_place": "none"}
    file = draw(st.sampled_from(FILES))
    if where == "computer":
        path = draw(st.sampled_from(FOLDERS_OF_ONES_OWN)) + file
    else:
        path = draw(st.sampled_from([_path(places[where], file), file]))
    return {
        "data_place": where,
        "data_path": path,
        "data_size": draw(SIZES),
        "data_files": draw(st.one_of(st.integers(1, 5), st.sampled_from([99, 100, 101, 40_000, 2_000_000]))),
        "data_unpacked": draw(st.one_of(UNKNOWN, SIZES)),
        "data_confidential": draw(st.sampled_from(["no", "no", "no", "unknown", "yes"])),
    }


def _packages(framework: Framework) -> st.SearchStrategy[object]:
    if framework.language == "r":
        return st.lists(st.sampled_from(R_PACKAGES), unique=True)
    return st.one_of(st.lists(st.sampled_from(PACKAGES), unique=True), st.sampled_from(ENVIRONMENTS))


@st.composite
def _software(draw: st.DrawFn) -> Raw:
    framework = frameworks()[draw(st.sampled_from(sorted(frameworks())))]
    container = draw(st.sampled_from(["apptainer", "docker", "existing"]))
    builds = {build.cuda for release in framework.releases for build in release.builds}
    return {
        "kind": draw(st.sampled_from(["training", "sweep", "ensemble", "finetuning", "inference", "other"])),
        "model": draw(st.sampled_from(["", "mistralai/Mistral-7B-v0.3", "my-model/"])),
        "model_size": draw(st.one_of(UNKNOWN, SIZES)),
        "framework": framework.key,
        "framework_version": draw(st.sampled_from([*(release.version for release in framework.releases), "9.9.9"])),
        "cuda": draw(st.sampled_from(["not sure", CPU_ONLY, "99.9", *sorted(builds - {CPU_ONLY})])),
        "packages": draw(_packages(framework)),
        "system_packages": draw(st.lists(st.sampled_from(["git", "libgl1", "g++=4:12.2.0-3"]), unique=True)),
        "environment": draw(st.lists(st.sampled_from(VARIABLES), unique=True)),
        "container": container,
        "image": draw(st.sampled_from(PUSHED if container == "docker" else IMAGES)),
        "code": draw(st.lists(st.sampled_from(["train.py", "src/", "a/b/c.py"]), unique=True)),
    }


@st.composite
def _needs(draw: st.DrawFn) -> Raw:
    return {
        "gpu": draw(st.sampled_from(["needs", "helps", "no", "unknown"])),
        "time_on_gpu": draw(st.one_of(UNKNOWN, TIMES)),
        "time_on_cpu": draw(st.one_of(UNKNOWN, TIMES)),
        "gpus": draw(st.sampled_from([1, 1, 1, 2, 4, 5, 8, 16, 64])),
        "gpu_memory": draw(st.one_of(UNKNOWN, SIZES, st.sampled_from(["40 GB", "80 GB", "11 GB", "141 GB"]))),
        "model_parameters": draw(st.sampled_from(["", "not sure", "25M", "350M", "1.5B", "7B", "70B", "6.738B"])),
        "tuning": draw(st.sampled_from(["full", "lora", "qlora"])),
        "precision": draw(st.sampled_from(["not sure", "fp32", "bf16", "fp16", "int8", "int4"])),
        "batch": draw(st.sampled_from([1, 8, 64, 4096])),
        "sequence_length": draw(st.sampled_from([1, 512, 2048, 131_072])),
        "cpus": draw(st.sampled_from([1, 4, 19, 20, 64, 1024])),
        "memory": draw(st.one_of(UNKNOWN, SIZES)),
        "cpu_jobs_at_once": draw(st.sampled_from([1, 100, 10_000])),
        "user": draw(USERS),
        "outputs": draw(OUTPUTS),
        "output_size": draw(st.one_of(UNKNOWN, SIZES)),
        "where_to_run": draw(st.sampled_from(["any", "own"])),
        "test_arguments": draw(st.sampled_from(["", "--epochs 1", "--name 'a b'"])),
    }


@st.composite
def _later(draw: st.DrawFn) -> Raw:
    return {
        "resume": draw(st.sampled_from(["yes", "could", "no"])),
        "checkpoint_files": draw(st.lists(st.sampled_from(["checkpoints/", "last.pt"]), min_size=1, unique=True)),
        "checkpoint_every": draw(st.one_of(UNKNOWN, TIMES)),
        "checkpoint_size": draw(st.one_of(UNKNOWN, SIZES)),
        "checkpoint_time": draw(st.one_of(UNKNOWN, TIMES)),
        "before": draw(st.sampled_from(["", "python prepare.py --all"])),
        "after": draw(st.sampled_from(["", "python compare.py 'a b'"])),
        "failures": draw(st.sampled_from(["yes", "no"])),
        "monitoring": draw(st.sampled_from(["none", "tensorboard", "wandb-offline", "wandb-online"])),
    }


@st.composite
def tables(draw: st.DrawFn) -> Raw:
    """Draw an answer to every question, asked or not."""
    tasks = draw(st.one_of(_grids(), _tables(), _numbers(), _parts(), _one_task()))
    pool = draw(st.sampled_from(sorted(pools())))
    parts = [draw(part) for part in (_software(), _needs(), _data(pool), _later())]
    raw: Raw = {"pool": pool, "project": draw(PROJECTS)}
    for part in (tasks, *parts):
        raw.update(part)
    return raw


def answers() -> st.SearchStrategy[Answers]:
    """Draw answers."""
    return tables().map(read_answers)

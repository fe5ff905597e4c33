"""Answers from a Slurm batch script: resources, time, array, modules, command.

The options are those of Slurm's manual of ``sbatch``; amounts without a unit are megabytes there, times without a sign
are minutes.
"""

import re
from dataclasses import dataclass

from planner.importing.from_recipes import cuda_in, framework_of
from planner.units import Duration, Size

_OPTION = re.compile(
    r"#SBATCH\s+(?:--(?P<long>[a-z-]+)(?:[= ]\s*(?P<value>\S+))?|-(?P<short>[A-Za-z])\s*(?P<its>\S+)?)"
)
_SHORT = {
    "c": "cpus-per-task",
    "n": "ntasks",
    "N": "nodes",
    "t": "time",
    "a": "array",
    "J": "job-name",
    "G": "gpus",
    "p": "partition",
    "A": "account",
    "o": "output",
    "e": "error",
}
# Options that the plan sets in its own way, so nothing is lost.
_PLANNED_OPTIONS = {"output", "error", "job-name", "open-mode", "mail-type", "mail-user"}
_LOST = {
    "partition": "a pool has no partitions; the plan chooses by what a task needs",
    "qos": "there is no such choice",
    "account": "no account is charged",
    "nodes": "a job runs on one machine",
    "ntasks": "a job is one task on one machine; MPI over several has no counterpart here",
    "exclusive": "machines are shared",
    "nodelist": "machines are not named; the plan asks for what a task needs",
    "constraint": "features of machines are asked for in other ways",
    "dependency": "jobs that wait for others make a DAG",
}
_LAUNCHERS = re.compile(r"^(?:srun|mpirun|mpiexec)\s+(?:-{1,2}\S+\s+)*")
_LOADS = re.compile(
    r"(?:module|ml)\s+(?:(?:load|add)\s+)?((?!purge\b|list\b|avail\b|use\b|swap\b|unload\b)[^#;&|]{1,1000})"
)
_ACTIVATES = re.compile(r"(?:conda|mamba|micromamba)\s+activate\b|(?:source|\.)\s+\S*activate\b")
_TIME = re.compile(r"(?:(\d{1,3})-)?(\d{1,4})(?::(\d{1,2}))?(?::(\d{1,2}))?")


@dataclass(frozen=True)
class Slurm:
    """What a batch script says, as answers; *lost*: what has no counterpart, with the reason."""

    answers: dict[str, object]
    lost: tuple[str, ...]


def read_slurm(text: str) -> Slurm:
    """Read a batch script; it never fails."""
    options = _options(text)
    answers: dict[str, object] = {"gpu": "no", "task_source": "one"}
    lost = [f"--{name} {value}: {_LOST[name]}" for name, value in options.items() if name in _LOST and value != "1"]
    _resources(options, answers)
    _time(options, answers, lost)
    _array(options, answers, lost)
    lines = [line.strip() for line in text.replace("\\\n", " ").split("\n")]
    _modules(lines, answers, lost)
    if command := _command(lines, answers):
        answers["command"] = command
    translated = {
        "cpus-per-task",
        "mem",
        "mem-per-cpu",
        "gres",
        "gpus",
        "gpus-per-node",
        "gpus-per-task",
        "time",
        "array",
    }
    lost += [
        f"--{name} {value}: not known to the planner"
        for name, value in options.items()
        if name not in translated | set(_LOST) | _PLANNED_OPTIONS
    ]
    return Slurm(answers, tuple(lost))


def _options(text: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for line in text.split("\n"):
        option = _OPTION.match(line.strip())
        if option:
            name = option["long"] or _SHORT.get(option["short"], option["short"])
            options[name] = option["value"] or option["its"] or ""
    return options


def _resources(options: dict[str, str], answers: dict[str, object]) -> None:
    cpus = options.get("cpus-per-task", "1")
    if re.fullmatch(r"\d{1,4}", cpus):
        answers["cpus"] = int(cpus)
    for name in ("gpus", "gpus-per-node", "gpus-per-task", "gres"):
        value = options.get(name, "")
        count = re.search(r"(?:^|:)(\d{1,3})$", value)
        if value and (name != "gres" or value.startswith("gpu")) and not (count and count[1] == "0"):
            answers |= {"gpu": "needs", "gpus": int(count[1]) if count else 1, "gpu_memory": "not measured"}
    memory = _memory(options.get("mem", ""))
    memory_per_cpu = _memory(options.get("mem-per-cpu", ""))
    if memory or memory_per_cpu:
        answers["memory"] = str(
            memory or (memory_per_cpu.times(int(cpus)) if memory_per_cpu and cpus.isdecimal() else memory_per_cpu)
        )


def _memory(text: str) -> Size | None:
    match = re.fullmatch(r"(\d{1,9})([KMGT]?)B?", text, re.IGNORECASE)
    return Size.parse(f"{match[1]} {match[2] or 'M'}B") if match and len(match[1]) < 8 else None


def _time(options: dict[str, str], answers: dict[str, object], lost: list[str]) -> None:
    """Use the time limit as a task's longest run time."""
    if "time" not in options:
        return
    match = _TIME.fullmatch(options["time"])
    if not match:
        lost.append(f"--time {options['time']}: cannot be read")
        return
    days, *parts = (int(part) if part else 0 for part in match.groups())
    if match[1] or match[4]:
        hours, minutes, seconds = parts
    else:
        hours, minutes, seconds = 0, parts[0], parts[1]
    span = Duration(float(((days * 24 + hours) * 60 + minutes) * 60 + seconds))
    answers["time_on_gpu" if answers["gpu"] == "needs" else "time_on_cpu"] = str(span)


def _array(options: dict[str, str], answers: dict[str, object], lost: list[str]) -> None:
    text, _, at_once = options.get("array", "").partition("%")
    if at_once:
        lost.append(f"--array %{at_once}: how many run at once is the pool's business")
    whole_range = re.fullmatch(r"(\d{1,6})-(\d{1,6})", text)
    if whole_range and int(whole_range[1]) == 0:
        answers |= {"task_source": "numbered", "count": int(whole_range[2]) + 1}
    elif text:
        numbers = _numbers(text)
        if numbers:
            answers |= {"task_source": "rows", "rows": ["number", *numbers]}
        else:
            lost.append(f"--array {text}: cannot be read")


def _numbers(text: str) -> list[str]:
    numbers: list[str] = []
    for part in text.split(","):
        index_range = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6})(?::(\d{1,6}))?)?", part)
        # No pool takes more in one submission; a longer array is a slip.
        if not index_range or index_range[3] == "0" or len(numbers) > 100_000:
            return []
        numbers += map(
            str, range(int(index_range[1]), int(index_range[2] or index_range[1]) + 1, int(index_range[3] or 1))
        )
    return numbers


def _modules(lines: list[str], answers: dict[str, object], lost: list[str]) -> None:
    """Read the framework and its CUDA version from modules; other modules and local environments are lost."""
    loaded = [word for line in lines if (match := _LOADS.match(line)) for word in match[1].split()]
    framework_answers = framework_of("", [re.sub(r"/v?(?=\d)", "==", word) for word in loaded if "/" in word])
    framework_answers |= (
        next(({"cuda": cuda} for word in loaded if (cuda := cuda_in(word))), {}) if framework_answers else {}
    )
    answers |= framework_answers
    lost += [f"module {word[:60]}: pools have no modules; the software goes into an image" for word in loaded]
    lost += [
        f"{line[:80]}: it is of one machine; bring its environment.yml (conda env export) or requirements.txt (pip freeze)"
        for line in lines
        if _ACTIVATES.match(line)
    ]


def _command(lines: list[str], answers: dict[str, object]) -> str:
    """Return the last line that runs a program; the number of the array becomes a placeholder."""
    runs = re.compile(r"(?:time\s+)?(?:srun|mpirun|mpiexec|python3?|torchrun|Rscript|julia|bash|\./)")
    line = next((line for line in reversed(lines) if runs.match(line)), "")
    command = _LAUNCHERS.sub("", line.removeprefix("time ").strip())
    if answers["task_source"] != "one":
        command = re.sub(r'"?\$\{?SLURM_ARRAY_TASK_ID\}?"?', "{number}", command)
    return command

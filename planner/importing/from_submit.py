"""What one submit description answers: the needs of a job, its software, its tasks, its files."""

import re
import shlex
from contextlib import suppress

from planner.facts.pools import Pool
from planner.facts.pools.addresses import address_of
from planner.review.files import ReviewedFiles
from planner.submit.description import Submit
from planner.submit.macros import OF_THE_JOB
from planner.submit.queue import Queue
from planner.submit.values import asked_memory, listed, number
from planner.units import Size


def needs(submit: Submit) -> dict[str, object]:
    """Return what a job requests from a server, and how it resumes after an interruption."""
    answers: dict[str, object] = {"gpu": "needs" if (number(submit, "request_gpus") or 0) > 0 else "no"}
    if answers["gpu"] == "needs":
        answers["gpus"] = number(submit, "request_gpus")
        memory = asked_memory(submit)
        answers["gpu_memory"] = str(memory) if memory else "not measured"
    if cpus := number(submit, "request_cpus"):
        answers["cpus"] = cpus
    text = submit.value("request_memory")
    with suppress(ValueError):
        answers["memory"] = str(Size.parse(f"{text} MB" if text.isdecimal() else text))
    if submit.has("checkpoint_exit_code"):
        answers["resume"] = "yes"
        if submit.has("transfer_checkpoint_files"):
            answers["checkpoint_files"] = listed(submit.value("transfer_checkpoint_files"))
    return answers


def software(submit: Submit) -> dict[str, object]:
    """Return the image in which a job runs."""
    image = submit.value("container_image").strip("\"'")
    if not image and submit.has("docker_image"):
        image = "docker://" + submit.value("docker_image").removeprefix("docker://")
    return {"container": "existing", "image": image} if image else {}


def tasks(submit: Submit, case: ReviewedFiles) -> dict[str, object]:
    """Return the command of one task, and how many tasks there are."""
    answers: dict[str, object] = {}
    queue = submit.queues[-1] if submit.queues else None
    raw = submit.values.get("arguments", submit.values.get("args", ""))
    names = {name.lower(): name for name in (queue.names if queue else ())}
    numbered = bool(queue and not queue.form and submit.expand(queue.count).isdecimal() and queue.count != "1")
    if numbered:
        names = dict.fromkeys(("process", "procid"), "number")
    fixed_values = {key: value for key, value in submit.values.items() if key not in names}

    def placeholder(macro: re.Match[str]) -> str:
        name = macro[1].lower()
        if name in names:
            return f"{{{names[name]}}}"
        return macro[0] if name in OF_THE_JOB else Submit("", "", values=fixed_values).expand(macro[0])

    arguments = re.sub(r"\$\(([\w.]+)\)", placeholder, raw).strip()
    if arguments.startswith('"') and arguments.endswith('"'):
        arguments = arguments[1:-1].replace('""', '"')
    executable = submit.value("executable").strip('"')
    if executable and "$(" not in arguments:
        first = f"./{executable}" if "/" not in executable else executable
        runs = f"python3 {executable}" if executable.endswith(".py") else f"bash {executable}"
        answers["command"] = f"{runs if executable.endswith(('.py', '.sh')) else first} {arguments}".strip()
    if queue and queue.form and queue.names:
        answers |= _rows(queue, submit, case)
    elif numbered and queue:
        answers |= {"task_source": "numbered", "count": int(submit.expand(queue.count)[:9])}
    elif not queue or not queue.form:
        answers["task_source"] = "one"
    return answers


def _rows(queue: Queue, submit: Submit, case: ReviewedFiles) -> dict[str, object]:
    """Read the task table, splitting values as HTCondor does."""
    items = list(queue.items)
    if queue.form == "from" and not items:
        name = case.named(submit.expand(queue.source))
        if name is None or queue.slice:
            return {"task_source": "rows"}
        items = [line.strip() for line in case.files[name].split("\n") if line.strip()]
    if queue.form == "matching" or any(item.startswith("#") for item in items):
        return {"task_source": "rows"}
    width = len(queue.names)
    rows = [re.split(r"\s*,\s*|\s+", item, maxsplit=width - 1) if width > 1 else [item] for item in items]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in (row + [""] * width)[:width]) for row in rows]
    return {"task_source": "rows", "rows": [",".join(queue.names), *quoted]}


def code(submit: Submit) -> list[str]:
    """Return the scripts and folders that a job transfers from its submit directory."""
    executable = submit.value("executable").strip('"')
    inputs = listed(submit.value("transfer_input_files"))
    local_inputs = [item for item in inputs if "://" not in item and not item.startswith(("/", "$"))]
    return [
        item
        for item in dict.fromkeys([executable, *local_inputs])
        if item.endswith((".py", ".sh", ".R", ".jl", ".m", "/"))
    ]


def transfers(submit: Submit, pool: Pool) -> dict[str, object]:
    """Return a job's inputs, outputs and variables."""
    answers: dict[str, object] = {}
    if files := code(submit):
        answers["code"] = files
    if outputs := listed(submit.value("transfer_output_files")):
        answers["outputs"] = outputs
    if variables := submit.value("environment").strip():
        with suppress(ValueError):
            answers["environment"] = (
                shlex.split(variables[1:-1].replace('""', '"')) if variables.startswith('"') else variables.split(";")
            )
    urls = [item for item in listed(submit.value("transfer_input_files")) if "://" in item]
    if len(urls) == 1:
        answers |= _data(urls[0], pool)
    return answers


def _data(url: str, pool: Pool) -> dict[str, object]:
    if address := address_of(url, pool):
        return {"data_place": address.place.key, "data_path": address.path}
    return {"data_place": "web", "data_path": url} if url.startswith(("http://", "https://")) else {}

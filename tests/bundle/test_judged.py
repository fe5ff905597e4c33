"""Generated files, judged by tools that nobody here wrote."""

import csv
import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import htcondor2
import pytest
import yaml
from hypothesis import assume, given, settings
from spython.main.parse.parsers import SingularityParser

from planner.advice import SHARED, Plan, Settings
from planner.answers import Answers, as_table, read_answers
from planner.answers.file import AnswersFile
from planner.bundle import make_files
from planner.engine import make_plan
from planner.estimate.tasks import TaskList
from planner.examples import examples
from planner.facts.pools import pools
from tests.strategies import answers as drawn_answers

# Answers that lead through every branch of the templates.
CASES: dict[str, dict[str, object]] = {
    **{name: as_table(example.answers) for name, example in examples().items()},
    "ospool-gpu": {"pool": "ospool", "data_size": "4 GB", "user": "bucky", "resume": "yes", "time_on_gpu": "30 h"},
    "generic-gpu": {"pool": "generic", "memory": "64 GB", "gpu_memory": "20 GB", "monitoring": "wandb-online"},
    "generic-cpu": {"pool": "generic", "gpu": "no", "time_on_cpu": "2 h", "after": "python best.py", "user": "bucky"},
    "one-task": {"task_source": "one", "command": "python train.py", "user": "bucky"},
    "checkpoints": {"resume": "yes", "time_on_gpu": "30 h", "monitoring": "wandb-offline"},
    "checkpoint-in-output": {"resume": "yes", "time_on_gpu": "9 h", "checkpoint_files": "results/last.pt\nstate/"},
    "wandb-online": {"monitoring": "wandb-online", "environment": "A=1 'two' $x"},
    "large-results": {"output_size": "5 GB", "user": "bucky"},
    "huge-data": {"data_size": "60 GB", "user": "bucky"},
    "small-data": {"data_size": "200 MB", "data_files": "3"},
    "small-packed": {"data_size": "200 MB", "data_files": "3000", "data_path": "data/my images/"},
    "own-archive": {"data_path": "set.tar.gz", "data_files": "1"},
    "own-zip": {"data_path": "set.zip", "data_files": "1", "data_size": "100 MB"},
    "group": {"data_place": "group", "data_path": "/staging/groups/my_group/set.tar", "data_files": "1"},
    "web": {"data_place": "web", "data_path": "https://example.org/set.tar", "data_files": "1", "data_size": "500 MB"},
    "no-data-cpu": {"data_place": "none", "gpu": "no", "time_on_cpu": "5 h", "framework": "other"},
    "existing-image": {"container": "existing", "image": "docker://pytorch/pytorch:2.9.1-cuda12.8-cudnn9-runtime"},
    "existing-sif": {"container": "existing", "image": "images/my.sif"},
    "numbered": {
        "task_source": "numbered",
        "count": "20000",
        "command": "python t.py --seed {seed}",
        "time_on_gpu": "10 min",
    },
    "table": {
        "task_source": "rows",
        "rows": 'name,note\na b,"x, y"\n"$(Cluster) ""q""",back\\',
        "command": "python t.py --name={name} --note '{note}'",
    },
    "system": {"system_packages": "git\nlibgl1", "packages": "torch==2.12.1\nnumpy", "cuda": "13.0"},
    "either-processor": {"gpu": "helps"},
    "estimated": {
        "gpu_memory": "",
        "model_parameters": "350M",
        "kind": "finetuning",
        "gpus": "2",
        "task_source": "grid",
    },
    "unlisted": {"framework_version": "2.99.0"},
    "workflow": {
        "user": "bucky",
        "task_source": "numbered",
        "command": "python t.py --seed {seed}",
        "before": "python prepare.py --url 'https://example.org/$x'",
        "after": "python compare.py 'a b' returned",
    },
    "workflow-all-or-nothing": {"user": "bucky", "after": "python compare.py", "failures": "no"},
    "workflow-one-task": {"before": "python prepare.py", "task_source": "one", "command": "python t.py"},
    "parts": {
        "kind": "inference",
        "user": "bucky",
        "model": "org/Model-7B",
        "model_size": "14 GB",
        "count": "100,000",
        "inputs": "lists/prompts.jsonl",
        "input_time": "0.4 s",
        "command": "python infer.py --model models/Model-7B --input {part}",
        "data_place": "none",
        "after": "python merge.py",
    },
    "parts-unmeasured": {
        "task_source": "parts",
        "inputs": "table.csv",
        "command": "python infer.py {part}",
        "kind": "finetuning",
        "model": "my models/".replace(" ", "-"),
    },
    "own-file": {
        "user": "bucky",
        "task_source": "rows",
        "rows": 'note,scan\n"a, b",s-1\n"$(x)",deep/s-2',
        "command": "python t.py scans/{scan}.h5",
        "data_path": "scans/{scan}.h5",
        "data_shared": "own",
        "data_files": "1",
        "data_size": "300 MB",
    },
    "own-staged": {
        "user": "bucky",
        "task_source": "numbered",
        "command": "python t.py {n}",
        "data_path": "/staging/b/bucky/scans/{n}.tar",
        "data_place": "staging",
        "data_shared": "own",
        "data_files": "1",
        "data_size": "5 GB",
        "kind": "inference",
        "model": "weights/best.pt",
        "model_size": "300 MB",
        "after": "python merge.py",
    },
    "together": {
        "user": "bucky",
        "task_source": "numbered",
        "count": "2,000",
        "command": "python t.py {n}",
        "gpu": "no",
        "time_on_cpu": "1 min",
        "after": "python merge.py",
    },
    "tensorflow": {"framework": "tensorflow", "environment": "MODE=fast"},
    "jax": {"framework": "jax", "cuda": "13"},
    "scikit-learn": {"framework": "scikit-learn", "gpu": "no", "time_on_cpu": "2 h"},
    "xgboost": {"framework": "xgboost", "gpu": "no", "time_on_cpu": "2 h", "packages": "xgboost==3.4.1"},
    "vllm": {
        "framework": "vllm",
        "kind": "inference",
        "command": "python infer.py {part}",
        "packages": "torch==2.13.0",
    },
    "r": {"framework": "r", "gpu": "no", "time_on_cpu": "2 h", "packages": "dplyr==1.1.4\nlme4@1.1-35.1\ndata.table"},
    "r-alone": {"framework": "r", "gpu": "no", "time_on_cpu": "2 h", "framework_version": "4.4.1"},
    "conda": {
        "packages": "name: x\nchannels:\n  - defaults\ndependencies:\n  - python=3.12\n  - numpy>=2,<3\n  - pip:\n"
        "    - 'mine @ https://example.org/a: b # c'\n    - tqdm==4.67.1"
    },
    "conda-cpu": {"packages": "dependencies:\n- conda-forge::scipy=1.16.2=py312_0", "gpu": "no", "time_on_cpu": "2 h"},
    "docker": {"container": "docker", "image": "bucky/sweep:1", "system_packages": "git\nlibgl1"},
    "docker-vllm": {
        "container": "docker",
        "image": "docker://ghcr.io/bucky/work:1",
        "framework": "vllm",
        "kind": "inference",
        "command": "python infer.py {part}",
    },
    "docker-r": {"container": "docker", "image": "bucky/r:1", "framework": "r", "gpu": "no", "packages": "dplyr"},
    "docker-conda": {"container": "docker", "image": "bucky/c:1", "packages": "dependencies:\n  - numpy=2.3.4"},
    "trial": {"test_arguments": "--name 'a b' --quote \"it's\""},
}


def plan(case: str) -> Plan:
    answers = read_answers(CASES[case])
    return make_plan(answers, pools()[answers.pool])


@pytest.fixture(params=CASES)
def bundle(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    for file in make_files(plan(request.param)):
        target = tmp_path / file.path
        if file.path.endswith("/"):
            target.mkdir()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.text, encoding="utf-8")
    return tmp_path


TRIALS = ("test.sub", "test-cpu.sub")

# The form that HTCondor 25.14 was seen to take, for every command the planner writes. A command that is not here is new:
# look up its form before adding it.
SIZE = r"\d+(\.\d+)? [KMGT]B"
PATH = r"[\w./+:@=$()-]+"
FORMS = {
    "environment": r'"RETURNED=returned/test(-cpu WITHOUT_A_CARD=1)?"',
    "executable": r"(run|together|prepare|collect)\.sh|/bin/bash",
    "transfer_executable": "false",
    "task": r"\$CHOICE\(0,row\)",
    "own": r"\$CHOICE\(1,row\)",
    "arguments": r'"[^"]*(""[^"]*)*"',
    "container_image": PATH,
    "should_transfer_files": "YES",
    "when_to_transfer_output": "ON_EXIT",
    "transfer_input_files": rf"{PATH}(, {PATH})*",
    "transfer_output_files": rf"{PATH}(, {PATH})*",
    "transfer_output_remaps": rf'"{PATH} = {PATH}"',
    "preserve_relative_paths": "true",
    "checkpoint_exit_code": "85",
    "transfer_checkpoint_files": rf"{PATH}(, {PATH})*",
    "request_cpus": r"\d+",
    "request_memory": SIZE,
    "retry_request_memory": SIZE,
    "request_disk": SIZE,
    "request_gpus": r"[1-9]\d*",
    "gpus_minimum_memory": SIZE,
    "gpus_minimum_capability": r"\d+\.\d",
    "gpus_maximum_capability": r"\d+\.\d",
    "gpus_minimum_runtime": r"\d+\.\d",
    "requirements": r"\([\w ]+ == true\)( && \([\w ]+ == true\))*",
    "log": r"(logs/)?[\w.-]+\.log",
    "output": r"logs/[\w.$()-]+",
    "error": r"logs/[\w.$()-]+",
    "max_idle": r"[1-9]\d*",
    "max_retries": "2",
    "retry_until": "ExitCode >= 111 && ExitCode <= 114",
    "want_campus_pools": "true",
    "want_ospool": "true",
    "+WantGPULab": "true",
    "+GPUJobLength": '"(short|medium|long)"',
    "+JobDurationCategory": '"(Medium|Long)"',
    "+is_resumable": "true",
    "+IsBuildJob": "true",
}


def commands(text: str) -> list[tuple[str, str]]:
    """Return the commands of a submit description, as they stand."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name.strip(), value.strip()) for name, _, value in (line.partition("=") for line in lines[:-1])]


def judge_submit_description(name: str, text: str) -> None:
    """Fail unless HTCondor reads the file called *name* as it is meant, and every value in it has its form."""
    written = commands(text)
    names = [command.lower() for command, _ in written]
    assert len(names) == len(set(names)), "a command stands twice: only the last would count"
    for command, value in written:
        assert re.fullmatch(FORMS[command], value), f"{name}: {command} = {value}"
    submit = htcondor2.Submit(text)
    # HTCondor knows "+X" as "MY.X".
    assert {command.lower() for command in submit} == {re.sub(r"^\+", "my.", command) for command in names}
    assert text.splitlines()[-1].startswith("queue"), "the queue statement ends a submit description"


def test_submit_descriptions_are_read_by_htcondor_and_every_value_has_its_form(bundle: Path) -> None:
    found = sorted(bundle.rglob("*.sub"))
    assert found
    for path in found:
        judge_submit_description(path.name, path.read_text(encoding="utf-8"))


DEFAULTS = {field.name: field.default for field in dataclasses.fields(Settings)}
# Settings that README.md alone shows: they choose between files, or are commands for people.
SHOWN_TO_PEOPLE = {"processor", "cards", "ways", "way", "build_before", "build_options", "system_packages"}


@settings(max_examples=40)
@given(drawn_answers())
def test_whatever_the_answers_values_have_their_form_and_settings_their_rule(drawn: Answers) -> None:
    plan = make_plan(drawn, pools()[drawn.pool])
    # A stopped plan has no submit descriptions of jobs, and a list of a million tasks takes seconds and shows no more.
    assume(not plan.stopped and plan.settings.tasks <= 1000)
    files = {file.path: file.text for file in make_files(plan)}
    for path, text in files.items():
        if path.endswith(".sub"):
            judge_submit_description(path, text)
    readme, others = files.pop("README.md"), "\n".join(files.values())
    for name, advice in plan.decided_by.items():
        assert f"(`{advice.rule}`)" in readme
        if name not in SHOWN_TO_PEOPLE | SHARED and getattr(plan.settings, name) != DEFAULTS[name]:
            assert f"[{advice.rule}]" in others, f"no line names {advice.rule}, which decided {name}"


@pytest.mark.parametrize(
    ("answers", "bounds"),
    [
        (
            {"framework_version": "2.99.0", "command": "python train.py --bf16 --lr={lr}"},
            {"gpus_minimum_capability": "8.0"},
        ),
        ({"packages": "dependencies:\n  - pytorch=2.1", "cuda": "11.8"}, {"gpus_minimum_runtime": "11.0"}),
    ],
    ids=["a capability without a runtime", "a runtime without a capability"],
)
def test_bounds_on_the_gpu_are_written_one_by_one(answers: dict[str, object], bounds: dict[str, str]) -> None:
    drawn = read_answers({"task_source": "grid", "grid": "lr = 1", "command": "python train.py --lr={lr}", **answers})
    files = {file.path: file.text for file in make_files(make_plan(drawn, pools()["chtc"]))}
    text = files[f"{drawn.project}.sub"]
    written = dict(commands(text))
    names = ("gpus_minimum_capability", "gpus_maximum_capability", "gpus_minimum_runtime")
    assert {name: written[name] for name in names if name in written} == bounds
    assert "[cuda-build]" in text


def test_the_header_of_the_list_is_no_job(bundle: Path) -> None:
    for path in bundle.glob("*.sub"):
        queue = htcondor2.Submit(path.read_text(encoding="utf-8")).getQArgs()
        if path.name in (*TRIALS, "node.sub", "prepare.sub", "collect.sub") or not (bundle / "jobs.csv").exists():
            assert queue == ""
        else:
            rows = "together.csv" if (bundle / "together.csv").exists() else "jobs.csv"
            assert queue == f"row from [1:] $(list:{rows})"


def test_shell_scripts_pass_bash_and_shellcheck(bundle: Path) -> None:
    scripts = sorted(bundle.rglob("*.sh"))
    assert scripts
    for script in scripts:
        subprocess.run(["/bin/bash", "-n", script], check=True)
    shellcheck = Path(sys.executable).parent / "shellcheck"
    checked = subprocess.run([shellcheck, *scripts], capture_output=True, text=True, check=False)
    assert checked.stdout == ""


# What a script may delete: its own list, begun a moment before.
DELETED = {'rm -f "$again.part"'}
# In these an error must not end the script: the other tasks of a job go on, and a wish for status is answered.
GO_ON = {"together.sh": "set -uo pipefail", "workflow-ended.sh": ""}


def test_scripts_stop_at_the_first_error_and_delete_only_what_they_made(bundle: Path) -> None:
    for path in bundle.rglob("*.sh"):
        text = path.read_text(encoding="utf-8")
        said = re.sub(r"(?m)^\s*#.*$", "", text)
        assert GO_ON.get(path.name, "set -euo pipefail") in said.splitlines(), path.name
        found = re.findall(
            r"(?m)(?<![\w-])(?:rm|rmdir|unlink|shred|truncate)\b(?!=)[^\n;]*|-delete\b",
            said.replace("docker run --rm", ""),
        )
        assert set(found) <= DELETED, path.name


def test_what_runs_in_a_job_does_nothing_that_the_checks_warn_of(bundle: Path) -> None:
    for path in bundle.rglob("*.sh"):
        text = path.read_bytes().decode("utf-8")
        assert text.startswith("#!/bin/bash\n"), path.name
        assert "\r" not in text, path.name
    run = (bundle / "run.sh").read_text(encoding="utf-8")
    said = re.sub(r"(?m)^\s*#.*$|'[^']*'", "", run)
    assert not re.search(r"nvidia-smi|\bapptainer\b|\bdocker\b|conda activate|CUDA_VISIBLE_DEVICES=", said)
    readme = (bundle / "README.md").read_text(encoding="utf-8")
    assert not re.search(r"watch (-n \d+ )?condor_q", readme)


def test_the_definition_is_read_by_spython(bundle: Path) -> None:
    for path in bundle.rglob("*.def"):
        recipe = SingularityParser(str(path)).recipe["spython-base"]
        assert recipe.fromHeader == re.search(r"^From: (.*)$", path.read_text(), re.MULTILINE)[1]  # type: ignore[index]
        (file,) = [name for name in INSTALLED_BY if (bundle / "container" / name).exists()]
        assert recipe.files == [f"{file} /opt/{file}"]
        assert any(f"{INSTALLED_BY[file]}" in line and f"/opt/{file}" in line for line in recipe.install)


# Who reads which list of packages.
INSTALLED_BY = {
    "requirements.txt": "pip install",
    "environment.yml": "conda env create",
    "install.R": "Rscript",
}


def test_the_dockerfile_passes_hadolint_and_copies_what_docker_may_see(bundle: Path) -> None:
    for path in bundle.rglob("Dockerfile"):
        hadolint = Path(sys.executable).parent / "hadolint"
        # Versions of Debian's packages are the user's to name: the archive keeps one at a time.
        checked = subprocess.run(
            [hadolint, "--no-color", "--ignore", "DL3008", path], capture_output=True, text=True, check=False
        )
        assert checked.stdout == ""
        (copied,) = re.findall(r"^COPY (\S+) /opt/\1$", path.read_text(encoding="utf-8"), re.MULTILINE)
        seen = path.with_name(".dockerignore").read_text(encoding="utf-8").splitlines()
        assert [line for line in seen if not line.startswith("#")] == ["*", f"!{copied}"]
        assert path.with_name(copied).exists()


def test_the_steps_of_an_image_are_a_shell_script(bundle: Path) -> None:
    for path in (*bundle.rglob("Dockerfile"), *bundle.rglob("*.def")):
        text = path.read_text(encoding="utf-8")
        steps = re.search(r"RUN <<'STEPS'\n(.*?)^STEPS$|^%post\n(.*?)^%environment", text, re.DOTALL | re.MULTILINE)
        assert steps
        subprocess.run(["/bin/sh", "-n"], input=steps[1] or steps[2], text=True, check=True)


def test_the_environment_is_read_by_a_yaml_parser_as_it_was_given(bundle: Path, request: pytest.FixtureRequest) -> None:
    path = bundle / "container/environment.yml"
    if not path.exists():
        return
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    given = plan(request.node.callspec.params["bundle"]).settings.conda
    assert given
    of_pip = [{"pip": list(given.pip)}] if given.pip else []
    assert found == {"channels": ["conda-forge"], "dependencies": [*given.packages, *of_pip]}


def test_the_list_is_read_by_the_csv_module_and_holds_every_task(bundle: Path, request: pytest.FixtureRequest) -> None:
    path = bundle / "jobs.csv"
    if not path.exists():
        return
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    made = plan(request.node.callspec.params["bundle"])
    assert header[0] == "task"
    assert sorted(header[1:]) == sorted(made.settings.columns)
    # The submit description reads the first two columns, and HTCondor knows no quotes there.
    own = TaskList(made.answers).input_column
    assert not own or (
        header[1] == own and not any('"' in line.split(",", 2)[1] for line in path.read_text().splitlines())
    )
    assert [row[0] for row in rows] == [str(number) for number in range(1, made.settings.tasks + 1)]
    assert {len(row) for row in rows} == {len(header)}


def test_the_answers_make_the_same_files_again(bundle: Path) -> None:
    answers = AnswersFile.read((bundle / "answers.toml").read_text(encoding="utf-8")).answers
    again = make_files(make_plan(answers, pools()[answers.pool]))
    for file in again:
        if not file.path.endswith("/"):
            assert (bundle / file.path).read_text(encoding="utf-8") == file.text


def test_the_test_job_reads_fewer_files_than_the_real_one(bundle: Path) -> None:
    if not (bundle / "data/pack.sh").exists() or not (bundle / "test.sub").exists():
        return
    test = dict(commands((bundle / "test.sub").read_text()))
    real = dict(commands(next(path for path in bundle.glob("*.sub") if path.name not in TRIALS).read_text()))
    assert "-sample.tar" in test["transfer_input_files"]
    assert "-sample.tar" not in real["transfer_input_files"]
    assert htcondor_size(test["request_disk"]) <= htcondor_size(real["request_disk"])


def htcondor_size(text: str) -> float:
    number, unit = text.split()
    return float(number) * 1024.0 ** "KMGT".index(unit[0])

"""The generated scripts, run for real with a small program in place of the user's."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from planner.answers import read_answers
from planner.bundle import make_files
from planner.engine import make_plan
from planner.facts.pools import pools

# Stands in for the user's training: writes down what it was told and what it sees, and saves itself like one.
PROGRAM = """\
import json, os, pathlib, sys, time
pathlib.Path("results").mkdir(exist_ok=True)
seen = sorted(str(path) for path in pathlib.Path(".").glob("images/**/*") if path.is_file())
begun = pathlib.Path("results/starts").read_text() if pathlib.Path("results/starts").exists() else ""
pathlib.Path("results/starts").write_text(begun + "x")
pathlib.Path("results/told.json").write_text(json.dumps({"argv": sys.argv[1:], "images": seen}))
if "--fail" in sys.argv:
    sys.exit(7)
if "--save" in sys.argv:
    saved = pathlib.Path("checkpoints/last")
    step = int(saved.read_text()) if saved.exists() else 0
    if step < 2:
        saved.with_suffix(".part").write_text(str(step + 1))
        saved.with_suffix(".part").rename(saved)
        time.sleep(60)
if "--hang" in sys.argv:
    time.sleep(60)
"""


def bundle(folder: Path, **answers: object) -> Path:
    read = read_answers({"user": "bucky", **answers})
    for file in make_files(make_plan(read, pools()[read.pool])):
        target = folder / file.path
        if file.path.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.text, encoding="utf-8")
        target.chmod(0o755 if file.executable else 0o644)
    (folder / "train.py").write_text(PROGRAM, encoding="utf-8")
    return folder


def run(folder: Path, *words: str, in_job: bool = False) -> subprocess.CompletedProcess[str]:
    # Only what a job has; the program must be found under the name `python`.
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    environment |= {"_CONDOR_SCRATCH_DIR": str(folder)} if in_job else {"TRY_HERE": "1"}
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)


def packed(archive: Path) -> list[str]:
    with tarfile.open(archive) as opened:
        return opened.getnames()


def told(folder: Path, task: int) -> dict[str, list[str]]:
    read: dict[str, list[str]] = json.loads((folder / f"returned/task-{task}/results/told.json").read_text())
    return read


HOSTILE = [
    "plain",
    "a b",
    "x, y",
    'say "hi"',
    "it's",
    "$(touch owned)",
    "`touch owned`",
    "; touch owned",
    "back\\",
    "$(Cluster) $$(Name)",
    "${HOME}",
    "*",
    "-n",
    "é 日本",
    "#1",
    "a\tb",
]


@pytest.fixture(scope="module")
def table_of_hostile_values(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = ["name", *('"' + value.replace('"', '""') + '"' for value in HOSTILE)]
    return bundle(
        tmp_path_factory.mktemp("hostile"),
        task_source="rows",
        rows="\n".join(rows),
        command="python train.py --name {name} --both={name}.txt '{name}'",
        data_place="none",
        gpu="no",
        time_on_cpu="1 h",
    )


@pytest.mark.parametrize(("task", "value"), list(enumerate(HOSTILE, start=1)), ids=[repr(value) for value in HOSTILE])
def test_a_task_is_told_its_value_whatever_it_holds(table_of_hostile_values: Path, task: int, value: str) -> None:
    ended = run(table_of_hostile_values, "./run.sh", str(task), "--extra", "$(date)")
    assert ended.returncode == 0, ended.stderr
    assert told(table_of_hostile_values, task)["argv"] == [
        "--name", value, f"--both={value}.txt", value, "--extra", "$(date)",
    ]  # fmt: skip
    assert not (table_of_hostile_values / "owned").exists()


def test_a_list_saved_by_a_spreadsheet_is_read_too(table_of_hostile_values: Path) -> None:
    path = table_of_hostile_values / "jobs.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    try:
        assert run(table_of_hostile_values, "./run.sh", "3").returncode == 0
        assert told(table_of_hostile_values, 3)["argv"][1] == "x, y"
    finally:
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    folder = bundle(tmp_path, gpu="no", time_on_cpu="3 h", data_files="300", resume="yes")
    for number in range(300):
        path = folder / f"images/class-{number % 3}/{number:03} it's.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(number), encoding="utf-8")
    return folder


def test_packing_a_sample_takes_some_files_of_every_folder_and_keeps_all_of_them(sweep: Path) -> None:
    ended = run(sweep, "data/pack.sh", "--sample", "30")
    assert ended.returncode == 0, ended.stderr
    assert "pack.sh: 300 files in ./images" in ended.stdout
    names = packed(sweep / "data/images-v1-sample.tar")
    assert len(names) == 30
    assert {name.split("/")[1] for name in names} == {"class-0", "class-1", "class-2"}
    assert len([*sweep.glob("images/*/*")]) == 300


def test_packing_everything_packs_every_file_with_a_checksum(sweep: Path) -> None:
    assert run(sweep, "data/pack.sh").returncode == 0
    assert len(packed(sweep / "data/images-v1.tar")) == 300
    checked = run(sweep, "sh", "-c", "cd data && sha256sum -c images-v1.tar.sha256")
    assert checked.stdout == "images-v1.tar: OK\n"


def test_packing_overwrites_nothing(sweep: Path) -> None:
    (sweep / "data/images-v1.tar").write_text("mine", encoding="utf-8")
    ended = run(sweep, "data/pack.sh")
    assert ended.returncode == 1
    assert ended.stderr == (
        "pack.sh: data/images-v1.tar is there already; for changed data raise the version in its name\n"
    )
    assert (sweep / "data/images-v1.tar").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("words", [["--sample"], ["--sample", "0"], ["--sample", "x"], ["--all"], ["--sample", "300"]])
def test_packing_refuses_what_it_does_not_understand(sweep: Path, words: list[str]) -> None:
    assert run(sweep, "data/pack.sh", *words).returncode == 1
    assert not list(sweep.glob("data/*.tar*"))


def test_one_task_runs_on_this_machine_on_the_sample(sweep: Path) -> None:
    assert run(sweep, "./try-local.sh").stderr == "try-local.sh: make a sample first: data/pack.sh --sample 100\n"
    assert run(sweep, "data/pack.sh", "--sample", "100").returncode == 0
    ended = run(sweep, "./try-local.sh")
    assert ended.returncode == 0, ended.stderr
    (folder,) = (path for path in sweep.glob("try-local.*") if path.is_dir())
    seen = told(folder, 1)
    assert seen["argv"] == ["--lr", "0.1", "--batch", "16", "--epochs", "1"]
    assert len(seen["images"]) == 100


def in_job(sweep: Path, folder: Path) -> Path:
    """Return *folder* as a job's directory, with what the submit description transfers."""
    assert run(sweep, "data/pack.sh", "--sample", "100").returncode == 0
    folder.mkdir()
    for name in ("run.sh", "jobs.csv", "train.py", "data/images-v1-sample.tar"):
        (folder / Path(name).name).write_bytes((sweep / name).read_bytes())
    (folder / "run.sh").chmod(0o755)
    return folder


def shorten(job: Path, seconds: int) -> None:
    """Shorten the interval between checkpoints to *seconds*, within which Python must start: the only change."""
    text = (job / "run.sh").read_text(encoding="utf-8")
    assert "\ninterval=5400\n" in text
    (job / "run.sh").write_text(text.replace("\ninterval=5400\n", f"\ninterval={seconds}\n"), encoding="utf-8")


def test_a_job_stops_at_checkpoints_goes_on_in_the_same_folder_and_ends(sweep: Path, tmp_path: Path) -> None:
    job = in_job(sweep, tmp_path / "job")
    shorten(job, 4)
    codes = [run(job, "./run.sh", "2", "--save", in_job=True).returncode for _ in range(3)]
    assert codes == [85, 85, 0]
    assert (job / "returned/task-2/results/starts").read_text(encoding="utf-8") == "xxx"
    assert told(job, 2)["argv"] == ["--lr", "0.1", "--batch", "32", "--save"]


def test_a_job_goes_on_in_another_folder_from_what_was_transferred(sweep: Path, tmp_path: Path) -> None:
    job = in_job(sweep, tmp_path / "job")
    shorten(job, 4)
    assert run(job, "./run.sh", "2", "--save", in_job=True).returncode == 85
    other = tmp_path / "other"
    other.mkdir()
    for name in ("run.sh", "jobs.csv", "train.py", "images-v1-sample.tar"):
        shutil.copy(job / name, other)
    # What the submit description lists as transfer_checkpoint_files.
    for name in ("checkpoints", "returned/task-2"):
        shutil.copytree(job / name, other / name)
    assert run(other, "./run.sh", "2", "--save", in_job=True).returncode == 85
    assert run(other, "./run.sh", "2", "--save", in_job=True).returncode == 0
    assert (other / "returned/task-2/results/starts").read_text(encoding="utf-8") == "xxx"


def test_an_interval_in_which_nothing_is_saved_ends_the_job(sweep: Path, tmp_path: Path) -> None:
    job = in_job(sweep, tmp_path / "job")
    shorten(job, 1)
    ended = run(job, "./run.sh", "2", "--hang", in_job=True)
    assert ended.returncode == 114
    assert "run.sh: nothing was saved within 1 s to checkpoints" in ended.stderr


def test_the_programs_own_exit_code_is_passed_on_and_its_results_come_back(sweep: Path, tmp_path: Path) -> None:
    job = in_job(sweep, tmp_path / "job")
    assert run(job, "./run.sh", "2", "--fail", in_job=True).returncode == 7
    assert told(job, 2)["argv"][-1] == "--fail"


@pytest.mark.parametrize("missing", ["train.py", "images-v1-sample.tar"])
def test_a_missing_input_has_an_exit_code_of_its_own_and_the_results_folder_is_there(
    sweep: Path, tmp_path: Path, missing: str
) -> None:
    job = in_job(sweep, tmp_path / "job")
    (job / missing).unlink()
    ended = run(job, "./run.sh", "2", in_job=True)
    assert ended.returncode == 111
    assert "did not arrive: is it in transfer_input_files?" in ended.stderr
    assert (job / "returned/task-2").is_dir()


def test_a_broken_archive_has_the_exit_code_of_a_missing_input(sweep: Path, tmp_path: Path) -> None:
    job = in_job(sweep, tmp_path / "job")
    (job / "images-v1-sample.tar").write_text("cut off", encoding="utf-8")
    assert run(job, "./run.sh", "2", in_job=True).returncode == 111


def test_a_task_that_is_not_in_the_list_has_an_exit_code_of_its_own(sweep: Path, tmp_path: Path) -> None:
    job = in_job(sweep, tmp_path / "job")
    ended = run(job, "./run.sh", "61", in_job=True)
    assert ended.returncode == 113
    assert "run.sh: jobs.csv has no line that begins with 61," in ended.stderr


def test_a_framework_that_does_not_see_the_card_stops_the_job(tmp_path: Path) -> None:
    job = bundle(tmp_path, data_place="none")
    # No PyTorch is installed here, which is one way not to see a card.
    ended = run(job, "./run.sh", "1", in_job=True)
    assert ended.returncode == 112
    assert "run.sh: the framework does not see a card" in ended.stderr


def test_large_results_come_back_as_one_archive_even_of_a_failed_task(tmp_path: Path) -> None:
    job = bundle(tmp_path, output_size="5 GB", data_place="none", gpu="no", time_on_cpu="3 h")
    assert run(job, "./run.sh", "1", "--fail", in_job=True).returncode == 7
    assert "returned/task-1/results/told.json" in packed(job / "task-1.tar.gz")


def test_the_key_reaches_the_program_and_no_output(tmp_path: Path) -> None:
    job = bundle(tmp_path, monitoring="wandb-online", data_place="none", gpu="no", time_on_cpu="3 h")
    (job / "wandb.key").write_text("planted-key\n", encoding="utf-8")
    (job / "train.py").write_text("import os, sys; sys.exit(os.environ['WANDB_API_KEY'] != 'planted-key')")
    ended = run(job, "./run.sh", "1", in_job=True)
    assert ended.returncode == 0
    assert "planted-key" not in ended.stdout + ended.stderr
    holders = {path.name for path in job.rglob("*") if path.is_file() and "planted-key" in path.read_text()}
    assert holders == {"wandb.key", "train.py"}


def test_a_trial_with_docker_starts_the_image_as_an_ordinary_user_with_one_folder(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "work", container="docker", image="bucky/sweep:1", data_place="none")
    fake = tmp_path / "bin" / "docker"
    fake.parent.mkdir()
    fake.write_text('#!/bin/bash\nprintf "%s\\n" "$@" >> "$0.told"\n', encoding="utf-8")
    fake.chmod(0o755)
    environment = {"PATH": f"{fake.parent}:/usr/bin:/bin"}
    ended = subprocess.run(
        ["./try-local.sh"], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    (trial,) = (path for path in folder.glob("try-local.*") if path.is_dir())
    words = fake.with_name("docker.told").read_text(encoding="utf-8").splitlines()
    assert words[:3] == ["image", "inspect", "bucky/sweep:1"]
    started = [word for word in words[3:] if word not in ("--gpus", "all")]
    assert started[:4] == ["run", "--rm", "--platform", "linux/amd64"]
    assert started[4:12] == [
        "--user",
        f"{os.getuid()}:{os.getgid()}",
        "--env",
        "TRY_HERE=1",
        "--volume",
        f"{trial}:{trial}",
        "--workdir",
        str(trial),
    ]
    assert started[12:] == ["bucky/sweep:1", "/bin/bash", "run.sh", "1", "--epochs", "1"]


def test_a_trial_without_docker_uses_this_machines_own_software(tmp_path: Path) -> None:
    folder = bundle(tmp_path, container="docker", image="bucky/sweep:1", data_place="none")
    ended = run(folder, "./try-local.sh")
    assert ended.returncode == 0, ended.stderr
    assert "no image bucky/sweep:1 or no docker here" in ended.stdout


# --- outside a job ---


def on_a_machine(folder: Path, script: str, *words: str, **tools: str) -> subprocess.CompletedProcess[str]:
    """Run a script as somebody types it, with these programs before those of the system."""
    (folder / "tools").mkdir()
    for name, text in tools.items():
        (folder / "tools" / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / "tools" / name).chmod(0o755)
    path = f"{folder}/tools:{Path(sys.executable).parent}:/usr/bin:/bin"
    return subprocess.run(
        [f"./{script}", *words],
        cwd=folder,
        env={"PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


PARTED = {"command": "python train.py {n}", "task_source": "numbered", "data_place": "none", "gpu": "no"}
SHORT = {**PARTED, "count": 2000, "time_on_cpu": "2 min", "output_size": "1 MB"}
STEPS = {**PARTED, "count": 4, "time_on_cpu": "1 h", "before": "python train.py", "after": "python train.py"}


@pytest.mark.parametrize(
    ("script", "answers"), [("run.sh", STEPS), ("prepare.sh", STEPS), ("collect.sh", STEPS), ("together.sh", SHORT)]
)
def test_what_belongs_into_a_job_refuses_to_run_elsewhere_and_touches_nothing(
    tmp_path: Path, script: str, answers: dict[str, object]
) -> None:
    folder = bundle(tmp_path, **answers)
    before = sorted(folder.rglob("*"))
    ended = on_a_machine(folder, script, "1")
    assert (ended.returncode, ended.stdout) == (110, "")
    assert ended.stderr == f"{script}: this belongs into a job: condor_submit it, or try one task with ./try-local.sh\n"
    assert sorted(path for path in folder.rglob("*") if path.name != "tools") == before


@pytest.mark.parametrize(
    ("daemons", "code"),
    [("MASTER SCHEDD COLLECTOR", 110), ("MASTER COLLECTOR", 0), ("", 0)],
    ids=["access", "worker", "own"],
)
def test_a_task_is_tried_anywhere_but_on_an_access_point(tmp_path: Path, daemons: str, code: int) -> None:
    folder = bundle(tmp_path, data_place="none", gpu="no", time_on_cpu="1 h", test_arguments="")
    tools = {"condor_config_val": f"echo {daemons}"} if daemons else {}
    ended = on_a_machine(folder, "try-local.sh", **tools)
    assert ended.returncode == code, ended.stderr
    assert bool(list(folder.glob("try-local.*/returned"))) == (code == 0)
    if code:
        assert ended.stderr.splitlines()[0] == (
            "try-local.sh: this is an access point: try it on your own machine, or submit test.sub"
        )


FULL = "echo Filesystem; echo /dev/x 100 90 3 97% /"


def test_nothing_is_packed_or_cut_where_there_is_no_room(tmp_path: Path) -> None:
    folder = bundle(
        tmp_path, kind="inference", command="python train.py {part}", inputs="list.txt", count=40000, data_place="none"
    )
    (folder / "list.txt").write_text("a line\n" * 40000)
    ended = on_a_machine(folder, "split.sh", df=FULL)
    assert ended.returncode == 1
    assert re.fullmatch(r"split\.sh: this needs about \d+ KB, and 3 KB are free here\n", ended.stderr)
    assert not list(folder.glob("parts*"))


def test_no_model_is_fetched_where_there_is_no_room_for_it_and_its_archive(tmp_path: Path) -> None:
    folder = bundle(tmp_path, kind="inference", command="python train.py {part}", model="org/name", model_size="1 GB")
    ended = on_a_machine(folder, "data/get-model.sh", df=FULL, hf="echo fetched; exit 1")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "get-model.sh: this needs about 2097152 KB, and 3 KB are free here\n"

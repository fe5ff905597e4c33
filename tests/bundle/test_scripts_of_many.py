"""The scripts around many tasks, run for real: cutting a list, sharing a job, finding what is missing, collecting."""

import os
import shutil
import tarfile
from pathlib import Path

import pytest

from tests.bundle.test_scripts import bundle, run
from tests.helpers import NUMBERED

NO_DATA = {"data_place": "none", "gpu": "no", "time_on_cpu": "1 h", "user": "bucky"}
PROGRAM = """\
import pathlib, sys
pathlib.Path("results").mkdir(exist_ok=True)
given = pathlib.Path(sys.argv[-1])
pathlib.Path("results/seen").write_text(given.read_text() if given.is_file() else sys.argv[-1])
print("seen", sys.argv[-1])
sys.exit(7 if sys.argv[-1] == "3" else 0)
"""


def written(folder: Path, **answers: object) -> Path:
    made = bundle(folder, **{**NO_DATA, **answers})
    (made / "train.py").write_text(PROGRAM, encoding="utf-8")
    return made


# --- split.sh ---


def cut(folder: Path, name: str, lines: list[str], **answers: object) -> Path:
    made = written(
        folder, kind="inference", command="python train.py {part}", inputs=name, input_time="10 min", **answers
    )
    (made / name).parent.mkdir(parents=True, exist_ok=True)
    (made / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return made


def test_a_list_is_cut_into_the_parts_that_jobs_csv_names_and_nothing_is_lost(tmp_path: Path) -> None:
    lines = [f"it's {number}, $x \\\\" for number in range(50)]
    folder = cut(tmp_path, "lists/in puts.jsonl".replace(" ", "_"), lines, count=50)
    ended = run(folder, "./split.sh")
    assert ended.returncode == 0, ended.stderr
    named = [line.split(",")[1] for line in (folder / "jobs.csv").read_text().splitlines()[1:]]
    assert named == [f"parts/part-{number:05}.jsonl" for number in range(1, 6)]
    assert [(folder / name).read_text().count("\n") for name in named] == [12, 12, 12, 12, 2]
    assert "".join((folder / name).read_text() for name in named).splitlines() == lines
    assert (folder / "parts/sample.jsonl").read_text().splitlines() == lines[:20]
    assert sorted(path.name for path in folder.glob("parts*")) == ["parts"]


def test_every_part_of_a_table_has_its_first_line(tmp_path: Path) -> None:
    folder = cut(tmp_path, "table.csv", ["name,size", *(f"n{number},{number}" for number in range(13))], count=13)
    assert run(folder, "./split.sh").returncode == 0
    assert (folder / "parts/part-00001.csv").read_text().splitlines()[:2] == ["name,size", "n0,0"]
    assert (folder / "parts/part-00002.csv").read_text().splitlines() == ["name,size", "n12,12"]
    assert (folder / "parts/sample.csv").read_text().splitlines()[0] == "name,size"


def test_a_list_of_another_length_is_not_cut_and_the_script_says_why(tmp_path: Path) -> None:
    folder = cut(tmp_path, "inputs.txt", ["a"] * 99, count=50)
    ended = run(folder, "./split.sh")
    assert ended.returncode == 1
    assert "holds 99 inputs, which makes 9 parts of 12; jobs.csv lists 5. Plan again with 99 inputs." in ended.stderr
    assert not (folder / "parts").exists()


def test_nothing_is_cut_twice(tmp_path: Path) -> None:
    folder = cut(tmp_path, "inputs.txt", ["a"] * 50, count=50)
    assert run(folder, "./split.sh").returncode == 0
    again = run(folder, "./split.sh")
    assert again.returncode == 1
    assert "there is a folder parts already" in again.stderr


def test_a_task_works_on_its_part_and_the_test_on_the_sample(tmp_path: Path) -> None:
    folder = cut(tmp_path, "inputs.txt", [f"line {number}" for number in range(50)], count=50)
    run(folder, "./split.sh")
    assert run(folder, "./run.sh", "5").returncode == 0
    assert (folder / "returned/task-5/results/seen").read_text() == "line 48\nline 49\n"
    tried = run(folder, "./try-local.sh")
    assert tried.returncode == 0, tried.stderr
    (there,) = (path for path in folder.glob("try-local.*") if path.is_dir())
    assert (there / "returned/task-sample/exit-code").read_text() == "0\n"


# --- a file of its own for each task ---


def test_a_task_reads_its_own_file_and_says_when_it_is_missing(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        task_source="rows",
        rows='note,scan\n"a, b",one\n"$(x)",deep/two',
        command="python train.py scans/{scan}.txt",
        data_place="computer",
        data_path="scans/{scan}.txt",
        data_shared="own",
        data_files=1,
        data_size="1 MB",
    )
    assert (folder / "jobs.csv").read_text().splitlines() == ["task,scan,note", '1,one,"a, b"', '2,deep/two,"$(x)"']
    (folder / "scans/deep").mkdir(parents=True)
    (folder / "scans/deep/two.txt").write_text("second")
    assert run(folder, "./run.sh", "2").returncode == 0
    assert (folder / "returned/task-2/results/seen").read_text() == "second"
    missing = run(folder, "./run.sh", "1")
    assert missing.returncode == 111
    assert "scans/one.txt did not arrive" in missing.stderr


# --- together.sh ---


def test_tasks_that_share_a_job_each_have_their_results_and_none_is_done_twice(tmp_path: Path) -> None:
    answers = {"task_source": "numbered", "count": 2000, "command": "python train.py {n}", "output_size": "1 MB"}
    folder = written(tmp_path, **{**answers, "time_on_cpu": "2 min"})
    assert (folder / "together.csv").read_text().splitlines()[:2] == ["tasks", "1-5"]
    ended = run(folder, "./together.sh", "1-5")
    assert ended.returncode == 7, "one task failed, and the others ran"
    codes = [(folder / f"returned/task-{number}/exit-code").read_text().strip() for number in range(1, 6)]
    assert codes == ["0", "0", "0", "7", "0"]
    assert (folder / "returned/task-5/results/seen").read_text() == "4"
    again = run(folder, "./together.sh", "1-5")
    assert again.stdout.count("seen") == 1, "only what failed is run again"
    assert run(folder, "./together.sh", "1-x").returncode == 113


# --- missing.sh and collect.sh ---


@pytest.fixture
def half_done(tmp_path: Path) -> Path:
    folder = written(
        tmp_path, task_source="numbered", count=5, command="python train.py {n}", after="python gather.py 'a b'"
    )
    for task in ("1", "2", "4"):
        run(folder, "./run.sh", task)
    (folder / "gather.py").write_text(
        "import pathlib, sys\n"
        "pathlib.Path('best.txt').write_text(' '.join(sorted(str(p) for p in pathlib.Path('returned').glob('*/results/seen'))))\n"
        "pathlib.Path('plots').mkdir()\n"
        "sys.exit(0 if sys.argv[1] == 'a b' else 9)\n"
    )
    return folder


def test_what_is_missing_is_named_with_its_reason_and_listed(half_done: Path) -> None:
    ended = run(half_done, "./missing.sh")
    assert ended.returncode == 1
    assert ended.stdout.splitlines() == [
        "missing.sh: task 3: no result",
        "missing.sh: task 4: exit code 7",
        "missing.sh: task 5: no result",
        "missing.sh: 3 of 5 tasks are missing; to run them again:",
        "  condor_submit sweep.sub list=jobs-again.csv",
    ]
    assert (half_done / "jobs-again.csv").read_text().splitlines() == ["task,n", "3,2", "4,3", "5,4"]


def test_a_trial_is_no_result_of_its_task(tmp_path: Path) -> None:
    folder = written(tmp_path, count=2, **NUMBERED)
    (folder / "train.py").write_text("")
    trial = run(folder, "/bin/bash", "-c", "RETURNED=returned/test ./run.sh 1")
    assert trial.returncode == 0, trial.stderr
    assert (folder / "returned/test/exit-code").read_text() == "0\n"
    assert "task 1: no result" in run(folder, "./missing.sh").stdout


def test_nothing_missing_leaves_no_list(half_done: Path) -> None:
    for number in range(1, 6):
        (half_done / f"returned/task-{number}").mkdir(parents=True, exist_ok=True)
        (half_done / f"returned/task-{number}/exit-code").write_text("0\n")
    ended = run(half_done, "./missing.sh")
    assert (ended.returncode, ended.stdout) == (0, "missing.sh: all 5 tasks are done\n")
    assert not list(half_done.glob("jobs-again*"))


def test_the_last_step_gets_what_is_there_and_what_it_writes_comes_back(half_done: Path) -> None:
    ended = run(half_done, "./collect.sh")
    assert ended.returncode == 0, ended.stderr
    assert "missing.sh: task 3: no result" in ended.stdout
    assert sorted(path.name for path in (half_done / "collected").iterdir()) == ["best.txt", "jobs-again.csv", "plots"]
    assert (half_done / "collected/best.txt").read_text().count("task-") == 3


def test_the_last_step_waits_for_all_where_that_was_said(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        task_source="numbered",
        count=2,
        command="python train.py {n}",
        after="python train.py x",
        failures="no",
    )
    run(folder, "./run.sh", "1")
    ended = run(folder, "./collect.sh")
    assert ended.returncode == 112
    assert "not all results are there" in ended.stderr
    run(folder, "./run.sh", "2")
    shutil.rmtree(folder / "collected")
    assert run(folder, "./collect.sh").returncode == 0


def test_without_any_result_there_is_nothing_to_collect(tmp_path: Path) -> None:
    folder = written(tmp_path, task_source="numbered", command="python train.py {n}", after="python train.py x")
    ended = run(folder, "./collect.sh")
    assert ended.returncode == 111
    assert (folder / "collected/jobs-again.csv").exists()


def test_what_tests_left_is_not_collected(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        task_source="parts",
        count=10,
        inputs="l.txt",
        command="python train.py {part}",
        after="python list.py",
    )
    (folder / "list.py").write_text("import os; open('seen.txt', 'w').write(' '.join(sorted(os.listdir('returned'))))")
    for name in ("task-1", "test", "test-cpu"):
        (folder / f"returned/{name}").mkdir(parents=True)
        (folder / f"returned/{name}/exit-code").write_text("0\n")
    assert run(folder, "./collect.sh").returncode == 0
    assert (folder / "collected/seen.txt").read_text() == "task-1"


def test_the_workflow_has_succeeded_only_if_all_of_it_has(half_done: Path) -> None:
    results = [
        run(half_done, "./workflow-ended.sh", *words).returncode for words in (("0", "0"), ("2", "0"), ("0", "5"))
    ]
    assert results == [0, 1, 5]


# --- prepare.sh ---


def test_the_first_step_leaves_its_files_in_the_folder_that_tasks_get(tmp_path: Path) -> None:
    folder = written(tmp_path, before="python make.py", task_source="numbered", command="python train.py {n}")
    assert (folder / "prepared").is_dir()
    (folder / "train.py").rename(folder / "hidden")
    missing = run(folder, "./prepare.sh")
    assert (missing.returncode, "train.py did not arrive" in missing.stderr) == (111, True)
    (folder / "hidden").rename(folder / "train.py")
    (folder / "make.py").write_text("open('prepared/words', 'w').write('x')")
    assert run(folder, "./prepare.sh").returncode == 0
    assert (folder / "prepared/words").read_text() == "x"


# --- a pretrained model ---

MODEL = {
    "kind": "finetuning",
    "task_source": "one",
    "command": "python train.py models/Tiny/config",
    "model_size": "2 GB",
}
# Stands in for the program that downloads: writes down what it was told, and a model.
HF = """\
#!/bin/bash
printf '%s\\n' "$@" > told
mkdir -p "${!#}/.cache" && echo weights > "${!#}/config" && echo record > "${!#}/.cache/record"
"""


def test_a_model_is_fetched_once_packed_and_unpacked_in_the_job(tmp_path: Path) -> None:
    folder = written(tmp_path, model="org/Tiny", **MODEL)
    (folder / "bin").mkdir()
    (folder / "bin/hf").write_text(HF)
    (folder / "bin/hf").chmod(0o755)
    missing = run(folder, "data/get-model.sh")
    assert (missing.returncode, "the program hf is missing" in missing.stderr) == (1, True)
    ended = run(folder, "env", f"PATH={folder / 'bin'}:{os.defpath}", "data/get-model.sh")
    assert ended.returncode == 0, ended.stderr
    assert (folder / "told").read_text().split() == [
        "download", "org/Tiny", "--revision", "main", "--local-dir", "models/Tiny",
    ]  # fmt: skip
    with tarfile.open(folder / "data/Tiny-v1.tar") as packed:
        assert sorted(packed.getnames()) == ["models/Tiny", "models/Tiny/config"]
    assert run(folder, "data/get-model.sh").returncode == 1, "never overwritten"

    job = tmp_path / "job"
    job.mkdir()
    for name in ("run.sh", "train.py", "data/Tiny-v1.tar"):
        shutil.copy(folder / name, job)
    for _ in range(2):
        ran = run(job, "./run.sh", "1")
        assert ran.returncode == 0, ran.stderr
    assert (job / "returned/task-1/results/seen").read_text() == "weights\n"
    tried = run(folder, "./try-local.sh")
    assert tried.returncode == 0, tried.stderr


def test_a_small_model_arrives_in_the_folder_where_it_lies(tmp_path: Path) -> None:
    folder = written(tmp_path, model="org/Tiny", **{**MODEL, "model_size": "90 MB"})
    assert "data/Tiny-v1.tar" in (folder / "sweep.sub").read_text()
    (folder / "models/Tiny").mkdir(parents=True)
    (folder / "models/Tiny/config").write_text("weights\n")
    with tarfile.open(folder / "data/Tiny-v1.tar", "w") as archive:
        archive.add(folder / "models/Tiny", "models/Tiny")
    shutil.rmtree(folder / "models")
    ran = run(folder, "./run.sh", "1")
    assert ran.returncode == 0, ran.stderr
    assert (folder / "returned/task-1/results/seen").read_text() == "weights\n"


def test_a_model_that_did_not_arrive_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path, model="org/Tiny", **MODEL)
    ended = run(folder, "./run.sh", "1")
    assert (ended.returncode, "Tiny-v1.tar did not arrive" in ended.stderr) == (111, True)


def test_a_model_of_ones_own_is_packed_where_the_command_looks_for_it(tmp_path: Path) -> None:
    folder = written(tmp_path, model="old/Tiny/", **MODEL)
    (folder / "old/Tiny").mkdir(parents=True)
    (folder / "old/Tiny/config").write_text("mine")
    ended = run(folder, "data/get-model.sh")
    assert ended.returncode == 0, ended.stderr
    with tarfile.open(folder / "data/Tiny-v1.tar") as packed:
        assert "models/Tiny/config" in packed.getnames()

import io
import zipfile

from planner.advice import Plan
from planner.answers import read_answers
from planner.bundle import make_files, make_zip
from planner.bundle.manifest import MANIFEST
from planner.engine import make_plan
from planner.facts.pools import pools


def plan(**answers: object) -> Plan:
    read = read_answers(answers)
    return make_plan(read, pools()[read.pool])


def paths(**answers: object) -> list[str]:
    return [file.path for file in make_files(plan(**answers))]


def test_the_first_plan_has_these_files() -> None:
    assert paths() == [
        "README.md",
        "SOFTWARE.md",
        "answers.toml",
        "container/sweep.def",
        "container/requirements.txt",
        "container/build.sub",
        "data/pack.sh",
        "try-local.sh",
        "test.sub",
        "sweep.sub",
        "run.sh",
        "jobs.csv",
        "missing.sh",
        "logs/",
    ]


def test_no_container_folder_for_an_image_that_is_there() -> None:
    found = paths(container="existing", image="docker://quay.io/me/work:1.0")
    assert not [path for path in found if path.startswith("container/")]


def test_nothing_is_packed_where_there_is_no_data() -> None:
    assert "data/pack.sh" not in paths(data_place="none")


def test_one_task_needs_no_list() -> None:
    assert "jobs.csv" not in paths(task_source="one", command="python train.py")


def test_a_private_key_file_is_kept_out_of_version_control() -> None:
    files = {file.path: file.text for file in make_files(plan(monitoring="wandb-online"))}
    assert files[".gitignore"].splitlines()[-1] == "wandb.key"
    assert "wandb.key" in files["sweep.sub"]


def test_a_stop_keeps_back_the_submit_descriptions_of_jobs_and_says_so_first() -> None:
    files = {file.path: file.text for file in make_files(plan(data_confidential="yes"))}
    assert {"test.sub", "sweep.sub"}.isdisjoint(files)
    assert "container/build.sub" in files
    assert files["README.md"].splitlines()[2].startswith("**Something must be changed before jobs can run.")
    assert "Do not use this data here; ask chtc@cs.wisc.edu where it may be processed" in files["README.md"]


def test_an_open_processor_brings_a_trial_on_a_cpu_that_asks_for_no_card() -> None:
    files = {file.path: file.text for file in make_files(plan(gpu="helps"))}
    on_gpu, on_cpu = (
        [line for line in files[name].splitlines() if line and not line.startswith("#")]
        for name in ("test.sub", "test-cpu.sub")
    )
    assert [line for line in on_cpu if line not in on_gpu] == [
        'environment = "RETURNED=returned/test-cpu WITHOUT_A_CARD=1"',
        "transfer_output_files = returned/test-cpu",
        "log = logs/test-cpu.log",
        "output = logs/test-cpu.out",
        "error = logs/test-cpu.err",
    ]
    assert not any("gpu" in line.lower() for line in on_cpu)
    assert "if [[ -n ${_CONDOR_SCRATCH_DIR:-} && -z ${WITHOUT_A_CARD:-} ]]; then" in files["run.sh"].splitlines()
    assert "condor_submit test-cpu.sub" in files["README.md"].splitlines()


def test_a_decided_processor_needs_one_trial() -> None:
    assert "test-cpu.sub" not in paths()
    assert "WITHOUT_A_CARD" not in {file.path: file.text for file in make_files(plan())}["run.sh"]


def test_every_row_of_the_manifest_is_wanted_by_some_plan() -> None:
    docker: dict[str, object] = {"container": "docker", "image": "bucky/sweep:1"}
    wanted = {
        *paths(monitoring="wandb-online", gpu="unknown", before="python prepare.py", after="python compare.py"),
        *paths(kind="inference", model="org/Model", command="python infer.py {part}"),
        *paths(task_source="numbered", count=2000, command="python t.py {n}", time_on_gpu="1 min", output_size="1 MB"),
        *paths(packages="dependencies:\n  - numpy=2.3.4", **docker),
        *paths(framework="r", gpu="no", **docker),
    }
    assert {output.path.format(project="sweep") for output in MANIFEST} == wanted


def test_the_same_answers_give_the_same_bytes() -> None:
    assert make_zip(plan()) == make_zip(plan())


def test_the_zip_has_one_folder_no_dates_and_keeps_the_execute_bit() -> None:
    archive = zipfile.ZipFile(io.BytesIO(make_zip(plan(project="my-work"))))
    assert archive.testzip() is None
    for info in archive.infolist():
        assert info.filename.startswith("my-work/")
        assert ".." not in info.filename
        assert info.date_time == (1980, 1, 1, 0, 0, 0)
    modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes["my-work/run.sh"] == 0o100755
    assert modes["my-work/my-work.sub"] == 0o100644
    assert modes["my-work/logs/"] == 0o040755


def test_every_decided_line_stands_under_its_reason() -> None:
    text = {file.path: file.text for file in make_files(plan())}["sweep.sub"]
    lines = text.splitlines()
    decided = [line for line in lines if line.startswith(("request_", "gpus_", "+", "container_image", "want_"))]
    assert len(decided) == 14
    for line in decided:
        above = lines[: lines.index(line)]
        comment = next(other for other in reversed(above) if not other.startswith(("request_", "gpus_", "+", "want_")))
        assert comment.startswith("#"), line
        assert comment.endswith("]"), line

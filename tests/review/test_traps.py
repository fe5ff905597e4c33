"""One file as people have it for each trap: what is found, and the mended line."""

import dataclasses

import pytest

from planner.facts.fact import Fact
from planner.facts.pools import pools
from planner.facts.sources import source
from planner.review import checks, review

CHTC = pools()["chtc"]

# A submit description with nothing wrong in it. Each trap below changes it in one place.
CLEAN = """\
# My training, from a colleague
container_image = osdf:///chtc/staging/b/bucky/image-v1.sif
executable      = run.sh
arguments       = --lr $(lr)

transfer_input_files  = train.py, osdf:///chtc/staging/b/bucky/data-v1.tar
transfer_output_files = results

request_cpus   = 4
request_memory = 16 GB
request_disk   = 40 GB
request_gpus   = 1
+WantGPULab    = true
+GPUJobLength  = "short"
gpus_minimum_memory = 10000 MB

log    = logs/train.log
output = logs/train.$(Cluster).$(Process).out
error  = logs/train.$(Cluster).$(Process).err

queue lr in (0.1 0.01)
"""
SCRIPT = '#!/bin/bash\nset -e\npython train.py "$@"\n'

# check: what stands there instead, by line of CLEAN → the mended line, or None where a person must decide
SUBMIT_TRAPS = [
    ("G1", "+WantGPULab    = true\n", "", "+WantGPULab = true"),
    ("G1", "+WantGPULab    = true", '+WantGPULab    = "true"', "+WantGPULab    = true"),
    ("R2", "+WantGPULab    = true", "WantGPULab    = true", "+WantGPULab    = true"),
    ("G2", '+GPUJobLength  = "short"', "+GPUJobLength  = short", '+GPUJobLength  = "short"'),
    ("G2", '+GPUJobLength  = "short"', '+GPUJobLength  = "Short"', '+GPUJobLength  = "short"'),
    ("G2", '+GPUJobLength  = "short"', '+GPUJobLength  = "tiny"', None),
    ("G4", "request_gpus   = 1\n", "", "request_gpus = 1"),
    ("G5", "request_gpus ", "request_gpu ", "request_gpus   = 1"),
    ("G5", "request_cpus ", "requests_cpus ", "request_cpus   = 4"),
    ("G5", "request_cpus ", "cpu ", "request_cpus   = 4"),
    ("G5", "request_cpus ", "request_cores ", None),
    ("G5", "gpus_minimum_memory", "request_gpu_memory", "gpus_minimum_memory = 10000 MB"),
    ("G6", "10000 MB", "40GB", "gpus_minimum_memory = 39000 MB"),
    ("G6", "10000 MB", "80 GB", "gpus_minimum_memory = 78000 MB"),
    ("G7", "10000 MB", "130000 MB\ngpus_minimum_capability = 9.5", None),
    ("G13", "request_gpus   = 1", "request_gpus   = 2", None),
    ("G14", '"short"', '"long"', None),
    ("G21", "log    =", "+WantFlocking = true\nlog    =", "want_campus_pools = true"),
    ("G21", "log    =", "requirements = (CUDACapability >= 7.5)\nlog    =", None),
    ("G21", "log    =", "cuda_version = 12.4\nlog    =", "gpus_minimum_runtime = 12.4"),
    (
        "D5",
        "staging/b/bucky/data-v1.tar",
        "staging/groups/lab/data.tar",
        "transfer_input_files  = train.py, file:///staging/groups/lab/data.tar",
    ),
    (
        "D7",
        "osdf:///chtc/staging/b/bucky/data",
        "file:///staging/b/bucky/data",
        "requirements = (HasCHTCStaging == true)",
    ),
    ("D8", "log    =", "want_ospool = true\nrequirements = (HasCHTCStaging == true)\nlog    =", None),
    (
        "D10",
        "osdf:///chtc/staging/b/bucky/data",
        "/staging/bucky/data",
        "transfer_input_files  = train.py, osdf:///chtc/staging/b/bucky/data-v1.tar",
    ),
    (
        "D11",
        "osdf:///chtc/staging/b/bucky/data",
        "osdf:///chtc/staging/bucky/data",
        "transfer_input_files  = train.py, osdf:///chtc/staging/b/bucky/data-v1.tar",
    ),
    ("D13", "data-v1.tar", "images/", None),
    ("D14", "train.py,", ", ".join(f"part{n}.csv" for n in range(101)) + ",", None),
    (
        "D16",
        "osdf:///chtc/staging/b/bucky/data-v1.tar",
        "file:///staging/b/bucky/images?pack=auto",
        "transfer_input_files  = train.py, file:///staging/b/bucky/images",
    ),
    ("D19", "request_cpus", "transfer_output_remaps = results=a\nrequest_cpus", 'transfer_output_remaps = "results=a"'),
    (
        "D19",
        "request_cpus",
        'transfer_output_remaps = "other=a"\nrequest_cpus',
        "transfer_output_files = results, other",
    ),
    (
        "D20",
        "request_cpus",
        'transfer_output_remaps = "results=a"\noutput_destination = osdf:///x/\nrequest_cpus',
        None,
    ),
    ("D21", "train.$(Cluster).$(Process).out", "train.out", "output = logs/train.$(Cluster).$(Process).out"),
    ("D24", "train.py,", "pelican://chtc.wisc.edu/researchdrive/prof/mine/x.tar,", None),
    ("D25", "train.py,", "http://proxy.chtc.wisc.edu/SQUID/bucky/x.tar,", None),
    ("S1", "osdf:///chtc/staging/b/bucky/image-v1.sif", "docker://pytorch/pytorch:latest", None),
    ("S1", "osdf:///chtc/staging/b/bucky/image-v1.sif", "docker://pytorch/pytorch", None),
    (
        "S12",
        "osdf:///chtc/staging/b/bucky/image-v1.sif",
        '"osdf:///chtc/staging/b/bucky/image-v1.sif"',
        "container_image = osdf:///chtc/staging/b/bucky/image-v1.sif",
    ),
    ("S12", "executable ", "universe = docker\nexecutable ", ""),
    (
        "S17",
        "log    =",
        "shell = ./setup.sh && python x\nlog    =",
        "transfer_input_files  = train.py, osdf:///chtc/staging/b/bucky/data-v1.tar, ./setup.sh",
    ),
    ("S21", "--lr $(lr)", "--lr $(lr) --num-workers 16", None),
    ("C1", "log    = logs/train.log\n", "", "log = logs/train.$(Cluster).log"),
    ("C2", "16 GB", "16000", "request_memory = 16000 MB"),
    ("C2", "16 GB", "16", None),
    ("C2", "40 GB", '"40GB"', "request_disk   = 40 GB"),
    ("C2", "40 GB", "40GiB", "request_disk   = 40 GB"),
    ("C2", "16 GB", "16,000", "request_memory = 16000 MB"),
    (
        "C3",
        "log    =",
        "requirements = (A == 1)\nRequirements = B > 2\nlog    =",
        "Requirements = (A == 1) && (B > 2)",
    ),
    ("C5", "log    =", "checkpoint_exit_code = 0\ntransfer_checkpoint_files = c\nlog    =", None),
    ("C6", "log    =", "checkpoint_exit_code = 85\nlog    =", None),
    ("G17", "log    =", "checkpoint_exit_code = 85\ntransfer_checkpoint_files = c\nlog    =", None),
    ("G16", '"short"', '"long"\n+is_resumable = true', None),
    ("C10", "queue lr in (0.1 0.01)", "queue 20000", "max_idle = 10000"),
    ("C13", "queue lr in", "queue log in", None),
    ("C15", "queue lr in (0.1 0.01)", "queue lr matching dirs sub*\n", None),
    ("C19", "16 GB", "ifthenelse(MemoryUsage =!= undefined, MemoryUsage * 2, 4096)", None),
    ("C21", "16 GB", "300 GB", None),
    ("C22", "request_cpus   = 4", "request_cpus   = 32", None),
    ("C24", "log    =", 'environment = "WANDB_API_KEY=' + "0a" * 20 + '"\nlog    =', None),
    ("C25", "log    =", "getenv = true\nlog    =", None),
    ("C30", "request_cpus   = 4", "request_cpus   = 4  # four", "# four\nrequest_cpus   = 4"),
    ("C30", "queue lr in (0.1 0.01)", "queue 2 # two", "# two\nqueue 2"),
    ("R1", "log    =", "log file =", None),
    ("R1", "log    =", "if $(lr) > 2\nendif\nlog    =", None),
    ("R2", "log    =", "colour = red\nlog    =", None),
    ("R3", "log    =", "request_disk = 41 GB\nlog    =", None),
    ("R4", "10000 MB", "plenty", None),
    ("R4", "log    =", "+Project = 'mine'\nlog    =", '+Project = "mine"'),
    ("R4", "log    =", "+Project = “mine”\nlog    =", '+Project = "mine"'),
    ("R4", "log    =", "notification = sometimes\nlog    =", None),
    ("R4", "log    =", "allowed_execute_duration = 1h\nlog    =", None),
]


def test_a_clean_description_stays_as_it_is() -> None:
    found = review({"train.sub": CLEAN, "run.sh": SCRIPT}, CHTC)
    assert found.findings == ()
    assert found.mended == {}


@pytest.mark.parametrize(("check", "old", "new", "mend"), SUBMIT_TRAPS)
def test_a_trap_in_a_submit_description(check: str, old: str, new: str, mend: str | None) -> None:
    assert old in CLEAN
    text = CLEAN.replace(old, new, 1)
    if check == "C15":
        text = text.replace("logs/train.$(Cluster).$(Process).out", "logs/$(lr).out")
    found = review({"train.sub": text}, CHTC)
    hits = [one for one in found.findings if one.check.id == check]
    assert hits, [one.check.id for one in found.findings]
    assert all(1 <= one.line <= text.count("\n") + 1 for one in hits)
    if mend is None:
        assert not any(one.mends for one in hits)
    else:
        assert any(mend in one.mended for one in hits), [one.mended for one in hits]
        again = review({"train.sub": found.mended["train.sub"]}, CHTC)
        assert check not in [one.check.id for one in again.findings]


def test_a_long_job_with_too_many_cards() -> None:
    text = CLEAN.replace('"short"', '"long"').replace("request_gpus   = 1", "request_gpus   = 8")
    assert "G3" in [one.check.id for one in review({"a.sub": text}, CHTC).findings]


def test_a_length_of_another_pool() -> None:
    line: Fact[tuple[str, ...]] = Fact(('+JobDurationCategory = "Medium"',), source("condor-submit"))
    pool = dataclasses.replace(CHTC, lengths=(dataclasses.replace(CHTC.lengths[0], lines=line),))
    text = CLEAN.replace('+GPUJobLength  = "short"', "+JobDurationCategory = medium")
    found = [one for one in review({"a.sub": text}, pool).findings if one.check.id == "C23"]
    assert [one.mended for one in found] == ['+JobDurationCategory = "Medium"']


SCRIPT_TRAPS = [
    ("G11", "export CUDA_VISIBLE_DEVICES=0\n", None),
    ("G12", "nvidia-smi\n", "nvidia-smi || true"),
    ("S10", "apptainer exec my.sif python train.py\n", None),
    ("S9", "apptainer build my.sif my.def\n", None),
    ("S15", "python train.py \\ \n    --epochs 3\n", "python train.py \\"),
    ("S15", "python train.py\n    --epochs 3\n", "python train.py \\"),
    ("S18", "conda activate base\n", None),
    ("S19", "pip install torch==2.9.1\n", None),
    ("D28", "wget https://example.org/model.bin\n", None),
    ("C26", "watch -n 1 condor_q\n", None),
    ("D26", "scp x.tar bucky@ap2001.chtc.wisc.edu:/staging/b/bucky/\n", None),
    ("D25", "curl -O http://proxy.chtc.wisc.edu/SQUID/x\n", None),
]


@pytest.mark.parametrize(("check", "line", "mend"), SCRIPT_TRAPS)
def test_a_trap_in_a_script(check: str, line: str, mend: str | None) -> None:
    found = review({"train.sub": CLEAN, "run.sh": SCRIPT.replace("python train", f"{line}python train")}, CHTC)
    hits = [one for one in found.findings if one.check.id == check]
    assert hits, [one.check.id for one in found.findings]
    assert [one.mended for one in hits if one.mends] == ([] if mend is None else [mend])


def test_the_exit_code_of_the_program_is_lost() -> None:
    files = {"train.sub": CLEAN, "run.sh": "#!/bin/bash\npython train.py\ntar czf results.tar.gz results\n"}
    assert [(one.check.id, one.line) for one in review(files, CHTC).findings] == [("S16", 3)]
    files["run.sh"] += "exit $status\n"
    assert review(files, CHTC).findings == ()


def test_line_ends_of_windows_and_a_missing_first_line() -> None:
    files = {"train.sub": CLEAN, "run.sh": "python train.py\r\n"}
    found = review(files, CHTC)
    assert [one.check.id for one in found.findings] == ["S14", "S13"]
    assert found.mended["run.sh"] == "#!/bin/bash\npython train.py\n"


def test_a_set_up_that_cannot_be_repeated() -> None:
    text = CLEAN.replace(
        "log    =", "checkpoint_exit_code = 85\ntransfer_checkpoint_files = c\n+is_resumable = true\nlog    =", 1
    )
    script = "#!/bin/bash\nset -e\nmkdir c\nrm data-v1.tar\ntimeout 30m python train.py\nexit 85\n"
    found = review({"train.sub": text, "run.sh": script}, CHTC)
    assert [(one.check.id, one.line) for one in found.findings] == [("C4", 3), ("C4", 4), ("C7", 5)]
    assert "mkdir -p c" in found.mended["run.sh"]
    silent = review({"train.sub": text, "run.sh": SCRIPT}, CHTC)
    assert [one.check.id for one in silent.findings] == ["C5"]


DEFINITION = """\
Bootstrap: docker
From: pytorch/pytorch:2.9.1-cuda12.6-cudnn9-runtime

%post
    chmod 777 /tmp || true
    apt-get update
    apt-get install -y git
    pip install numpy==2.3.4
"""
DEFINITION_TRAPS = [
    ("S1", ":2.9.1-cuda12.6-cudnn9-runtime", "", None),
    ("S6", "    chmod 777 /tmp || true\n", "", "    chmod 777 /tmp || true"),
    ("S6", " || true", "", "    chmod 777 /tmp || true"),
    ("S7", "install -y", "install", "    apt-get install -y git"),
    ("S7", "apt-get install", "sudo apt-get install", "    apt-get install -y git"),
    ("R5", "numpy==2.3.4", "numpy", None),
    ("S11", "%post", "%runscript\n    python x.py\n\n%post", None),
]


def test_a_clean_definition_stays_as_it_is() -> None:
    assert review({"my.def": DEFINITION}, CHTC).findings == ()


@pytest.mark.parametrize(("check", "old", "new", "mend"), DEFINITION_TRAPS)
def test_a_trap_in_a_definition(check: str, old: str, new: str, mend: str | None) -> None:
    found = review({"my.def": DEFINITION.replace(old, new, 1)}, CHTC)
    assert [one.check.id for one in found.findings] == [check]
    assert found.findings[0].mended == (mend or "")


def test_a_dockerfile() -> None:
    text = 'FROM python\nRUN apt-get install git\nRUN pip install numpy\nENTRYPOINT ["python"]\n'
    assert [one.check.id for one in review({"Dockerfile": text}, CHTC).findings] == ["S1", "S7", "R5", "S11"]
    assert review({"Dockerfile": "FROM python:3.12-slim\nENTRYPOINT []\n"}, CHTC).findings == ()


def test_a_build_job_with_too_little_disk() -> None:
    build = "+IsBuildJob = true\nrequest_disk = 10 GB\nlog = build.log\ntransfer_input_files = my.def\nqueue\n"
    found = review({"build.sub": build, "my.def": DEFINITION}, CHTC)
    assert [(one.check.id, one.mended) for one in found.findings] == [("S8", "request_disk = 30 GB")]


def test_a_list() -> None:
    text = CLEAN.replace("queue lr in (0.1 0.01)", "queue lr, batch from list.csv")
    rows = "\ufefflr,batch\n0.1 ,16\n# later\n0.2,3,4\n0.3,5\n"
    found = review({"train.sub": text, "list.csv": rows}, CHTC)
    assert [(one.check.id, one.line) for one in found.findings] == [
        ("R6", 1),
        ("R6", 1),
        ("R6", 2),
        ("R6", 3),
        ("C14", 4),
    ]
    assert found.mended["list.csv"] == "0.1,16\n0.2,3,4\n0.3,5\n"


def test_a_dag() -> None:
    dag = "JOB a a.sub\nJOB b b.sub\nPARENT a CHILD c\nRETRY b 5\n"
    found = review({"x.dag": dag, "a.sub": CLEAN.replace("$(lr)", "$(NODE)")}, CHTC)
    assert [(one.check.id, one.file, one.line) for one in found.findings] == [
        ("R7", "x.dag", 3),
        ("C18", "x.dag", 4),
        ("R7", "a.sub", 4),
    ]


def test_every_check_that_review_sees_has_a_trap_here() -> None:
    tried = {trap[0] for trap in [*SUBMIT_TRAPS, *SCRIPT_TRAPS, *DEFINITION_TRAPS]}
    alone = {"G3", "C23", "S16", "S14", "S13", "C4", "C7", "S8", "R6", "C14", "R7", "C18"}
    assert {check.id for check in checks().values() if check.is_seen} == tried | alone


def test_a_key_is_never_repeated() -> None:
    key = "0a" * 20
    found = review({"a.sub": CLEAN.replace("log    =", f'environment = "WANDB_API_KEY={key}"\nlog    =', 1)}, CHTC)
    assert all(key not in one.what + one.fix + one.mended for one in found.findings)

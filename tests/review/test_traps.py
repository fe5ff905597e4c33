"""One file as people have it for each trap: what is found, and the fixed line."""

import dataclasses

import pytest

from planner.facts.fact import Fact
from planner.facts.pools import SubmitLine, SubmitLines, pools
from planner.facts.sources import source
from planner.review import review

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

# check: what stands there instead, by line of CLEAN → the fixed line, or None where a person must decide
SUBMIT_TRAPS = [
    ("shared-gpus-not-opened", "+WantGPULab    = true\n", "", "+WantGPULab = true"),
    ("opening-line-in-quotes", "+WantGPULab    = true", '+WantGPULab    = "true"', "+WantGPULab    = true"),
    ("plus-missing", "+WantGPULab    = true", "WantGPULab    = true", "+WantGPULab    = true"),
    ("unknown-run-time-length", '+GPUJobLength  = "short"', "+GPUJobLength  = short", '+GPUJobLength  = "short"'),
    ("unknown-run-time-length", '+GPUJobLength  = "short"', '+GPUJobLength  = "Short"', '+GPUJobLength  = "short"'),
    ("unknown-run-time-length", '+GPUJobLength  = "short"', '+GPUJobLength  = "tiny"', None),
    ("gpu-bounds-without-request", "request_gpus   = 1\n", "", "request_gpus = 1"),
    ("misspelled-command", "request_gpus ", "request_gpu ", "request_gpus   = 1"),
    ("misspelled-command", "request_cpus ", "requests_cpus ", "request_cpus   = 4"),
    ("misspelled-command", "request_cpus ", "cpu ", "request_cpus   = 4"),
    ("request-for-unknown-resource", "request_cpus ", "request_cores ", None),
    ("misspelled-command", "gpus_minimum_memory", "request_gpu_memory", "gpus_minimum_memory = 10000 MB"),
    ("gpu-memory-as-sold", "10000 MB", "40GB", "gpus_minimum_memory = 39000 MB"),
    ("gpu-memory-as-sold", "10000 MB", "80 GB", "gpus_minimum_memory = 78000 MB"),
    ("few-gpus-match", "10000 MB", "130000 MB\ngpus_minimum_capability = 9.5", None),
    ("several-gpus-requested", "request_gpus   = 1", "request_gpus   = 2", None),
    ("longest-length-without-checkpoints", '"short"', '"long"', None),
    ("replaced-command", "log    =", "+WantFlocking = true\nlog    =", "want_campus_pools = true"),
    ("old-gpu-attribute-required", "log    =", "requirements = (CUDACapability >= 7.5)\nlog    =", None),
    ("superseded-command", "log    =", "cuda_version = 12.4\nlog    =", "gpus_minimum_runtime = 12.4"),
    (
        "place-not-served-by-address",
        "osdf:///chtc/staging/b/bucky/data",
        "osdf:///staging/b/bucky/data",
        "osdf:///chtc",
    ),
    ("input-has-moved", "osdf:///chtc/staging/b/bucky/image", "file:///staging/bucky/image", "file:///staging/b/bucky"),
    (
        "path-through-access-point",
        "osdf:///chtc/staging/b/bucky/data",
        "/staging/groups/lab/data",
        "file:///staging/gr",
    ),
    ("wider-pools-contradicted", "train.py,", "file:///staging/b/bucky/x.tar,\nwant_ospool = true\n#", None),
    ("replaced-command", "log    =", "+WantGlideIn = true\nwant_ospool = true\nlog    =", ""),
    ("retired-in-submit-file", "log    =", "requirements = (Target.HasGpulabData == true)\nlog    =", None),
    (
        "place-not-served-by-address",
        "staging/b/bucky/data-v1.tar",
        "staging/groups/lab/data.tar",
        "transfer_input_files  = train.py, file:///staging/groups/lab/data.tar",
    ),
    (
        "file-path-without-requirement",
        "osdf:///chtc/staging/b/bucky/data",
        "file:///staging/b/bucky/data",
        "requirements = (HasCHTCStaging == true)",
    ),
    (
        "wider-pools-contradicted",
        "log    =",
        "want_ospool = true\nrequirements = (HasCHTCStaging == true)\nlog    =",
        None,
    ),
    (
        "path-through-access-point",
        "osdf:///chtc/staging/b/bucky/data",
        "/staging/bucky/data",
        "transfer_input_files  = train.py, osdf:///chtc/staging/b/bucky/data-v1.tar",
    ),
    (
        "input-has-moved",
        "osdf:///chtc/staging/b/bucky/data",
        "osdf:///chtc/staging/bucky/data",
        "transfer_input_files  = train.py, osdf:///chtc/staging/b/bucky/data-v1.tar",
    ),
    ("folder-as-input-address", "data-v1.tar", "images/", None),
    ("many-input-files", "train.py,", ", ".join(f"part{n}.csv" for n in range(101)) + ",", None),
    (
        "pack-on-file-path",
        "osdf:///chtc/staging/b/bucky/data-v1.tar",
        "file:///staging/b/bucky/images?pack=auto",
        "transfer_input_files  = train.py, file:///staging/b/bucky/images",
    ),
    (
        "remaps-without-quotes",
        "request_cpus",
        "transfer_output_remaps = results=a\nrequest_cpus",
        'transfer_output_remaps = "results=a"',
    ),
    (
        "remap-of-unlisted-output",
        "request_cpus",
        'transfer_output_remaps = "other=a"\nrequest_cpus',
        "transfer_output_files = results, other",
    ),
    (
        "remaps-without-semicolons",
        "request_cpus",
        'transfer_output_remaps = "results=a, log.csv=b"\nrequest_cpus',
        'transfer_output_remaps = "results=a; log.csv=b"',
    ),
    (
        "remaps-and-output-destination",
        "request_cpus",
        'transfer_output_remaps = "results=a"\noutput_destination = osdf:///x/\nrequest_cpus',
        None,
    ),
    (
        "jobs-write-the-same-file",
        "train.$(Cluster).$(Process).out",
        "train.out",
        "output = logs/train.$(Cluster).$(Process).out",
    ),
    ("input-out-of-reach", "train.py,", "pelican://chtc.wisc.edu/researchdrive/prof/mine/x.tar,", None),
    ("retired-in-submit-file", "train.py,", "http://proxy.chtc.wisc.edu/SQUID/bucky/x.tar,", None),
    ("image-without-fixed-tag", "osdf:///chtc/staging/b/bucky/image-v1.sif", "docker://pytorch/pytorch:latest", None),
    ("image-without-fixed-tag", "osdf:///chtc/staging/b/bucky/image-v1.sif", "docker://pytorch/pytorch", None),
    (
        "image-in-quotes",
        "osdf:///chtc/staging/b/bucky/image-v1.sif",
        '"osdf:///chtc/staging/b/bucky/image-v1.sif"',
        "container_image = osdf:///chtc/staging/b/bucky/image-v1.sif",
    ),
    ("container-image-in-docker-universe", "executable ", "universe = docker\nexecutable ", ""),
    (
        "shell-script-not-transferred",
        "log    =",
        "shell = ./setup.sh && python x\nlog    =",
        "transfer_input_files  = train.py, osdf:///chtc/staging/b/bucky/data-v1.tar, ./setup.sh",
    ),
    ("more-workers-than-cpus", "--lr $(lr)", "--lr $(lr) --num-workers 16", None),
    ("log-output-or-error-missing", "log    = logs/train.log\n", "", "log = logs/train.$(Cluster).log"),
    ("amount-without-unit", "16 GB", "16000", "request_memory = 16000 MB"),
    ("tiny-amount-without-unit", "16 GB", "16", None),
    ("amount-in-quotes", "40 GB", '"40GB"', "request_disk   = 40 GB"),
    ("unknown-unit", "40 GB", "40GiB", "request_disk   = 40 GB"),
    ("comma-in-amount", "16 GB", "16,000", "request_memory = 16000 MB"),
    (
        "requirements-twice",
        "log    =",
        "requirements = (A == 1)\nRequirements = B > 2\nlog    =",
        "Requirements = (A == 1) && (B > 2)",
    ),
    (
        "checkpoint-code-is-success-code",
        "log    =",
        "checkpoint_exit_code = 0\ntransfer_checkpoint_files = c\nlog    =",
        None,
    ),
    ("checkpoint-names-no-files", "log    =", "checkpoint_exit_code = 85\nlog    =", None),
    ("idle-machines-unused", "log    =", "checkpoint_exit_code = 85\ntransfer_checkpoint_files = c\nlog    =", None),
    ("interruptible-without-checkpoints", '"short"', '"long"\n+is_resumable = true', None),
    ("many-jobs-without-max-idle", "queue lr in (0.1 0.01)", "queue 20000", "max_idle = 10000"),
    ("queue-variable-hides-job-number", "queue lr in", "queue Process in", None),
    ("queue-variable-is-a-command", "queue lr in", "queue log in", None),
    ("folder-name-in-file-name", "queue lr in (0.1 0.01)", "queue lr matching dirs sub*\n", None),
    ("memory-as-an-expression", "16 GB", "ifthenelse(MemoryUsage =!= undefined, MemoryUsage * 2, 4096)", None),
    ("very-large-memory", "16 GB", "300 GB", None),
    ("very-many-cpus", "request_cpus   = 4", "request_cpus   = 32", None),
    ("key-or-password-in-file", "log    =", 'environment = "WANDB_API_KEY=' + "0a" * 20 + '"\nlog    =', None),
    ("whole-environment-copied", "log    =", "getenv = true\nlog    =", None),
    ("comment-at-end-of-command", "request_cpus   = 4", "request_cpus   = 4  # four", "# four\nrequest_cpus   = 4"),
    ("comment-at-end-of-command", "queue lr in (0.1 0.01)", "queue 2 # two", "# two\nqueue 2"),
    ("comment-at-end-of-command", "executable      = run.sh", "executable      = run.sh # mine", "# mine\nexecutable"),
    ("comment-at-end-of-command", "log    =", "max_retries = 3 # at most\nlog    =", "# at most\nmax_retries = 3"),
    ("comment-in-value", "--lr $(lr)", "--lr $(lr) # mine", "# mine\narguments       = --lr $(lr)"),
    ("refused-line", "log    =", "log file =", None),
    ("refused-line", "log    =", "if $(lr) > 2\nendif\nlog    =", None),
    ("unknown-command", "log    =", "colour = red\nlog    =", None),
    ("command-twice", "log    =", "request_disk = 41 GB\nlog    =", None),
    ("amount-expected", "10000 MB", "plenty", None),
    ("single-quotes-for-text", "log    =", "+Project = 'mine'\nlog    =", '+Project = "mine"'),
    ("curly-quotes", "log    =", "+Project = “mine”\nlog    =", '+Project = "mine"'),
    ("curly-quotes-in-value", "log    =", "environment = “A=1”\nlog    =", 'environment = "A=1"'),
    ("number-expected", "request_cpus   = 4", 'request_cpus   = "4"', "request_cpus   = 4"),
    ("number-expected", "request_cpus   = 4", "request_cpus   = four", None),
    ("unknown-notification", "log    =", "notification = sometimes\nlog    =", None),
    ("duration-with-unit", "log    =", "allowed_execute_duration = 1h\nlog    =", None),
]


def test_a_clean_description_stays_as_it_is() -> None:
    found = review({"train.sub": CLEAN, "run.sh": SCRIPT}, CHTC)
    assert found.findings == ()
    assert found.fixed == {}


@pytest.mark.parametrize(("check", "old", "new", "mend"), SUBMIT_TRAPS)
def test_a_trap_in_a_submit_description(check: str, old: str, new: str, mend: str | None) -> None:
    assert old in CLEAN
    text = CLEAN.replace(old, new, 1)
    if check == "folder-name-in-file-name":
        text = text.replace("logs/train.$(Cluster).$(Process).out", "logs/$(lr).out")
    found = review({"train.sub": text}, CHTC)
    hits = [one for one in found.findings if one.check.id == check]
    assert hits, [one.check.id for one in found.findings]
    assert all(1 <= one.line <= text.count("\n") + 1 for one in hits)
    if mend is None:
        assert not any(one.edits for one in hits)
    else:
        assert any(mend in one.fixed for one in hits), [one.fixed for one in hits]
        again = review({"train.sub": found.fixed["train.sub"]}, CHTC)
        assert check not in [one.check.id for one in again.findings]


def test_a_long_job_with_too_many_cards() -> None:
    text = CLEAN.replace('"short"', '"long"').replace("request_gpus   = 1", "request_gpus   = 8")
    assert "too-many-gpus-for-length" in [one.check.id for one in review({"a.sub": text}, CHTC).findings]


def test_a_length_of_another_pool() -> None:
    line: Fact[SubmitLines] = Fact((SubmitLine("+JobDurationCategory", '"Medium"'),), source("condor-submit"))
    pool = dataclasses.replace(CHTC, lengths=(dataclasses.replace(CHTC.lengths[0], lines=line),))
    text = CLEAN.replace('+GPUJobLength  = "short"', "+JobDurationCategory = medium")
    found = [one for one in review({"a.sub": text}, pool).findings if one.check.id == "unknown-run-time-length"]
    assert [one.fixed for one in found] == ['+JobDurationCategory = "Medium"']


SCRIPT_TRAPS = [
    ("gpu-picked-by-number", "export CUDA_VISIBLE_DEVICES=0\n", None),
    ("nvidia-smi-ends-script", "nvidia-smi\n", "nvidia-smi || true"),
    ("script-starts-a-container", "apptainer exec my.sif python train.py\n", None),
    ("image-built-outside-build-job", "apptainer build my.sif my.def\n", None),
    ("blank-after-backslash", "python train.py \\ \n    --epochs 3\n", "python train.py \\"),
    ("missing-backslash", "python train.py\n    --epochs 3\n", "python train.py \\"),
    ("environment-activated-in-script", "conda activate base\n", None),
    ("packages-installed-in-every-job", "pip install torch==2.9.1\n", None),
    ("every-job-downloads", "wget https://example.org/model.bin\n", None),
    ("queue-queried-in-a-loop", "watch -n 1 condor_q\n", None),
    ("retired-in-script", "scp x.tar bucky@ap2001.chtc.wisc.edu:/staging/b/bucky/\n", None),
    ("retired-in-script", "curl -O http://proxy.chtc.wisc.edu/SQUID/x\n", None),
]


@pytest.mark.parametrize(("check", "line", "mend"), SCRIPT_TRAPS)
def test_a_trap_in_a_script(check: str, line: str, mend: str | None) -> None:
    found = review({"train.sub": CLEAN, "run.sh": SCRIPT.replace("python train", f"{line}python train")}, CHTC)
    hits = [one for one in found.findings if one.check.id == check]
    assert hits, [one.check.id for one in found.findings]
    assert [one.fixed for one in hits if one.edits] == ([] if mend is None else [mend])


def test_the_exit_code_of_the_program_is_lost() -> None:
    files = {"train.sub": CLEAN, "run.sh": "#!/bin/bash\npython train.py\ntar czf results.tar.gz results\n"}
    assert [(one.check.id, one.line) for one in review(files, CHTC).findings] == [("exit-code-lost", 3)]
    files["run.sh"] += "exit $status\n"
    assert review(files, CHTC).findings == ()


def test_line_ends_of_windows_and_a_missing_first_line() -> None:
    files = {"train.sub": CLEAN, "run.sh": "python train.py\r\n"}
    found = review(files, CHTC)
    assert [one.check.id for one in found.findings] == ["windows-line-ends", "no-first-line-in-image"]
    assert found.fixed["run.sh"] == "#!/bin/bash\npython train.py\n"


def test_a_set_up_that_cannot_be_repeated() -> None:
    text = CLEAN.replace(
        "log    =", "checkpoint_exit_code = 85\ntransfer_checkpoint_files = c\n+is_resumable = true\nlog    =", 1
    )
    script = "#!/bin/bash\nset -e\nmkdir c\nrm data-v1.tar\ntimeout 30m python train.py\nexit 85\n"
    found = review({"train.sub": text, "run.sh": script}, CHTC)
    assert [(one.check.id, one.line) for one in found.findings] == [
        ("mkdir-fails-after-checkpoint", 3),
        ("archive-gone-after-checkpoint", 4),
        ("checkpoints-too-often", 5),
    ]
    assert "mkdir -p c" in found.fixed["run.sh"]
    silent = review({"train.sub": text, "run.sh": SCRIPT}, CHTC)
    assert [one.check.id for one in silent.findings] == ["checkpoint-code-never-used"]


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
    ("base-image-without-fixed-tag", ":2.9.1-cuda12.6-cudnn9-runtime", "", None),
    ("apt-without-writable-tmp", "    chmod 777 /tmp || true\n", "", "    chmod 777 /tmp || true"),
    ("chmod-of-tmp-may-fail", " || true", "", "    chmod 777 /tmp || true"),
    ("installer-asks-questions", "install -y", "install", "    apt-get install -y git"),
    ("sudo-in-a-build", "apt-get install", "sudo apt-get install", "    apt-get install -y git"),
    ("packages-without-version", "numpy==2.3.4", "numpy", None),
    ("runscript-is-not-used", "%post", "%runscript\n    python x.py\n\n%post", None),
]


def test_a_clean_definition_stays_as_it_is() -> None:
    assert review({"my.def": DEFINITION}, CHTC).findings == ()


@pytest.mark.parametrize(("check", "old", "new", "mend"), DEFINITION_TRAPS)
def test_a_trap_in_a_definition(check: str, old: str, new: str, mend: str | None) -> None:
    found = review({"my.def": DEFINITION.replace(old, new, 1)}, CHTC)
    assert [one.check.id for one in found.findings] == [check]
    assert found.findings[0].fixed == (mend or "")


def test_a_dockerfile() -> None:
    text = 'FROM python\nRUN apt-get install git\nRUN pip install numpy\nENTRYPOINT ["python"]\n'
    assert [one.check.id for one in review({"Dockerfile": text}, CHTC).findings] == [
        "base-image-without-fixed-tag",
        "installer-asks-questions",
        "packages-without-version",
        "entrypoint-in-the-way",
    ]
    assert review({"Dockerfile": "FROM python:3.12-slim\nENTRYPOINT []\n"}, CHTC).findings == ()


def test_a_build_job_with_too_little_disk() -> None:
    build = "+IsBuildJob = true\nrequest_disk = 10 GB\nlog = build.log\ntransfer_input_files = my.def\nqueue\n"
    found = review({"build.sub": build, "my.def": DEFINITION}, CHTC)
    assert [(one.check.id, one.fixed) for one in found.findings] == [
        ("build-job-disk-too-small", "request_disk = 30 GB")
    ]


def test_a_list() -> None:
    text = CLEAN.replace("queue lr in (0.1 0.01)", "queue lr, batch from list.csv")
    rows = "\ufefflr,batch\n0.1 ,16\n# later\n0.2,3,4\n0.3,5\n"
    found = review({"train.sub": text, "list.csv": rows}, CHTC)
    assert [(one.check.id, one.line) for one in found.findings] == [
        ("byte-order-mark-in-list", 1),
        ("header-in-list", 1),
        ("blank-before-comma-in-list", 2),
        ("comment-in-list", 3),
        ("too-many-values-in-list", 4),
    ]
    assert found.fixed["list.csv"] == "0.1,16\n0.2,3,4\n0.3,5\n"


def test_a_dag() -> None:
    dag = "JOB a a.sub\nJOB b b.sub\nPARENT a CHILD c\nRETRY b 5\n"
    found = review({"x.dag": dag, "a.sub": CLEAN.replace("$(lr)", "$(NODE)")}, CHTC)
    assert [(one.check.id, one.file, one.line) for one in found.findings] == [
        ("dag-names-unknown-node", "x.dag", 3),
        ("node-retried-many-times", "x.dag", 4),
        ("node-macro-is-empty", "a.sub", 4),
    ]


# Traps that need files of their own: check → the files, and where it is found.
RESUMES = CLEAN.replace(
    "log    =", "checkpoint_exit_code = 85\ntransfer_checkpoint_files = c\n+is_resumable = true\nlog    =", 1
)
WITHOUT_IMAGE = CLEAN.replace("container_image = osdf:///chtc/staging/b/bucky/image-v1.sif\n", "")
LIST = CLEAN.replace("queue lr in (0.1 0.01)", "queue lr, batch from list.csv")
FILE_TRAPS: list[tuple[str, dict[str, str], tuple[str, int]]] = [
    ("exit-code-lost", {"a.sub": CLEAN, "run.sh": "#!/bin/bash\npython train.py\nls\n"}, ("run.sh", 3)),
    ("windows-line-ends", {"a.sub": CLEAN, "run.sh": "python train.py\r\n"}, ("run.sh", 1)),
    ("windows-line-ends", {"lib.sh": "#!/bin/bash\r\npwd\r\n"}, ("lib.sh", 1)),
    ("windows-line-ends-in-executable", {"a.sub": CLEAN, "run.sh": SCRIPT.replace("\n", "\r\n")}, ("run.sh", 1)),
    ("no-first-line-in-image", {"a.sub": CLEAN, "run.sh": "python train.py\n"}, ("run.sh", 1)),
    ("executable-without-first-line", {"a.sub": WITHOUT_IMAGE, "run.sh": "python train.py\n"}, ("run.sh", 1)),
    (
        "executable-without-first-line",
        {"a.sub": CLEAN.replace("= run.sh", "= train.py"), "train.py": "import torch\n"},
        ("train.py", 1),
    ),
    ("mkdir-fails-after-checkpoint", {"a.sub": RESUMES, "run.sh": "#!/bin/bash\nmkdir c\nexit 85\n"}, ("run.sh", 2)),
    ("archive-gone-after-checkpoint", {"a.sub": RESUMES, "run.sh": "#!/bin/bash\nrm x.tar\nexit 85\n"}, ("run.sh", 2)),
    (
        "checkpoints-too-often",
        {"a.sub": RESUMES, "run.sh": "#!/bin/bash\ntimeout 30m python train.py\nexit 85\n"},
        ("run.sh", 2),
    ),
    (
        "checkpoints-too-rare",
        {"a.sub": RESUMES, "run.sh": "#!/bin/bash\ntimeout -k 60 11h python train.py\nexit 85\n"},
        ("run.sh", 2),
    ),
    ("checkpoint-code-never-used", {"a.sub": RESUMES, "run.sh": SCRIPT}, ("a.sub", 17)),
    (
        "build-job-disk-too-small",
        {"b.sub": "+IsBuildJob = true\nrequest_disk = 10 GB\nlog = b.log\nqueue\n", "my.def": DEFINITION},
        ("b.sub", 2),
    ),
    ("entrypoint-in-the-way", {"Dockerfile": 'FROM python:3.12\nENTRYPOINT ["python"]\n'}, ("Dockerfile", 2)),
    ("byte-order-mark-in-list", {"a.sub": LIST, "list.csv": "\ufeff0.1,16\n"}, ("list.csv", 1)),
    ("header-in-list", {"a.sub": LIST, "list.csv": "lr,batch\n0.1,16\n"}, ("list.csv", 1)),
    ("comment-in-list", {"a.sub": LIST, "list.csv": "0.1,16\n# more\n"}, ("list.csv", 2)),
    ("blank-before-comma-in-list", {"a.sub": LIST, "list.csv": "0.1,16\n0.2 ,16\n"}, ("list.csv", 2)),
    ("too-many-values-in-list", {"a.sub": LIST, "list.csv": "0.1,16,17\n"}, ("list.csv", 1)),
    ("dag-names-unknown-node", {"x.dag": "JOB a a.sub\nRETRY b 1\n"}, ("x.dag", 2)),
    ("dag-names-unknown-node", {"x.dag": "JOB a a.sub\nABORT-DAG-ON b 3\n"}, ("x.dag", 2)),
    ("node-macro-is-empty", {"x.dag": "JOB a a.sub\n", "a.sub": CLEAN.replace("$(lr)", "$(NODE)")}, ("a.sub", 4)),
    ("node-retried-many-times", {"x.dag": "JOB a a.sub\nRETRY a 5\n"}, ("x.dag", 2)),
    # HTCondor refuses it too where the file is not there, which the files given cannot show.
    ("included-file-not-given", {"a.sub": CLEAN.replace("log  ", "include : common.sub\nlog  ", 1)}, ("a.sub", 17)),
    (
        "too-many-gpus-for-length",
        {"a.sub": CLEAN.replace('"short"', '"long"').replace("request_gpus   = 1", "request_gpus   = 8")},
        ("a.sub", 14),
    ),
]


@pytest.mark.parametrize(("check", "files", "place"), FILE_TRAPS)
def test_a_trap_in_files_of_its_own(check: str, files: dict[str, str], place: tuple[str, int]) -> None:
    findings = review(files, CHTC).findings
    assert place in [(one.file, one.line) for one in findings if one.check.id == check], findings


# Submit files in which a check must find nothing: check, pool, what stands there instead.
FINE = [
    ("unknown-unit", "16 GB", "1.5 tb"),
    ("amount-expected", "16 GB", "MyMemory\n+MyMemory = 4096"),
    ("amount-expected", "log    =", "retry_request_memory = 4GB, 8GB, 16 GB\nlog    ="),
    ("amount-expected", "log    =", "retry_request_memory = RequestMemory*4\nlog    ="),
    ("file-path-without-requirement", "data-v1.tar", "data-v1.tar\nrequirements = (TARGET.HasCHTCStaging == true)"),
    ("path-through-access-point", "train.py", "/home/bucky/train.py"),
    ("input-has-moved", "train.py", "https://example.org/staging/bucky/x.tar"),
    ("input-out-of-reach", "train.py", "pelican://chtc.wisc.edu/researchdrive/prof/CHTC/x.tar"),
    ("retired-in-submit-file", "train.py", "squid-images.tar"),
    ("place-not-served-by-address", "train.py", "pelican://example.org/staging/groups/lab/x.tar"),
    ("unknown-command", "log    =", "me = bucky\nbatch_name = $(me)\nlog    ="),
    ("request-for-unknown-resource", "log    =", "cores = 3\nlog    ="),
    ("comment-in-value", "--lr $(lr)", "--lr $(lr) --color=#fff"),
    ("remap-of-unlisted-output", "log    =", 'transfer_output_remaps = "results=a"\nlog    ='),
    ("pack-on-file-path", "data-v1.tar", "data-v1.tar?pack=auto"),
]


@pytest.mark.parametrize(("check", "old", "new"), FINE)
def test_a_check_of_submit_files_is_silent_where_nothing_is_wrong(check: str, old: str, new: str) -> None:
    assert old in CLEAN
    assert check not in [one.check.id for one in review({"a.sub": CLEAN.replace(old, new, 1)}, CHTC).findings]


SILENT: list[tuple[str, str, dict[str, str]]] = [
    ("image-built-outside-build-job", "ospool", {"build.sh": "#!/bin/bash\napptainer build my.sif my.def\n"}),
    ("apt-without-writable-tmp", "ospool", {"my.def": DEFINITION.replace("    chmod 777 /tmp || true\n", "")}),
    ("retired-in-script", "ospool", {"up.sh": "#!/bin/bash\ncurl -O http://proxy.chtc.wisc.edu/SQUID/x\n"}),
    ("retired-in-script", "generic", {"up.sh": "#!/bin/bash\nscp x ap2001.chtc.wisc.edu:/staging/b/bucky/\n"}),
    ("dag-names-unknown-node", "chtc", {"x.dag": "INCLUDE more.dag\nJOB a a.sub\nRETRY b 1\n"}),
    ("dag-names-unknown-node", "chtc", {"x.dag": "SPLICE s more.dag\nJOB a a.sub\nRETRY s+b 1\n"}),
    (
        "node-macro-is-empty",
        "chtc",
        {"x.dag": "JOB a a.sub\n", "a.sub": CLEAN.replace("$(lr)", "$(NODE)").replace("queue lr", "queue node")},
    ),
    (
        "node-macro-is-empty",
        "chtc",
        {"x.dag": 'JOB a a.sub\nVARS a node="a"\n', "a.sub": CLEAN.replace("$(lr)", "$(NODE)")},
    ),
    ("windows-line-ends", "chtc", {"a.sub": CLEAN, "run.sh": SCRIPT, "train.py": "import torch\r\n"}),
    ("windows-line-ends", "chtc", {"a.sub": CLEAN, "run.sh": SCRIPT.replace("\n", "\r\n")}),
    ("shell-script-not-transferred", "chtc", {"a.sub": CLEAN.replace("log  ", "shell = /opt/setup.sh\nlog  ", 1)}),
]


@pytest.mark.parametrize(("check", "pool", "files"), SILENT)
def test_a_check_is_silent_where_nothing_is_wrong(check: str, pool: str, files: dict[str, str]) -> None:
    assert check not in [one.check.id for one in review(files, pools()[pool]).findings]


def test_a_key_is_never_repeated() -> None:
    key = "0a" * 20
    found = review({"a.sub": CLEAN.replace("log    =", f'environment = "WANDB_API_KEY={key}"\nlog    =', 1)}, CHTC)
    assert all(key not in one.what + one.fix + one.fixed for one in found.findings)

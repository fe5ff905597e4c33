"""Checks of what scripts call: containers, installers, downloads, HTCondor's own tools, GPUs."""

import re
from collections.abc import Iterator

from planner.incoming import FileType
from planner.review.base import WASTES, Hit, check
from planner.review.edits import Edit
from planner.review.files import ReviewedFiles
from planner.review.script_lines import ScriptLine, lines_of, lines_with, shell_lines_of_jobs

_IN_WHAT_RUNS = "test_what_runs_in_a_job_does_nothing_that_the_checks_warn_of"
# Where a command of the shell begins.
_START = r"(?:^|[;&|]\s*)"

_STARTS_CONTAINER = re.compile(
    rf"(?:{_START}|\btime\s+)(?:apptainer|singularity)\s+(?:exec|run|shell)\b|{_START}docker\s+run\b"
)
_BUILDS_IMAGE = re.compile(rf"{_START}(?:apptainer|singularity)\s+build\b")
_ACTIVATES = re.compile(r"^(?:source\s+|\.\s+|conda\s+)\S*activate\b")
_INSTALLS = re.compile(
    rf"{_START}(?:python3?\s+-m\s+)?(?:pip3?|conda|mamba)\s+(?:install|create|env\s+create)\b|\bapt(?:-get)?\s+install\b"
)
_DOWNLOADS = re.compile(
    rf"{_START}(?:wget|curl|git\s+clone|huggingface-cli\s+download|hf\s+download|kaggle\s+\w+\s+download)\b"
)
_ASKS_AGAIN = re.compile(r"\bwatch\s+(?:-\S+\s+)*(?:\S+\s+)?condor_q\b|\bwhile\b.*condor_q\b")
_PICKS_GPU = re.compile(r"(?<!\{)\bCUDA_VISIBLE_DEVICES=(?![\"']?\$)[\"']?\d|\bcuda:[1-9]")


def _hit(line: ScriptLine, what: str, fix: str) -> Hit:
    return Hit(line.file, line.number, what, fix)


# --- containers and images ---


@check(
    severity=WASTES,
    sources=("chtc-apptainer",),
    taught_by=("only-htcondor-starts-it",),
    in_plans="partly: run.sh starts no container",
)
def script_starts_a_container(files: ReviewedFiles) -> Iterator[Hit]:
    """A job's script starts a container itself

    HTCondor starts the container that the submit file names. Inside it there is usually no Apptainer or Docker, and
    outside it not every server has them.
    """
    for line in lines_with(files, _STARTS_CONTAINER, "apptainer", "singularity", "docker"):
        yield _hit(
            line,
            "The script starts a container, which works neither in another container nor on every server.",
            "Name the image in the submit file, and start only the program here.",
        )


@check(severity=WASTES, sources=("chtc-apptainer",), taught_by=("build-job",))
def image_built_outside_build_job(files: ReviewedFiles) -> Iterator[Hit]:
    """An image is built outside a build job

    Building takes CPUs, memory and disk that the access point needs for everybody's jobs, and a job's own container has
    no Apptainer to build with. This pool has build jobs for it.
    """
    if files.pool.build is None:
        return
    for line in lines_with(files, _BUILDS_IMAGE, "apptainer", "singularity", anywhere=True):
        yield _hit(
            line,
            "This builds an image, which belongs neither on the access point nor in a job that computes.",
            "Submit an interactive build job, and run this command in it.",
        )


# --- packages and downloads ---


@check(
    severity=WASTES,
    sources=("chtc-recipes",),
    in_plans="impossible: run.sh activates nothing",
    shown_by=_IN_WHAT_RUNS,
)
def environment_activated_in_script(files: ReviewedFiles) -> Iterator[Hit]:
    """A job's script activates a conda environment

    In an image whose packages are in the base environment nothing needs to be activated, and conda activate fails in a
    shell that conda has not set up.
    """
    for line in lines_with(files, _ACTIVATES, "activate"):
        yield _hit(
            line,
            "An image with its packages in the base environment needs no activation, and this may fail in it.",
            "Remove it if the image has the packages in its base environment.",
        )


@check(severity=WASTES, sources=("chtc-apptainer",), taught_by=("packages-in-every-job",))
def packages_installed_in_every_job(files: ReviewedFiles) -> Iterator[Hit]:
    """Packages are installed at the start of every job

    Each job downloads and installs the same packages before it does anything, and all jobs fail on a day on which the
    package index does.
    """
    for line in lines_with(files, _INSTALLS, "install", "create"):
        yield _hit(
            line,
            "Every job installs this again, and all of them fail when the package index is down.",
            "Install the packages in an image.",
        )


@check(
    severity=WASTES,
    sources=("chtc-machine-learning",),
    taught_by=("packages-in-every-job", "weights-staged-once"),
    in_plans="partly: what the program fetches is up to the program",
)
def every_job_downloads(files: ReviewedFiles) -> Iterator[Hit]:
    """Every job downloads from the internet

    Many jobs that fetch the same file at the same time burden the site, which may slow them down or refuse them. A file
    that was fetched once and is listed as an input stays the same for all jobs.
    """
    for line in lines_with(files, _DOWNLOADS, "wget", "curl", "clone", "download"):
        yield _hit(
            line,
            "Every job fetches this again, and sites slow down or refuse so many requests.",
            "Fetch it once, and list it in transfer_input_files.",
        )


@check(severity=WASTES, sources=("chtc-file-transfer", "chtc-large-data"), taught_by=("data-place",))
def retired_in_script(files: ReviewedFiles) -> Iterator[Hit]:
    """A script uses what the pool has retired

    Pools replace their services, and old scripts keep the old addresses. What the pool no longer serves fails or burdens
    a machine that other people work on.
    """
    for name in files.of_kind(FileType.SCRIPT, FileType.PYTHON):
        for retired in files.pool.retired:
            if retired.is_in(files.files[name]):
                for line in lines_of(files, name):
                    if not line.is_comment and retired.is_in(line.text):
                        yield _hit(line, retired.what.value, retired.instead)


# --- the access point ---


@check(
    severity=WASTES,
    sources=("chtc-expectations",),
    in_plans="impossible: README names condor_watch_q",
    shown_by=_IN_WHAT_RUNS,
)
def queue_queried_in_a_loop(files: ReviewedFiles) -> Iterator[Hit]:
    """condor_q runs again and again

    Each condor_q makes the access point go through its queue, which slows it down for everybody who works there.
    condor_watch_q reads the job's log instead.
    """
    for line in lines_with(files, _ASKS_AGAIN, "condor_q", anywhere=True):
        yield _hit(
            line,
            "This queries the access point again and again, and slows it down for everybody.",
            "Use condor_watch_q, which reads the log.",
        )


@check(
    severity=WASTES,
    sources=("chtc-expectations",),
    in_plans="out of reach: where people run a script is up to them; the guide says it",
    unseen="Where a script runs is not written in it.",
)
def training_on_the_access_point() -> None:
    """A program trains on the access point

    The access point is there to submit jobs, and everybody shares it. A program that uses it up slows down the jobs of
    all others.
    """


# --- GPUs ---


@check(
    severity=WASTES,
    sources=("chtc-gpu-jobs",),
    taught_by=("card-is-chosen-for-you",),
    in_plans="partly: run.sh sets no GPU; what the program does is up to the program",
)
def gpu_picked_by_number(files: ReviewedFiles) -> Iterator[Hit]:
    """A script picks a GPU by its number

    HTCondor tells the job in CUDA_VISIBLE_DEVICES which GPU is its own. A script that sets another one may use a GPU that
    belongs to somebody else's job; then both jobs share its memory.
    """
    for line in lines_with(files, _PICKS_GPU, "CUDA", "cuda:"):
        yield _hit(
            line,
            "Two jobs on one server could use the same GPU, or one that is not theirs.",
            "Leave CUDA_VISIBLE_DEVICES as HTCondor set it; the first device that the program sees is yours.",
        )


@check(
    severity=WASTES,
    sources=("chtc-gpu-jobs",),
    in_plans="impossible: run.sh does not call nvidia-smi",
    shown_by=_IN_WHAT_RUNS,
)
def nvidia_smi_ends_script(files: ReviewedFiles) -> Iterator[Hit]:
    """nvidia-smi may end a script that stops at errors

    Not every container has nvidia-smi. A script with set -e ends at a command that does not exist, before its program
    starts.
    """
    stops: dict[str, bool] = {}
    for line in shell_lines_of_jobs(files):
        if not re.match(r"\s*nvidia-smi\b[^|&]*$", line.text):
            continue
        if stops.setdefault(line.file, _stops_at_errors(files, line.file)):
            yield Hit(
                line.file,
                line.number,
                "nvidia-smi may be missing in a container, and then the script ends here.",
                "Write nvidia-smi || true.",
                (Edit(line.number, line.number, (f"{line.text.rstrip()} || true",)),),
            )


def _stops_at_errors(files: ReviewedFiles, name: str) -> bool:
    return bool(re.search(r"(?m)^[ \t]*set[ \t]+-\w*e|^#!/bin/bash -e", files.files[name]))

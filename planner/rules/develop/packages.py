"""Packages: what is installed into the image, from where, in which version."""

import re
from collections.abc import Iterable

from planner.answers.checks import R_PACKAGE
from planner.answers.command import words
from planner.answers.environment import is_environment, read_environment
from planner.facts.frameworks import frameworks
from planner.rules.base import Case, Verdict, rule
from planner.rules.words import bare_name
from planner.sentences import and_joined

# Commands that install packages, also inside an argument that a shell runs.
INSTALLS = re.compile(r"\b(?:pip3?|conda|mamba|micromamba|apt|apt-get) install\b|\binstall\.packages\b")
# Packages that compile GPU code when they are installed or first used.
COMPILED = ("deepspeed", "flash-attn", "apex", "mamba-ssm", "causal-conv1d")


@rule(sources=("condor-submit",))
def pinned_packages(case: Case) -> Verdict | None:
    """Write the version of every package

    A recipe without versions gives another environment each time it is built, and during 2026 the plain names of
    several libraries moved to a CUDA that older cards cannot run. `pip freeze` prints the versions that work for you.
    """
    answers = case.answers
    if answers.container == "existing":
        return None
    package_count, unpinned, equals = _unpinned(case)
    if not unpinned:
        return None
    names = ", ".join(f"{name}{equals}…" for name in unpinned[:5])
    return case.warn(
        f"Fix the version of {names}{' and others' if len(unpinned) > 5 else ''}",
        because=f"{len(unpinned)} of {package_count} packages {'has' if len(unpinned) == 1 else 'have'} no fixed version, so a later "
        "build may differ from the one you tested.",
    )


def _unpinned(case: Case) -> tuple[int, list[str], str]:
    """Return how many packages are installed, the names of those without a version, and how a version is written."""
    answers = case.answers
    if is_environment(answers.packages):
        environment = read_environment(answers.packages)
        of_conda = [line for line in environment.packages if "=" not in line and bare_name(line) != "pip"]
        of_pip = [line for line in environment.pip if not _is_fixed(line)]
        return len(environment.packages) + len(environment.pip), [bare_name(line) for line in (*of_conda, *of_pip)], "="
    if frameworks()[answers.framework].language == "r":
        unpinned = [
            line for line in answers.packages if not (match := R_PACKAGE.fullmatch(line)) or not match["version"]
        ]
        return len(answers.packages), unpinned, "=="
    lines = [line for line in answers.packages if line not in case.decided.dropped_packages]
    return len(lines), [bare_name(line) for line in lines if not _is_fixed(line)], "=="


def _is_fixed(line: str) -> bool:
    """Tell whether a line of requirements.txt names one version, an address, or no package at all."""
    return bool(re.search(r"==|@|^-|^#", line))


@rule(sources=("conda-in-images",), anchor_question="packages")
def conda_in_the_image(case: Case) -> Verdict | None:
    """Let conda work in the image, once

    A conda environment is tens of thousands of files that hold paths of the machine where it was made: it cannot simply
    be packed and sent. Made in an image it lies where it was made. Nothing is activated in a job, since its programs
    stand first in PATH. The machine that builds shows no card, so conda is told the CUDA to resolve for, or it
    would choose the build for CPUs without a word.
    """
    environment = case.decided.conda
    if environment is None:
        return None
    cuda = case.decided.conda_cuda
    override = f" CONDA_OVERRIDE_CUDA={cuda} makes it choose builds for cards." if cuda else ""
    return case.set(
        f"Let conda install {len(environment.packages)} packages in the image",
        because=f"The environment lies in /opt/env, and its programs come first in PATH.{override}",
    )


@rule(sources=("anaconda-terms",), anchor_question="packages")
def anacondas_licence(case: Case) -> Verdict | None:
    """Take packages from conda-forge, not from Anaconda's channels

    The channel "defaults" and the installers of Anaconda and Miniconda stand under terms of service that ask larger
    organisations for a licence. Miniforge and conda-forge are free of them, and hold the same packages.
    """
    environment = case.decided.conda
    if environment is None or (environment.channels and not environment.anacondas):
        return None
    channels = (
        f"names {and_joined(environment.anacondas)}"
        if environment.anacondas
        else "names no channel, which means defaults"
    )
    return case.warn(
        "Check that conda-forge has your packages",
        because=f"Your environment.yml {channels}: Anaconda's terms may ask your organisation for a licence. The file here "
        f"takes packages from {and_joined(environment.free_channels)} instead.",
    )


@rule(sources=("conda-in-images",), anchor_question="packages")
def conda_for_the_card(case: Case) -> Verdict | None:
    """Ask conda for the build that uses the card

    conda has builds of the same version for CPUs and for cards. Where no card is in sight, as on every build machine, it
    takes the one for CPUs, and everything runs, only slowly.
    """
    environment = case.decided.conda
    if environment is None or not case.decided.conda_cuda:
        return None
    names = {bare_name(line.rpartition("::")[2]) for line in environment.packages}
    if "cpuonly" in names:
        return case.stop(
            "Take cpuonly out of the environment", because="It asks conda for builds that leave the card idle."
        )
    if not names & {"pytorch", "torch"} or "pytorch-gpu" in names:
        return None
    return case.warn(
        "Write pytorch-gpu instead of pytorch",
        because="Beside other packages conda may still choose a build of pytorch for CPUs; pytorch-gpu refuses it.",
    )


@rule(sources=("rocker-images",), anchor_question="packages")
def r_packages_of_one_day(case: Case) -> Verdict | None:
    """Install R packages as they were on one day

    CRAN holds the newest version of each package, so the same script installs something else next month. A dated
    snapshot holds all of them as they were on that day, already compiled for the image's system.
    """
    if not case.decided.r_packages:
        return None
    snapshot = case.decided.r_snapshot
    day = (
        f"the snapshot of {snapshot.rpartition('/')[2]}" if snapshot else "the day that the image's makers fixed for it"
    )
    return case.set(
        f"Install {len(case.decided.r_packages)} R packages in the image",
        because=f"They come from {day}; a version that you named is fetched where the snapshot has another.",
    )


@rule(sources=("software-choice",), anchor_question="command")
def packages_in_every_job(case: Case) -> Verdict | None:
    """Install packages once, in the image

    A job that installs its packages does so every time it starts: slowly, from servers that slow down or block whoever
    asks a thousand times, and with other versions on the day that a package changes.
    """
    install = INSTALLS.search(" ".join(words(case.answers.command)))
    if install:
        return case.stop(
            "Name the packages in the form, and the command that does the work",
            because=f"{install[0]} would run in each of {case.tasks.count} jobs; packages belong in the image.",
        )
    lists = [path for path in case.answers.code if re.search(r"(^|/)(requirements.*\.txt|environment\.ya?ml)$", path)]
    if not lists:
        return None
    return case.warn(
        f"Leave {and_joined(tuple(lists))} out of your code",
        because="Only the image needs a list of packages: a job that installs from it does so at every start.",
    )


@rule(sources=("flash-attention", "deepspeed-install"), anchor_question="packages")
def needs_a_compiler(case: Case) -> Verdict | None:
    """Build what compiles for the card in the image, with a compiler

    Some packages have no ready build for each framework and CUDA: they compile when they are installed, or worse when
    they are first used, in the job. Images that end in -runtime have no CUDA compiler; those that end in -devel do, and
    are twice as large. No card is visible where images are built, so the cards to compile for are named by hand.
    """
    if case.answers.container == "existing":
        return None
    compiled = sorted(_package_names(case) & set(COMPILED))
    if not compiled:
        return None
    return case.warn(
        f"Look for a ready build of {and_joined(tuple(compiled))}, or begin from an image that ends in -devel",
        because="It compiles for the card, and the image has no CUDA compiler. In a -devel image, set TORCH_CUDA_ARCH_LIST "
        "to the capabilities you want and MAX_JOBS=4, and ask for 32 GB in build.sub. PyTorch's own "
        "scaled_dot_product_attention has such kernels already.",
    )


def _package_names(case: Case) -> set[str]:
    """Return the names of all packages, whichever tool installs them."""
    packages: Iterable[str] = case.answers.packages
    if is_environment(case.answers.packages):
        environment = read_environment(case.answers.packages)
        packages = (*(line.rpartition("::")[2] for line in environment.packages), *environment.pip)
    return {bare_name(line) for line in packages}

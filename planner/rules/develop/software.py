"""Software: the base image, and the environment that a task runs in."""

import re
from typing import cast

from planner.answers.environment import is_environment, read_environment
from planner.facts.frameworks import CPU_ONLY, Build, Framework, conda, frameworks
from planner.rules.base import Case, Verdict, rule
from planner.rules.views import FactsView
from planner.rules.words import bare_name
from planner.sentences import and_joined, is_are

# Used if no official image fits: plain Python, into which pip installs the framework.
PLAIN = CPU_ONLY
# Variables that HTCondor sets to the number of the job's cores.
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@rule(
    sources=("condor-submit", "condor-environment"),
    decides=(
        "image_from",
        "image_size",
        "requirements_txt",
        "dropped_packages",
        "held_packages",
        "gpu_check",
        "conda",
        "conda_cuda",
        "r_packages",
        "r_snapshot",
        "in_image",
    ),
)
def base_image(case: Case) -> Verdict | None:
    """Begin from the framework's official image, by its exact tag

    An official image already holds the framework, the CUDA libraries and versions that fit each other; only your own
    packages are added. The tag names versions, never "latest": an image that changes under its name gives results that
    nobody can repeat. What the image holds is left out of the packages to install, since pip would replace the CUDA
    build by another.
    """
    answers = case.answers
    if answers.container == "existing":
        return None
    framework = frameworks()[answers.framework]
    if is_environment(answers.packages):
        return _conda_image(case, case.facts(framework))
    if framework.language == "r":
        return _r_image(case, framework)
    build = _build(case, framework)
    return _image_with_pip(case, case.facts(framework), case.facts(build)) if build else None


def _image_with_pip(case: Case, framework: FactsView, build: FactsView) -> Verdict:
    answers = case.answers
    install_lines = _install_lines(case, framework, build)
    # An official image contains the framework; into plain Python, pip installs it.
    provided = set() if install_lines or framework.key == "other" else {bare_name(name) for name in framework.provides}
    same = {bare_name(name) for name in framework.packages} if install_lines else set()
    left_out = provided | same
    dropped = tuple(line for line in answers.packages if bare_name(line) in left_out)
    user_lines = tuple(line for line in answers.packages if bare_name(line) not in left_out)
    without = f" {and_joined(dropped)} {is_are(len(dropped))} not installed again." if dropped else ""
    return case.set(
        f"Begin the image from {build.image}",
        because=f"{_reason(framework, build)}{without}",
        image_from=build.image,
        image_size=build.image_size or framework.image_size,
        requirements_txt=(*install_lines, *user_lines),
        dropped_packages=dropped,
        held_packages=tuple(sorted(provided)),
        gpu_check=_gpu_check(case, framework),
        in_image=framework.in_image or (),
    )


def _gpu_check(case: Case, framework: FactsView) -> str:
    return (framework.gpu_check or "") if case.decided.processor == "gpu" else ""


def _conda_image(case: Case, framework: FactsView) -> Verdict | None:
    """Let conda create the environment in a Miniforge image; None if no CUDA version could be decided."""
    cuda = case.decided.cuda_version
    if case.decided.processor == "gpu" and not cuda:
        return None
    environment, miniforge = read_environment(case.answers.packages), case.facts(conda())
    return case.set(
        f"Begin the image from {miniforge.image}",
        because="Your packages are an environment of conda: Miniforge makes it in the image, where every job finds it "
        "without activating anything.",
        image_from=miniforge.image,
        image_size=miniforge.image_size if cuda else miniforge.image_size_cpu,
        conda=environment,
        conda_cuda=cuda,
        gpu_check=_gpu_check(case, framework),
    )


def _r_image(case: Case, framework: Framework) -> Verdict:
    release = framework.release(case.answers.framework_version)
    build = release.build(PLAIN) if release else None
    if build is None:
        versions = ", ".join(other.version for other in framework.releases)
        return case.stop(
            f"Use R {versions}, or bring an image of your own",
            because=f"This planner knows no image of R {case.answers.framework_version}.",
        )
    r = case.facts(build)
    return case.set(
        f"Begin the image from {r.image}",
        because="R in exactly that version, and packages as they were on one day.",
        image_from=r.image,
        image_size=case.facts(framework).image_size,
        r_packages=case.answers.packages,
        r_snapshot=r.snapshot or "",
    )


def _build(case: Case, framework: Framework) -> Build | None:
    """Return the build to start from: the one that runs the task, or plain Python if the release is not known.

    None if the named build does not exist or leaves the GPU idle: then no image is worth building.
    """
    release = framework.release(case.answers.framework_version)
    on_gpu = case.decided.processor == "gpu" and framework.has_cuda
    if release is None:
        # Another release's image would contain the wrong version; pip installs the named one.
        plain_python = frameworks()["other"].releases[0].build(PLAIN)
        return Build(cuda=PLAIN, image=plain_python.image) if plain_python else None
    return release.build(case.decided.cuda_version) if on_gpu else release.build(PLAIN)


def _install_lines(case: Case, framework: FactsView, build: FactsView) -> tuple[str, ...]:
    """Return the lines by which pip installs the framework; none if the image contains it."""
    if install := build.install:
        return cast("tuple[str, ...]", install)
    if framework.key == "other" or framework.release(case.answers.framework_version):
        return ()
    name = (case.decided.processor == "gpu" and framework.gpu_package) or framework.packages[0]
    return (f"{name}=={case.answers.framework_version}",)


def _reason(framework: FactsView, build: FactsView) -> str:
    if framework.key == "other":
        return "A plain Python, to which your packages are added."
    if build.image.startswith("python:"):
        what = f" for CUDA {build.cuda}" if build.cuda != CPU_ONLY else ""
        return f"A plain Python; pip brings {framework.name}{what} in the version you named."
    variant = f"for CUDA {build.cuda}" if build.cuda != CPU_ONLY else "without CUDA"
    return f"The official image of {framework.name} {variant}; the tag fixes every version in it."


@rule(sources=("software-choice", "condor-environment"), decides=("system_packages",))
def system_libraries(case: Case) -> Verdict | None:
    """Bring system libraries in the image too

    A library of the system, such as libGL or GLIBC itself, is the image's and never the machine's: programs that were
    compiled on a newer system fail with "GLIBC not found" outside a container, and run in one. What apt installs belongs
    in the recipe, since a job has no right to install it.
    """
    if not case.decided.image_from:
        return None
    framework, user_packages = case.facts(frameworks()[case.answers.framework]), case.answers.system_packages
    # conda installs such libraries itself.
    needed = (framework.needs_from_system or ()) if case.decided.conda is None else ()
    missing = tuple(name for name in needed if name not in {other.partition("=")[0] for other in user_packages})
    if not user_packages and not missing:
        return None
    reason = f" {framework.name} does not start without {and_joined(missing)}." if missing else ""
    return case.set(
        f"Let apt install {and_joined((*user_packages, *missing))} in the image",
        because="The machines of a pool differ, and a job may not install there; GLIBC comes with the image as well."
        f"{reason}",
        system_packages=(*user_packages, *missing),
    )


@rule(sources=("condor-environment", "condor-run"), adds_to=("environment",))
def own_variables(case: Case) -> Verdict | None:
    """Set variables in the script, where everybody can read them

    A job does not inherit the variables of your shell. They are set in run.sh, one visible line each, and not copied
    wholesale with getenv, which would carry along paths and secrets of the access point.
    """
    variables = case.answers.environment
    if not variables:
        return None
    return case.set(
        f"Set {and_joined(tuple(name for name, _ in variables))} in run.sh",
        because="You named them; nothing else of your shell's environment reaches a job.",
        environment=tuple(clause for name, value in variables for clause in case.clause(f"{name}={value}")),
    )


@rule(sources=("condor-environment",), adds_to=("environment",))
def threads_as_granted(case: Case) -> Verdict | None:
    """Use as many threads as the job has cores

    HTCondor tells a job its cores in OMP_NUM_THREADS and its like, which most libraries obey. Some count the cores of
    the machine instead, start a hundred threads on four cores, and are slower than with four.
    """
    answers, cores = case.answers, case.decided.request_cpus
    by_hand = next((name for name, _ in answers.environment if name in THREADS), None)
    if by_hand:
        return case.warn(
            f"Take {by_hand} out",
            because=f"HTCondor sets it to the cores that the job was given, {cores} here; a fixed number outlives the next "
            "change of the request.",
        )
    framework = case.facts(frameworks()[answers.framework])
    user_variables = {name for name, _ in answers.environment}
    thread_variables = tuple(name for name in framework.thread_variables or () if name not in user_variables)
    if not thread_variables and not framework.threads:
        return None
    pass_on = f"Pass {framework.threads}={cores} in your code" if framework.threads else ""
    setting = f"{'set' if pass_on else 'Set'} {and_joined(thread_variables)} to {cores}" if thread_variables else ""
    return case.tip(
        " and ".join(filter(None, (pass_on, setting))),
        because=f"Left alone, {framework.name} does not read what HTCondor sets, and counts the cores of the whole machine.",
        environment=tuple(clause for name in thread_variables for clause in case.clause(f"{name}={cores}")),
    )


@rule(sources=("condor-environment", "condor-run"))
def caches_in_the_job(case: Case) -> Verdict | None:
    """Keep every cache in the job's directory

    A job has no home directory of yours, and an image is read-only. Libraries that write to their usual places fail
    there, often only after an hour. So run.sh points the home and the caches it knows into the job's own directory,
    which is writable, counted in the disk request, and gone with the job.
    """
    return case.tip(
        "Leave the lines in run.sh that point caches into the job's directory",
        because="A job has no home of yours and the image is read-only: libraries find a writable place here.",
    )


@rule(sources=("vllm-install",), adds_to=("environment",), anchor_question="command")
def vllm_in_a_job(case: Case) -> Verdict | None:
    """Run vLLM over a file, not as a server

    A server waits for requests; in a job there is nobody to ask, and no end. vLLM reads a whole list in one program, and
    is fastest so, since it fills every step itself. Its image starts a server by itself where the Docker runtime is
    used: the entry point has to be cleared. Its usage report is switched off, since jobs need no line to the outside.
    """
    if case.answers.framework != "vllm":
        return None
    quiet = case.clause("VLLM_NO_USAGE_STATS=1")
    if re.search(r"\bvllm serve\b|\bapi_server\b", case.answers.command):
        return case.warn(
            "Read the prompts from a file in one program, with vllm.LLM or vllm run-batch",
            because="A server in a job waits for requests that never come, until the run-time limit ends it.",
            environment=quiet,
        )
    return case.set(
        "Let vLLM work without its usage report",
        because="It would send one over the network from every job; its caches go where run.sh points XDG_CACHE_HOME.",
        environment=quiet,
    )

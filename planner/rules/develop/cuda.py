"""CUDA: which build of the framework, and therefore which GPUs can run it."""

import re

from planner.answers import Answers
from planner.answers.by_stage.develop import NOT_SURE
from planner.answers.environment import is_environment
from planner.estimate.match import Demand, build_for, conda_cuda, count, hardware_needs, matching, minimum_capability
from planner.facts.frameworks import CPU_ONLY, Build, Framework, conda, cuda_majors, frameworks
from planner.rules.base import Case, Verdict, rule

# Variables by which HTCondor, or the machine, tells a job its GPUs.
VISIBLE = ("CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL")
# Why a build without CUDA is refused if the work runs on GPUs.
IDLE = "The CPU build leaves the card idle"


@rule(
    sources=("condor-submit", "pytorch-release"),
    decides=("cuda_version", "lowest_capability", "highest_capability", "lowest_runtime"),
    anchor_question="cuda",
)
def cuda_build(case: Case) -> Verdict | None:
    """Let the CUDA build decide which cards are asked for

    A framework is compiled for certain generations of cards, written as compute capability. On a card outside them it
    fails with "no kernel image is available", and with a driver older than its CUDA it does not start at all. So the
    build sets the lowest and the highest capability, and the CUDA runtime that the driver must serve. These bounds go
    into the gpus_… commands, never into requirements: those are compared with the server, and a server with cards of
    several kinds says nothing of their capability, so it would never match.
    """
    answers = case.answers
    framework = frameworks()[answers.framework]
    if case.decided.processor != "gpu":
        return None
    if is_environment(answers.packages):
        return _conda_build(case)
    if not framework.has_cuda:
        return None
    release, build = framework.release(answers.framework_version), build_for(answers, case.pool_record)
    if release is None or (build is None and answers.cuda == NOT_SURE):
        return _unknown_build(case, framework)
    if build is None or build.lowest is None:
        on_gpu = ", ".join(other.cuda for other in release.builds if other.cuda != CPU_ONLY)
        problem = IDLE if build else f"There is none for CUDA {answers.cuda}"
        return case.stop(
            f"Choose a CUDA build of {framework.name} {release.version}: {on_gpu}",
            because=f"{problem}, and {_the_work(answers)} a GPU.",
        )
    return _known_build(case, framework, build)


def _the_work(answers: Answers) -> str:
    return f"the work {'needs' if answers.gpu == 'needs' else 'may use'}"


def _unknown_build(case: Case, framework: Framework) -> Verdict:
    """Say that the build is not known, and set only the bounds that the work itself needs."""
    answers, lowest = case.answers, minimum_capability(None, hardware_needs(case.answers))
    bound = {} if lowest is None else {"lowest_capability": lowest}
    bound_text = (
        "No bound is set" if lowest is None else f"Only capability {lowest}, which the work itself needs, is asked for"
    )
    if framework.release(answers.framework_version) is None:
        return case.warn(
            f"Check which cards {framework.name} {answers.framework_version} runs on",
            because="This planner does not know the builds of that version; the newest it knows is "
            f"{framework.releases[0].version}. {bound_text}, so a job may meet a card that it has no kernels for.",
            **bound,
        )
    command = case.facts(framework).cuda_command or ""
    return case.warn(
        "Look up which CUDA the framework in your image was built for, and plan again with it",
        because="The image is there already, so its build decides which cards can run it. "
        f"{bound_text}: a job may meet a card that it has no kernels for. In the image, this prints it: {command}",
        **bound,
    )


def _known_build(case: Case, framework: Framework, build: Build) -> Verdict:
    """Use the build, and request the GPUs and the driver that can run it."""
    answers, major = case.answers, case.facts(cuda_majors()[build.cuda.split(".")[0]])
    build_facts = case.facts(build)
    lowest, highest = build_facts.lowest, build_facts.highest
    kernels = f"{lowest} {f'to {highest}' if highest else 'and newer'}" if lowest else ""
    needed_capability = minimum_capability(build, hardware_needs(answers))
    gpu_count = count(matching(case.pool_record, Demand(lowest=lowest, highest=highest)))
    share = f", which {gpu_count} of {case.pool.card_count} cards have," if case.pool.card_count else ""
    choice = "is the build that most cards run" if answers.cuda == NOT_SURE else "is the build you named"
    return case.set(
        f"Use {framework.name} {answers.framework_version} built for CUDA {build.cuda}",
        because=f"CUDA {build.cuda} {choice}: it has kernels for capability {kernels}{share} and needs "
        f"driver {major.driver} or newer.",
        cuda_version=build.cuda,
        lowest_capability=needed_capability,
        highest_capability=highest,
        lowest_runtime=major.runtime,
    )


def _conda_build(case: Case) -> Verdict:
    """Let conda resolve for a CUDA version; we know no list of the GPUs that its builds support."""
    is_named = case.answers.cuda != NOT_SURE
    cuda = conda_cuda(case.answers)
    major_record = cuda_majors().get(cuda.split(".")[0])
    if major_record is None:
        not_known = f"This planner does not know which driver CUDA {cuda} needs."
        return case.stop(
            f"Choose a CUDA of {' or '.join(sorted(cuda_majors()))} for conda",
            because=not_known if cuda else f"{IDLE}, and {_the_work(case.answers)} a GPU.",
        )
    major = case.facts(major_record)
    floor = major.lowest
    lowest = minimum_capability(None, hardware_needs(case.answers))
    case.rests_on(conda().cuda)
    return case.set(
        f"Let conda resolve for CUDA {cuda}",
        because=f"{'You named it' if is_named else 'It suits most servers and their drivers'}; which cards the builds of "
        f"conda-forge have kernels for is not published, so the test job has to show it. CUDA {major.major} itself "
        f"{f'compiles for capability {floor} and newer, and ' if floor else ''}needs driver "
        f"{major.driver} or newer.",
        cuda_version=cuda,
        lowest_capability=max(filter(None, (floor, lowest)), default=None),
        lowest_runtime=major.runtime,
    )


@rule(sources=("condor-submit", "nvidia-cuda-notes"))
def driver_not_published(case: Case) -> Verdict | None:
    """Ask for the CUDA runtime, since drivers differ from server to server

    A program built for CUDA 13 needs a newer driver than one for CUDA 12. gpus_minimum_runtime asks for it, but if no
    server has it the job waits for ever, and pools seldom publish their drivers.
    """
    runtime = case.decided.lowest_runtime
    newest = max(cuda_majors())
    if case.decided.processor != "gpu" or not runtime.startswith(newest):
        return None
    return case.ask(
        f"Which of your GPU servers have a driver for CUDA {runtime}, {case.facts(cuda_majors()[newest]).driver} or newer?",
        because=f"The build needs it and {case.pool.name} does not publish its drivers; a build for CUDA 12 runs on older "
        "ones too.",
    )


@rule(sources=("nvidia-cuda-notes",), anchor_question="cuda")
def cards_that_drop_out(case: Case) -> Verdict | None:
    """Know which cards the build leaves out

    Every bound on the capability takes cards away, and with them places in the queue. Where another build of the same
    release runs on the cards that are left out, it costs nothing to take that one.
    """
    lowest, highest = case.decided.lowest_capability, case.decided.highest_capability
    if case.decided.processor != "gpu" or (lowest is None and highest is None):
        return None
    demand = Demand(lowest=lowest, highest=highest)
    excluded = [gpu for gpu in case.pool_record.cards if demand.mismatch(gpu)]
    if not excluded:
        return None
    names = ", ".join(f"{gpu.model} ({gpu.capability})" for gpu in map(case.facts, excluded))
    return case.tip(
        f"Expect no job on {names}",
        because=f"{count(tuple(excluded))} of {case.pool.card_count} cards lie outside capability "
        f"{lowest if lowest is not None else 'of any age'} {f'to {highest}' if highest else 'and newer'}."
        f"{_other_build(case, len(excluded))}",
    )


def _other_build(case: Case, excluded: int) -> str:
    """Name a build of the same release that excludes fewer GPU models than *excluded*, if there is one."""
    release = frameworks()[case.answers.framework].release(case.answers.framework_version)
    if release is None or is_environment(case.answers.packages):
        return ""
    for build in release.builds:
        lowest = minimum_capability(build, hardware_needs(case.answers))
        highest = case.facts(build).highest
        if (
            build.lowest
            and sum(bool(Demand(lowest=lowest, highest=highest).mismatch(gpu)) for gpu in case.pool_record.cards)
            < excluded
        ):
            return f" The build for CUDA {build.cuda} leaves out fewer."
    return ""


@rule(sources=("flash-attention",), anchor_question="command")
def newer_cards(case: Case) -> Verdict | None:
    """Ask for newer cards where the arithmetic needs them

    bf16 and FlashAttention exist from capability 8.0 on. On an older card they fail, or are computed in a slow way that
    nobody notices. On cards of 7.x, fp16 does the same service.
    """
    needs = hardware_needs(case.answers)
    if case.decided.processor != "gpu" or not needs:
        return None
    lowest = max(case.facts(need).lowest for need in needs)
    return case.tip(
        f"Ask for cards of capability {lowest} or newer",
        because=f"Your command or packages name {' and '.join(need.what for need in needs)}, which older cards do not have; "
        "the submit description asks for it already. With fp16 instead, older cards would do.",
    )


@rule(sources=("condor-environment",), anchor_question="framework")
def library_without_gpu(case: Case) -> Verdict | None:
    """Ask for no card that the library cannot use

    A program on a GPU machine does not run on the GPU by that alone. A library without GPU code leaves the card idle
    for hours, while others wait for it.
    """
    framework = frameworks()[case.answers.framework]
    if case.decided.processor != "gpu" or framework.cpu_only is None:
        return None
    return case.warn(
        f"Run {framework.name} on CPUs, or name the library that uses the card",
        because=f"The card would most likely stand idle: {case.facts(framework).cpu_only}.",
    )


@rule(sources=("vllm-install",), anchor_question="gpu")
def library_without_cpu(case: Case) -> Verdict | None:
    """Give a card to a library that is built for cards alone

    Some libraries come for GPUs only, or have a build for CPUs that is published apart and made differently.
    """
    framework = frameworks()[case.answers.framework]
    release = framework.release(case.answers.framework_version)
    if case.decided.processor == "gpu" or case.answers.container == "existing" or not framework.has_cuda:
        return None
    if is_environment(case.answers.packages) or (release or framework.releases[0]).build(CPU_ONLY):
        return None
    return case.stop(
        f"Run {framework.name} on a GPU, or bring an image of your own",
        because=f"This planner knows no image of {framework.name} for CPUs.",
    )


@rule(sources=("condor-submit", "condor-environment"))
def card_is_chosen_for_you(case: Case) -> Verdict | None:
    """Leave CUDA_VISIBLE_DEVICES to HTCondor

    On a machine with eight cards HTCondor gives a job one, and names it in CUDA_VISIBLE_DEVICES, often by a long
    identifier instead of a number. A job that sets the variable itself computes on a card that somebody else has. In
    the program, cuda:0, or cuda alone, is the first card of the job; there is nothing to choose.
    """
    command = case.answers.command
    set_by_hand = [name for name, _ in case.answers.environment if name in VISIBLE]
    set_by_hand += [name for name in VISIBLE if f"{name}=" in command]
    if set_by_hand:
        return case.stop(
            f"Take {set_by_hand[0]} out",
            because="HTCondor names the job's card in it. Set by hand, the job computes on a card that is somebody else's, "
            "or sees none.",
        )
    # The job's first GPU is cuda:0, whatever its number on the machine.
    index = re.search(r"\bcuda:([1-9]\d*)\b", command)
    if index and int(index[1]) >= case.answers.gpus:
        return case.warn(
            f"Write cuda instead of {index[0]}",
            because=f"A job sees only its own cards, counted from cuda:0, and this one asks for {case.answers.gpus}.",
        )
    return None

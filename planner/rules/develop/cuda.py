"""CUDA: which build of the framework, and so which cards can run it."""

from planner.answers.develop import NOT_SURE
from planner.estimate.match import Demand, build_for, count, matching
from planner.frameworks import CPU_ONLY, cuda_majors, frameworks
from planner.rules.base import Case, Said, rule


@rule(
    sources=("condor-submit", "pytorch-release"),
    decides=("cuda_version", "lowest_capability", "highest_capability", "lowest_runtime"),
    beside="cuda",
)
def cuda_build(case: Case) -> Said | None:
    """Let the CUDA build decide which cards are asked for

    A framework is compiled for certain generations of cards, written as compute capability. On a card outside them it
    fails with "no kernel image is available", and with a driver older than its CUDA it does not start at all. So the
    build sets the lowest and the highest capability, and the CUDA runtime that the driver must serve. These bounds go
    into the gpus_… commands, never into requirements: a server with cards of several kinds does not advertise
    GPUs_Capability there and would never match.
    """
    answers = case.answers
    if case.settled.processor != "gpu" or answers.framework == "other":
        return None
    framework = frameworks()[answers.framework]
    release = framework.release(answers.framework_version)
    if release is None:
        return case.warn(
            f"Check which cards {framework.name} {answers.framework_version} runs on",
            because="This planner does not know the builds of that version; the newest it knows is "
            f"{framework.releases[0].version}. No bound is set, so a job may meet a card that it has no kernels for.",
        )
    build = build_for(answers, case.pool)
    if answers.cuda == NOT_SURE and build is None:
        command = case.cite(framework.cuda_command) if framework.cuda_command else ""
        return case.warn(
            "Look up which CUDA the framework in your image was built for, and plan again with it",
            because="The image is there already, so its build decides which cards can run it. No bound is set: a job may "
            f"meet a card that it has no kernels for. In the image, this prints it: {command}",
        )
    if build is None or build.lowest is None:
        on_gpu = ", ".join(other.cuda for other in release.builds if other.cuda != CPU_ONLY)
        wrong = "The CPU build leaves the card idle" if build else f"There is none for CUDA {answers.cuda}"
        return case.stop(
            f"Choose a CUDA build of {framework.name} {release.version}: {on_gpu}",
            because=f"{wrong}, and the work {'needs' if answers.gpu == 'needs' else 'may use'} a GPU.",
        )
    major = cuda_majors()[build.cuda.split(".")[0]]
    lowest, highest = case.cite(build.lowest), case.cite(build.highest) if build.highest else None
    cards = count(matching(case.pool, Demand(lowest=lowest, highest=highest)))
    picked = "is the build that most cards run" if answers.cuda == NOT_SURE else "is the build you named"
    return case.set(
        f"Use {framework.name} {release.version} built for CUDA {build.cuda}",
        because=f"CUDA {build.cuda} {picked}: it has kernels for capability {lowest} "
        f"{f'to {highest}' if highest else 'and newer'}, which {cards} of {case.pool.card_count} cards have, and needs "
        f"driver {case.cite(major.driver)} or newer.",
        cuda_version=build.cuda,
        lowest_capability=lowest,
        highest_capability=highest,
        lowest_runtime=case.cite(major.runtime),
    )


@rule(sources=("condor-submit", "nvidia-cuda-notes"))
def driver_not_published(case: Case) -> Said | None:
    """Ask for the CUDA runtime, since drivers differ from server to server

    A program built for CUDA 13 needs a newer driver than one for CUDA 12. gpus_minimum_runtime asks for it, but if no
    server has it the job waits for ever, and pools seldom publish their drivers.
    """
    runtime = case.settled.lowest_runtime
    newest = max(cuda_majors())
    if case.settled.processor != "gpu" or not runtime.startswith(newest):
        return None
    return case.ask(
        f"Which of your GPU servers have a driver for CUDA {runtime}, {case.cite(cuda_majors()[newest].driver)} or newer?",
        because=f"The build needs it and {case.pool.name} does not publish its drivers; a build for CUDA 12 runs on older "
        "ones too.",
    )

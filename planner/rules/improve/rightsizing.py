"""Rightsizing: the logs of past jobs decide what the next ones request."""

from planner.estimate import rightsize
from planner.rules.base import Case, Verdict, rule
from planner.sentences import plural
from planner.units import Duration
from planner.usage import Usage

# Below the first share of the time, a GPU is almost idle; below the second, it waits more than it works.
IDLE_CARD, WAITING_CARD = 0.05, 0.5
# If file transfer takes more than this share of a job's time on a machine, a change is worthwhile.
SLOW_START = 0.25
# If evictions waste more than this share of all run time, a change is worthwhile.
MUCH_LOST = 0.1


def _measured(case: Case) -> Usage | None:
    """Return the measurements, if there are enough to plan by."""
    return case.rightsized.measured if case.rightsized.enough else None


def _jobs(measured: Usage) -> str:
    return f"{measured.jobs} {plural(measured.jobs, 'job')}"


def _largest(measured: Usage) -> str:
    return f"the largest of {_jobs(measured)}" if measured.jobs > 1 else "the one job measured"


def _previous_value(before: object, after: object) -> str:
    return f" Until now the plan said {before}." if before is not None and before != after else ""


@rule(sources=("condor-submit", "condor-jobs"))
def enough_jobs(case: Case) -> Verdict | None:
    """Measure some jobs before you size all of them

    One job shows what one job needs. Inputs differ, and so do machines: a handful of jobs shows how far, and costs
    little. Jobs that failed or were stopped do not count, since they did not do the whole work.
    """
    measured = case.rightsized.measured
    if measured is None or case.rightsized.enough:
        return None
    needed = rightsize.fewest(case.rightsized.before)
    return case.warn(
        f"Run {needed} tasks to their end, then bring their log back",
        because=f"The logs show {measured.jobs} that ended with exit code 0; fewer than {needed} do not show how far jobs "
        "differ, so the plan keeps to what you said.",
    )


@rule(sources=("condor-submit", "condor-run"), anchor_question="memory")
def measured_memory(case: Case) -> Verdict | None:
    """Ask for the memory that the largest job used, and a little more

    Never for the average: half of the jobs would be held. Where a few jobs need far more than the rest, all ask for
    what nearly all need, and the few are run again with more. A job that was held for its memory would have used more
    than its log shows, so it counts double.
    """
    measured = case.rightsized.measured
    if measured is None or measured.memory is None or "memory" not in case.rightsized.changed:
        return None
    used, request, before = measured.memory.about, case.answers.memory, case.rightsized.before.memory
    retry = rightsize.retry_memory(measured)
    if measured.memory_cut_off:
        because = f"A job was held when it used {used}, and would have used more: {request} is twice that, in whole GB."
    elif retry and measured.memory_usual:
        because = (
            f"95 % of {_jobs(measured)} used no more than {measured.memory_usual.about}, the largest {used}: {request} "
            f"leaves at least a fifth over for nearly all, and the others are run again with {retry}."
        )
    else:
        largest = _largest(measured)
        because = f"{largest[0].upper()}{largest[1:]} used {used}; {request} leaves at least a fifth over."
    return case.set(f"Request {request} of memory, as measured", because=because + _previous_value(before, request))


@rule(sources=("condor-submit",))
def measured_disk(case: Case) -> Verdict | None:
    """Ask for the disk that the largest job used, and a little more

    What was measured holds everything that lay in the job's directory, the image included. It replaces the sum of what
    you expected.
    """
    measured = _measured(case)
    request = rightsize.disk(measured) if measured else None
    if measured is None or request is None or measured.disk is None:
        return None
    return case.set(
        f"Request {request} of disk, as measured",
        because=f"The most that a job had on disk is {measured.disk.about}; {request} leaves at least a fifth over."
        + (f" The jobs asked for {measured.asked_disk}." if measured.asked_disk else ""),
    )


@rule(sources=("condor-submit",), anchor_question="cpus")
def measured_cpus(case: Case) -> Verdict | None:
    """Ask for the cores that jobs kept busy

    The log shows how many cores worked, on average over a run. Cores that were idle are free for others, and a job with
    fewer finds a place sooner.
    """
    measured = _measured(case)
    if measured is None or measured.cpus is None:
        return None
    cores = case.answers.cpus
    return case.set(
        f"Request {cores} {plural(cores, 'CPU')}, as measured",
        because=f"The busiest of {_jobs(measured)} kept {measured.cpus:g} cores busy; requests are in whole cores."
        + _previous_value(case.rightsized.before.cpus, cores),
    )


@rule(sources=("condor-gpu-discovery",), anchor_question="gpu_memory")
def measured_gpu_memory(case: Case) -> Verdict | None:
    """Let the measured GPU memory decide which cards will do

    A floor that is too high leaves out cards on which the task would run, and lengthens the wait. Some libraries take
    most of a card whatever they need (JAX takes three quarters at its start): measure with that turned off.
    """
    measured = _measured(case)
    if measured is None or measured.gpu_memory is None or case.answers.gpu == "no":
        return None
    request = case.answers.gpu_memory
    return case.set(
        f"Ask for cards with {request} or more, as measured",
        because=f"The most that {_jobs(measured)} used on a card is {measured.gpu_memory.about}; {request} leaves at least a tenth over."
        + _previous_value(case.rightsized.before.gpu_memory, request),
    )


@rule(sources=("condor-jobs",))
def measured_time(case: Case) -> Verdict | None:
    """Let the longest run decide the length

    The length must hold for the slowest machine that the next jobs meet, so the longest run counts. Only jobs that ran
    without an interruption show it.
    """
    measured = _measured(case)
    if measured is None or not measured.time or not measured.time.seconds or measured.time_usual is None:
        return None
    return case.set(
        f"Plan with {measured.time} for a task",
        because=f"The longest run without interruption took {measured.time}, half of them no more than "
        f"{measured.time_usual}.",
    )


@rule(sources=("condor-jobs", "condor-gpu-discovery"))
def idle_cards(case: Case) -> Verdict | None:
    """Let cards work, or leave them to others

    A card that is asked for and does nothing is the most expensive thing to waste in a pool. Either the program does
    not use it (the CPU build of a framework, a flag), or it waits for its data.
    """
    measured = _measured(case)
    if measured is None or not measured.gpus or measured.gpu_use is None or measured.gpu_use >= WAITING_CARD:
        return None
    share = f"In half of {_jobs(measured)} the card worked {measured.gpu_use:.0%} of the time or less"
    if measured.gpu_use < IDLE_CARD:
        return case.warn(
            "Find out whether the program uses the card at all; if not, run it on CPUs",
            because=f"{share}. That is as good as nothing: a CPU job does the same and waits less.",
        )
    return case.tip(
        "Feed the card faster: more loader workers and cores, larger batches, data unpacked on the job's disk",
        because=f"{share}; the rest it waited.",
    )


@rule(sources=("condor-jobs",))
def slow_starts(case: Case) -> Verdict | None:
    """Do more in a job whose start is long

    Before and after the work, files travel. Where that takes a good part of the time, put several tasks into one job,
    or let less travel.
    """
    measured = _measured(case)
    if measured is None or measured.start is None or measured.time_usual is None:
        return None
    stay = measured.start.seconds + measured.time_usual.seconds
    if not stay or measured.start.seconds <= SLOW_START * stay:
        return None
    return case.warn(
        "Put several tasks into one job, or let fewer files travel",
        because=f"Files travelled for {measured.start}, the work took {measured.time_usual} (medians): "
        f"{measured.start.seconds / stay:.0%} of a job's time went to files.",
    )


@rule(sources=("condor-checkpoints",))
def lost_to_evictions(case: Case) -> Verdict | None:
    """Save often enough for the evictions that you really meet

    What a job did since it last saved is lost when its machine is taken back. The logs show how often that happens and
    how much it cost; the interval between checkpoints should be well below the shortest stay.
    """
    measured = case.rightsized.measured
    if measured is None or not measured.evictions or not measured.lost or not measured.ran:
        return None
    if measured.lost.seconds <= MUCH_LOST * measured.ran.seconds:
        return None
    lost = Duration(round(measured.lost.seconds))
    do = "Save checkpoints more often" if case.answers.resume == "yes" else "Let the task save checkpoints"
    stay = f" The shortest run before one was {measured.stay}." if measured.stay else ""
    times = "one eviction" if measured.evictions == 1 else f"{measured.evictions} evictions"
    return case.warn(
        do, because=f"Of {measured.ran} that jobs ran, {lost} were lost, at {times} and other stops.{stay}"
    )

"""Checkpointing: save, stop, resume."""

from planner.estimate import checkpoint_interval
from planner.estimate.tasks import TaskList
from planner.rules.base import Case, Verdict, rule
from planner.units import Duration, Size

# The exit code that HTCondor's manual and the pools' pages use for "saved, start me again".
EXIT_CODE = 85
# If saving takes more than this share of the time, the user should save less often.
MOST_OF_THE_TIME = 0.1
# Checkpoint files pass through the access point, as inputs do; larger ones than this are a burden there.
LARGE = Size.of_gb(1)


def _interval(case: Case, time: Duration | None) -> Duration:
    """Return the interval for a task of *time*: from measured evictions, else from the pool's band."""
    answers, measured = case.answers, case.rightsized.measured
    between = None
    if measured and measured.evictions and measured.ran:
        between = Duration(measured.ran.seconds / measured.evictions)
    interval = checkpoint_interval.interval(
        case.pool_record.checkpoints, time, answers.checkpoint_every, between, answers.checkpoint_time
    )
    if measured and measured.stay:
        # With two intervals in the shortest observed stay, at least one is complete.
        interval = max(case.pool.checkpoints.least, min(interval, Duration(measured.stay.seconds / 2)))
    return interval


@rule(sources=("condor-checkpoints", "condor-run"), decides=("checkpoint_exit_code", "checkpoint_interval"))
def stop_and_go_on(case: Case) -> Verdict | None:
    """Stop at a checkpoint and let HTCondor start the job again

    A job that ends with the checkpoint exit code is not finished: HTCondor keeps the listed files safe and starts it
    again at once, and from the same files on another machine after an eviction. So run.sh lets the program work for an
    interval, stops it, checks that a checkpoint was written, and exits with that code. Shorter intervals lose less,
    longer ones spend less time saving.
    """
    answers, bounds = case.answers, case.pool.checkpoints
    if answers.resume != "yes":
        return None
    least, most = bounds.least, bounds.most
    time = TaskList(answers).time(case.decided.processor)
    if time is not None and time <= least:
        return None
    every = answers.checkpoint_every
    interval = _interval(case, time)
    if every is None:
        return case.warn(
            f"Measure how often the task saves itself; it must be well within {interval}",
            because="An interval in which nothing is saved would be repeated for ever, so run.sh ends the job with an error.",
            checkpoint_exit_code=EXIT_CODE,
            checkpoint_interval=interval,
        )
    if interval > bounds.never_above:
        return case.stop(
            f"Save a checkpoint at least every {Duration(most.seconds / 2)}",
            because=f"The task saves itself every {every}. A job that stops at checkpoints would then run {interval} without a "
            f"stop; the pool recommends {least} to {most} and no more than {bounds.never_above}.",
        )
    return case.set(
        f"Stop with exit code {EXIT_CODE} after {interval}, and go on",
        because=f"The pool recommends {least} to {most}; the task saves itself every {every}, so at most {every} of work "
        f"is done twice at a stop, and at most {interval} after an eviction.",
        checkpoint_exit_code=EXIT_CODE,
        checkpoint_interval=interval,
    )


@rule(sources=("condor-checkpoints",))
def add_checkpoints(case: Case) -> Verdict | None:
    """Let long tasks save themselves

    Machines fail, owners come back, limits are reached. A task that looks for its last checkpoint when it starts loses
    little then, fits a shorter length, and may use machines that are lent for some hours.
    """
    answers = case.answers
    time = TaskList(answers).time(case.decided.processor)
    if answers.resume == "yes" or time is None or time <= case.pool.checkpoints.most:
        return None
    can = "You can add it: save" if answers.resume == "could" else "If the program can be changed, save"
    return case.warn(
        "Add checkpoints",
        because=f"A stop after {time} would lose {time} of work. {can} weights, optimizer, random state and step, under "
        "a temporary name that is renamed when complete, and load them at the start.",
    )


@rule(sources=("condor-checkpoints", "condor-run"))
def does_the_clock_restart(case: Case) -> Verdict | None:
    """Ask how the pool counts the time of a job that restarts itself

    A pool may count from the last stop, or from the first start of the job, and HTCondor has limits of both kinds. Only
    where it counts from the last stop do checkpoints make a longer task fit a shorter length.
    """
    way, question = case.decided.way, case.pool.checkpoints.clock_unknown
    if way is None or not way.by_checkpoint or question is None:
        return None
    return case.ask(
        question,
        because=f"The plan runs a task that is longer than {case.facts(way.length).limit} in a length of that limit, and no source "
        f"says how the pool counts. If it counts from the first start, such a job is stopped in the middle. {_until_then(case)}",
    )


def _until_then(case: Case) -> str:
    """Name the length that the whole task fits, whatever the answer is."""
    options = [
        option for option in case.decided.ways if option.feasible and option.length.processor == case.decided.processor
    ]
    whole = [option for option in options if not option.by_checkpoint]
    if not whole:
        return "No length of the pool holds the whole task."
    option = min(whole, key=lambda option: option.limit)
    return f"The {option.length.key} length ({case.facts(option.length).limit}) holds the whole task."


@rule(sources=("condor-checkpoints", "condor-run"), anchor_question="checkpoint_files")
def what_travels_at_a_checkpoint(case: Case) -> Verdict | None:
    """Keep the last checkpoint and the best, and no more

    At every stop the listed files travel to the access point, and back to the next machine after an eviction. Each of
    them must be there at the first stop, or the job is held. A file for each epoch makes every stop longer than the
    one before.
    """
    if not case.decided.checkpoint_exit_code:
        return None
    answers = case.answers
    files = " and ".join(path.rstrip("/") for path in answers.checkpoint_files)
    size, interval = answers.checkpoint_size, case.decided.checkpoint_interval
    if size is None:
        return case.warn(
            f"Look after the first save how large these are: {files}",
            because=f"You have not measured it. They travel to the access point every {interval}; how much is too much there "
            "is not published.",
        )
    if size > LARGE:
        return case.warn(
            f"Keep {files} small: the last and the best",
            because=f"{size} passes through the access point every {interval} for each job, and no source says how much it "
            "takes. Save a large model in half precision, or weights and optimizer of the last step only.",
        )
    return case.set(
        f"Let {files} travel at every stop",
        because=f"{size} goes to the access point every {interval}; a new checkpoint stands under a temporary name until it "
        "is complete, so the old one is there until then.",
    )


@rule(sources=("young-daly",), anchor_question="checkpoint_time")
def time_to_save(case: Case) -> Verdict | None:
    """Save as seldom as an interruption allows

    Every save costs time, every interruption costs what was done since the last one. Where interruptions are known, the
    best interval is about the square root of twice the time of a save times the time between interruptions. No pool
    publishes the second; so the share of time that goes into saving is what can be judged before jobs have run.
    """
    answers = case.answers
    if not case.decided.checkpoint_exit_code or answers.checkpoint_time is None or answers.checkpoint_every is None:
        return None
    save_time, every = answers.checkpoint_time, answers.checkpoint_every
    share = save_time.seconds / every.seconds
    if share > MOST_OF_THE_TIME:
        return case.warn(
            f"Save at most every {Duration(save_time.seconds / MOST_OF_THE_TIME)}",
            because=f"A save takes {save_time} of every {every}, {share:.0%} of the time.",
        )
    return case.set(
        f"Go on saving every {every}",
        because=f"A save takes {save_time}, {share:.1%} of the time. Once jobs have been evicted, the time between evictions "
        "gives the interval that loses least.",
    )


@rule(sources=("condor-run",), anchor_question="resume")
def vacate_a_job_once(case: Case) -> Verdict | None:
    """Drive one job off its machine before you rely on checkpoints

    A checkpoint that was never loaded is a hope. condor_vacate_job sends a running job away as an owner would: it starts
    again elsewhere, with the files of its last stop and without anything else that it had written.
    """
    if not case.decided.checkpoint_exit_code:
        return None
    return case.tip(
        "Once the first job has stopped at a checkpoint, run condor_vacate_job with its number",
        because=f"That is after {case.decided.checkpoint_interval}. Its log then says that it was evicted and started again, "
        "and its output must go on from the last stop, not from the beginning.",
    )

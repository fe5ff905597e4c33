"""Checkpointing: save, stop, go on."""

from planner.rules.base import Case, Said, rule
from planner.units import Duration

# The exit code that HTCondor's manual and the pools' pages use for "saved, start me again".
EXIT_CODE = 85
# Between the recommended shortest and longest, and short enough for machines that are lent for some hours.
USUAL = Duration.of_hours(4)


@rule(sources=("condor-checkpoints", "condor-run"), decides=("checkpoint_exit_code", "checkpoint_interval"))
def stop_and_go_on(case: Case) -> Said | None:
    """Stop at a checkpoint and let HTCondor start the job again

    A job that ends with the checkpoint exit code is not finished: HTCondor keeps the listed files safe and starts it
    again at once, and from the same files on another machine after an eviction. So run.sh lets the program work for an
    interval, stops it, checks that a checkpoint was written, and exits with that code. Shorter intervals lose less,
    longer ones spend less time saving.
    """
    answers, bounds = case.answers, case.pool.checkpoints
    if answers.resume != "yes":
        return None
    least, most = case.cite(bounds.least), case.cite(bounds.most)
    time = answers.hours_gpu if case.settled.processor == "gpu" else answers.hours_cpu
    if time is not None and time <= least:
        return None
    interval = min(USUAL, most)
    if time is not None and time < Duration(2 * interval.seconds):
        interval = max(least, Duration(time.seconds / 2))
    stay = case.rightsized.measured.stay if case.rightsized.measured else None
    if stay is not None:
        # Of two intervals in the shortest stay that was seen, one is complete.
        interval = max(least, min(interval, Duration(stay.seconds / 2)))
    every = answers.checkpoint_every
    if every is None:
        return case.warn(
            f"Measure how often the task saves itself; it must be well within {interval}",
            because="An interval in which nothing is saved would be repeated for ever, so run.sh ends the job with an error.",
            checkpoint_exit_code=EXIT_CODE,
            checkpoint_interval=interval,
        )
    # Twice the saving interval, so that at least one checkpoint surely falls into it.
    interval = max(interval, Duration(2 * every.seconds))
    if interval > case.cite(bounds.never_above):
        return case.stop(
            f"Save a checkpoint at least every {Duration(most.seconds / 2)}",
            because=f"The task saves itself every {every}. A job that stops at checkpoints would then run {interval} without a "
            f"stop; the pool recommends {least} to {most} and no more than {bounds.never_above.value}.",
        )
    return case.set(
        f"Stop with exit code {EXIT_CODE} after {interval}, and go on",
        because=f"The pool recommends {least} to {most}; the task saves itself every {every}, so at most {every} of work "
        f"is done twice at a stop, and at most {interval} after an eviction.",
        checkpoint_exit_code=EXIT_CODE,
        checkpoint_interval=interval,
    )


@rule(sources=("condor-checkpoints",))
def add_checkpoints(case: Case) -> Said | None:
    """Let long tasks save themselves

    Machines fail, owners come back, limits are reached. A task that looks for its last checkpoint when it starts loses
    little then, fits a shorter length, and may use machines that are lent for some hours.
    """
    answers = case.answers
    time = answers.hours_gpu if case.settled.processor == "gpu" else answers.hours_cpu
    if answers.resume == "yes" or time is None or time <= case.cite(case.pool.checkpoints.most):
        return None
    can = "You can add it: save" if answers.resume == "could" else "If the program can be changed, save"
    return case.warn(
        "Add checkpoints",
        because=f"A stop after {time} would lose {time} of work. {can} weights, optimizer, random state and step, under "
        "a temporary name that is renamed when complete, and load them at the start.",
    )


@rule(sources=("condor-checkpoints", "condor-run"))
def does_the_clock_restart(case: Case) -> Said | None:
    """Ask how the pool counts the time of a job that restarts itself

    HTCondor's own limits differ: one counts from the last checkpoint, others from the first start and run on. Which of
    them a pool uses decides whether checkpoints make a longer task fit a shorter length.
    """
    way, question = case.settled.way, case.pool.checkpoints.clock_unknown
    if way is None or not way.by_checkpoint or question is None:
        return None
    return case.ask(
        case.cite(question),
        because=f"The plan runs a task that is longer than {way.length.limit.value} in a length of that limit, and no source "
        "says how the pool counts. If it counts from the first start, such a job is stopped in the middle.",
    )

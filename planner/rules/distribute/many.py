"""Many: all tasks from one list, in one submission."""

from planner.estimate import tasks
from planner.rules.base import Case, Said, rule


@rule(sources=("condor-jobs", "condor-run"), decides=("tasks", "columns"))
def one_list(case: Case) -> Said | None:
    """Submit all tasks at once, from one list

    One submit description and one list make one cluster of jobs: it is submitted, watched, held and removed as one. A
    line of the list is a task; its first column is the task's number, and that is all the submit description reads. The
    values go to run.sh with the list itself, so they may hold anything that CSV can hold.
    """
    answers = case.answers
    many, names = tasks.count(answers), tasks.columns(answers)
    if answers.spread == "one":
        return None
    return case.set(
        f"Submit {many:,} task{'s' if many > 1 else ''} from jobs.csv",
        because=f"One line a task{', with ' + ' and '.join(names) if names else ''}; the header is for people, and the "
        "queue statement begins after it.",
        tasks=many,
        columns=names,
    )


@rule(sources=("condor-jobs",), decides=("max_idle",))
def jobs_in_waves(case: Case) -> Said | None:
    """Let very many jobs enter the queue in waves

    Tens of thousands of idle jobs slow down the access point for everybody, and a submission above its limit is refused
    whole. With max_idle HTCondor creates jobs as others leave.
    """
    many, limits = tasks.count(case.answers), case.pool.jobs
    if many < case.cite(limits.max_idle):
        return None
    contact = f" Write to {case.cite(case.pool.contact)} first." if many > case.cite(limits.ask_above) else ""
    return case.set(
        f"Keep at most {limits.max_idle.value:,} idle jobs in the queue",
        because=f"The pool asks for this from {limits.max_idle.value:,} jobs on, and there are {many:,}.{contact}",
        max_idle=limits.max_idle.value,
    )


@rule(sources=("condor-jobs",))
def short_tasks_together(case: Case) -> Said | None:
    """Give a job at least some minutes of work

    Starting a job takes longer than you think: it is matched, its files travel, its image starts. Many jobs of a minute
    each keep the pool busy with starting.
    """
    answers, limits = case.answers, case.pool.jobs
    many = tasks.count(answers)
    time = tasks.time(answers, case.settled.processor)
    if time is None or many <= case.cite(limits.many) or time >= case.cite(limits.least_time_of_many):
        return None
    together = -(-limits.least_time_of_many.value.seconds // time.seconds)
    return case.warn(
        f"Put {together:g} tasks into one",
        because=f"{many:,} jobs of {time} each: the pool asks for {limits.least_time_of_many.value} or more where there "
        f"are over {limits.many.value:,}.",
    )

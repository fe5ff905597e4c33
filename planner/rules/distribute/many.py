"""Many: all tasks from one list, in one submission."""

from planner.estimate.tasks import TaskList
from planner.rules.base import Case, Verdict, rule
from planner.sentences import and_joined, counted
from planner.units import Duration

# Twice the pool's minimum: then the start of a job costs little compared with its work.
TOGETHER = 2
# For pools that publish no such minimum: what the pools that do publish one ask for.
LEAST_TIME, MANY = Duration.parse("5 min"), 1000
# A third try rarely meets a broken machine again; the user's own mistake fails every time and should cost little.
RETRIES = 2


@rule(sources=("condor-jobs", "condor-run"), decides=("tasks", "columns"))
def one_list(case: Case) -> Verdict | None:
    """Submit all tasks at once, from one list

    One submit description and one list make one cluster of jobs: it is submitted, watched, held and removed as one. A
    line of the list is a task; its first column is the task's number, and that is all the submit description reads. The
    values go to run.sh with the list itself, so they may hold anything that CSV can hold.
    """
    answers = case.answers
    task_count, names = TaskList(answers).count, TaskList(answers).columns
    if answers.task_source == "one":
        return None
    return case.set(
        f"Submit {counted(task_count, 'task')} from jobs.csv",
        because=f"One line a task{f', with {and_joined(names)}' if names else ''}; the header is for people, and the "
        "queue statement begins after it.",
        tasks=task_count,
        columns=names,
    )


@rule(sources=("condor-jobs",), decides=("inputs_in_a_part",), anchor_question="input_time")
def cut_into_parts(case: Case) -> Verdict | None:
    """Cut a long list of inputs into parts of one to four hours

    A job for each input would spend its time on starting and on loading the model; one job for all would take weeks and
    lose all when it is stopped. Between the two, a part is long enough that loading does not count, and short enough
    for every limit; parts run side by side.
    """
    answers = case.answers
    if answers.task_source != "parts":
        return None
    inputs_each, part_count = TaskList(answers).inputs_in_a_part, TaskList(answers).count
    inputs = counted(answers.count, "input")
    do = f"Cut the list into {counted(part_count, 'part')} of up to {counted(inputs_each, 'input')}"
    if answers.input_time is None:
        return case.warn(
            f"Time the test job, and plan again; until then, {do[0].lower()}{do[1:]}",
            because=f"How long one input takes is not measured, so {inputs} make {counted(part_count, 'part')}, however long "
            "that takes. The test job works through a sample of 20.",
            inputs_in_a_part=inputs_each,
        )
    return case.set(
        do,
        because=f"{inputs} of {answers.input_time} each: a part takes about "
        f"{Duration(inputs_each * answers.input_time.seconds)}, and loading the model comes once a part.",
        inputs_in_a_part=inputs_each,
    )


@rule(sources=("condor-jobs",), decides=("max_idle",))
def jobs_in_waves(case: Case) -> Verdict | None:
    """Let very many jobs enter the queue in waves

    Tens of thousands of idle jobs slow down the access point for everybody, and a submission above its limit is refused
    whole. With max_idle HTCondor creates jobs as others leave.
    """
    job_count, limits = -(-case.tasks.count // case.decided.tasks_in_a_job), case.pool.jobs
    if limits.max_idle is None or job_count < limits.max_idle:
        return None
    too_many = limits.ask_above is not None and job_count > limits.ask_above
    contact = f" Write to {case.pool.contact} first." if too_many else ""
    return case.set(
        f"Keep at most {limits.max_idle:,} idle jobs in the queue",
        because=f"The pool asks for this from {limits.max_idle:,} jobs on, and there are {job_count:,}.{contact}",
        max_idle=limits.max_idle,
    )


@rule(sources=("condor-jobs",), decides=("tasks_in_a_job",))
def short_tasks_together(case: Case) -> Verdict | None:
    """Give a job at least some minutes of work

    Starting a job takes longer than you think: it is matched, its files travel, its image starts. Many jobs of a minute
    each keep the pool busy with starting. So one job runs several short tasks, one after another, and each still has
    its own line in the list, its own results and its own exit code.
    """
    answers, limits = case.answers, case.pool.jobs
    task_count, time = TaskList(answers).count, TaskList(answers).time(case.decided.processor)
    least = limits.least_time_of_many or LEAST_TIME
    threshold = limits.many or MANY
    if time is None or task_count <= threshold or time >= least:
        return None
    tasks_in_a_job = min(task_count, int(-(-TOGETHER * least.seconds // time.seconds)))
    who = "the pool asks" if limits.least_time_of_many else "pools that say so ask"
    because = f"{task_count:,} jobs of {time} each: {who} for {least} or more where there are over {threshold:,}."
    if case.decided.output_archive or TaskList(answers).input_column:
        obstacle = "large results" if case.decided.output_archive else "a file of its own for each task"
        return case.warn(
            f"Put {tasks_in_a_job:,} tasks into one",
            because=f"{because} With {obstacle} they cannot share a job: let one run of your program do several.",
        )
    return case.set(
        f"Let each job run {tasks_in_a_job:,} tasks, one after another",
        because=f"{because} {-(-task_count // tasks_in_a_job):,} jobs of about {Duration(tasks_in_a_job * time.seconds)} are left.",
        tasks_in_a_job=tasks_in_a_job,
    )


@rule(sources=("condor-submit", "condor-run"), decides=("max_retries",))
def try_again(case: Case) -> Verdict | None:
    """Run a failed job again, but not for ever

    Among many machines one is always in trouble. HTCondor starts a failed job again, on another machine or from its
    last checkpoint; what run.sh itself finds wrong, a missing input or value, would be wrong again and is not repeated.
    More than two retries hide a mistake instead of mending it.
    """
    task_count = case.tasks.count
    if task_count == 1:
        return None
    return case.set(
        f"Try a failed job up to {RETRIES} more times",
        because=f"Of {task_count:,} jobs a few meet a machine in trouble. Exit codes 111 to 114 are run.sh's own: they end a "
        "job at once.",
        max_retries=RETRIES,
    )


@rule(sources=("condor-submit",))
def run_the_missing_again(case: Case) -> Verdict | None:
    """Run again only what is missing

    After a large submission some results are missing: jobs were removed, held for good, or failed. Each task writes how
    it ended beside its results, so a small script finds those without a result of exit code 0, and the same submit
    description runs just these.
    """
    answers = case.answers
    if answers.task_source == "one":
        return None
    return case.tip(
        "Run missing.sh when the jobs have ended, and submit what it lists",
        because=f"It writes jobs-again.csv; condor_submit {answers.project}.sub list=jobs-again.csv runs only those of the "
        f"{TaskList(answers).count:,} tasks.",
    )

"""Workflow: steps before and after the tasks, run in order by DAGMan."""

from planner.advice import Part
from planner.estimate.amounts import results_size
from planner.estimate.placing import submit_directory
from planner.estimate.tasks import TaskList
from planner.rules.base import Case, Verdict, rule
from planner.rules.disk import ASSUMED_IMAGE, CACHES, disk_total
from planner.rules.lengths import shortest_cpu_lines
from planner.sentences import counted


@rule(sources=("condor-dagman", "condor-run"), decides=("workflow", "step_lines"), anchor_question="after")
def steps_in_order(case: Case) -> Verdict | None:
    """Let DAGMan run the steps in order

    A step that needs the results of another must wait for it. DAGMan, a part of HTCondor, waits for you: it submits
    each step when those before it have succeeded, and writes down what is done, so that after a failure the same
    command goes on from there. It starts, counts and waits on the access point; work is done in jobs.
    """
    answers = case.answers
    task_count = TaskList(answers).count
    order = [*(["prepare"] if answers.before else []), counted(task_count, "task")]
    order += ["collect"] if case.decided.collects else []
    if len(order) == 1:
        return None
    return case.set(
        "Submit workflow.dag, and DAGMan submits the rest",
        because=f"In order: {' → '.join(order)}. Each waits for the one before it. If something fails, mend it and submit the same "
        "file again: only what is not done is run.",
        workflow=True,
        step_lines=shortest_cpu_lines(case),
    )


@rule(sources=("condor-dagman",), decides=("prepares",))
def prepare_in_a_job(case: Case) -> Verdict | None:
    """Prepare in a job, not in a script of the workflow

    DAGMan's PRE and POST scripts run on the access point, which everybody shares, and are for a moment's work.
    Downloading, preparing and splitting is work for a job.
    """
    home = submit_directory(case.pool_record)
    if not case.answers.before:
        return None
    limit = case.facts(home.bands[0]).up_to if home else None
    small = f"below {limit}" if limit else "small"
    return case.set(
        "Let the first step write to the folder prepared/",
        because="The step runs as a job, prepare.sub, with a task's CPUs, memory and disk and without a GPU. What it writes to "
        f"prepared/ comes back and goes to every task through the access point, so keep it {small}.",
        prepares=True,
    )


@rule(sources=("condor-dagman", "condor-run"), decides=("collects", "collects_anyway", "collect_disk"))
def collect_results(case: Case) -> Verdict | None:
    """Collect in a job that gets all results

    The last step gets the list and every result that came back, says which tasks are missing, writes the list to run
    them again, and only then runs your command. Small results make this easy: a line of numbers a task compares as well
    as a model file.
    """
    answers, decided = case.answers, case.decided
    if answers.task_source == "one" or not answers.after:
        return None
    together = results_size(answers).times(TaskList(answers).count)
    home = submit_directory(case.pool_record)
    # All results pass through the access point to one job.
    if decided.output_archive or (home and home.quota and together > case.facts(home).quota):
        return case.warn(
            "Bring back a small summary from each task, and collect that",
            because=f"All results together are {together.about}: too much to bring to one job, so the last step is not in the "
            "workflow. Large files can stay where they are; numbers to compare fit into kilobytes.",
        )
    anyway = answers.failures == "yes"
    return case.set(
        f"Run {answers.after} on {'what is there' if anyway else 'all results'}, {'whatever failed' if anyway else 'when every task has succeeded'}",
        because=f"You said so. collect.sub gets returned/ ({together.about} at most); collect.sh first names what is missing. "
        "What your command writes comes back in collected/.",
        collects=True,
        collects_anyway=anyway,
        collect_disk=disk_total(
            (
                Part("image", decided.image_size or ASSUMED_IMAGE),
                Part("results", together),
                Part("caches and temporary files", CACHES),
            )
        ),
    )


@rule(sources=("condor-dagman",))
def one_node_a_task(case: Case) -> Verdict | None:
    """Make each task a node of its own

    Where one node holds many jobs, the first that fails takes all others with it. As nodes of their own, tasks fail
    alone, and a second submission runs only those.
    """
    task_count = case.tasks.count
    if not case.decided.workflow or task_count == 1:
        return None
    return case.tip(
        f"Leave the {task_count:,} tasks as nodes of their own",
        because="One failed task then costs one task. They share one submit description, node.sub, and differ in one number.",
    )


@rule(sources=("condor-dagman",))
def held_jobs_stop_a_workflow(case: Case) -> Verdict | None:
    """Look for held jobs while a workflow runs

    For DAGMan a held job is neither done nor failed: it waits, without a word, until somebody releases or removes it.
    """
    if not case.decided.workflow:
        return None
    return case.tip(
        "Look at condor_q -hold now and then while the workflow runs",
        because="A held job is no failure: the workflow waits for it. Mend the cause and release the job, or remove it and "
        "DAGMan counts it as failed.",
    )

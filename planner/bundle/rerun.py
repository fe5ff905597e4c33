"""The list of what is still to be done: the tasks that no job has ended with exit code 0."""

from collections.abc import Iterable, Iterator

from planner.answers import Answers
from planner.bundle.quoting import csv_row
from planner.errors import PlannerError, Problem
from planner.estimate.tasks import TaskList
from planner.logs import Job


def again(answers: Answers, jobs: Iterable[Job]) -> Iterator[str]:
    """Yield the lines of ``jobs-again.csv``: the header, then each task that failed, was stopped, or is missing.

    A log knows a task by the place of its job in the submission, so the jobs must be those of one submission of the
    whole list. Raises PlannerError where they are not, or where the answers name a single task.
    """
    jobs = list(jobs)
    clusters = sorted({job.cluster for job in jobs})
    if answers.task_source == "one":
        raise PlannerError([Problem("task_source", "is one task, so there is no list.", "Submit the job again.")])
    if len(clusters) != 1:
        submissions = ", ".join(map(str, clusters)) or "none"
        raise PlannerError(
            [
                Problem(
                    "--again",
                    f"The logs hold these submissions: {submissions}.",
                    "Give the log of the one with all tasks.",
                )
            ]
        )
    if any(job.process >= TaskList(answers).count for job in jobs):
        raise PlannerError(
            [Problem("--again", "The log has more jobs than there are tasks.", "Give the answers it was made with.")]
        )
    done = {job.process for job in jobs if job.succeeded}
    yield csv_row(["task", *TaskList(answers).columns])
    for place, values in enumerate(TaskList(answers).values()):
        if place not in done:
            # Tasks count from 1, jobs of a submission from 0.
            yield csv_row([str(place + 1), *values])

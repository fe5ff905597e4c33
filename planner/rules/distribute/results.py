"""Results: how they come back, and whether there is room for them."""

from planner.estimate.amounts import model_size, results_size
from planner.estimate.placing import staging_location, staging_of, submit_directory
from planner.estimate.tasks import TaskList
from planner.facts.pools import Place
from planner.rules.base import Case, Verdict, rule
from planner.units import Size


@rule(
    sources=("condor-files", "condor-run"),
    decides=("output_archive", "output_remap"),
    adds_to=("requirements",),
)
def results_come_back(case: Case) -> Verdict | None:
    """Bring results back under a name of the task's own

    Only new files at the top of a job's directory return by themselves, folders do not, and files of the same name
    overwrite each other. So run.sh collects what you named into a folder of the task's own. That folder exists from the
    start: a listed output that is missing would put the job on hold and hide its exit code. Large results are packed
    and go straight to the place for large files, not through the access point.
    """
    answers, pool = case.answers, case.pool_record
    size, task_count = results_size(answers), TaskList(answers).count
    total = size.times(task_count)
    guess = "" if answers.output_size else ", a guess since you have not measured them"
    how_much = f"{size} a task{guess}" + (f", {total.about} for {task_count:,} tasks" if task_count > 1 else "")
    home = submit_directory(pool)
    too_large = home is None or not _fits_access_point(case, home, size)
    if home is not None and not too_large and (home.quota is None or total <= case.facts(home).quota):
        return case.set(
            "Let results come back to the folder returned/",
            because=f"{how_much}: {_why_at_home(case, home, task_count)}.",
            output_archive=False,
        )
    # No folder in the path: whether the pool creates missing folders is not published.
    number = "1" if answers.task_source == "one" else "$(task)"
    placed = staging_location(pool, size, f"{answers.project}-task-{number}.tar.gz", answers)
    if placed is None:
        return case.warn(
            f"Bring back less, or ask {case.pool.contact} where results of this size can go",
            because=f"{how_much}: more than any place of your own takes.",
            output_archive=False,
        )
    why = "too much to pass through the access point" if too_large else f"more than {home.name} holds" if home else ""
    case.rests_on(placed.band.url)
    if requirement := case.facts(placed.band).requirement:
        return case.warn(
            "Make the results of a task smaller",
            because=f"{how_much}: {why}. Files of that size are written to {placed.place.name} only by machines that mount "
            f"it, so the job requires {requirement}.",
            output_archive=True,
            output_remap=placed.url,
            requirements=case.clause(requirement),
        )
    return case.set(
        f"Send results, packed, to {placed.place.name}",
        because=f"{how_much}: {why}.",
        output_archive=True,
        output_remap=placed.url,
    )


def _fits_access_point(case: Case, home: Place, size: Size) -> bool:
    """Tell whether results of *size* may come back through the access point."""
    limit = case.facts(home.bands[0]).up_to
    return limit is None or size <= limit


def _why_at_home(case: Case, home: Place, task_count: int) -> str:
    limit = case.facts(home.bands[0]).up_to
    why = f"up to {limit} a job may pass through the access point" if limit else "no limit is known"
    return f"{why}, and all of it fits into {home.name}" if task_count > 1 and home.quota else why


@rule(sources=("condor-files",))
def quota(case: Case) -> Verdict | None:
    """Make room before the jobs run

    A full quota puts every job on hold at its end, with its work done and nowhere to put it.
    """
    answers, decided = case.answers, case.decided
    staging = staging_of(case.pool_record)
    if staging is None or staging.quota is None:
        return None
    size, items = (decided.image_size or Size(0), 1) if decided.image_file else (Size(0), 0)
    if decided.data_server and answers.data_place != "group":
        size, items = size + answers.data_size, items + 1 + bool(decided.sample_input)
    if decided.model and decided.model.server:
        size, items = size + model_size(answers), items + 1
    if decided.output_archive:
        size, items = size + results_size(answers).times(TaskList(answers).count), items + TaskList(answers).count
    place = case.facts(staging)
    most_items = place.items
    if size <= place.quota and (most_items is None or items <= most_items):
        return None
    return case.warn(
        f"Ask for a larger quota in {place.name} before you start",
        because=f"Image, data and results take {size.about} in {items:,} files there; the usual quota is {place.quota}"
        f"{f' and {most_items:,} files' if most_items else ''}.",
    )

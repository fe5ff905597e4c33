"""Where a task's data is put, and how a submit file names it."""

import re

from planner.answers import Answers
from planner.estimate.placing import Placed, fit_in, read_path, user_location
from planner.estimate.tasks import TaskList
from planner.rules.base import Case, Verdict


def placed_data(case: Case) -> Placed | Verdict:
    """Return where the data goes, or the verdict that says why it cannot."""
    answers, pool, archive = case.answers, case.pool_record, case.decided.archive
    path = data_path(answers).rstrip("/")
    if archive:
        # The archive goes next to the folder that it is made from.
        path = "/".join([*path.split("/")[:-1], archive.name])
    own = user_location(pool, answers.data_size, path.split("/")[-1], answers)
    if answers.data_place == "computer":
        placed = own
    else:
        place = pool.place(answers.data_place)
        names = read_path(pool, place, path, answers)
        if names is None:
            return case.stop(
                f"Write the data's path like {_example(case.facts(place).path)}",
                because=f'"{answers.data_path}" is not of that form.',
            )
        # Data that is too large for its place moves to the user's next place.
        placed = fit_in(place, answers.data_size, names) or own
    if placed is None:
        return case.stop(
            f"Ask {case.pool.contact} how to bring {answers.data_size} to a job, or cut the data into parts",
            because="It is too large for every place that the pool describes.",
        )
    if not re.fullmatch(r"(\$ENV\(\w+\)|\$\(own\)|[\w.+@=/:%~?&-])+", address_of(case, placed)):
        return case.stop(
            f'Rename "{path}" to letters, digits and . _ -',
            because="HTCondor's lists of files carry no blanks, commas or other signs in a name.",
        )
    return placed


def data_path(answers: Answers) -> str:
    """Return the path of the data, with ``$(own)`` in place of the value that names a task's own file."""
    column = TaskList(answers).input_column if answers.data_shared == "own" else ""
    return TaskList(answers).input_path("$(own)") if column else answers.data_path


def _example(form: str) -> str:
    """Return an example of this form, with realistic names."""
    file = "example.org/images.tar" if form.startswith("https:") else "images.tar"
    return form.format(user="bucky", letter="b", group="my_group", pi="bucky", file=file)


def address_of(case: Case, placed: Placed) -> str:
    """Return how a submit description names the data: by its address, or by its path relative to the submit directory."""
    answers, archive = case.answers, case.decided.archive
    if "://" in placed.url:
        return placed.url
    if archive:
        return f"data/{archive.name}"
    path = re.sub(r"^(\./)+", "", data_path(answers).rstrip("/"))
    # Data from elsewhere on the user's computer is copied into the submit directory.
    is_elsewhere = answers.data_place == "computer" and (path.startswith(("/", "~")) or ".." in path.split("/"))
    return path.split("/")[-1] if is_elsewhere else path


def sample_of(case: Case, address: str) -> str:
    """Return what a test uses instead of the data at *address*: a sample of the archive, or the first task's file."""
    if archive := case.decided.archive:
        return address.replace(archive.name, archive.sample)
    if "$(own)" in address:
        return address.replace("$(own)", case.tasks.first_value(case.tasks.input_column))
    return ""


def what_to_do(case: Case, placed: Placed) -> str:
    """Return the advice in a few words: put the data there, leave it there, or move it there."""
    what = "the archive" if case.decided.archive else "the data"
    if case.answers.data_place == "computer" or case.decided.archive:
        return f"Put {what} into {placed.place.name}"
    if case.answers.data_place == placed.place.key:
        return f"Leave {what} where it is"
    return f"Move {what} to {placed.place.name}"


def server_of(case: Case, placed: Placed) -> str:
    """Return the machine through which a file is uploaded, and count its source."""
    if placed.place.upload:
        case.rests_on(placed.place.upload)
    return placed.server

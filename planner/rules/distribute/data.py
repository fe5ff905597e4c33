"""Data: where it is put, how it travels, and where results go."""

import re

from planner.advice import Archive
from planner.answers.distribute import ARCHIVES
from planner.answers.kinds import relative_path
from planner.estimate import tasks
from planner.estimate.placing import Placed, own_place, put, read_path, staged
from planner.rules.base import Case, Said, rule
from planner.units import Size

# Below this many files a folder travels as it is; above it each file costs a request of its own.
MANY_FILES = 100
FIRST_VERSION = "v1"


@rule(sources=("condor-files",))
def restricted_data(case: Case) -> Said | None:
    """Do not bring restricted data to a shared pool

    Machines and storage are shared, copies are kept in caches, and nothing is encrypted on disk.
    """
    answers = case.answers
    if answers.data_place == "none" or answers.data_confidential == "no":
        return None
    rule_of_pool = case.cite(case.pool.restricted_data)
    if answers.data_confidential == "unknown":
        return case.ask(
            "May this data be stored and processed on your shared pool?",
            because=f"You are not sure that it is free of restrictions. The pool says: {rule_of_pool}.",
        )
    return case.stop(
        f"Do not use this data here; ask {case.cite(case.pool.contact)} where it may be processed",
        because=f"You said that it is restricted. The pool says: {rule_of_pool}.",
    )


@rule(sources=("condor-files",), decides=("archive",))
def pack_small_files(case: Case) -> Said | None:
    """Pack many small files into one archive

    Every file of a transfer costs time of its own, storage for large files counts items, and a folder cannot be fetched
    from it at all. One archive travels as fast as the network allows. It is not compressed: pictures and arrays rarely
    shrink, and every job would pay for unpacking.
    """
    answers = case.answers
    if answers.data_place in ("none", "web") or answers.data_path.lower().endswith(ARCHIVES):
        return None
    is_folder = answers.data_files > 1
    small = own_place(case.pool, answers.data_size, "x", answers.user)
    fits_beside = small is not None and small.place.upload is None and answers.data_place in ("computer", "home")
    if not is_folder or (answers.data_files <= MANY_FILES and fits_beside):
        return None
    folder = answers.data_path.rstrip("/")
    # A relative folder is packed under the path that the program knows; of an absolute one only the last name is.
    inside = folder if not folder.startswith(("/", "~")) and ".." not in folder.split("/") else folder.split("/")[-1]
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", inside.split("/")[-1]).strip("-.") or "data"
    return case.set(
        f"Pack {answers.data_files:,} files into {stem}-{FIRST_VERSION}.tar",
        because=f"{answers.data_size} in {answers.data_files:,} files would be as many transfers for each job.",
        archive=Archive(name=f"{stem}-{FIRST_VERSION}.tar", sample=f"{stem}-{FIRST_VERSION}-sample.tar", folder=inside),
    )


@rule(
    sources=("condor-files", "condor-run"),
    decides=("data_input", "data_file", "data_path", "data_server", "unpack", "sample_input"),
    adds_to=("requirements",),
)
def data_place(case: Case) -> Said | None:
    """Put data where its size belongs, and name it by the address for that place

    Small files travel with the job from the access point; large ones lie in a place made for them and are named by an
    address. Which address depends on the size: caches serve middling files to machines everywhere, the largest are read
    from a file system that only some machines mount, and then the job must say so or it is held.
    """
    answers, pool = case.answers, case.pool
    if answers.data_place == "none":
        return None
    archive = case.settled.archive
    file = archive.name if archive else answers.data_path.rstrip("/")
    names = None
    if answers.data_place == "computer":
        last = file.split("/")[-1]
        placed = own_place(pool, answers.data_size, last, answers.user)
        shown = "data/" + last if archive else file
    else:
        place = pool.place(answers.data_place)
        names = read_path(
            place, answers.data_path.rstrip("/") if not archive else _beside(answers.data_path, file), answers.user
        )
        if names is None:
            return case.stop(
                f"Write the data's path as {case.cite(place.path)}",
                because=f'"{answers.data_path}" is no path in {place.name}.',
            )
        placed = put(place, answers.data_size, names)
        if placed is None:
            # Too large for where it is: move it to the next place of one's own.
            placed = own_place(pool, answers.data_size, names["file"].split("/")[-1], answers.user)
        shown = names["file"]
    if placed is None:
        return case.stop(
            f"Ask {case.cite(pool.contact)} how to bring {answers.data_size} to a job, or cut the data into parts",
            because="It is too large for every place that the pool describes.",
        )
    moved = answers.data_place not in ("computer", placed.place.key)
    return _said(case, placed, placed.url if placed.place.upload or "://" in placed.url else shown, moved)


def _beside(path: str, file: str) -> str:
    """Return *file* in the folder above the folder *path*."""
    above = path.rstrip("/").rpartition("/")[0]
    return f"{above}/{file}" if above else file


def _said(case: Case, placed: Placed, address: str, moved: bool) -> Said:
    answers, archive = case.answers, case.settled.archive
    try:
        if "://" not in address:
            address = relative_path(address) if not address.startswith("/") else address
    except ValueError as error:
        return case.stop("Rename the data", because=str(error))
    if re.search(r"[\s,;\"'\\]", address):
        return case.stop(
            "Rename the data", because="HTCondor's lists of files carry no blank, comma or quotation mark."
        )
    requirement = placed.band.requirement
    because = f"{answers.data_size} is within the {case.cite(placed.band.up_to)} that travel this way from {placed.place.name}"
    if requirement is not None:
        because += f"; only machines with {case.cite(requirement)} can read it"
    ask_first = f". {case.cite(placed.place.ask_first)}" if placed.place.ask_first else ""
    case.cite(placed.band.url)
    return case.set(
        f"{'Move' if moved else 'Keep'} {'the archive' if archive else 'the data'} in {placed.place.name}"
        if answers.data_place != "computer"
        else f"Put {'the archive' if archive else 'the data'} into {placed.place.name}",
        because=f"{because}{ask_first}.",
        data_input=address.rstrip("/"),
        data_file=address.rstrip("/").split("/")[-1],
        data_path=placed.path if placed.place.upload else "",
        data_server=case.cite(placed.place.upload) if placed.place.upload else "",
        unpack=archive is not None or answers.data_path.lower().endswith(ARCHIVES),
        sample_input=address.replace(archive.name, archive.sample) if archive else "",
        **({"requirements": case.clause(requirement.value)} if requirement else {}),
    )


@rule(sources=("condor-files",))
def new_name_for_new_data(case: Case) -> Said | None:
    """Give changed data a new name

    Caches on the way know a file by its name. Content that changes under an unchanged name may arrive old, or a mixture
    of old and new, without any message.
    """
    answers, settled = case.answers, case.settled
    if not settled.data_input or "://" not in settled.data_input or settled.data_input.startswith(("https:", "file:")):
        return None
    return case.tip(
        f"When the data changes, raise the version in its name ({settled.data_file}) and in the submit files",
        because=f"It is fetched through caches that know it by its name; {answers.data_size} under an old name may arrive "
        "old.",
    )


@rule(sources=("condor-files",))
def name_the_user(case: Case) -> Said | None:
    """Write the real path instead of a variable

    An unset variable in a submit description silently becomes the text UNDEFINED, and the job is held for a file that
    never existed.
    """
    if case.answers.user or "$ENV(" not in case.settled.data_input + case.settled.container_image:
        return None
    return case.tip(
        f"Give your {case.cite(case.pool.user)}, and the files hold the real path",
        because="Without it the submit files name your directory through a variable of the access point: "
        "`echo $STAGING` there must print it.",
    )


@rule(sources=("condor-files", "condor-run"), decides=("output_archive", "output_remap"))
def results_come_back(case: Case) -> Said | None:
    """Bring results back under a name of the task's own

    Only new files at the top of a job's directory return by themselves, folders do not, and files of the same name
    overwrite each other. So run.sh collects what you named into a folder of the task's own. That folder exists from the
    start: a listed output that is missing would put the job on hold and hide its exit code. Large results are packed
    and go straight to the place for large files, not through the access point.
    """
    answers, pool = case.answers, case.pool
    size = answers.output_size or Size.of_gb(1)
    many = tasks.count(answers)
    together = size.times(many)
    home = next((place for place in pool.places if place.own.value and place.upload is None), None)
    fits = (
        home is not None and size <= home.bands[0].up_to.value and (home.quota is None or together <= home.quota.value)
    )
    how_much = f"{size} a task, {together.about} for {many:,} tasks" if many > 1 else str(size)
    if home is not None and fits:
        return case.set(
            "Let results come back to the folder returned/",
            because=f"{size} a task is below the {case.cite(home.bands[0].up_to)} that may pass through the access point"
            f"{f', and {together.about} for {many:,} tasks fit into {home.name}' if many > 1 else ''}.",
            output_archive=False,
        )
    file = f"{answers.project}/task-$(task).tar.gz"
    placed = staged(pool, size, file, answers.user)
    if placed is None:
        return case.warn(
            "Bring back less, or ask the pool's staff where results of this size can go",
            because=f"{how_much}: more than any place of your own takes.",
            output_archive=False,
        )
    requirement = {"requirements": case.clause(placed.band.requirement.value)} if placed.band.requirement else {}
    case.cite(placed.band.url)
    if requirement:
        return case.warn(
            "Make the results of a task smaller",
            because=f"{how_much}. Only machines with {placed.band.requirement.value if placed.band.requirement else ''} "
            "can write files of that size where they belong.",
            output_archive=True,
            output_remap=placed.url,
        )
    return case.set(
        f"Send results, packed, to {placed.place.name}",
        because=f"{how_much}: too much to pass through the access point.",
        output_archive=True,
        output_remap=placed.url,
    )


@rule(sources=("condor-files",))
def quota(case: Case) -> Said | None:
    """Make room before the jobs run

    A full quota puts every job on hold at its end, with its work done and nowhere to put it.
    """
    answers, settled = case.answers, case.settled
    place = next((place for place in case.pool.places if place.own.value and place.upload), None)
    if place is None or place.quota is None:
        return None
    size, items = settled.image_size or Size(0), 1
    if settled.data_server and answers.data_place != "group":
        size, items = size + answers.data_size, items + 1 + bool(settled.sample_input)
    if settled.output_archive:
        size += (answers.output_size or Size.of_gb(1)).times(tasks.count(answers))
        items += tasks.count(answers)
    most_items = case.cite(place.items) if place.items else None
    if size <= case.cite(place.quota) and (most_items is None or items <= most_items):
        return None
    return case.warn(
        f"Ask for a larger quota in {place.name} before you start",
        because=f"Image, data and results take {size.about} in {items:,} files there; the usual quota is {place.quota.value}"
        f"{f' and {most_items:,} files' if most_items else ''}.",
    )

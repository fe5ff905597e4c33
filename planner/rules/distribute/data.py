"""Data: where it is put, and how it travels."""

import re

from planner.advice import Archive, Weights
from planner.answers import Answers
from planner.answers.by_stage.data import ARCHIVES
from planner.answers.model import is_on_hub
from planner.estimate import tasks
from planner.estimate.amounts import model_size
from planner.estimate.placing import Placed, home_of, own_place, put, read_path
from planner.facts.fact import Fact
from planner.rules.base import Case, Said, rule
from planner.units import Size

# Below this many files a folder travels as it is; above it each file costs a request of its own.
MANY_FILES = 100
FIRST_VERSION = "v1"


@rule(sources=("condor-files",), beside="data_confidential")
def restricted_data(case: Case) -> Said | None:
    """Do not bring restricted data to a shared pool

    Machines and storage are shared, copies are kept in caches, and nothing is encrypted on disk.
    """
    answers = case.answers
    if answers.data_place == "none" or answers.data_confidential == "no":
        return None
    said = case.pool.restricted_data
    rule_of_pool = f"The pool says: {case.cite(said)}." if said else "What this pool says of it is not known here."
    if answers.data_confidential == "unknown":
        return case.ask(
            f"May {answers.data_size} of this data be stored and processed on your shared machines? (Say what it is.)",
            because=f"You are not sure that it is free of restrictions. {rule_of_pool}",
        )
    return case.stop(
        f"Do not use this data here; ask {case.cite(case.pool.contact)} where it may be processed",
        because=f"You said that it is restricted. {rule_of_pool}",
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
    # A file of its own for each task is no folder, whatever was said of the number of files.
    if tasks.own_column(answers) and answers.spread != "parts":
        return None
    is_folder = answers.data_files > 1
    small = own_place(case.pool, answers.data_size, "x", answers)
    fits_beside = small is not None and small.place.upload is None and answers.data_place in ("computer", "home")
    if not is_folder or (answers.data_files <= MANY_FILES and fits_beside):
        return None
    folder = answers.data_path.rstrip("/")
    # A relative folder is packed under the path that the program knows; of an absolute one only the last name is.
    inside = folder if not folder.startswith(("/", "~")) and ".." not in folder.split("/") else folder.split("/")[-1]
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", inside.split("/")[-1]).strip("-.") or "data"
    elsewhere = any(place.upload for place in case.pool.places)
    no_folder = ", and a folder cannot be fetched from a place for large files" if elsewhere else ""
    return case.set(
        f"Pack {answers.data_files:,} files into {stem}-{FIRST_VERSION}.tar",
        because=f"{answers.data_size} in {answers.data_files:,} files would be as many transfers for each job{no_folder}.",
        archive=Archive(name=f"{stem}-{FIRST_VERSION}.tar", sample=f"{stem}-{FIRST_VERSION}-sample.tar", folder=inside),
    )


@rule(
    sources=("condor-files", "condor-run"),
    decides=("data_input", "data_file", "data_path", "data_server", "data_stays", "unpack", "sample_input"),
    adds_to=("requirements",),
)
def data_place(case: Case) -> Said | None:
    """Put data where its size belongs, and name it by its address there

    Small files travel with the job from the access point; large ones lie in a place made for them and are named by an
    address. Which address depends on the size: caches serve middling files to machines everywhere, the largest are read
    from a file system that only some machines mount, and then the job must say so or it is held.
    """
    answers, archive = case.answers, case.settled.archive
    if answers.data_place == "none":
        return None
    placed = _placed(case)
    if isinstance(placed, Said):
        return placed
    place, band = placed.place, placed.band
    because = f"{answers.data_size} travel with the job; no limit is known for {place.name}"
    if band.up_to:
        because = f"{answers.data_size} is within the {case.cite(band.up_to)} that travel this way from {place.name}"
    if band.requirement:
        because += f"; only machines that mount it can read it, so the job requires {case.cite(band.requirement)}"
    if place.ask_first:
        because += f". {case.cite(place.ask_first)}"
    case.cite(band.url)
    address = _address(case, placed)
    return case.set(
        _what_to_do(case, placed),
        because=f"{because}.",
        data_input=address,
        data_file=address.split("/")[-1],
        data_path=placed.path if place.upload else "",
        data_server=_server(case, placed),
        data_stays=not placed.reaches_other_pools,
        unpack=archive is not None or answers.data_path.lower().endswith(ARCHIVES),
        sample_input=_sample(case, address),
        **({"requirements": case.clause(band.requirement.value)} if band.requirement else {}),
    )


def _server(case: Case, placed: Placed) -> str:
    """Return the machine through which a file is put there, and cite whose word that is."""
    if placed.place.upload:
        case.cite(placed.place.upload)
    return placed.server


def _sample(case: Case, address: str) -> str:
    """Return what a test brings in place of the data at *address*: a sample of the archive, or the first task's file."""
    if archive := case.settled.archive:
        return address.replace(archive.name, archive.sample)
    if "$(own)" in address:
        return address.replace("$(own)", tasks.first_value(case.answers, tasks.own_column(case.answers)))
    return ""


def _placed(case: Case) -> Placed | Said:
    """Return where the data is to lie, or what stands in the way."""
    answers, pool, archive = case.answers, case.pool, case.settled.archive
    path = data_path(answers).rstrip("/")
    if archive:
        # The archive goes beside the folder that it was made from.
        path = "/".join([*path.split("/")[:-1], archive.name])
    own = own_place(pool, answers.data_size, path.split("/")[-1], answers)
    if answers.data_place == "computer":
        placed = own
    else:
        place = pool.place(answers.data_place)
        names = read_path(pool, place, path, answers)
        if names is None:
            return case.stop(
                f"Write the data's path like {_example(case.cite(place.path))}",
                because=f'"{answers.data_path}" is not of that form.',
            )
        # What is too large for where it is moves to the next place of one's own.
        placed = put(place, answers.data_size, names) or own
    if placed is None:
        return case.stop(
            f"Ask {case.cite(pool.contact)} how to bring {answers.data_size} to a job, or cut the data into parts",
            because="It is too large for every place that the pool describes.",
        )
    if not re.fullmatch(r"(\$ENV\(\w+\)|\$\(own\)|[\w.+@=/:%~?&-])+", _address(case, placed)):
        return case.stop(
            f'Rename "{path}" to letters, digits and . _ -',
            because="HTCondor's lists of files carry no blanks, commas or other signs in a name.",
        )
    return placed


def data_path(answers: Answers) -> str:
    """Return the path of the data, in which ``$(own)`` stands for what names a task's own file."""
    column = tasks.own_column(answers) if answers.data_shared == "own" else ""
    return tasks.own_data(answers, "$(own)") if column else answers.data_path


def _example(form: str) -> str:
    """Return a path of this form, with names as people have them."""
    file = "example.org/images.tar" if form.startswith("https:") else "images.tar"
    return form.format(user="bucky", letter="b", group="my_group", pi="bucky", file=file)


def _address(case: Case, placed: Placed) -> str:
    """Return how a submit description names the data: by its address, or by its path from the folder of submission."""
    answers, archive = case.answers, case.settled.archive
    if "://" in placed.url:
        return placed.url
    if archive:
        return f"data/{archive.name}"
    path = re.sub(r"^(\./)+", "", data_path(answers).rstrip("/"))
    # From somewhere else on one's own computer it is copied beside the submit description.
    is_elsewhere = answers.data_place == "computer" and (path.startswith(("/", "~")) or ".." in path.split("/"))
    return path.split("/")[-1] if is_elsewhere else path


def _what_to_do(case: Case, placed: Placed) -> str:
    what = "the archive" if case.settled.archive else "the data"
    if case.answers.data_place == "computer" or case.settled.archive:
        return f"Put {what} into {placed.place.name}"
    if case.answers.data_place == placed.place.key:
        return f"Leave {what} where it is"
    return f"Move {what} to {placed.place.name}"


@rule(sources=("condor-files", "condor-run"))
def own_file_for_each_task(case: Case) -> Said | None:
    """Send each task only its own file

    A job that reads one file of a thousand should not fetch the thousand. The list names the file of each task, and the
    submit description reads that one column.
    """
    answers = case.answers
    if answers.data_shared != "own" or answers.data_place == "none" or not case.settled.data_input:
        return None
    return case.set(
        f"Let each job fetch {answers.data_path}",
        because=f"{answers.data_size} instead of all {tasks.count(answers):,} files: jobs.csv says in its second column "
        "which one.",
    )


@rule(sources=("condor-files",))
def data_in_parts(case: Case) -> Said | None:
    """Cut very large data so that a job reads only its part

    Beyond what a pool moves to one job, data has to be cut before it is staged: shards that are independent, one or a
    few a job. Most training libraries read shards, and preprocessing can write them.
    """
    answers, settled = case.answers, case.settled
    if answers.data_place == "none" or not settled.data_input:
        return None
    largest = max(
        (band.up_to for place in case.pool.places if place.upload for band in place.bands if band.up_to),
        default=None,
        key=_amount,
    )
    if largest is None or answers.data_size.bytes * 2 <= case.cite(largest).bytes:
        return None
    return case.tip(
        "Let each job read a part of the data, if it can",
        because=f"Every job fetches {answers.data_size}; {largest.value} is the most that one file may have here, and jobs "
        "that fetch less start sooner.",
    )


def _amount(fact: Fact[Size]) -> int:
    return fact.value.bytes


@rule(sources=("condor-files",))
def small_data_at_home(case: Case) -> Said | None:
    """Keep small files out of the place for large ones

    Storage for large files counts items and slows down under many small ones. A small file travels just as well from
    the access point, and needs no address there.
    """
    answers, home = case.answers, home_of(case.pool)
    place = next((place for place in case.pool.places if place.key == answers.data_place), None)
    if home is None or place is None or place.upload is None or case.settled.archive or not case.settled.data_input:
        return None
    most = home.bands[0].up_to
    if most is None or answers.data_size >= case.cite(most):
        return None
    return case.tip(
        f"Keep the data in {home.name} instead",
        because=f"{answers.data_size} is below the {most.value} that travel well from there; {place.name} is for large files.",
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


@rule(
    sources=("hf-download", "hf-offline", "condor-files"), decides=("model",), adds_to=("environment", "requirements")
)
def weights_staged_once(case: Case) -> Said | None:
    """Fetch a pretrained model once, and stage it like data

    A hundred jobs that each download the same model are slow, are turned away by the site that gives it, and need a
    connection and sometimes a token. Fetched once, on your own machine and at a named revision, it travels like data,
    every job gets the same one, and the libraries are told not to look for another.
    """
    answers = case.answers
    if not answers.model:
        return None
    name, hub = answers.model.rstrip("/").split("/")[-1], is_on_hub(answers.model)
    is_file = not hub and not answers.model.endswith("/")
    file = answers.model if is_file else f"{name}-{FIRST_VERSION}.tar"
    size = model_size(answers)
    placed = own_place(case.pool, size, file.split("/")[-1], answers)
    if placed is None:
        return case.stop(
            f"Ask {case.cite(case.pool.contact)} how to bring a model of {size} to a job",
            because="It is too large for every place of your own that the pool describes.",
        )
    place, band = placed.place, placed.band
    beside = place.upload is None
    model = Weights(
        hub=answers.model if hub else "",
        file=file if beside else file.split("/")[-1],
        folder="" if is_file else f"models/{name}",
        input=placed.url if not beside else file if is_file else f"data/{file}",
        path="" if beside else placed.path,
        server=_server(case, placed),
        unpack=not is_file,
    )
    guess = "" if answers.model_size else f", taken as {size} since its size is not measured,"
    offline = case.clause("HF_HUB_OFFLINE=1") if hub else ()
    required = {"requirements": case.clause(case.cite(band.requirement))} if band.requirement else {}
    where = "beside the submit description" if beside else f"in {place.name}"
    token = " A token for a gated model is used there and in no job." if hub else ""
    return case.set(
        f"Keep {answers.model} {where}"
        if is_file
        else f"{'Fetch' if hub else 'Pack'} {answers.model} once, and keep it {where}",
        because=f"It{guess} travels to each job and stands there as {model.folder or file}.{token}",
        model=model,
        environment=offline,
        **required,
    )

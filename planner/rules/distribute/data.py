"""Data: where it is stored, and how it reaches jobs."""

import re

from planner.advice import Archive, Weights
from planner.answers.by_stage.data import ARCHIVES
from planner.answers.model import is_on_hub
from planner.estimate.amounts import model_size
from planner.estimate.placing import largest_band, submit_directory, user_location
from planner.estimate.tasks import TaskList
from planner.rules.base import Case, Verdict, rule
from planner.rules.data_place import address_of, placed_data, sample_of, server_of, what_to_do

# Up to this many files, a folder is transferred as is; with more, the requests for each file add up.
MANY_FILES = 100
FIRST_VERSION = "v1"


@rule(sources=("condor-files",), anchor_question="data_confidential")
def restricted_data(case: Case) -> Verdict | None:
    """Do not bring restricted data to a shared pool

    Machines and storage are shared, copies are kept in caches, and nothing is encrypted on disk.
    """
    answers = case.answers
    if answers.data_place == "none" or answers.data_confidential == "no":
        return None
    policy = case.pool.restricted_data
    rule_of_pool = f"The pool says: {policy}." if policy else "What this pool says of it is not known here."
    if answers.data_confidential == "unknown":
        return case.ask(
            f"May {answers.data_size} of this data be stored and processed on your shared machines? (Say what it is.)",
            because=f"You are not sure that it is free of restrictions. {rule_of_pool}",
        )
    return case.stop(
        f"Do not use this data here; ask {case.pool.contact} where it may be processed",
        because=f"You said that it is restricted. {rule_of_pool}",
    )


@rule(sources=("condor-files",), decides=("archive",))
def pack_small_files(case: Case) -> Verdict | None:
    """Pack many small files into one archive

    Every file of a transfer costs time of its own, storage for large files counts items, and a folder cannot be fetched
    from it at all. One archive travels as fast as the network allows. It is not compressed: pictures and arrays rarely
    shrink, and every job would pay for unpacking.
    """
    answers = case.answers
    if answers.data_place in ("none", "web") or answers.data_path.lower().endswith(ARCHIVES):
        return None
    # If each task has its own file, there is no folder, whatever the number of files is.
    if TaskList(answers).input_column and answers.task_source != "parts":
        return None
    is_folder = answers.data_files > 1
    small = user_location(case.pool_record, answers.data_size, "x", answers)
    fits_beside = small is not None and small.place.upload is None and answers.data_place in ("computer", "home")
    if not is_folder or (answers.data_files <= MANY_FILES and fits_beside):
        return None
    folder = answers.data_path.rstrip("/")
    # A relative folder keeps the path that the program uses; of an absolute path, only the last name is kept.
    inside = folder if not folder.startswith(("/", "~")) and ".." not in folder.split("/") else folder.split("/")[-1]
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", inside.split("/")[-1]).strip("-.") or "data"
    elsewhere = any(place.upload for place in case.pool_record.places)
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
def data_place(case: Case) -> Verdict | None:
    """Put data where its size belongs, and name it by its address there

    Small files travel with the job from the access point; large ones lie in a place made for them and are named by an
    address. Which address depends on the size: caches serve middling files to machines everywhere, the largest are read
    from a file system that only some machines mount, and then the job must say so or it is held.
    """
    answers, archive = case.answers, case.decided.archive
    if answers.data_place == "none":
        return None
    placed = placed_data(case)
    if isinstance(placed, Verdict):
        return placed
    place, band = case.facts(placed.place), case.facts(placed.band)
    because = f"{answers.data_size} travel with the job; no limit is known for {place.name}"
    if band.up_to:
        because = f"{answers.data_size} is within the {band.up_to} that travel this way from {place.name}"
    if band.requirement:
        because += f"; only machines that mount it can read it, so the job requires {band.requirement}"
    if place.ask_first:
        because += f". {place.ask_first}"
    case.rests_on(placed.band.url)
    address = address_of(case, placed)
    return case.set(
        what_to_do(case, placed),
        because=f"{because}.",
        data_input=address,
        data_file=address.split("/")[-1],
        data_path=placed.path if placed.server else "",
        data_server=server_of(case, placed),
        data_stays=not placed.reaches_other_pools,
        unpack=archive is not None or answers.data_path.lower().endswith(ARCHIVES),
        sample_input=sample_of(case, address),
        **({"requirements": case.clause(band.requirement)} if band.requirement else {}),
    )


@rule(sources=("condor-files", "condor-run"))
def own_file_for_each_task(case: Case) -> Verdict | None:
    """Send each task only its own file

    A job that reads one file of a thousand should not fetch the thousand. The list names the file of each task, and the
    submit description reads that one column.
    """
    answers = case.answers
    if answers.data_shared != "own" or answers.data_place == "none" or not case.decided.data_input:
        return None
    return case.set(
        f"Let each job fetch {answers.data_path}",
        because=f"{answers.data_size} instead of all {TaskList(answers).count:,} files: jobs.csv says in its second column "
        "which one.",
    )


@rule(sources=("condor-files",))
def data_in_parts(case: Case) -> Verdict | None:
    """Cut very large data so that a job reads only its part

    Beyond what a pool moves to one job, data has to be cut before it is staged: shards that are independent, one or a
    few a job. Most training libraries read shards, and preprocessing can write them.
    """
    answers, decided = case.answers, case.decided
    if answers.data_place == "none" or not decided.data_input:
        return None
    band = largest_band(case.pool_record)
    if band is None or answers.data_size.bytes * 2 <= (largest := case.facts(band).up_to).bytes:
        return None
    return case.tip(
        "Let each job read a part of the data, if it can",
        because=f"Every job fetches {answers.data_size}; {largest} is the most that one file may have here, and jobs "
        "that fetch less start sooner.",
    )


@rule(sources=("condor-files",))
def small_data_at_home(case: Case) -> Verdict | None:
    """Keep small files out of the place for large ones

    Storage for large files counts items and slows down under many small ones. A small file travels just as well from
    the access point, and needs no address there.
    """
    answers, home = case.answers, submit_directory(case.pool_record)
    place = next((place for place in case.pool_record.places if place.key == answers.data_place), None)
    if home is None or place is None or place.upload is None or case.decided.archive or not case.decided.data_input:
        return None
    limit = case.facts(home.bands[0]).up_to
    if limit is None or answers.data_size >= limit:
        return None
    return case.tip(
        f"Keep the data in {home.name} instead",
        because=f"{answers.data_size} is below the {limit} that travel well from there; {place.name} is for large files.",
    )


@rule(sources=("condor-files",))
def new_name_for_new_data(case: Case) -> Verdict | None:
    """Give changed data a new name

    Caches on the way know a file by its name. Content that changes under an unchanged name may arrive old, or a mixture
    of old and new, without any message.
    """
    answers, decided = case.answers, case.decided
    if not decided.data_input or "://" not in decided.data_input or decided.data_input.startswith(("https:", "file:")):
        return None
    return case.tip(
        f"When the data changes, raise the version in its name ({decided.data_file}) and in the submit files",
        because=f"It is fetched through caches that know it by its name; {answers.data_size} under an old name may arrive "
        "old.",
    )


@rule(sources=("condor-files",))
def name_the_user(case: Case) -> Verdict | None:
    """Write the real path instead of a variable

    An unset variable in a submit description silently becomes the text UNDEFINED, and the job is held for a file that
    never existed.
    """
    if case.answers.user or "$ENV(" not in case.decided.data_input + case.decided.container_image:
        return None
    return case.tip(
        f"Give your {case.pool.user}, and the files hold the real path",
        because="Without it the submit files name your directory through a variable of the access point: "
        "`echo $STAGING` there must print it.",
    )


@rule(
    sources=("hf-download", "hf-offline", "condor-files"), decides=("model",), adds_to=("environment", "requirements")
)
def weights_staged_once(case: Case) -> Verdict | None:
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
    placed = user_location(case.pool_record, size, file.split("/")[-1], answers)
    if placed is None:
        return case.stop(
            f"Ask {case.pool.contact} how to bring a model of {size} to a job",
            because="It is too large for every place of your own that the pool describes.",
        )
    place, band = placed.place, case.facts(placed.band)
    beside = place.upload is None
    model = Weights(
        hub=answers.model if hub else "",
        file=file if beside else file.split("/")[-1],
        folder="" if is_file else f"models/{name}",
        input=placed.url if not beside else file if is_file else f"data/{file}",
        path="" if beside else placed.path,
        server=server_of(case, placed),
        unpack=not is_file,
    )
    guess = "" if answers.model_size else f", taken as {size} since its size is not measured,"
    offline = case.clause("HF_HUB_OFFLINE=1") if hub else ()
    required = {"requirements": case.clause(band.requirement)} if band.requirement else {}
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

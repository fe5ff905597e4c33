"""Processors: GPU or CPU, how much of each, and the cards that match."""

from planner.advice import Part
from planner.estimate import tasks
from planner.estimate.amounts import model_size, results_size
from planner.estimate.match import card_meant, count, demand_of, matching
from planner.estimate.ways import Way, ways
from planner.rules.base import Case, Said, rule
from planner.units import Duration, Size

# Where memory is not measured: above what published one-GPU examples of these pools ask for (2 to 10 GB), and little
# enough to match most servers. The test job then shows the true figure.
UNMEASURED_MEMORY = Size.of_gb(16)
# A second try gets twice the memory: whole factors keep the request readable, and most overruns are small.
RETRY_FACTOR = 2
# What libraries keep beside the data: compiled kernels, fonts, tokenizers.
CACHES = Size.of_gb(2)
# Where nobody has said how large an image is: the plain case is one with CUDA.
ASSUMED_IMAGE = Size.of_gb(5)
# What a first step prepares for every task passes through the access point, and so is small.
PREPARED = Size.of_gb(1)
# Uncompressed sizes, temporary files and logs nobody thought of.
DISK_MARGIN = 0.2
# Below this share of the pool's cards, jobs wait noticeably for one of the few.
FEW_CARDS = 0.15


@rule(sources=("condor-submit", "condor-run", "condor-gpu-discovery"), decides=("gpu_memory_floor",))
def gpu_memory_floor(case: Case) -> Said | None:
    """Ask for a little less GPU memory than the card is sold with

    A card reports less memory than its name says: a 40 GB card has 40,536 MiB, and HTCondor's 40 GB is 40,960. Who
    asks for the nominal size gets no such card, and no message: the job stays idle. So where you name a card's size,
    the request stays safely below it; where you name what your task really uses, it is taken as it is.
    """
    if case.settled.processor != "gpu":
        return None
    needed = case.answers.gpu_memory
    if needed is None:
        return case.warn(
            "Measure GPU memory in the test job: its log shows it as GpusMemory",
            because="You have not measured it, so no floor is set, and a job may meet a card that is too small for it.",
        )
    card = card_meant(case.pool, needed)
    if card is None:
        return case.set(
            f"Ask for cards with at least {needed} of memory",
            because=f"That is the most one task needs, as you said, and no card of the pool is sold as {needed}, so it "
            "can stand as it is.",
            gpu_memory_floor=needed,
        )
    floor = case.cite(card.safe_memory)
    return case.set(
        f"Ask for {floor} of GPU memory, not {needed}",
        because=f"{needed} is the nominal size of {case.cite(card.model)}, which reports less: asked for literally, it "
        f"would match none of them. If your task truly fills {needed}, write a little more than that.",
        gpu_memory_floor=floor,
    )


@rule(sources=("condor-submit",), decides=("cards",), beside="gpu_memory")
def cards_that_match(case: Case) -> Said | None:
    """Know how many cards match before you submit

    Every constraint removes cards and lengthens the wait. What counts is not the size of the pool but the cards that
    remain after memory, capability and the number of cards per server.
    """
    pool = case.pool
    if case.settled.processor != "gpu":
        return None
    demand = demand_of(case.answers, pool)
    cards = matching(pool, demand)
    for card in pool.cards:
        case.cite(card.servers)
    match, total = count(cards), pool.card_count
    left_out = ", ".join(f"{card.model.value} ({demand.refuses(card)})" for card in pool.cards if demand.refuses(card))
    if not cards:
        return case.stop("Ask less of the card", because=f"None of {total} cards matches: {left_out}.", cards=())
    out = [card for card in pool.cards if demand.refuses(card)]
    because = f"{match} of {total} cards match{f'; left out {_is_are(len(out))} {left_out}' if out else ''}."
    if match < FEW_CARDS * total:
        return case.warn(
            "Ask less of the card if you can: smaller batches, half precision, gradient accumulation",
            because=f"Only {because[0].lower()}{because[1:]} Jobs wait for one of the few.",
            cards=cards,
        )
    return case.set(f"Expect {match} cards to match", because=because, cards=cards)


@rule(sources=("condor-jobs",), decides=("processor", "ways"), beside="gpu")
def gpu_or_cpu(case: Case) -> Said | None:
    """Let hours to the last result decide between GPU and CPU

    A GPU shortens one task; CPUs are many. What matters is when the last result is there: tasks, divided by how many
    run at once, times the hours of one. The comparison takes the best case on both sides and adds no waiting time,
    since no pool publishes it; GPUs are the scarcer thing to wait for.
    """
    answers = case.answers
    found = ways(answers, case.pool, count(matching(case.pool, demand_of(answers, case.pool))))
    if answers.gpu == "no":
        return case.set("Run on CPUs", because="A task does not use a GPU.", processor="cpu", ways=found)
    if answers.gpu == "needs":
        return case.set("Run on GPUs", because="A task cannot run without one.", processor="gpu", ways=found)
    if answers.gpu == "unknown":
        processor = "cpu" if answers.framework == "other" else "gpu"
        return case.warn(
            f"Plan for {processor.upper()}s, and run the test job once on each processor",
            because="You are not sure that a GPU is used. nvidia-smi shows it while a task runs on your machine; a card "
            "asked for and left idle makes you wait for nothing.",
            processor=processor,
            ways=found,
        )
    return _compared(case, found)


def _compared(case: Case, found: tuple[Way, ...]) -> Said:
    """Choose by the hours to the last result, where both are known."""
    answers = case.answers
    gpu, cpu = _best(found, "gpu"), _best(found, "cpu")
    unmeasured = [name for name, time in (("a GPU", answers.hours_gpu), ("a CPU", answers.hours_cpu)) if time is None]
    if unmeasured:
        processor = "cpu" if cpu and not gpu else "gpu"
        return case.warn(
            f"Measure one task on {' and on '.join(unmeasured)} before you decide; this plan uses {processor.upper()}s",
            because="The two can be compared only by the time that a task takes on each.",
            processor=processor,
            ways=found,
        )
    if gpu is None or cpu is None:
        closed = "gpu" if gpu is None else "cpu"
        why_not = next(way.why_not for way in found if way.length.processor == closed)
        return case.set(
            f"Run on {'CPUs' if gpu is None else 'GPUs'}",
            because=f"The other way is closed: {why_not}.",
            processor="cpu" if gpu is None else "gpu",
            ways=found,
        )
    winner = cpu if _hours(cpu) <= _hours(gpu) else gpu
    assumed = answers.cpu_jobs_at_once
    at_once = f"{assumed} at once, an assumption that you may change" if cpu.at_once == assumed else "all at once"
    return case.set(
        f"Run on {winner.name}",
        because=f"At best the last result is there after {_hours(gpu)} on GPUs ({gpu.at_once} jobs at once) and after "
        f"{_hours(cpu)} on CPUs ({at_once}).",
        processor=winner.length.processor,
        ways=found,
    )


def _is_are(count: int) -> str:
    return "is" if count == 1 else "are"


def _best(found: tuple[Way, ...], processor: str) -> Way | None:
    """Return the way of *processor* with the earliest last result, of those that are open and whose time is known."""
    known = [way for way in found if way.length.processor == processor and way.is_open and way.hours]
    return min(known, key=_hours, default=None)


def _hours(way: Way) -> Duration:
    assert way.hours is not None, "asked only of ways whose time is known"
    return way.hours


@rule(sources=("condor-submit",), decides=("request_gpus", "gpu_lines"))
def gpu_request(case: Case) -> Said | None:
    """Ask for the card, and say that you want the shared ones

    Without request_gpus every other line about GPUs is ignored and the job starts on a machine without one. Many pools
    want a word more before a job may use their shared cards; without it, it stays idle without a message.
    """
    if case.settled.processor != "gpu":
        return None
    gpus, lines = case.answers.gpus, case.cite(case.pool.gpu_lines)
    per_task = "one card a task" if gpus == 1 else f"{gpus} cards a task, all in one machine"
    return case.set(
        f"Request {gpus} GPU{'s' if gpus > 1 else ''}",
        because=f"You use {per_task}{f'; {lines[0]} opens the shared cards' if lines else ''}.",
        request_gpus=gpus,
        gpu_lines=lines,
    )


@rule(sources=("condor-submit",))
def several_gpus(case: Case) -> Said | None:
    """Use several GPUs only after a test that shows the gain

    Cards are given together only if one machine has so many free, which lengthens the wait, and they may be of
    different models. The program must be written for it (torchrun on one machine).
    """
    if case.settled.processor != "gpu" or case.answers.gpus == 1:
        return None
    return case.tip(
        "Compare one task on one GPU with one on several before you submit all",
        because=f"{case.answers.gpus} cards must be free in one machine at the same time, and they may differ.",
    )


@rule(sources=("condor-submit", "condor-environment"), decides=("request_cpus",))
def cpus(case: Case) -> Said | None:
    """Ask for the cores that the task uses, and no more

    HTCondor tells the usual libraries how many cores the job was given; loaders that start more workers than cores
    slow everybody down. Jobs with few cores fit into more gaps.
    """
    wanted, easy = case.answers.cpus, case.cite(case.pool.easy_cpus)
    if wanted >= easy:
        return case.warn(
            f"Expect to wait for {wanted} cores",
            because=f"Jobs under {easy} cores start sooner; work that needs several machines at once belongs elsewhere.",
            request_cpus=wanted,
        )
    return case.set(
        f"Request {wanted} CPU{'s' if wanted > 1 else ''}",
        because=f"That is what a task uses, as you said, and below the {easy} from which jobs wait longer.",
        request_cpus=wanted,
    )


@rule(sources=("condor-submit", "condor-run"), decides=("request_memory", "retry_memory"))
def memory(case: Case) -> Said | None:
    """Ask for the memory a task needs at most, with its unit

    Too little, and the job is held; too much, and it fits fewer machines. A number without a unit would be read as
    megabytes. Of many jobs a few need more than the rest: those are tried once more with twice as much, instead of
    asking for the largest for all.
    """
    answers = case.answers
    wanted = answers.memory or UNMEASURED_MEMORY
    several = tasks.count(answers) > 1
    limit = case.cite(case.pool.ask_above_memory)
    twice = wanted.times(RETRY_FACTOR)
    # What the staff wants to know of first is not asked for behind its back.
    retry = twice if several and twice <= limit else None
    again = f" A job that needs more is run again with {retry}." if retry else ""
    if answers.memory is None:
        return case.warn(
            f"Request {wanted} of memory, and measure it in the test job",
            because="You have not measured it; the log of the test job shows what it used." + again,
            request_memory=wanted,
            retry_memory=retry,
        )
    if wanted > limit:
        return case.warn(
            f"Write to {case.cite(case.pool.contact)} before you request {wanted} of memory",
            because=f"That is more than {limit}: few machines have it, and the staff wants to know first." + again,
            request_memory=wanted,
            retry_memory=retry,
        )
    return case.set(
        f"Request {wanted} of memory",
        because="That is the most one task needs, as you said." + again,
        request_memory=wanted,
        retry_memory=retry,
    )


@rule(sources=("condor-submit", "condor-environment"), decides=("request_disk", "disk_parts"))
def disk(case: Case) -> Said | None:
    """Add up the disk: image, data twice, results, checkpoints

    All of it lies in the job's directory at the same time, the image included, and a job over its disk is held. A bare
    number would be read as kilobytes.
    """
    parts = tuple(_disk_parts(case, case.answers.data_size if case.answers.data_place != "none" else None))
    total = disk_total(parts)
    return case.set(
        f"Request {total} of disk",
        because=f"{' + '.join(f'{part.size.about} {part.what}' for part in parts)}, and a fifth over.",
        request_disk=total,
        disk_parts=parts,
    )


def disk_total(parts: tuple[Part, ...]) -> Size:
    """Return the request for *parts*: their sum and a margin, in whole GB."""
    total = Size(0)
    for part in parts:
        total += part.size
    return total.times(1 + DISK_MARGIN).round_up()


def _disk_parts(case: Case, data: Size | None) -> list[Part]:
    answers, settled = case.answers, case.settled
    parts = [Part("image", settled.image_size)] if settled.image_size else []
    if answers.container == "existing":
        parts = [Part("image (assumed)", ASSUMED_IMAGE)]
    if data:
        parts.append(Part("data as transferred", data))
        if settled.unpack:
            parts.append(Part("data unpacked", answers.data_unpacked or data))
    if settled.model:
        size = model_size(answers)
        parts.append(Part("pretrained model", size.times(2 if settled.model.unpack else 1)))
    if answers.before:
        parts.append(Part("prepared files", PREPARED))
    results = results_size(answers)
    # Packing results needs room for the files and for the archive.
    parts.append(Part("results", results.times(2 if settled.output_archive else 1)))
    if answers.resume == "yes":
        # A new checkpoint is written beside the old one before it replaces it.
        parts.append(Part("checkpoints, old and new", (answers.checkpoint_size or Size.of_gb(1)).times(2)))
    return [*parts, Part("caches and temporary files", CACHES)]

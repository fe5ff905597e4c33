"""Processors: GPU or CPU, how much of each, and the GPUs that match."""

from planner.estimate import rightsize
from planner.estimate.match import count, demand_of, matching, memory_floor, relaxations
from planner.estimate.tasks import TaskList
from planner.estimate.ways import ways
from planner.rules.base import Case, Verdict, rule
from planner.rules.disk import disk_parts, disk_total
from planner.rules.memory import estimated_floor, what_is_reserved
from planner.rules.processor_choice import compared, not_sure
from planner.sentences import is_are, plural
from planner.units import Size

# Used if memory is not measured: more than these pools' published one-GPU examples request (2 to 10 GB), and little
# enough to match most servers. The test job then shows the true value.
UNMEASURED_MEMORY = Size.of_gb(16)
# A second try gets twice the memory: whole factors keep the request readable, and most overruns are small.
RETRY_FACTOR = 2
# If fewer than this share of the pool's GPUs match, jobs wait noticeably longer.
FEW_CARDS = 0.15
# A relaxation is mentioned if it adds at least this share of the pool's GPUs.
WORTH_A_CHANGE = 0.1


@rule(
    sources=("condor-submit", "condor-run", "condor-gpu-discovery"),
    decides=("gpu_memory_floor",),
    anchor_question="gpu_memory",
)
def gpu_memory_floor(case: Case) -> Verdict | None:
    """Ask for a little less GPU memory than the card is sold with

    A card reports less memory than its name says: a 40 GB card has 40,536 MiB, and HTCondor's 40 GB is 40,960. Who
    asks for the nominal size gets no such card, and no message: the job waits for a larger one, or for ever. So where you name a card's size,
    the request stays safely below it; where you name what your task really uses, it is taken as it is. Where nobody has
    measured it, the number of weights gives an estimate, and its upper end is asked for until the test job has shown the
    true figure.
    """
    if case.decided.processor != "gpu":
        return None
    gpu_memory = case.answers.gpu_memory
    floor = memory_floor(case.answers, case.pool_record)
    if floor is None:
        return case.warn(
            "Measure GPU memory in the test job: its log shows it as GpusMemory",
            because="You have not measured it, so no floor is set, and a job may meet a card that is too small for it. "
            "With the number of weights it could be estimated." + what_is_reserved(case),
        )
    if floor.estimate:
        return estimated_floor(case, floor)
    if floor.card is None:
        not_nominal = f"and no card of the pool is sold as {gpu_memory}, so it can stand as it is"
        not_listed = f"but the pool does not list its cards: if {gpu_memory} is what a card is sold as, it reports less and does not match"
        return case.set(
            f"Ask for cards with at least {gpu_memory} of memory",
            because=f"{case.origin_of('gpu_memory', 'the most one task needs')}, {not_nominal if case.pool_record.cards else not_listed}.",
            gpu_memory_floor=gpu_memory,
        )
    gpu = case.facts(floor.card)
    safe_size = gpu.safe_memory
    return case.set(
        f"Ask for {safe_size} of GPU memory, not {gpu_memory}",
        because=f"{gpu_memory} is the nominal size of {gpu.model}, which reports less: asked for literally, it "
        f"would match none of them. If your task truly fills {gpu_memory}, write a little more than that.",
        gpu_memory_floor=safe_size,
    )


@rule(sources=("condor-submit",), decides=("cards",), anchor_question="gpu_memory")
def cards_that_match(case: Case) -> Verdict | None:
    """Know how many cards match before you submit

    Every constraint removes cards and lengthens the wait. What counts is not the size of the pool but the cards that
    remain after memory, capability and the number of cards per server.
    """
    pool = case.pool_record
    if case.decided.processor != "gpu":
        return None
    demand = demand_of(case.answers, pool)
    gpus = matching(pool, demand)
    case.rests_on(*(gpu.servers for gpu in pool.cards))
    if not pool.cards:
        return case.tip(
            "Ask as little of the card as the task can do with",
            because=f"The cards of {pool.name} are not listed, so how many match is not known; each constraint removes some.",
            cards=(),
        )
    matches, total = count(gpus), pool.card_count
    excluded = [gpu for gpu in pool.cards if demand.mismatch(gpu)]
    exclusions = ", ".join(f"{case.facts(gpu).model} ({demand.mismatch(gpu)})" for gpu in excluded)
    if not gpus:
        return case.stop("Ask less of the card", because=f"None of {total} cards matches: {exclusions}.", cards=())
    because = (
        f"{matches} of {total} cards match{f'; left out {is_are(len(excluded))} {exclusions}' if excluded else ''}."
    )
    if matches < FEW_CARDS * total:
        return case.warn(
            "Ask less of the card if you can: smaller batches, half precision, gradient accumulation",
            because=f"Only {because[0].lower()}{because[1:]} Jobs wait for one of the few.",
            cards=gpus,
        )
    return case.set(f"Expect {matches} cards to match", because=because, cards=gpus)


@rule(sources=("condor-submit",), anchor_question="gpu_memory")
def loosen_a_constraint(case: Case) -> Verdict | None:
    """Know what asking a little less would gain

    Memory, the CUDA build and the number of cards a task wants each shut out some of the pool. A batch that is a little
    smaller, or another build of the same release, may open many cards more; which of them is worth it can be counted.
    """
    if case.decided.processor != "gpu" or not case.pool_record.cards:
        return None
    matches_now, total = count(case.decided.cards), case.pool.card_count
    gains = [
        text
        for text, matches in relaxations(case.answers, case.pool_record)
        if matches - matches_now >= WORTH_A_CHANGE * total
    ]
    if not gains:
        return None
    return case.tip(
        "See whether a task can do with less of a card",
        because=f"Now {matches_now} of {total} cards match; {', '.join(gains)} would.",
    )


@rule(sources=("condor-jobs",), decides=("processor", "ways", "cpu_test_lines"), anchor_question="gpu")
def gpu_or_cpu(case: Case) -> Verdict | None:
    """Let hours to the last result decide between GPU and CPU

    A GPU shortens one task; CPUs are many. What matters is when the last result is there: tasks, divided by how many
    run at once, times the hours of one. The comparison takes the best case on both sides and adds no waiting time,
    since no pool publishes it; GPUs are the scarcer thing to wait for.
    """
    answers, pool = case.answers, case.pool_record
    options = ways(answers, pool, count(matching(pool, demand_of(answers, pool))))
    if answers.gpu == "no":
        return case.set("Run on CPUs", because="A task does not use a GPU.", processor="cpu", ways=options)
    if answers.gpu == "needs":
        return case.set("Run on GPUs", because="A task cannot run without one.", processor="gpu", ways=options)
    return not_sure(case, options) if answers.gpu == "unknown" else compared(case, options)


@rule(sources=("condor-submit",), decides=("request_gpus", "gpu_lines"))
def gpu_request(case: Case) -> Verdict | None:
    """Ask for the card, and say that you want the shared ones

    Without request_gpus every other line about GPUs is ignored and the job starts on a machine without one. Many pools
    want a word more before a job may use their shared cards; without it, it stays idle without a message.
    """
    if case.decided.processor != "gpu":
        return None
    gpus, lines = case.answers.gpus, case.pool.gpu_lines
    per_task = "one card a task" if gpus == 1 else f"{gpus} cards a task, all in one machine"
    return case.set(
        f"Request {gpus} {plural(gpus, 'GPU')}",
        because=f"You use {per_task}{f'; {lines[0]} opens the shared cards' if lines else ''}.",
        request_gpus=gpus,
        gpu_lines=lines,
    )


@rule(sources=("condor-submit", "pytorch-torchrun"), anchor_question="gpus")
def several_gpus(case: Case) -> Verdict | None:
    """Use several GPUs only after a test that shows the gain

    Cards are given together only if one machine has so many free, which lengthens the wait, and they may be of
    different models. The program must be written for it, and start one process for each card (torchrun on one machine).
    A task that needs several machines at once belongs on another system: HTCondor pools like these give no fast network
    between machines.
    """
    gpus = case.answers.gpus
    if case.decided.processor != "gpu" or gpus == 1:
        return None
    most = max((gpu.per_server for gpu in case.pool.cards), default=gpus)
    if gpus > most:
        return case.stop(
            f"Use at most {most} GPUs a task, or a system for work across machines",
            because=f"No server of the pool has more than {most} cards, and a task runs on one server.",
        )
    start = " Start it with torchrun, one process a card." if case.answers.framework == "pytorch" else ""
    return case.tip(
        "Compare one task on one GPU with one on several before you submit all",
        because=f"{gpus} cards must be free in one machine at the same time, and they may differ.{start}",
    )


@rule(sources=("condor-submit", "condor-environment"), decides=("request_cpus",))
def cpus(case: Case) -> Verdict | None:
    """Ask for the cores that the task uses, and no more

    HTCondor tells the usual libraries how many cores the job was given; loaders that start more workers than cores
    slow everybody down. Jobs with few cores fit into more gaps.
    """
    cores, easy = case.answers.cpus, case.pool.easy_cpus
    if easy is not None and cores >= easy:
        return case.warn(
            f"Expect to wait for {cores} cores",
            because=f"Jobs under {easy} cores start sooner; work that needs several machines at once belongs elsewhere.",
            request_cpus=cores,
        )
    return case.set(
        f"Request {cores} {plural(cores, 'CPU')}",
        because=f"{case.origin_of('cpus', 'what a task uses')}, {f'and below the {easy} from which jobs wait longer' if easy else 'and no more'}.",
        request_cpus=cores,
    )


@rule(sources=("condor-submit", "condor-run"), decides=("request_memory", "retry_memory"))
def memory(case: Case) -> Verdict | None:
    """Ask for the memory a task needs at most, with its unit

    Too little, and the job is held; too much, and it fits fewer machines. A number without a unit would be read as
    megabytes. Of many jobs a few need more than the rest: those are tried once more with twice as much, instead of
    asking for the largest for all.
    """
    answers = case.answers
    request = answers.memory or UNMEASURED_MEMORY
    several = TaskList(answers).count > 1
    limit = case.pool.ask_above_memory
    measured = case.rightsized.measured
    retry_size = (rightsize.retry_memory(measured) if measured and case.rightsized.enough else None) or request.times(
        RETRY_FACTOR
    )
    # A retry must not exceed the memory that the staff wants to hear about first.
    retry = (
        retry_size
        if several and (limit is None or retry_size <= limit) and case.pool.knows("retry_request_memory")
        else None
    )
    again = f" A job that needs more is run again with {retry}." if retry else ""
    if answers.memory is None:
        return case.warn(
            f"Request {request} of memory, and measure it in the test job",
            because="You have not measured it; the log of the test job shows what it used." + again,
            request_memory=request,
            retry_memory=retry,
        )
    if limit is not None and request > limit:
        return case.warn(
            f"Write to {case.pool.contact} before you request {request} of memory",
            because=f"That is more than {limit}: few machines have it, and the staff wants to know first." + again,
            request_memory=request,
            retry_memory=retry,
        )
    return case.set(
        f"Request {request} of memory",
        because=f"{case.origin_of('memory', 'the most one task needs')}." + again,
        request_memory=request,
        retry_memory=retry,
    )


@rule(sources=("condor-submit", "condor-environment"), decides=("request_disk", "disk_parts"))
def disk(case: Case) -> Verdict | None:
    """Add up the disk: image, data twice, results, checkpoints

    All of it lies in the job's directory at the same time, the image included, and a job over its disk is held. A bare
    number would be read as kilobytes.
    """
    parts = tuple(disk_parts(case, case.answers.data_size if case.answers.data_place != "none" else None))
    total = disk_total(parts)
    return case.set(
        f"Request {total} of disk",
        because=f"{' + '.join(f'{part.size.about} {part.what}' for part in parts)}, and a fifth over.",
        request_disk=total,
        disk_parts=parts,
    )

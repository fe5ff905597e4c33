"""Testing: one job on a little of the data, then a few, then all."""

from planner.advice import Part
from planner.rules.base import Case, Verdict, rule
from planner.rules.disk import disk_total
from planner.sentences import counted
from planner.units import Size

# 1 % of the files, but enough to fill a batch.
SAMPLE_SHARE = 0.01
SMALLEST_SAMPLE = 100


@rule(sources=("condor-files",), decides=("sample_files", "sample_size"))
def sample_of_data(case: Case) -> Verdict | None:
    """Test on a sample of the data, not on all of it

    A test that moves all the data takes as long to start as the real job, and most mistakes show on a few files. The
    sample is drawn evenly over the sorted names, so that every folder is in it, and is the same each time.
    """
    answers = case.answers
    if case.decided.archive is None:
        return None
    files = min(answers.data_files - 1, max(SMALLEST_SAMPLE, round(SAMPLE_SHARE * answers.data_files)))
    size = Size(-(-answers.data_size.bytes * files // answers.data_files))
    return case.set(
        f"Make a sample of {counted(files, 'file')}",
        because=f"Of {answers.data_files:,} files that is about {size.about}: enough to see the whole path work.",
        sample_files=files,
        sample_size=size,
    )


@rule(sources=("condor-jobs", "condor-submit"), decides=("test_disk", "test_disk_parts"))
def test_job_first(case: Case) -> Verdict | None:
    """Run one short job before all of them

    The test job runs the same script in the same image with your trial arguments. It shows within minutes whether the
    image starts, the card is seen, the data arrives and the results come back, and its log tells what to ask for.
    Errors that would stop every job stop only this one.
    """
    parts = tuple(
        Part(f"{part.what} (sample)", case.decided.sample_size)
        if part.what.startswith("data") and case.decided.sample_size
        else part
        for part in case.decided.disk_parts
    )
    total = disk_total(parts)
    arguments, full = case.answers.test_arguments, case.decided.request_disk
    how = "One whole task, since you named no trial arguments"
    if arguments:
        shortest = ", in the shortest length" if case.pool.lengths else ""
        how = f"One task with {arguments} added{shortest}"
    less = f"{total} of disk instead of {full}" if total != full else f"{total} of disk"
    total_of = " + ".join(f"{part.size.about} {part.what}" for part in parts)
    return case.set(
        "Submit test.sub first, and read its log",
        because=f"{how}, with {less}: {total_of}, and a fifth over.",
        test_disk=total,
        test_disk_parts=parts,
    )


@rule(sources=("condor-submit", "condor-run"))
def try_by_hand(case: Case) -> Verdict | None:
    """Look around in a job when the test fails

    An interactive job is a shell on a machine of the pool, with the files, the cards and the limits of the job that its
    submit description describes. What fails there can be tried again at once, without a round through the queue. When
    you leave it, it ends, and its machine serves the next.
    """
    by_hand = case.pool.interactive
    if by_hand is None:
        return None
    gpus = case.answers.gpus if case.decided.processor == "gpu" else 0
    limits = f"up to {by_hand.limit}"
    if gpus:
        limits += f" and with {counted(by_hand.gpus, 'GPU')}"
        if gpus > by_hand.gpus:
            limits += f", so change request_gpus = {gpus} for it"
    return case.tip(
        "If test.sub fails and its log does not say why, try by hand: condor_submit -i test.sub",
        because=f"It opens a shell with the job's files and limits, for {limits}.",
    )


@rule(sources=("condor-jobs",))
def few_then_all(case: Case) -> Verdict | None:
    """After one job, run a few, then all

    Some mistakes show only when several jobs run side by side: outputs that overwrite each other, values that fail,
    memory that varies.
    """
    task_count = case.tasks.count
    if task_count <= 3:
        return None
    ladder = "a hundred, then all" if task_count > 500 else "submit all"
    return case.tip(
        f"Submit the first three tasks, look at their results, then {ladder}",
        because=f"{task_count:,} tasks would repeat a mistake {task_count:,} times.",
    )

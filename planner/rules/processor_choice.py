"""GPU or CPU for a task that could use either: by the time to the last result, or by a trial of both."""

from planner.estimate.fastest import best, time_to_result, unmeasured
from planner.estimate.ways import RunOption
from planner.rules.base import Case, Verdict
from planner.rules.lengths import shortest_cpu_lines


def not_sure(case: Case, options: tuple[RunOption, ...]) -> Verdict:
    """Plan for the library's usual processor, and suggest finding out whether a task uses a GPU at all."""
    because = (
        "You are not sure that a GPU is used. nvidia-smi shows it while a task runs on your machine; a card asked for "
        "and left idle makes you wait for nothing."
    )
    if case.answers.framework == "other":
        return case.warn(
            "Plan for CPUs, and see with nvidia-smi whether a task uses a card",
            because=because,
            processor="cpu",
            ways=options,
        )
    return case.warn(
        "Plan for GPUs, and run test.sub and test-cpu.sub: the same trial on each processor",
        because=f"{because} If both take equally long, say that a task uses none.",
        processor="gpu",
        ways=options,
        cpu_test_lines=shortest_cpu_lines(case),
    )


def compared(case: Case, options: tuple[RunOption, ...]) -> Verdict:
    """Choose by the time to the last result, if both are known."""
    answers = case.answers
    if missing := unmeasured(answers):
        return case.warn(
            f"Measure one {'input' if answers.task_source == 'parts' else 'task'} on {' and on '.join(missing)} with "
            "test.sub and test-cpu.sub; this plan uses GPUs",
            because="The two can be compared only by the time on each: the last result is there when the tasks, divided "
            "by how many run at once, are done. What is built for GPUs runs on CPUs too.",
            processor="gpu",
            ways=options,
            cpu_test_lines=shortest_cpu_lines(case),
        )
    gpu, cpu = best(options, "gpu"), best(options, "cpu")
    if gpu is None or cpu is None:
        closed = "gpu" if gpu is None else "cpu"
        infeasible_because = next(option.infeasible_because for option in options if option.length.processor == closed)
        return case.set(
            f"Run on {'CPUs' if gpu is None else 'GPUs'}",
            because=f"The other way is closed: {infeasible_because}.",
            processor="cpu" if gpu is None else "gpu",
            ways=options,
        )
    winner = cpu if time_to_result(cpu) <= time_to_result(gpu) else gpu
    assumed = answers.cpu_jobs_at_once
    at_once = f"{assumed} at once, an assumption that you may change" if cpu.at_once == assumed else "all at once"
    return case.set(
        f"Run on {winner.name}",
        because=f"At best the last result is there after {time_to_result(gpu)} on GPUs ({gpu.at_once} jobs at once) and after "
        f"{time_to_result(cpu)} on CPUs ({at_once}).",
        processor=winner.length.processor,
        ways=options,
    )

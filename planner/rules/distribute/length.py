"""Length: how long a job may run, and where else it may run."""

from typing import Any

from planner.advice import Settings
from planner.estimate.amounts import model_size, results_size
from planner.estimate.ways import RunOption, is_near_the_limit
from planner.rules.base import Case, Verdict, rule
from planner.units import Duration, Size


@rule(sources=("condor-jobs",), decides=("way", "length_lines", "test_length_lines"), anchor_question="time_on_gpu")
def run_time_limit(case: Case) -> Verdict | None:
    """Choose the shortest length that the task safely fits

    A job that runs over its limit is stopped, and what it had not saved is lost. Shorter lengths let one user hold
    more cards at once, so of the lengths that fit, the one with the earliest last result is taken. A task that comes
    close to a limit may run over it on a slower card and gets the next length, unless it can go on where it was.
    """
    answers = case.answers
    options = [option for option in case.decided.ways if option.length.processor == case.decided.processor]
    feasible = [option for option in options if option.feasible]
    if not feasible:
        return case.stop(
            "Make the task shorter, let it go on from checkpoints, or ask less of the card"
            if case.decided.processor == "gpu"
            else "Make the task shorter, or let it go on from checkpoints",
            because="; ".join(f"{option.name}: {option.infeasible_because}" for option in options) + ".",
        )
    time = _task_time(case)
    if not feasible[0].is_limited:
        return case.ask(
            "How long may a job run, and what must a submit description say for a longer one?",
            because=f"No limit of {case.pool.name} is known here, so no line about time is written.",
            **_runs(case, feasible[0], options),
        )
    if time is None:
        option = max(feasible, key=lambda option: option.limit)
        shorter = " A shorter length may allow more jobs at once." if len(feasible) > 1 else ""
        return case.warn(
            f"Measure one task; until then the plan takes {_length_name(option)}",
            because=f"The time of a task is not known, and {case.facts(option.length).limit} is the longest that a job may "
            f"run.{shorter}",
            **_runs(case, option, options),
        )
    safe = [option for option in feasible if answers.resume == "yes" or not is_near_the_limit(time, option.length)]
    option = min(safe or feasible, key=lambda option: (option.time_to_result or Duration(0), option.limit))
    return case.set(
        f"Use {_length_name(option)}", because=_because(case, option, time, feasible), **_runs(case, option, options)
    )


def _runs(case: Case, option: RunOption, options: list[RunOption]) -> dict[str, Any]:
    """Return the settings of a job that runs as *option*, and of its test."""
    # With trial arguments the test is short, however long the task is.
    test = min(options, key=lambda option: option.limit) if case.answers.test_arguments else option
    return {
        "way": option,
        "length_lines": case.facts(option.length).lines or (),
        "test_length_lines": case.facts(test.length).lines or (),
    }


def _length_name(option: RunOption) -> str:
    return f"the {option.length.key} length" if option.length.lines else "the pool's one length"


def _because(case: Case, option: RunOption, time: Duration, feasible: list[RunOption]) -> str:
    limit = case.facts(option.length).limit
    text = f"A task takes {time}; that is below {limit}"
    if option.by_checkpoint:
        text = f"A task takes {time}; at each checkpoint the job stops and is started again, within {limit}"
    if is_near_the_limit(time, option.length) and case.answers.resume != "yes":
        return text + ", but close to it, and no longer length is open: let the task save checkpoints."
    if case.decided.processor == "gpu" and case.tasks.count > 1:
        text += "." + _at_once(case, option, feasible)
    near = [
        other for other in feasible if other.limit < option.limit and other.time_to_result and option.time_to_result
    ]
    if near and case.answers.resume != "yes":
        names = " and ".join(f"{other.length.key} ({other.limit})" for other in near)
        text = f"{text.rstrip('.')}. {time} is too close to the limit of {names}; checkpoints would open that length"
    return text.rstrip(".") + (
        f". At best the last result is there after {option.time_to_result}." if option.time_to_result else "."
    )


def _at_once(case: Case, option: RunOption, feasible: list[RunOption]) -> str:
    """Return how many jobs may run at once, and how many another length would allow."""
    case.rests_on(*(limit for limit in (option.length.share, option.length.cards) if limit))
    text = f" Up to {option.at_once} of your jobs may run at once"
    fewer = [other for other in feasible if other.at_once < option.at_once]
    return text + "".join(f"; {other.length.key} would allow {other.at_once}" for other in fewer)


@rule(sources=("condor-checkpoints",), decides=("backfill_lines",))
def backfill(case: Case) -> Verdict | None:
    """Use idle machines of others for work that may be interrupted

    Research groups lend their machines while they do not need them, and take them back without a warning. A job that
    is short, or saves itself often, loses little and starts sooner; a long one that starts from nothing each time may
    never end.
    """
    limits = case.pool.backfill
    if limits is None or case.decided.processor != "gpu" or case.answers.where_to_run == "own" or _is_held_back(case):
        return None
    unsaved = case.decided.checkpoint_interval or _task_time(case)
    saves = case.decided.checkpoint_interval is not None
    limit = limits.unsaved if saves else limits.cautious
    if unsaved is None or unsaved > limit:
        loss = (
            f"An interruption would lose up to {unsaved} of work"
            if unsaved
            else "What an interruption would lose is not known"
        )
        return case.tip(
            f"Save a checkpoint at least every {limits.unsaved}, and idle machines of others can be used too",
            because=f"{loss}; those machines suit jobs that lose no more than {limit}.",
        )
    return case.set(
        "Use idle machines of research groups as well",
        because=f"An interruption costs at most {unsaved}{' since the last checkpoint' if saves else ''}, no more than the "
        f"{limit} that the pool recommends; more machines start jobs sooner.",
        backfill_lines=limits.lines,
    )


def _is_held_back(case: Case) -> bool:
    """Tell whether the work cannot run yet or must not leave the pool; then other machines are not suggested."""
    answers, decided = case.answers, case.decided
    no_card = decided.processor == "gpu" and bool(case.pool_record.cards) and not decided.cards
    return no_card or answers.data_confidential != "no" or (answers.data_place != "none" and not decided.data_input)


@rule(sources=("condor-submit",), decides=("wider_lines",))
def wider_pools(case: Case) -> Verdict | None:
    """Let jobs go to other pools when nothing ties them to this one

    Other pools see neither this pool's file systems nor its software. A job may go there if it brings its container,
    its data travels by an address that works everywhere, and it ends, or saves itself, in time.
    """
    wider = case.pool.wider
    if wider is None or case.answers.where_to_run == "own" or _is_held_back(case):
        return None
    time = case.decided.checkpoint_interval or _task_time(case)
    obstacles = []
    if time is None or time > wider.limit:
        how_long = f"a job runs {time} without saving" if time else "how long a job runs without saving is not known"
        obstacles.append(f"{how_long}; the limit there is {wider.limit}")
    data = _transfer_size(case)
    if data > wider.data:
        obstacles.append(f"{data.about} travel with a job; the limit there is {wider.data}")
    if tie := _tie_to_pool(case.decided):
        obstacles.append(tie)
    if obstacles:
        return case.tip(f"Stay on {case.pool.name}: {wider.name} do not suit", because=_sentence(obstacles))
    return case.set(
        f"Let jobs run on {wider.name} too",
        because=f"They {'save themselves every' if case.decided.checkpoint_interval else 'end within'} {time}, bring {data.about} and their own container, and need nothing that only this pool has.",
        wider_lines=wider.lines,
    )


def _task_time(case: Case) -> Duration | None:
    return case.tasks.time(case.decided.processor)


def _transfer_size(case: Case) -> Size:
    answers = case.answers
    data = answers.data_size if answers.data_place != "none" else Size(0)
    model = model_size(answers) if answers.model else Size(0)
    return data + model + results_size(answers)


def _tie_to_pool(decided: Settings) -> str:
    if decided.requirements:
        return f"{decided.requirements[0].text} exists on this pool only"
    if decided.data_stays:
        return "no page says that the data can be fetched from there"
    if decided.container_image.startswith("file:"):
        return "the image is fetched by a path of this pool"
    return ""


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."

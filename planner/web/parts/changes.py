"""What an answer changed: the answers that differ, the lines of each file that are new, and a sentence about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from planner.advice import Level, Plan
from planner.answers import Answers, as_texts, questions
from planner.bundle import File
from planner.web.highlight import language_of
from planner.web.render import render
from planner.web.session import PlanAndFiles

# Between two texts that differ in more lines than this, every line of the difference counts as new: comparing them
# line by line would take longer than anyone wants to wait after a keystroke.
FEW_LINES = 400
# Up to this many changes are listed one by one.
FEW_CHANGES = 3

# New lines of files (from 0), by path.
NewLines = Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class ChangedAnswer:
    """An answer that differs from the one before."""

    id: str
    label: str
    before: str
    now: str


def changed_answers(before: Answers, now: Answers) -> list[ChangedAnswer]:
    """Return the answers that differ, of the questions that are asked now."""
    old, new = as_texts(before), as_texts(now)
    return [
        ChangedAnswer(id, question.label, old[id], new[id])
        for id, question in questions().items()
        if old[id] != new[id] and now.asked(question)
    ]


def new_lines(before: tuple[File, ...], now: tuple[File, ...]) -> dict[str, frozenset[int]]:
    """Return, for each file that is new or differs, which of its lines (from 0) were not there before."""
    old = {file.path: file.text for file in before}
    return {
        file.path: _lines_not_in(old.get(file.path, ""), file.text)
        for file in now
        if old.get(file.path) != file.text and not file.path.endswith("/")
    }


def _lines_not_in(before: str, now: str) -> frozenset[int]:
    old, new = before.splitlines(), now.splitlines()
    shorter = min(len(old), len(new))
    same = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - same) if old[-1 - at] != new[-1 - at]), shorter - same)
    old, new = old[same : len(old) - tail], new[same : len(new) - tail]
    if len(old) > FEW_LINES or len(new) > FEW_LINES:
        return frozenset(range(same, same + len(new)))
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return frozenset(same + at for tag, _, _, first, last in steps if tag != "equal" for at in range(first, last))


def changes(before: PlanAndFiles, now: PlanAndFiles, new: NewLines) -> str:
    """Return what the last answer changed: "you said … → these lines, because …"."""
    (plan_before, files_before), (plan, files) = before, now
    answers = changed_answers(plan_before.said, plan.said)
    paths = {file.path for file in files}
    gone = [file.path for file in files_before if file.path not in paths]
    ids = {answer.id for answer in answers}
    because = [advice for advice in plan.advice if ids & set(advice.because_of) and advice.decides]
    lines = [(file.path, _lines_at(new[file.path], file.text)) for file in files if file.path in new]
    decided = [(path, [line for line in of if _is_decided(line)]) for path, of in lines if _is_code(path)]
    return render(
        "changes.html",
        answers=answers,
        decided=[(path, of) for path, of in decided if of],
        others=[path for path, of in lines if of and not (_is_code(path) and any(map(_is_decided, of)))],
        gone=gone,
        because=because,
        few=FEW_CHANGES,
    )


def sentence(plan: Plan, new: NewLines) -> str:
    """Return what changed in one sentence for the live region; without a change, the plan."""
    count = len(plan.of_level(Level.STOP))
    if count:
        return f"The plan stops at {'one point' if count == 1 else f'{count} points'}."
    changed = [(path, len(lines)) for path, lines in new.items() if lines and _is_code(path)]
    if changed:
        counts = ", ".join(f"{lines} in {path}" for path, lines in changed[:FEW_CHANGES])
        return f"Lines changed: {counts}{' and more' if len(changed) > FEW_CHANGES else ''}."
    way = plan.decided_by["way"].do
    return f"Plan ready: {plan.decided_by['processor'].do}, {way[0].lower()}{way[1:]}."


def _lines_at(places: frozenset[int], text: str) -> list[str]:
    lines = text.splitlines()
    return [lines[at] for at in sorted(places)]


def _is_code(path: str) -> bool:
    return language_of(path) in ("submit", "dag", "container", "sh") or path.endswith("requirements.txt")


def _is_decided(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")

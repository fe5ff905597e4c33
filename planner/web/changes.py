"""What an answer changed: the lines of each file that are new, and the answers that differ."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from planner.answers import Answers, as_texts, questions
from planner.bundle import File

# Between two texts that differ in more lines than this, every line of the difference counts as new: comparing them
# line by line would take longer than one likes to wait for a key stroke.
FEW_LINES = 400


@dataclass(frozen=True)
class ChangedAnswer:
    """An answer that is another one than before."""

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

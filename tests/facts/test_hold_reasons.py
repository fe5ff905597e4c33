import re
from pathlib import Path

import pytest

from planner.facts.hold_reasons import HoldReason, Message, holds, messages, reason_of

LOGS = sorted((Path(__file__).parents[1] / "logs").glob("*.log"))
# An event 012 or 004 that gives codes: its reason stands in the line before them, or behind them in 004.
HELD = re.compile(r"^012 .*\n\t(?P<reason>.*)\n\tCode (?P<code>\d+) Subcode (?P<subcode>-?\d+)", re.MULTILINE)


@pytest.mark.parametrize(
    ("code", "subcode", "reason", "key"),
    [
        (34, 102, "Job has gone over cgroup memory limit of 8192 megabytes. Last measured usage: 8193 mega", "memory"),
        (34, 104, "", "disk"),
        (34, 0, "", "resources"),
        (13, 2, "", "input-missing"),
        (13, 256, "", "input-address"),
        (12, 2, "", "output-missing"),
        (12, 256, "", "output-address"),
        (6, 2, "", "interpreter-missing"),
        (6, 8, "", "no-first-line"),
        (6, 13, "", "not-executable"),
        (6, 999, "", "not-started"),
        (12, 122, "", "quota"),
        (12, 256, "… using protocol osdf. Details: Disk quota exceeded", "output-address"),
        (36, -1, "", "checkpoint-missing"),
        (26, 72, "Job ran longer than its limit of 12 seconds.", "pool-policy"),
        # A rule of the pool's own: its words say what it is for.
        (26, 102, "The job used 613 MB of memory, more than the 256 MB it was given.", "memory"),
        (45, -1000, "", "image-test"),
        # A code that is not listed: the words tell.
        (0, 0, "Job has gone over memory limit of 64 megabytes", "memory"),
        (None, None, "Cannot pull image you/x:v1", "image-name"),
    ],
)
def test_codes_and_words_lead_to_a_reason(code: int | None, subcode: int | None, reason: str, key: str) -> None:
    found = reason_of(code, subcode, reason)
    assert found is not None
    assert found.key == key


def test_what_is_not_known_is_not_guessed() -> None:
    assert reason_of(999, 0, "something new") is None
    assert reason_of(None, None, "") is None


def test_every_hold_in_the_kept_logs_is_known_and_its_words_agree_with_its_codes() -> None:
    seen = [match for path in LOGS for match in HELD.finditer(path.read_text(encoding="utf-8"))]
    assert len(seen) >= 4
    for match in seen:
        hold = reason_of(int(match["code"]), int(match["subcode"]), match["reason"])
        assert hold is not None, match[0]
        assert hold.texts is None or hold.is_said_in(match["reason"]), match[0]


def test_of_one_code_the_row_for_all_the_rest_stands_last() -> None:
    open_codes: set[int] = set()
    for hold in holds():
        assert hold.code.value not in open_codes, hold.key
        if hold.subcode is None:
            open_codes.add(hold.code.value)


def test_keys_are_unique_and_sentences_whole() -> None:
    rows: list[HoldReason | Message] = [*holds(), *messages()]
    keys = [row.key for row in rows]
    assert len(keys) == len(set(keys))
    for row in rows:
        assert row.meaning.endswith((".", "…")), row.key
        assert row.do.endswith("."), row.key


def test_texts_are_regular_expressions() -> None:
    for hold in holds():
        for text in hold.texts.value if hold.texts else ():
            re.compile(text)


def test_what_a_row_says_is_what_it_is_known_by() -> None:
    for hold in holds():
        assert bool(hold.says) == (hold.texts is not None), hold.key
        assert hold.texts is None or hold.is_said_in(hold.says), hold.key

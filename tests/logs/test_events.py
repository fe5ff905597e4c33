"""Any log, whole or damaged: every event that can be read is, and what cannot is said with its line."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import Problem
from planner.logs.events import LONGEST_EVENT, Events
from planner.logs.jobs import Job
from planner.logs.report import as_json, as_text
from planner.logs.summary import summarise
from tests.logs.sample import NORMAL, REAL, ended, event, job, read, started, submitted

WHOLE = submitted() + started("10:05:00") + ended("11:05:00")
TEXTS = [path.read_bytes() for path in REAL]


def where(text: str) -> list[str]:
    return [problem.where for problem in read(text).problems]


def test_a_whole_log_has_no_problems() -> None:
    reader = read(WHOLE)
    assert (reader.problems, reader.unread, dict(reader.events)) == ([], 0, {0: 1, 1: 1, 5: 1})


def test_an_empty_log_has_no_jobs_and_no_problems() -> None:
    for text in ("", "\n", "...\n", b""):
        assert (read(text).jobs, read(text).problems) == ({}, [])
    assert as_text(read("")) == "No jobs are in this log."


def test_dates_of_before_2021_have_no_year_and_january_follows_december() -> None:
    old = submitted("23:59:50", day="12/31") + started("00:00:10", day="01/01") + ended("00:01:10", day="01/01")
    assert (job(old).waiting, job(old).running) == (20, 60)


def test_a_leap_day_without_a_year_is_read() -> None:
    old = submitted("23:59:50", day="02/29") + started("00:00:10", day="03/01") + ended("00:01:10", day="03/01")
    assert (job(old).waiting, job(old).running) == (20, 60)


def test_parts_of_a_second_and_universal_time_are_read() -> None:
    text = WHOLE.replace("10:00:00 ", "10:00:00.123Z ").replace("2026-08-20 10:05:00 ", "2026-08-20T10:05:00+00:00 ")
    assert job(text).waiting == 300


def test_line_ends_of_windows_are_read() -> None:
    assert read(WHOLE.replace("\n", "\r\n")).jobs == read(WHOLE).jobs


def test_the_line_of_old_logs_after_the_table_changes_nothing() -> None:
    by_itself = "\n\n\tJob terminated of its own accord at 2020-08-20T11:05:00Z with exit-code 0."
    assert read(submitted() + started("10:05:00") + ended("11:05:00", NORMAL + by_itself)).jobs == read(WHOLE).jobs


def test_a_log_that_is_cut_off_is_read_up_to_there() -> None:
    reader = read(WHOLE[: WHOLE.index("Partitionable")])
    assert reader.jobs[7, 0].phase == "running"
    (problem,) = reader.problems
    assert str(problem) == ("a.log, line 9: The log ends in the middle of an event. It is left out; the rest is read.")


def test_a_last_line_without_an_end_is_an_end() -> None:
    assert read(WHOLE.removesuffix("\n")).jobs == read(WHOLE).jobs
    assert read(WHOLE.removesuffix("\n")).problems == []


def test_noise_between_events_is_left_out_with_its_line() -> None:
    text = submitted() + "what is this\n...\n" + started("10:05:00") + ended("11:05:00")
    assert read(text).jobs == read(WHOLE).jobs
    assert where(text) == ["a.log, line 3"]


def test_an_event_without_an_end_ends_where_the_next_begins() -> None:
    text = submitted().removesuffix("...\n") + started("10:05:00") + ended("11:05:00")
    assert read(text).jobs == read(WHOLE).jobs
    assert where(text) == ["a.log, line 2"]


def test_a_day_that_does_not_exist_is_no_event() -> None:
    for day in ("2026-02-30", "13/01", "00/10", "0000-01-01"):
        assert read(submitted(day=day)).jobs == {}
        assert where(submitted(day=day)) == ["a.log, line 1"]


def test_something_endless_is_not_kept() -> None:
    events = Events("a.log")
    for _ in range(5):
        assert list(events.feed("x" * (LONGEST_EVENT + 1))) == []
        assert len(events._rest) == 0
    assert events.unread == 5
    assert isinstance(events.problems[0], Problem)


def test_pieces_of_any_size_give_the_same() -> None:
    for path in REAL[:12]:
        text = path.read_bytes()
        whole = read(text)
        for size in (1, 7, 1000):
            pieces = read(b"")
            pieces.begin("a.log")
            for at in range(0, len(text), size):
                pieces.feed(text[at : at + size])
            pieces.close()
            assert pieces.jobs == whole.jobs
            assert pieces.events == whole.events
            assert pieces.problems == whole.problems


def test_an_event_nobody_knows_changes_no_job() -> None:
    assert read(WHOLE + event(99, "12:00:00", "Something new.")).jobs == read(WHOLE).jobs


# --- damaged in every way ---

real = st.sampled_from(TEXTS)


@st.composite
def cut(draw: st.DrawFn) -> bytes:
    text = draw(real)
    return text[draw(st.integers(0, len(text))) : draw(st.integers(0, len(text)))]


@st.composite
def spliced(draw: st.DrawFn) -> bytes:
    return b"".join(draw(st.lists(st.one_of(cut(), st.binary(max_size=60)), max_size=4)))


@st.composite
def shuffled(draw: st.DrawFn) -> bytes:
    text = draw(real)
    end = draw(st.sampled_from([b"\n", b"\n...\n", b" "]))
    return end.join(draw(st.permutations(text.split(end)[:80])))


@st.composite
def noisy(draw: st.DrawFn) -> bytes:
    text = bytearray(draw(real))
    for at, byte in draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(0, 255)), max_size=40)):
        text[at] = byte
    return bytes(text)


def figures(reader_jobs: dict[tuple[int, int], Job]) -> set[float]:
    """Return every figure that a record takes from the log as it stands."""
    found: set[float | None] = set()
    for one in reader_jobs.values():
        for resource in one.resources.values():
            found |= {resource.asked, resource.given, resource.used}
        found |= {one.peak, one.over_memory, one.exit_code, one.signal}
        found |= {code for hold in one.holds for code in (hold.code, hold.subcode)}
    return {figure for figure in found if figure is not None}


@settings(max_examples=300)
@given(st.one_of(cut(), spliced(), shuffled(), noisy(), st.binary(max_size=400)))
def test_a_damaged_log_raises_nothing_and_yields_no_number_that_is_not_in_it(data: bytes) -> None:
    reader = read(data)
    summarise(reader.jobs.values())
    assert as_text(reader)
    assert as_json(reader)
    # Stretches of digits and dots of the file, as numbers: what a person could point at.
    written = {float(number) for number in re.findall(rb"-?\d+(?:\.\d+)?", data)}
    written |= {float(number) for number in re.findall(rb"\d+", data)}
    assert figures(reader.jobs) <= written
    for one in reader.jobs.values():
        assert min(one.waiting, one.transferring, one.running, one.suspended, one.on_hold, one.lost) >= 0

"""What the commands print, in words. The texts have the shape of those in HTCondor's manual (managing-a-job)."""

from hypothesis import given
from hypothesis import strategies as st

from planner.logs.why import explain

ANALYSIS = """
The Requirements expression for job 781.000 reduces to these conditions:

         Slots
Step    Matched  Condition
-----  --------  ---------
[0]          24  TARGET.Arch == "X86_64"
[1]          24  TARGET.OpSys == "LINUX"
[3]          24  TARGET.Disk >= RequestDisk
[5]           {memory}  TARGET.Memory >= RequestMemory
[6]           {both}  [3] && [5]

781.000:  Run analysis summary ignoring user priority.  Of 24 machines,
     24 are rejected by your job's requirements
"""

HELD = """
-- Schedd: ap : <192.0.2.1:9618?...
 ID      OWNER          HELD_SINCE  HOLD_REASON
  7.0    netid          11/23 07:01 Transfer input files failure at access point ap. Details: No such file
  7.1    netid          11/23 07:02 Job has gone over cgroup memory limit of 8192 megabytes.
"""


def test_the_clause_that_matches_nothing_is_named_with_its_question() -> None:
    (found,) = explain(ANALYSIS.format(memory=0, both=0))
    assert found.what == "No slot matches the memory asked for."
    assert found.do == "Lower request_memory, and look at its unit."
    assert (found.line, found.question) == ("TARGET.Memory >= RequestMemory", "memory")


def test_clauses_that_match_only_apart_are_said_to() -> None:
    (found,) = explain(ANALYSIS.format(memory=3, both=0))
    assert found.what == "Each clause matches some slots, but no slot matches all of them together."


def test_an_unknown_clause_is_quoted() -> None:
    (found,) = explain('[0]  0  Poolname =!= "here"')
    assert found.what == 'No slot matches the clause Poolname =!= "here".'


def test_clauses_on_cards_are_told_apart() -> None:
    for clause, about in (
        ("countMatches(MY.RequireGPUs,TARGET.AvailableGPUs) >= RequestGPUs", "the number of GPUs in one server"),
        ("GlobalMemoryMb >= 80000", "the GPU memory asked for"),
        ("Capability >= 9.0", "the GPU capability asked for"),
    ):
        assert explain(f"[0]  0  {clause}")[0].what == f"No slot matches {about}."


def test_a_job_that_matches_somewhere_has_no_finding() -> None:
    assert explain(ANALYSIS.format(memory=24, both=24)) == []


def test_held_jobs_are_explained_one_by_one() -> None:
    first, second = explain(HELD)
    assert first.what.startswith("Job 7.0: An input could not be fetched from its address. ")
    assert second.what.startswith("Job 7.1: More memory used than asked for. ")


@given(st.one_of(st.text(), st.text().map(lambda text: ANALYSIS.format(memory=0, both=0) + text + HELD)))
def test_any_text_can_be_pasted(text: str) -> None:
    explain(text)

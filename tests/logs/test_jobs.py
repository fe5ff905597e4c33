"""Each event, and what it makes of a job."""

import pytest

from planner.logs import Hold
from planner.logs.measure import measure
from planner.logs.report import as_json, as_text
from planner.logs.summary import Spread, spread, summarise
from planner.units import Duration, Size
from tests.logs.sample import HERE, NORMAL, TABLE, ended, event, held, job, read, started, submitted

EVICTED = "\t(0) CPU times\n\t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Run Remote Usage"


def evicted(time: str, code: int = 1011, body: str = EVICTED) -> str:
    return event(4, time, f"Job was evicted. Code {code} Subcode 0", body)


def moved(time: str, head: str) -> str:
    return event(40, time, f"{head} files")


def test_a_job_that_waits_transfers_runs_and_ends() -> None:
    found = job(
        submitted("10:00:00")
        + moved("10:10:00", "Started transferring input")
        + moved("10:11:00", "Finished transferring input")
        + started("10:11:30")
        + event(6, "10:20:00", "Image size of job updated: 9", "\t9500  -  MemoryUsage of job (MB)")
        + moved("12:11:30", "Started transferring output")
        + moved("12:12:00", "Finished transferring output")
        + ended("12:12:00")
    )
    assert (found.waiting, found.running, found.lost) == (600, 7200 + 0, 0)
    assert found.transferring + found.running == 7200 + 60 + 30 + 30
    assert (found.outcome, found.exit_code, found.signal, found.succeeded) == ("finished", 0, None, True)
    assert (found.memory, found.asked("memory"), found.given("disk")) == (9500, 16384, 41951232)


def test_an_eviction_loses_what_was_not_saved() -> None:
    found = job(submitted() + started("10:00:00") + evicted("11:00:00") + started("12:00:00") + ended("13:00:00"))
    assert (found.evictions, found.starts, found.lost, found.running, found.waiting) == (1, 2, 3600, 7200, 3600)
    assert found.shortest_stay == 3600


def test_a_checkpoint_loses_only_what_came_after_it() -> None:
    saved = moved("10:50:00", "Started transferring output") + moved("10:51:00", "Finished transferring output")
    found = job(submitted() + started("10:00:00") + saved + evicted("11:00:00"))
    assert (found.lost, found.running) == (540, 3000 + 540)
    assert job(submitted() + started("10:00:00") + evicted("11:00:00", body="\t(1) Job was checkpointed.")).lost == 0


def test_a_lost_connection_is_one_eviction() -> None:
    found = job(
        submitted()
        + started("10:00:00")
        + event(22, "10:30:00", "Job disconnected, attempting to reconnect", "    Socket closed")
        + event(24, "10:40:00", "Job reconnection failed", "    Job not found at execution machine")
        + evicted("10:40:00", 1008)
    )
    assert (found.evictions, found.lost, found.phase) == (1, 2400, "waiting")


def test_a_connection_that_comes_back_changes_nothing() -> None:
    back = event(22, "10:30:00", "Job disconnected") + event(23, "10:31:00", "Job reconnected to slot1@ep")
    plain = job(submitted() + started("10:00:00") + ended("11:00:00"))
    assert job(submitted() + started("10:00:00") + back + ended("11:00:00")) == plain


def test_a_failing_shadow_ends_a_run() -> None:
    found = job(submitted() + started("10:00:00") + event(7, "10:10:00", "Shadow exception!", "\tno disk"))
    assert (found.phase, found.lost, found.evictions) == ("waiting", 600, 1)


def test_a_retry_is_no_eviction() -> None:
    body = "\t(0) Job terminated and was requeued\n\t(1) Normal termination (return value 3)"
    again = event(4, "10:10:00", "Job was evicted.", body)
    found = job(submitted() + started("10:00:00") + again + started("10:20:00") + ended("10:30:00"))
    assert (found.retries, found.evictions, found.lost, found.exit_code) == (1, 0, 0, 0)


def test_a_hold_has_its_code_and_text_and_time() -> None:
    text = "Error from slot1: Job has gone over cgroup memory limit of 8192 megabytes. Last measured usage: 8193 megabytes."
    found = job(
        submitted() + started("10:00:00") + held("10:30:00", text, 34, 102) + event(13, "11:00:00", "Job was released.")
    )
    assert found.holds == [Hold(34, 102, text)]
    assert (found.memory, found.on_hold, found.lost, found.phase) == (8193, 1800, 1800, "waiting")


def test_a_hold_that_is_not_over_is_said_to_be() -> None:
    found = job(submitted() + held("10:30:00", "because", 12, 2))
    assert found.held
    assert not job(submitted() + held("10:30:00", "because", 12, 2) + event(9, "11:00:00", "Job was aborted.")).held


def test_a_removed_job_has_its_reason() -> None:
    found = job(submitted() + event(9, "11:00:00", "Job was aborted.", "\tvia condor_rm (by user netid)"))
    assert (found.outcome, found.reason, found.waiting) == ("removed", "via condor_rm (by user netid)", 3600)


def test_a_suspended_job_does_not_run() -> None:
    pause = event(10, "10:10:00", "Job was suspended.") + event(11, "10:20:00", "Job was unsuspended.")
    found = job(submitted() + started("10:00:00") + pause + ended("10:30:00"))
    assert (found.running, found.suspended) == (1200, 600)


def test_a_signal_is_no_exit_code() -> None:
    found = job(submitted() + started("10:00:00") + ended("10:30:00", "\t(0) Abnormal termination (signal 11)"))
    assert (found.exit_code, found.signal, found.failed) == (None, 11, True)


def test_a_clock_that_is_set_back_gives_no_negative_time() -> None:
    found = job(submitted("10:00:00") + started("09:00:00") + ended("08:00:00"))
    assert (found.waiting, found.running) == (0, 0)


def test_a_cluster_is_no_job() -> None:
    text = event(35, "10:00:00", "Cluster submitted from host: <a>", job="071.-01.000") + submitted(job="071.000.000")
    assert list(read(text).jobs) == [(71, 0)]


def test_many_jobs_mixed_are_told_apart() -> None:
    ids = [f"7.{number:03}.000" for number in range(5)]
    text = "".join(submitted(job=id) for id in ids) + "".join(started("10:05:00", job=id) for id in reversed(ids))
    assert [(found.id, found.waiting) for found in read(text).jobs.values()] == [(f"7.{n}", 300) for n in range(5)]


def test_a_container_that_cannot_start_is_counted() -> None:
    (found,) = read((HERE / "htcondor-25/container-bad-image.log").read_bytes()).jobs.values()
    assert (found.broken_starts, found.evictions) == (2, 0)


# --- together ---


def test_every_figure_of_a_spread_is_one_of_the_figures() -> None:
    assert spread([]) is None
    assert spread([None]) is None
    assert spread([3.0, None]) == Spread(1, 3, 3, 3)
    assert spread(map(float, range(1, 101))) == Spread(100, 50, 95, 100)
    assert spread(map(float, range(1, 21))) == Spread(20, 10, 19, 20)


def many(count: int, used: int = 9214) -> str:
    ids = [f"7.{number:03}.000" for number in range(count)]
    body = NORMAL.replace("9214", str(used))
    return "".join(submitted(job=i) + started("10:05:00", job=i) + ended("13:05:00", body, job=i) for i in ids)


def test_the_summary_counts_ends_waste_and_idle_cards() -> None:
    idle = NORMAL.replace("0.71", "0.02")
    text = many(3) + "".join(
        submitted(job=i) + started("10:00:00", job=i) + ended("12:00:00", body, job=i)
        for i, body in (("8.0.0", idle), ("8.1.0", "\t(1) Normal termination (return value 3)"))
    )
    text += submitted(job="8.2.0") + held("11:00:00", "no file", 13, 2, job="8.2.0") + submitted(job="8.3.0")
    found = summarise(read(text).jobs.values())
    assert (found.jobs, found.succeeded, found.failed, found.held, found.unfinished) == (7, 4, 1, 1, 1)
    assert found.failures == (("exit code 3", 1),)
    assert found.idle_cards == 1
    assert found.waste["core-hours"] == pytest.approx(3 * 3 * 0.58 + 2 * 0.58)
    assert found.waste["card-hours"] == pytest.approx(3 * 3 * 0.29 + 2 * 0.98)
    assert [(group.code, group.jobs, group.reason and group.reason.key) for group in found.holds] == [
        (13, 1, "input-missing")
    ]


def test_the_report_says_it_in_words() -> None:
    text = as_text(read(many(2) + submitted(job="8.2.0") + held("11:00:00", "no file", 13, 2, job="8.2.0")))
    assert text.startswith("3 jobs: 2 ended with exit code 0, 1 on hold.")
    assert "Held: 1 job, code 13/2. An input is not there.\n  A file of transfer_input_files" in text
    assert "7.0: exit code 0, ran 3 h, waited 5 min, memory 9 GB of 16 GB, card busy 71%" in text


def test_the_report_says_what_evictions_and_broken_containers_cost() -> None:
    lent = as_text(read((HERE / "htcondor-25/backfill-evicted-no-checkpoint.log").read_bytes()))
    assert "\nEvictions: 3; work lost at these and other stops: 1 min 9 s.\n" in lent
    broken = as_text(read((HERE / "htcondor-25/container-bad-image.log").read_bytes()))
    assert "\nStarts at which the container failed: 2; check the image.\n" in broken


def test_the_json_has_every_job() -> None:
    found = as_json(read(many(30)))
    assert isinstance(found["jobs"], list)
    assert len(found["jobs"]) == 30
    assert found["jobs"][0]["memory_mib"] == 9214


# --- what the rules read ---


def test_measured_are_the_largest_of_the_jobs_that_ended_well() -> None:
    failed = submitted(job="8.0.0") + started("10:00:00", job="8.0.0")
    failed += ended(
        "11:00:00", "\t(1) Normal termination (return value 1)\n" + TABLE.replace("9214", "15000"), job="8.0.0"
    )
    found = measure(read(many(3) + failed).jobs.values())
    assert (found.jobs, found.gpus, found.asked_cpus, found.cpus) == (3, 1, 4, 3.42)
    assert found.memory == Size(9214 * 1024**2)
    assert found.gpu_memory == Size(18432 * 1024**2)
    assert found.disk == Size(21508352 * 1024)
    assert found.time == Duration(3 * 3600)
    assert not found.memory_cut_off


def test_a_job_held_for_its_memory_is_evidence() -> None:
    text = "Job has gone over cgroup memory limit of 16384 megabytes. Last measured usage: 16385 megabytes."
    found = measure(read(many(3) + submitted(job="8.0.0") + held("11:00:00", text, 34, 102, job="8.0.0")).jobs.values())
    assert found.memory == Size(16385 * 1024**2)
    assert found.memory_cut_off


def test_a_run_with_an_interruption_does_not_tell_how_long_a_task_takes() -> None:
    stopped = submitted() + started("10:00:00") + evicted("11:00:00") + started("12:00:00") + ended("23:00:00")
    assert measure(read(stopped).jobs.values()).time is None

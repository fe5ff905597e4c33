import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings

from planner.answers import Answers, read_answers
from planner.estimate.tasks import TaskList
from planner.estimate.ways import RunOption, is_near_the_limit, ways
from planner.facts.pools import pools
from planner.units import Duration
from tests.strategies import answers

POOL = pools()["chtc"]
SHORT, MEDIUM, LONG, CPU = POOL.lengths
ONE: dict[str, Any] = {"task_source": "one", "command": "run"}
MANY: dict[str, Any] = {"task_source": "numbered", "count": 1000, "command": "run {seed}"}


def found(cards: int = 122, **raw: Any) -> dict[str, RunOption]:
    return {way.length.key: way for way in ways(read_answers(raw), POOL, cards)}


def hours(way: RunOption) -> str:
    return str(way.time_to_result)


def test_a_user_may_hold_two_thirds_a_third_or_four_of_the_cards() -> None:
    assert {key: way.at_once for key, way in found(**MANY).items()} == {
        "short": 81,
        "medium": 40,
        "long": 4,
        "cpu": 100,
    }


def test_no_more_jobs_run_at_once_than_there_are_tasks() -> None:
    assert {key: way.at_once for key, way in found(**ONE).items()} == {"short": 1, "medium": 1, "long": 1, "cpu": 1}


def test_no_more_jobs_run_at_once_than_cards_match() -> None:
    assert {key: way.at_once for key, way in found(cards=16, **MANY).items() if key != "cpu"} == {
        "short": 16,
        "medium": 16,
        "long": 4,
    }


def test_the_limits_count_cards_not_jobs() -> None:
    assert {key: way.at_once for key, way in found(gpus=4, **MANY).items() if key != "cpu"} == {
        "short": 20,
        "medium": 10,
        "long": 1,
    }


def test_as_many_cpu_jobs_run_at_once_as_was_assumed() -> None:
    assert found(gpu="no", time_on_cpu="1 h", cpu_jobs_at_once=250, **MANY)["cpu"].at_once == 250


def test_card_hours_count_every_card_of_every_task() -> None:
    answers: dict[str, Any] = {
        "task_source": "numbered",
        "count": 10,
        "command": "run {seed}",
        "time_on_gpu": "3 h",
        "gpus": 2,
    }
    assert {key: way.card_hours for key, way in found(**answers, gpu="helps", time_on_cpu="9 h").items()} == {
        "short": 60.0,
        "medium": 60.0,
        "long": 60.0,
        "cpu": None,
    }


def test_the_last_result_is_there_after_as_many_rounds_as_it_takes() -> None:
    all_ways = found(time_on_gpu="3 h", **MANY)
    assert hours(all_ways["short"]) == "39 h"
    assert all_ways["short"].time_to_result == Duration(13 * 3 * 3600)
    assert all_ways["medium"].time_to_result == Duration(25 * 3 * 3600)
    assert all_ways["long"].time_to_result == Duration(250 * 3 * 3600)


def test_a_time_that_was_not_measured_gives_no_hours_and_closes_no_way() -> None:
    for way in found(time_on_gpu="not measured", gpu="helps").values():
        assert way.time_to_result is None
        assert way.feasible


def test_a_length_that_is_too_short_is_closed_and_says_why() -> None:
    all_ways = found(time_on_gpu="20 h", resume="no")
    assert (
        all_ways["short"].infeasible_because == "a task takes 20 h, the limit is 12 h and it cannot go on after a stop"
    )
    assert all_ways["short"].time_to_result is None
    assert [key for key, way in all_ways.items() if way.feasible] == ["medium", "long"]


def test_a_task_that_takes_exactly_the_limit_fits() -> None:
    assert found(time_on_gpu="12 h")["short"].feasible
    assert not found(time_on_gpu="12 h 1 min")["short"].feasible


def test_a_length_that_is_too_short_is_open_to_a_task_that_goes_on() -> None:
    way = found(time_on_gpu="20 h", resume="yes")["short"]
    assert way.feasible
    assert way.by_checkpoint
    assert way.name == "GPUs, short length, with checkpoints"
    assert not found(time_on_gpu="20 h", resume="yes")["medium"].by_checkpoint


def test_a_task_that_could_go_on_but_does_not_yet_is_stopped_by_the_limit() -> None:
    assert not found(time_on_gpu="20 h", resume="could")["short"].feasible


def test_without_a_card_that_matches_no_length_is_open() -> None:
    all_ways = found(cards=0)
    assert {way.infeasible_because for key, way in all_ways.items() if key != "cpu"} == {"no card of the pool matches"}


def test_more_cards_than_one_user_may_hold_close_a_length() -> None:
    all_ways = found(gpus=5)
    assert all_ways["long"].infeasible_because == "a task needs 5 GPUs at once, one user may hold fewer in this length"
    assert all_ways["long"].at_once == 0
    assert all_ways["medium"].feasible


def test_a_task_that_needs_a_gpu_does_not_run_on_cpus() -> None:
    assert found(gpu="needs")["cpu"].infeasible_because == "a task cannot run without a GPU"


def test_a_task_without_a_gpu_is_not_offered_one() -> None:
    assert list(found(gpu="no")) == ["cpu"]


def test_cpu_jobs_have_their_own_time_and_limit() -> None:
    way = found(gpu="helps", time_on_cpu="80 h", time_on_gpu="3 h")["cpu"]
    assert way.infeasible_because == "a task takes 3 d 8 h, the limit is 72 h and it cannot go on after a stop"
    assert found(gpu="helps", time_on_cpu="72 h")["cpu"].feasible


def test_ways_come_in_the_order_of_the_pools_lengths_each_with_its_name() -> None:
    assert [way.name for way in ways(read_answers({"gpu": "helps"}), POOL, 122)] == [
        "GPUs, short length",
        "GPUs, medium length",
        "GPUs, long length",
        "CPUs",
    ]


def test_a_pool_without_limits_on_cards_gives_all_that_match() -> None:
    free = dataclasses.replace(POOL, lengths=(dataclasses.replace(SHORT, share=None),))
    (way,) = ways(read_answers(MANY), free, 122)
    assert way.at_once == 122


@pytest.mark.parametrize(
    ("time", "near"),
    [("9 h", False), ("9 h 36 min", False), ("9 h 37 min", True), ("12 h", True), ("12 h 1 min", False)],
)
def test_the_last_fifth_of_a_limit_is_near_it(time: str, near: bool) -> None:
    assert is_near_the_limit(Duration.parse(time), SHORT) is near


def test_the_lengths_of_the_pool_are_those_that_these_tests_speak_of() -> None:
    assert [length.key for length in (SHORT, MEDIUM, LONG, CPU)] == ["short", "medium", "long", "cpu"]


@settings(max_examples=100)
@given(answers())
def test_an_open_way_has_jobs_at_once_and_a_closed_one_has_no_hours(drawn: Answers) -> None:
    for way in ways(drawn, POOL, 122):
        assert 0 <= way.at_once <= TaskList(drawn).count
        time = TaskList(drawn).time(way.length.processor)
        if not way.feasible:
            assert way.time_to_result is None
            continue
        assert way.at_once >= 1
        assert (way.time_to_result is None) == (time is None)
        if way.time_to_result is not None and time is not None:
            assert way.time_to_result >= time
            assert way.by_checkpoint == (time > way.length.limit.value)

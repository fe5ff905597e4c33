import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.checkpoint_interval import best, interval, lost
from planner.facts.pools import pools
from planner.units import Duration

BOUNDS = pools()["chtc"].checkpoints
MINUTE, HOUR, DAY = Duration(60), Duration.of_hours(1), Duration.of_hours(24)


def test_a_minute_to_save_and_a_day_between_evictions_are_53_minutes() -> None:
    # Young: the square root of 2 * 60 * 86400 is 3220 s; Daly's terms take 40 s from it.
    assert best(DAY, MINUTE).seconds == pytest.approx(3220 * (1 + 0.01863 / 3 + 0.000347 / 9) - 60, rel=1e-3)


def test_where_saving_takes_longer_than_evictions_leave_nothing_is_gained_by_saving_oftener() -> None:
    assert best(MINUTE, HOUR) == MINUTE


@given(st.floats(1, 600), st.floats(3600, 1e6))
def test_the_best_interval_loses_less_than_half_of_it_or_twice_it(cost: float, mean: float) -> None:
    found = best(Duration(mean), Duration(cost))
    losses = [lost(Duration(found.seconds * factor), Duration(mean), Duration(cost)) for factor in (0.5, 1, 2)]
    assert min(losses) == losses[1]


@given(st.floats(1, 600), st.floats(3600, 1e6))
def test_rarer_evictions_and_dearer_saves_make_it_longer(cost: float, mean: float) -> None:
    assert best(Duration(2 * mean), Duration(cost)) > best(Duration(mean), Duration(cost))
    assert best(Duration(mean), Duration(2 * cost)) > best(Duration(mean), Duration(cost))


def test_nothing_measured_takes_the_usual_of_the_pools_band() -> None:
    assert interval(BOUNDS, None, None) == Duration.of_hours(4)


def test_a_short_task_is_halved_but_not_below_the_band() -> None:
    assert interval(BOUNDS, Duration.of_hours(6), None) == Duration.of_hours(3)
    assert interval(BOUNDS, Duration.of_hours(1.5), None) == HOUR


def test_measured_evictions_decide_within_the_band() -> None:
    assert interval(
        BOUNDS, None, None, between_evictions=Duration.of_hours(60), cost=Duration(120)
    ).hours == pytest.approx(1.97, abs=0.01)
    assert interval(BOUNDS, None, None, between_evictions=HOUR, cost=MINUTE) == BOUNDS.least.value
    assert interval(BOUNDS, None, None, between_evictions=Duration.of_hours(9000), cost=HOUR) == BOUNDS.most.value


def test_two_saves_must_fall_into_an_interval() -> None:
    assert interval(BOUNDS, None, Duration.of_hours(3)) == Duration.of_hours(6)

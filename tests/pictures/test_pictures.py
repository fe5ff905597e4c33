import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from planner.advice import Plan
from planner.answers import read_answers
from planner.engine import make_plan
from planner.examples import examples
from planner.facts.pools import pools
from planner.pictures import Picture, cards, disk, ways, workflow
from tests.helpers import ONE_TASK, plan

DRAWERS: list[Callable[[Plan], Picture | None]] = [cards, disk, ways, workflow]


@pytest.mark.parametrize("draw", DRAWERS)
@pytest.mark.parametrize("name", list(examples()))
def test_a_picture_is_well_formed_stays_in_its_frame_and_has_its_table(
    draw: Callable[[Plan], Picture | None], name: str
) -> None:
    answers = examples()[name].answers
    picture = draw(make_plan(answers, pools()[answers.pool]))
    if picture is None:
        return
    drawn = ET.fromstring(str(picture.svg))  # noqa: S314  # our own
    _, _, wide, high = map(float, drawn.attrib["viewBox"].split())
    for shape in drawn.iter("rect"):
        x, y = float(shape.attrib["x"]), float(shape.attrib["y"])
        assert 0 <= x <= x + float(shape.attrib["width"]) <= wide + 2
        assert 0 <= y <= y + float(shape.attrib["height"]) <= high
    assert drawn.attrib["aria-label"] == picture.says
    assert len({len(row) for row in picture.rows}) == 1
    assert len(picture.rows) > 1


def test_cards_say_what_loosening_gains() -> None:
    picture = cards(plan(gpu_memory="45 GB"))
    assert picture is not None
    refused = [row for row in picture.rows[1:] if row[3] != "yes"]
    assert refused
    assert "20 more without the demand for 44000 MB of memory" in picture.says


def test_work_without_a_gpu_has_no_cards() -> None:
    assert cards(plan(gpu="no", time_on_cpu="3 h")) is None


def test_the_way_that_is_chosen_is_marked_and_the_closed_ones_say_why() -> None:
    picture = ways(plan())
    assert picture is not None
    assert picture.rows[1] == ("GPUs, short length", "60", "3 h", "180", "chosen")
    assert [row[4] for row in picture.rows[1:]].count("chosen") == 1
    assert [row[2:] for row in picture.rows if row[0] == "CPUs"] == [("no", "", "a task cannot run without a GPU")]
    assert picture.says == "GPUs, short length: 60 jobs at once, the last result after 3 h at best."


def test_machines_beyond_the_pool_are_a_way_too_or_say_why_not() -> None:
    open_ones = ways(plan())
    assert open_ones is not None
    assert [(row[0], row[4]) for row in open_ones.rows[-2:]] == [
        ("idle machines of others", "yes, besides"),
        ("campus pools and the OSPool", "yes, besides"),
    ]
    closed = ways(plan(time_on_gpu="11 h"))
    assert closed is not None
    assert closed.rows[-1][4] == "A job runs 11 h without saving; the limit there is 10 h."


@pytest.mark.parametrize("drawer", DRAWERS)
def test_where_a_pool_lists_nothing_nothing_of_it_is_drawn(drawer: Callable[[Plan], Picture | None]) -> None:
    pool = pools()["generic"]
    picture = drawer(make_plan(read_answers({"pool": pool.key}), pool))
    assert (picture is None) == (drawer is cards)


def test_the_disk_adds_up() -> None:
    made = plan()
    picture = disk(made)
    assert picture is not None
    assert picture.rows[-1] == ("request", str(made.settings.request_disk))
    assert len(picture.rows) == len(made.settings.disk_parts) + 3


def test_the_workflow_counts_jobs() -> None:
    assert ("run", "60 jobs") in workflow(plan()).rows
    assert ("run", "1 job") in workflow(plan(**ONE_TASK)).rows

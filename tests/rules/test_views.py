"""What rules read through: values in the place of facts, and a note of each that was read."""

from planner.answers import default_answers
from planner.engine import make_plan
from planner.facts.pools import Pool, pools
from planner.facts.sources import Source
from planner.rules import RULES
from planner.rules.views import FactsView, FieldsView
from planner.units import Duration, Size

POOL = pools()["chtc"]


def view(record: object) -> tuple[FactsView, dict[Source, None]]:
    sources: dict[Source, None] = {}
    return FactsView(record, sources), sources


def test_a_fact_yields_its_value_and_its_source_is_counted() -> None:
    pool, sources = view(POOL)
    assert POOL.ask_above_memory
    assert pool.ask_above_memory == POOL.ask_above_memory.value
    assert isinstance(pool.ask_above_memory, Size)
    assert list(sources) == [POOL.ask_above_memory.source]


def test_a_record_in_a_record_is_a_view_and_counts_only_what_is_read_of_it() -> None:
    pool, sources = view(POOL)
    bands = pool.places[0].bands
    assert (pool.name, pool.places[0].key, sources) == (POOL.name, POOL.places[0].key, {})
    assert bands[0].url == POOL.places[0].bands[0].url.value
    assert list(sources) == [POOL.places[0].bands[0].url.source]


def test_what_is_absent_is_none_and_what_is_no_fact_is_itself() -> None:
    generic, sources = view(pools()["generic"])
    assert (generic.easy_cpus, generic.build) == (None, None)
    assert generic.knows("gpus_minimum_memory") is pools()["generic"].knows("gpus_minimum_memory")
    limits, _ = view(POOL.lengths[0])
    assert isinstance(limits.limit, Duration)
    assert sources == {}


def test_the_fields_that_are_read_are_noted_in_the_order_read() -> None:
    read: dict[str, None] = {}
    answers = FieldsView(default_answers(), read)
    assert (answers.cpus, answers.memory) == (default_answers().cpus, default_answers().memory)
    assert list(read) == ["cpus", "memory"]


def test_no_view_is_left_in_a_plan() -> None:
    for pool in pools().values():
        plan = make_plan(default_answers(), pool, RULES)
        assert isinstance(plan.pool, Pool)
        assert "FactsView" not in repr(plan.settings)

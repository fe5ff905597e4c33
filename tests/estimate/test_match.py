import dataclasses

import pytest
from hypothesis import given, settings

from planner.answers import Answers, read_answers
from planner.estimate.match import (
    Demand,
    build_for,
    conda_cuda,
    count,
    demand_of,
    gpu_sold_with,
    guaranteed_memory,
    hardware_needs,
    matching,
    memory_floor,
    relaxations,
)
from planner.facts.fact import Fact
from planner.facts.frameworks import Build, frameworks
from planner.facts.pools import Card, pools
from planner.facts.sources import source
from planner.units import Size
from tests.strategies import answers

POOL = pools()["chtc"]
P100, TI, A100_40, A100_80, L40, L40S, H100, H200 = POOL.cards


def gb(amount: float) -> Size:
    return Size.of_gb(amount)


def built(**raw: object) -> Build | None:
    return build_for(read_answers(raw), POOL)


# --- cards ---


def test_no_demand_is_met_by_every_card() -> None:
    assert matching(POOL, Demand()) == POOL.cards
    assert count(POOL.cards) == 122


def test_cards_that_match_come_in_the_order_of_the_pool() -> None:
    assert matching(POOL, Demand(lowest=8.9, highest=8.9)) == (L40, L40S)


@pytest.mark.parametrize(("lowest", "cards"), [(6.0, 122), (7.5, 118), (8.0, 110), (8.9, 70), (9.0, 24), (10.0, 0)])
def test_this_many_cards_have_at_least_this_capability(lowest: float, cards: int) -> None:
    assert count(matching(POOL, Demand(lowest=lowest))) == cards


@pytest.mark.parametrize(("highest", "cards"), [(5.0, 0), (6.0, 4), (7.5, 12), (8.9, 98), (9.0, 122)])
def test_this_many_cards_have_at_most_this_capability(highest: float, cards: int) -> None:
    assert count(matching(POOL, Demand(highest=highest))) == cards


@pytest.mark.parametrize(
    ("memory", "cards"), [(8, 122), (10, 114), (12, 114), (38, 110), (44, 102), (76, 56), (130, 16), (141, 0)]
)
def test_this_many_cards_have_at_least_this_memory(memory: int, cards: int) -> None:
    assert count(matching(POOL, Demand(memory=gb(memory)))) == cards


@pytest.mark.parametrize(("per_server", "cards"), [(1, 122), (2, 122), (4, 118), (5, 78), (8, 78), (10, 30), (11, 0)])
def test_this_many_cards_stand_in_servers_that_have_several(per_server: int, cards: int) -> None:
    assert count(matching(POOL, Demand(cards=per_server))) == cards


@pytest.mark.parametrize(
    ("demand", "why"),
    [
        (Demand(memory=gb(12)), "10 GB of memory"),
        (Demand(lowest=8.0), "capability 7.5, below 8.0"),
        (Demand(highest=7.0), "capability 7.5, above 7.0"),
        (Demand(cards=9), "8 to a server"),
        (Demand(memory=gb(12), lowest=8.0, cards=9), "10 GB of memory"),
        (Demand(memory=gb(8), lowest=7.5, highest=7.5, cards=8), ""),
    ],
)
def test_a_card_is_refused_with_the_reason(demand: Demand, why: str) -> None:
    assert demand.mismatch(TI) == why


def test_a_card_surely_has_what_its_page_says_is_safe() -> None:
    page = gb(100)
    card = with_memory(nominal=page, safe=gb(99))
    assert guaranteed_memory(card) == gb(99)


def test_a_card_surely_has_the_share_of_its_nominal_memory_that_cards_report() -> None:
    assert guaranteed_memory(with_memory(nominal=gb(100), safe=gb(90))) == gb(98.5)


def with_memory(nominal: Size, safe: Size) -> Card:
    where = source("condor-run")
    return dataclasses.replace(A100_40, memory=Fact(nominal, where), safe_memory=Fact(safe, where))


@pytest.mark.parametrize("card", POOL.cards, ids=lambda card: card.model.value)
def test_the_nominal_size_of_a_card_is_more_than_it_surely_has(card: Card) -> None:
    assert card.safe_memory.value <= guaranteed_memory(card) < card.memory.value


def test_a_card_matches_a_demand_for_exactly_what_it_surely_has() -> None:
    just, more = Size(guaranteed_memory(TI).bytes), Size(guaranteed_memory(TI).bytes + 1)
    assert Demand(memory=just).mismatch(TI) == ""
    assert Demand(memory=more).mismatch(TI) == "10 GB of memory"


# --- what a size means ---


@pytest.mark.parametrize(
    ("size", "model"),
    [
        (40, "NVIDIA A100-SXM4-40GB"),
        (80, "NVIDIA A100-SXM4-80GB"),
        (11, "NVIDIA GeForce RTX 2080 Ti"),
        (10, "NVIDIA GeForce RTX 2080 Ti"),
        (48, "NVIDIA L40"),
        (45, "NVIDIA L40"),
        (141, "NVIDIA H200"),
        (16, "Tesla P100-PCIE-16GB"),
    ],
)
def test_a_nominal_size_means_the_card(size: int, model: str) -> None:
    card = gpu_sold_with(POOL, gb(size))
    assert card is not None
    assert card.model.value == model


@pytest.mark.parametrize("size", [12, 39, 24, 39.5, 79])
def test_any_other_size_means_no_card(size: float) -> None:
    assert gpu_sold_with(POOL, gb(size)) is None


# --- the build ---


@pytest.mark.parametrize(
    ("version", "cuda"),
    [("2.12.1", "12.6"), ("2.11.0", "12.6"), ("2.9.1", "12.6"), ("2.7.1", "11.8"), ("2.5.1", "11.8")],
)
def test_unless_named_the_build_is_the_one_that_most_cards_run_with_the_oldest_cuda(version: str, cuda: str) -> None:
    found = built(framework_version=version)
    assert found is not None
    assert found.cuda == cuda


def test_where_no_card_needs_the_old_build_the_oldest_of_the_others_is_taken() -> None:
    hopper_only = dataclasses.replace(POOL, cards=(H100, H200))
    found = build_for(read_answers({"framework_version": "2.12.1"}), hopper_only)
    assert found is not None
    assert found.cuda == "12.6"


def test_a_pool_of_newer_cards_gets_a_build_that_runs_on_them() -> None:
    newer = dataclasses.replace(H200, capability=Fact(12.0, source("condor-run")))
    found = build_for(read_answers({"framework_version": "2.12.1"}), dataclasses.replace(POOL, cards=(newer,)))
    assert found is not None
    assert found.cuda == "13.0"


def test_a_build_that_was_named_is_taken() -> None:
    found = built(framework_version="2.12.1", cuda="13.0")
    assert found is not None
    assert found.cuda == "13.0"
    on_cpu = built(framework_version="2.12.1", cuda="cpu")
    assert on_cpu is not None
    assert on_cpu.lowest is None


def test_a_build_that_the_release_does_not_have_is_none() -> None:
    assert built(framework_version="2.12.1", cuda="11.8") is None


def test_of_an_unknown_release_no_build_can_be_named() -> None:
    assert built(framework_version="9.9.9") is None


def test_of_an_image_that_is_there_the_build_is_known_only_where_it_was_said() -> None:
    there = {"container": "existing", "image": "docker://me/work:1"}
    assert built(**there) is None
    found = built(**there, cuda="12.6")
    assert found is not None
    assert found.cuda == "12.6"


# --- the demand ---


def test_the_demand_holds_memory_the_bounds_of_the_build_and_the_cards() -> None:
    found = demand_of(read_answers({"gpu_memory": "12 GB", "cuda": "12.6", "gpus": "4"}), POOL)
    assert found == Demand(memory=gb(12), lowest=5.0, highest=9.0, cards=4)


def test_a_nominal_size_demands_what_is_safe_on_that_card() -> None:
    found = demand_of(read_answers({"gpu_memory": "40 GB"}), POOL)
    assert found.memory == A100_40.safe_memory.value
    assert A100_40 in matching(POOL, found)


def test_memory_that_was_not_measured_demands_nothing() -> None:
    assert demand_of(read_answers({"gpu_memory": "not measured"}), POOL).memory is None


def test_memory_that_was_estimated_demands_its_upper_end() -> None:
    raw = {"kind": "finetuning", "task_source": "one", "command": "x", "gpu_memory": "", "batch": "1"}
    found = memory_floor(read_answers({**raw, "model_parameters": "7B"}), POOL)
    assert found is not None
    assert found.estimate is not None
    assert found.size == found.estimate.high.round_up() == gb(26)
    assert demand_of(read_answers({**raw, "model_parameters": "7B"}), POOL).memory == gb(26)


def test_an_upper_end_does_not_shut_out_a_card_that_it_just_misses() -> None:
    raw = {"kind": "finetuning", "task_source": "one", "command": "x", "gpu_memory": "", "batch": "1"}
    of_26 = dataclasses.replace(
        L40, memory=Fact(gb(26), source("condor-run")), safe_memory=Fact(gb(25), source("condor-run"))
    )
    pool = dataclasses.replace(POOL, cards=(TI, of_26, H200))
    found = memory_floor(read_answers({**raw, "model_parameters": "7B"}), pool)
    assert found is not None
    assert (found.size, found.card) == (gb(25), of_26)


def test_a_pool_without_cards_still_knows_what_an_estimate_asks_for() -> None:
    raw = {"kind": "finetuning", "task_source": "one", "command": "x", "gpu_memory": "", "batch": "1"}
    found = memory_floor(read_answers({**raw, "model_parameters": "7B"}), dataclasses.replace(POOL, cards=()))
    assert found is not None
    assert (found.size, found.card) == (gb(26), None)


@settings(max_examples=60)
@given(answers())
def test_what_loosening_gains_is_more_than_what_matches_now(found: Answers) -> None:
    now = count(matching(POOL, demand_of(found, POOL)))
    assert all(now < cards <= POOL.card_count for _, cards in relaxations(found, POOL))


def test_a_build_with_no_highest_card_demands_none() -> None:
    assert demand_of(read_answers({"cuda": "13.0"}), POOL) == Demand(memory=gb(12), lowest=7.5, highest=None)


def test_nothing_is_demanded_of_a_card_by_a_build_for_the_cpu() -> None:
    found = demand_of(read_answers({"cuda": "cpu", "gpu_memory": "unknown"}), POOL)
    assert (found.lowest, found.highest) == (None, None)


@settings(max_examples=60)
@given(answers())
def test_a_card_matches_unless_the_reason_is_named(found: Answers) -> None:
    demand = demand_of(found, POOL)
    cards = matching(POOL, demand)
    assert [card for card in POOL.cards if not demand.mismatch(card)] == list(cards)
    build = build_for(found, POOL)
    if build is not None and build.lowest is not None:
        assert all(build.runs_on(card.capability.value) for card in cards)
    if build is not None:
        assert build in [one for release in frameworks()[found.framework].releases for one in release.builds]


# --- what is asked beside the build ---

CONDA = "dependencies:\n  - pytorch-gpu=2.8.0"


@pytest.mark.parametrize(
    ("raw", "asked"),
    [
        ({}, []),
        ({"test_arguments": "--dtype bfloat16"}, ["bf16 arithmetic"]),
        ({"command": "python t.py --lr={lr} --batch={batch} --precision=bf16-mixed"}, ["bf16 arithmetic"]),
        ({"packages": "flash_attn==2.8.3"}, ["FlashAttention"]),
        ({"packages": "dependencies:\n  - flash-attn=2.8.3"}, ["FlashAttention"]),
        ({"packages": "my-flash-attn-notes"}, []),
    ],
)
def test_what_the_command_and_the_packages_ask_of_a_card(raw: dict[str, object], asked: list[str]) -> None:
    assert [ask.what for ask in hardware_needs(read_answers(raw))] == asked


def test_of_two_lower_bounds_the_higher_counts() -> None:
    assert demand_of(read_answers({"cuda": "13.0"}), POOL).lowest == 7.5
    assert demand_of(read_answers({"cuda": "13.0", "test_arguments": "--bf16"}), POOL).lowest == 8.0
    assert demand_of(read_answers({"packages": CONDA}), POOL).lowest == 5.0
    assert demand_of(read_answers({"packages": CONDA, "cuda": "13.0"}), POOL).lowest == 7.5


def test_conda_resolves_for_the_cuda_that_was_named_or_the_usual_one() -> None:
    assert conda_cuda(read_answers({"packages": CONDA})) == "12.9"
    assert conda_cuda(read_answers({"packages": CONDA, "cuda": "12.6"})) == "12.6"
    assert conda_cuda(read_answers({"packages": CONDA, "cuda": "cpu"})) == ""
    assert conda_cuda(read_answers({})) == ""


def test_a_build_of_conda_is_not_one_of_the_frameworks() -> None:
    assert built(packages=CONDA) is None

import datetime
import json

import pytest

from planner.answers import read_answers
from planner.engine import make_plan
from planner.errors import PlannerError
from planner.estimate.match import gpu_sold_with
from planner.facts.pools import pools
from planner.facts.pools.live import pool_now
from planner.plan_changes import Change, changes, gain
from planner.units import Size
from planner.usage import Usage

POOL = pools()["chtc"]
DAY = datetime.date(2026, 8, 20)


def card(id: str, model: str, memory: int, capability: float = 8.0) -> dict[str, object]:
    return {
        f"GPUs_GPU_{id}": {"Id": f"GPU-{id}", "DeviceName": model, "Capability": capability, "GlobalMemoryMb": memory}
    }


A100, L40 = "NVIDIA A100-SXM4-40GB", "NVIDIA L40"
SLOTS = [
    {"Machine": "a", "Name": "slot1@a", **card("1", A100, 40536), **card("2", A100, 40536)},
    {"Machine": "a", "Name": "slot1_1@a", **card("1", A100, 40536)},
    {"Machine": "b", "Name": "slot1@b", **card("3", A100, 40536), **card("4", A100, 40536)},
    {"Machine": "c", "Name": "slot1@c", **card("5", L40, 45589, 8.9)},
    {"Machine": "d", "Name": "slot1@d", "GPUs": 0},
]


def test_the_cards_of_today_replace_the_tables() -> None:
    now = pool_now(POOL, json.dumps(SLOTS), "status.json", DAY)
    assert [(c.model.value, c.servers.value, c.per_server.value, c.capability.value) for c in now.cards] == [
        (A100, 2, 2, 8.0),
        (L40, 1, 1, 8.9),
    ]
    assert now.card_count == 5
    assert str(now.cards[0].model.source) == "condor_status, status.json (read 2026-08-20)"
    assert now.lengths == POOL.lengths


def test_a_card_is_still_known_by_the_size_it_is_sold_as() -> None:
    now = pool_now(POOL, json.dumps(SLOTS), "status.json", DAY)
    meant = gpu_sold_with(now, Size.of_gb(40))
    assert meant is not None
    assert meant.safe_memory.value == Size(40536 * 1024**2)
    plan = make_plan(read_answers({"gpu_memory": "40 GB"}), now)
    assert sum(found.count for found in plan.settings.cards) == 5


@pytest.mark.parametrize("text", ["", "{}", "[]", '[{"Machine": "a"}]', '[{"GPUs_GPU_1": {"DeviceName": 3}}]', "[1]"])
def test_what_lists_no_cards_is_refused(text: str) -> None:
    with pytest.raises(PlannerError, match=r"status\.json"):
        pool_now(POOL, text, "status.json", DAY)


# --- what a new plan changes ---


def test_changes_name_old_and_new_line_by_line() -> None:
    answers = read_answers({"memory": "40 GB", "gpu_memory": "80 GB", "cpus": "8", "task_source": "numbered", "count": "60",
                            "command": "python train.py --seed {seed}"})  # fmt: skip
    before = make_plan(answers, POOL)
    after = make_plan(
        answers, POOL, measured=Usage(jobs=60, memory=Size.of_gb(8), cpus=3.4, gpus=1, gpu_memory=Size.of_gb(18))
    )
    assert changes(before, before) == []
    found = changes(before, after)
    assert Change("request_memory", "40 GB", "10 GB") in found
    assert Change("request_cpus", "8", "4") in found
    cards = [sum(card.count for card in plan.settings.cards) for plan in (before, after)]
    assert cards[0] < cards[1]
    assert gain(before, after) == (
        f"{cards[1]} cards match, {cards[0]} before. Where memory is what runs short, 4.0 times as many jobs fit into the "
        "same machines."
    )

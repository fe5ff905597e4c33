"""The estimate of GPU memory against runs of our own on one card (``measured-on-h100.toml``), as the form would give it.

Nothing was fitted to these runs, except that they taught us that the loss of a 4-bit model takes 12 bytes. What a job
asks for is the upper end of the range: where that is less than what the card held, the job may run out of memory. Three
runs of 36 are such, and are named here.
"""

import tomllib
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from planner.answers import read_answers
from planner.estimate.gpu_memory import Estimate, estimate
from planner.estimate.networks import network_named

RUNS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("measured-on-h100.toml").read_text(encoding="utf-8")
)["runs"]


def name(run: dict[str, Any]) -> str:
    fused = " fused" if run["fused"] else ""
    how = "inference" if run["kind"] == "inference" else run["tuning"]
    return f"{run['network']} {how} {run['precision']}{fused} {run['batch']} x {run['tokens']}"


# How much of what the card held the upper end reaches, where it is too little.
TOO_LITTLE = {
    # Trained from nothing and small, so taken to read images; the answers cannot say that it reads text.
    "gpt2 full bf16 16 x 1024": 0.23,
    # PyTorch's allocator kept 47 GB for 34 GB of tensors: the cache grows by being copied, we think.
    "Llama-2-7B inference bf16 16 x 2048": 0.85,
    # Likewise 28 GB for 21 GB; and norms in 32 bit may make the vector that each layer keeps twice as large.
    "Llama-2-7B qlora bf16 8 x 2048": 0.92,
}


def estimated(run: dict[str, Any]) -> Estimate:
    raw = {
        "kind": run["kind"],
        "task_source": "one",
        "command": "python train.py",
        "gpu_memory": "not measured",
        "model": run["network"],
        "model_parameters": f"{run['parameters'] * 1e3:.0f}M",
        "precision": run["precision"],
        "tuning": run["tuning"],
        "batch": run["batch"],
    }
    found = estimate(read_answers({**raw, "sequence_length": run["tokens"]} if run["tokens"] else raw))
    assert found is not None
    return found


def reached(run: dict[str, Any], end: str) -> float:
    """Return the *end* of the estimate as a share of what the card held."""
    share: float = getattr(estimated(run), end).bytes / 1e9 / run["used"]
    return share


@pytest.mark.parametrize("run", RUNS, ids=name)
def test_a_job_gets_a_card_that_is_large_enough_or_the_run_is_named(run: dict[str, Any]) -> None:
    if name(run) in TOO_LITTLE:
        assert reached(run, "high") == pytest.approx(TOO_LITTLE[name(run)], abs=0.01)
    else:
        assert reached(run, "high") >= 1


def kind_of(run: dict[str, Any]) -> str:
    if not run["tokens"]:
        return "images"
    return "known" if network_named(run["network"], run["parameters"]) else "guessed"


@pytest.mark.parametrize(
    ("kind", "runs", "lowest", "largest", "error"),
    [
        # The middle as a share of what the card held: the least, the most, and half of the runs are not further off.
        ("known", 21, 0.80, 1.18, 0.06),
        ("guessed", 4, 0.69, 1.52, 0.25),
        ("images", 8, 0.68, 1.34, 0.19),
    ],
)
def test_the_middle_is_this_far_off(kind: str, runs: int, lowest: float, largest: float, error: float) -> None:
    shares = [reached(run, "middle") for run in RUNS if kind_of(run) == kind and name(run) not in TOO_LITTLE]
    assert len(shares) == runs
    assert lowest < min(shares)
    assert max(shares) < largest
    assert median(abs(share - 1) for share in shares) < error


def test_no_job_asks_for_much_more_than_twice_what_it_needs() -> None:
    worst = max(RUNS, key=lambda run: reached(run, "high"))
    # Guessed from its number of weights: networks of that size with five times its words are as likely.
    assert name(worst) == "Mistral-7B-v0.3 lora bf16 4 x 2048"
    assert reached(worst, "high") < 2.3


def test_what_a_process_holds_beside_its_tensors_is_less_than_the_estimate_allows_for() -> None:
    # 0.7 to 0.8 GB on this card; the estimate takes 1 GB.
    beside = [run["used"] - run["reserved"] for run in RUNS]
    assert min(beside) > 0.7
    assert max(beside) < 0.85


def test_cards_are_read_alike_by_the_program_and_by_nvidia_smi() -> None:
    assert all(run["nvidia_smi"] == pytest.approx(run["used"], abs=0.01) for run in RUNS)

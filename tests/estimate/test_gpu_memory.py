"""The estimate of GPU memory: against what others measured, and what must hold for any answers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.answers import Answers, read_answers
from planner.estimate.gpu_memory import Estimate, estimate, words
from planner.estimate.gpu_memory_errors import errors, summaries
from planner.estimate.networks import image_networks, nearest, network_named, networks, series, similar

TUNING: dict[str, object] = {
    "kind": "finetuning",
    "task_source": "one",
    "command": "python tune.py",
    "gpu_memory": "not measured",
}
KINDS = st.sampled_from(["training", "finetuning", "inference"])
SIZES = st.sampled_from(["25M", "125M", "350M", "1B", "1.5B", "7B", "13B", "70B"])
PRECISIONS = st.sampled_from(["not sure", "fp32", "bf16", "fp16", "int8", "int4"])
TUNINGS = st.sampled_from(["full", "lora", "qlora"])


def told(**raw: object) -> Answers:
    return read_answers({**TUNING, "model_parameters": "7B", **raw})


def estimated(**raw: object) -> Estimate:
    found = estimate(told(**raw))
    assert found is not None
    return found


# --- against measurements ---


@pytest.mark.parametrize(
    ("what", "points", "middle", "p90"),
    [
        ("inference", 58, 0.02, 0.06),
        ("LoRA", 32, 0.04, 0.17),
        ("QLoRA", 34, 0.06, 0.16),
        ("full training", 16, 0.11, 0.14),
        ("all", 140, 0.04, 0.13),
    ],
)
def test_the_error_against_published_runs_is_this_small(what: str, points: int, middle: float, p90: float) -> None:
    found = next(summary for summary in summaries() if summary.what == what)
    assert found.points == points
    assert found.middle < middle
    assert found.p90 < p90
    assert abs(found.bias) < 0.05


def test_one_published_run_is_estimated_far_too_high_and_is_not_hidden() -> None:
    # torchtune's 4-bit recipe moves activations to main memory, which the formulas do not know.
    worst = max(errors(), key=lambda error: abs(error.share))
    assert (worst.of.network.name, worst.measured) == ("Llama-3.2-3B", 4.94)
    assert worst.share == pytest.approx(0.53, abs=0.01)
    others = [abs(error.share) for error in errors() if error != worst]
    assert max(others) < 0.19


def test_a_run_that_nothing_was_fitted_to_lies_in_the_range() -> None:
    # What ms-swift notes of its own example: 22 GB.
    found = estimated(model="Qwen/Qwen2.5-7B-Instruct", model_parameters="7.6B", batch="1")
    assert found.low.bytes <= 22e9 <= found.high.bytes


def test_a_4_bit_run_that_nothing_was_fitted_to_is_estimated_too_high_but_never_too_low() -> None:
    # Its sister in 4 bits: 10 GB. Embedding and head are not raised to 32 bit there, as they usually are.
    found = estimated(model="Qwen/Qwen2.5-7B-Instruct", model_parameters="7.6B", tuning="qlora", batch="1")
    assert 10e9 < found.middle.bytes < 16.5e9


def test_every_series_names_a_network_and_a_source() -> None:
    assert {one.network.name for one in series()} <= set(networks())
    assert all(one.source.url for one in series())


@pytest.mark.parametrize("name", networks())
def test_the_shape_of_a_network_makes_its_number_of_weights(name: str) -> None:
    network = networks()[name]
    attention = 2 * network.width * network.queries + 2 * network.width * network.keys
    inner = (3 if network.gated else 2) * network.width * network.inner
    made = network.layers * (attention + inner) / 1e9 + network.words
    assert made == pytest.approx(network.parameters, rel=0.02 if name != "BERT-large" else 0.1)


# --- what is known of a model ---


def test_a_model_is_known_by_its_name_if_its_weights_agree() -> None:
    assert network_named("meta-llama/Llama-2-7b-hf", 7.0) == networks()["Llama-2-7B"]
    assert network_named("my/Llama-2-7b-pruned", 3.0) is None
    assert network_named("mistralai/Mistral-7B-v0.3", 7.2) is None


def test_a_network_of_which_only_the_weights_are_known_is_like_the_nearest_usual_one() -> None:
    assert nearest(7.0).name == "Llama-2-7B"
    scaled = nearest(7.0).scaled(7.0)
    assert scaled.width / nearest(7.0).width == pytest.approx((7.0 / 6.738) ** (1 / 3))
    assert {network.name for network in similar(7.0)} >= {"Llama-2-7B", "Falcon-7B", "Qwen-7B", "Llama-3.1-8B"}


def test_a_known_network_has_a_narrower_range() -> None:
    guessed, known = estimated(), estimated(model="meta-llama/Llama-2-7b-hf")
    assert known.high.bytes / known.low.bytes < guessed.high.bytes / guessed.low.bytes


def test_a_guess_reaches_to_the_hungriest_network_of_that_size() -> None:
    qwen = estimated(model="Qwen/Qwen-7B", model_parameters="7.721B")
    assert estimated(model_parameters="7.721B").high.bytes >= 0.99 * qwen.high.bytes


def test_small_networks_that_are_trained_are_taken_to_read_images() -> None:
    found = estimated(kind="training", model_parameters="25M", batch="128")
    assert found.assumed[0] == "a network like resnext50_32x4d"
    assert found.assumed[0].split()[-1] in {network.name for network in image_networks()}


def test_nothing_is_estimated_without_a_number_of_weights() -> None:
    assert estimate(told(model_parameters="")) is None


def test_several_cards_are_assumed_to_hold_the_whole_model_each() -> None:
    assert "each card holds the whole model" in estimated(gpus="2").assumed


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, "LoRA fine-tuning of 7B weights"),
        ({"tuning": "qlora"}, "QLoRA fine-tuning of 7B weights"),
        ({"tuning": "full", "model_parameters": "350M"}, "Full fine-tuning of 350M weights"),
        ({"kind": "inference"}, "Inference of 7B weights"),
        ({"kind": "training"}, "Training of 7B weights"),
    ],
)
def test_what_is_estimated_is_said(raw: dict[str, object], said: str) -> None:
    assert words(told(**raw)) == said


def test_the_terms_make_the_middle_and_the_largest_that_has_a_cure_names_it() -> None:
    found = estimated(tuning="full")
    assert sum(term.gb for term in found.terms) * 1e9 == pytest.approx(found.middle.bytes, rel=1e-6)
    assert found.cure == "LoRA, or an optimizer with 8-bit states"
    assert found.sum.startswith("117.4 GB weights, gradients and optimizer + ")


# --- what must hold whatever the answers ---


RAW = st.fixed_dictionaries(
    {
        "kind": KINDS,
        "model_parameters": SIZES,
        "precision": PRECISIONS,
        "tuning": TUNINGS,
        "batch": st.integers(1, 500),
        "sequence_length": st.integers(1, 100_000),
    }
)


@given(RAW)
def test_more_at_a_time_and_longer_never_need_less(raw: dict[str, object]) -> None:
    less = told(**raw)
    before = estimate(less)
    assert before is not None
    assert before.low <= before.middle <= before.high
    for more in (replace(less, batch=less.batch + 1), replace(less, sequence_length=less.sequence_length + 1)):
        after = estimate(more)
        assert after is not None
        assert after.low >= before.low
        assert after.middle >= before.middle
        assert after.high >= before.high


@given(SIZES, st.sampled_from(["not sure", "fp32", "bf16", "fp16"]), st.integers(1, 500))
def test_adapters_never_need_more_than_full_training(size: str, precision: str, batch: int) -> None:
    full, lora = (
        estimated(tuning=tuning, model_parameters=size, precision=precision, batch=str(batch))
        for tuning in ("full", "lora")
    )
    assert lora.middle <= full.middle
    assert lora.high <= full.high


@given(SIZES, st.integers(1, 500))
def test_fewer_bits_never_need_more_in_inference(size: str, batch: int) -> None:
    found = [
        estimated(kind="inference", model_parameters=size, precision=precision, batch=str(batch))
        for precision in ("int4", "int8", "bf16", "fp32")
    ]
    assert [one.middle for one in found] == sorted(one.middle for one in found)
    assert [one.high for one in found] == sorted(one.high for one in found)

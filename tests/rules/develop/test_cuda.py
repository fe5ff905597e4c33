from dataclasses import replace

import pytest

from planner.answers import read_answers
from planner.bundle import make_files
from planner.engine import make_plan
from planner.facts.pools import pools
from tests.helpers import ask, settings, words

EXISTING = {"container": "existing", "image": "docker://quay.io/me/work:1.0"}


def models(**answers: object) -> list[str]:
    return [card.model.value for card in settings(**answers).cards]


def test_cuda_build_is_the_one_that_most_cards_run() -> None:
    assert words(ask("cuda-build")) == (
        "set",
        "Use PyTorch 2.12.1 built for CUDA 12.6",
        "CUDA 12.6 is the build that most cards run: it has kernels for capability 5.0 to 9.0, which 122 of 122 cards have, and needs driver 525.60.13 or newer.",
    )


def test_cuda_build_bounds_the_cards_and_the_driver() -> None:
    decided = settings()
    assert decided.cuda_version == "12.6"
    assert decided.lowest_capability == 5.0
    assert decided.highest_capability == 9.0
    assert decided.lowest_runtime == "12.0"


def test_cuda_build_named_for_cuda_13_has_no_upper_bound_and_asks_for_its_runtime() -> None:
    assert words(ask("cuda-build", cuda="13.0")) == (
        "set",
        "Use PyTorch 2.12.1 built for CUDA 13.0",
        "CUDA 13.0 is the build you named: it has kernels for capability 7.5 and newer, which 118 of 122 cards have, and needs driver 580 or newer.",
    )
    decided = settings(cuda="13.0")
    assert decided.cuda_version == "13.0"
    assert decided.lowest_capability == 7.5
    assert decided.highest_capability is None
    assert decided.lowest_runtime == "13.0"


def test_cuda_build_for_12_8_leaves_out_the_p100() -> None:
    assert words(ask("cuda-build", cuda="12.8", framework_version="2.10.0")) == (
        "set",
        "Use PyTorch 2.10.0 built for CUDA 12.8",
        "CUDA 12.8 is the build you named: it has kernels for capability 7.0 to 12.0, which 118 of 122 cards have, and needs driver 525.60.13 or newer.",
    )
    assert "Tesla P100-PCIE-16GB" not in models(cuda="12.8", framework_version="2.10.0")
    assert "Tesla P100-PCIE-16GB" in models(cuda="12.6", framework_version="2.10.0")


@pytest.mark.parametrize(
    ("version", "cuda", "lowest"),
    [
        ("2.11.0", "12.8", 7.5),
        ("2.10.0", "12.8", 7.0),
        ("2.9.1", "12.8", 7.0),
        ("2.8.0", "12.9", 7.0),
        ("2.7.1", "12.8", 7.5),
        ("2.6.0", "12.4", 5.0),
        ("2.5.1", "12.1", 5.0),
    ],
)
def test_cuda_build_starts_at_the_lowest_capability_it_has_kernels_for(version: str, cuda: str, lowest: float) -> None:
    assert settings(framework_version=version, cuda=cuda).lowest_capability == lowest


def test_cuda_build_of_an_unknown_version_sets_no_bound() -> None:
    assert words(ask("cuda-build", framework_version="2.3.1")) == (
        "warn",
        "Check which cards PyTorch 2.3.1 runs on",
        "This planner does not know the builds of that version; the newest it knows is 2.12.1. No bound is set, so a job may meet a card that it has no kernels for.",
    )
    decided = settings(framework_version="2.3.1")
    assert decided.cuda_version == ""
    assert decided.lowest_capability is None
    assert decided.lowest_runtime == ""


def test_cuda_build_in_an_image_that_is_there_must_be_looked_up() -> None:
    assert words(ask("cuda-build", **EXISTING)) == (
        "warn",
        "Look up which CUDA the framework in your image was built for, and plan again with it",
        'The image is there already, so its build decides which cards can run it. No bound is set: a job may meet a card that it has no kernels for. In the image, this prints it: python -c "import torch; print(torch.version.cuda)"',
    )
    assert settings(**EXISTING).lowest_capability is None


def test_cuda_build_named_for_an_image_that_is_there_bounds_the_cards() -> None:
    assert settings(cuda="13.0", **EXISTING).lowest_capability == 7.5


def test_cuda_build_for_the_cpu_stops_work_that_needs_a_gpu() -> None:
    assert words(ask("cuda-build", cuda="cpu")) == (
        "stop",
        "Choose a CUDA build of PyTorch 2.12.1: 12.6, 13.0, 13.2",
        "The CPU build leaves the card idle, and the work needs a GPU.",
    )


def test_cuda_build_for_the_cpu_stops_work_that_a_gpu_helps() -> None:
    assert words(ask("cuda-build", cuda="cpu", gpu="helps")) == (
        "stop",
        "Choose a CUDA build of PyTorch 2.12.1: 12.6, 13.0, 13.2",
        "The CPU build leaves the card idle, and the work may use a GPU.",
    )


def test_cuda_build_that_does_not_exist_stops() -> None:
    assert words(ask("cuda-build", cuda="12.9")) == (
        "stop",
        "Choose a CUDA build of PyTorch 2.12.1: 12.6, 13.0, 13.2",
        "There is none for CUDA 12.9, and the work needs a GPU.",
    )


def test_cuda_build_names_the_table_of_its_bounds_among_its_sources() -> None:
    advice = ask("cuda-build")
    assert advice
    assert {source.key for source in advice.sources} == {"condor-submit", "pytorch-release", "nvidia-cuda-notes"}


def test_cuda_build_is_silent_without_a_gpu() -> None:
    assert ask("cuda-build", gpu="no") is None
    assert ask("cuda-build", gpu="helps", time_on_cpu="1 h") is None


def test_cuda_build_is_silent_about_a_library_it_does_not_know() -> None:
    assert ask("cuda-build", framework="other") is None
    assert settings(framework="other").lowest_capability is None


# --- driver-not-published ---


def test_driver_not_published_is_asked_for_cuda_13() -> None:
    assert words(ask("driver-not-published", cuda="13.0")) == (
        "ask",
        "Which of your GPU servers have a driver for CUDA 13.0, 580 or newer?",
        "The build needs it and CHTC, Madison does not publish its drivers; a build for CUDA 12 runs on older ones too.",
    )


def test_driver_not_published_asks_for_the_runtime_of_the_major_version() -> None:
    assert words(ask("driver-not-published", cuda="13.2")) == words(ask("driver-not-published", cuda="13.0"))


def test_driver_not_published_is_silent_for_cuda_12_and_without_a_gpu() -> None:
    assert ask("driver-not-published") is None
    assert ask("driver-not-published", cuda="13.0", gpu="no") is None


def test_driver_not_published_is_silent_about_a_build_that_is_not_known() -> None:
    assert ask("driver-not-published", framework_version="2.3.1") is None


CONDA = "channels:\n  - conda-forge\ndependencies:\n  - python=3.12\n  - pytorch-gpu=2.8.0"


@pytest.mark.parametrize(
    ("framework", "cuda", "lowest", "highest", "runtime"),
    [
        ("tensorflow", "12.5", 6.0, 9.0, "12.0"),
        ("jax", "12", 5.2, None, "12.0"),
        ("xgboost", "12.9", 7.5, None, "12.0"),
        ("vllm", "12.9", 7.5, None, "12.0"),
    ],
)
def test_cuda_build_of_each_framework(
    framework: str, cuda: str, lowest: float, highest: float | None, runtime: str
) -> None:
    decided = settings(framework=framework)
    assert (decided.cuda_version, decided.lowest_capability) == (cuda, lowest)
    assert (decided.highest_capability, decided.lowest_runtime) == (highest, runtime)


@pytest.mark.parametrize("framework", ["scikit-learn", "lightgbm", "r"])
def test_cuda_build_is_silent_about_a_library_without_cuda(framework: str) -> None:
    assert ask("cuda-build", framework=framework) is None


def test_cuda_build_of_conda_is_resolved_for_a_cuda_that_suits_most_servers() -> None:
    assert words(ask("cuda-build", packages=CONDA)) == (
        "set",
        "Let conda resolve for CUDA 12.9",
        "It suits most servers and their drivers; which cards the builds of conda-forge have kernels for is not published, so the test job has to show it. CUDA 12 itself compiles for capability 5.0 and newer, and needs driver 525.60.13 or newer.",
    )
    assert settings(packages=CONDA, cuda="13.0").lowest_capability == 7.5


def test_cuda_build_of_conda_stops_for_a_cuda_of_which_nothing_is_known() -> None:
    assert words(ask("cuda-build", packages=CONDA, cuda="99.9")) == (
        "stop",
        "Choose a CUDA of 11 or 12 or 13 for conda",
        "This planner does not know which driver CUDA 99.9 needs.",
    )


@pytest.mark.parametrize("version", ["2.9.1", "9.9.9"])
def test_cuda_build_of_conda_stops_for_a_build_without_cuda_on_a_gpu(version: str) -> None:
    """Of a version that is not known too: there the plan had no image, and its files could not be made."""
    answers = {"packages": CONDA, "cuda": "cpu", "framework_version": version}
    assert words(ask("cuda-build", **answers)) == (
        "stop",
        "Choose a CUDA of 11 or 12 or 13 for conda",
        "The CPU build leaves the card idle, and the work needs a GPU.",
    )
    make_files(make_plan(read_answers(answers), pools()["ospool"]))


def test_cuda_build_counts_no_cards_where_the_pool_publishes_none() -> None:
    pool = replace(pools()["chtc"], cards=())
    said = {advice.rule: advice for advice in make_plan(read_answers({"cuda": "13.0"}), pool).advice}
    assert said["cuda-build"].because == (
        "CUDA 13.0 is the build you named: it has kernels for capability 7.5 and newer and needs driver 580 or newer."
    )


# --- cards-that-drop-out ---


def test_cards_that_drop_out_are_named_with_the_build_that_keeps_them() -> None:
    assert words(ask("cards-that-drop-out", cuda="13.0")) == (
        "tip",
        "Expect no job on Tesla P100-PCIE-16GB (6.0)",
        "4 of 122 cards lie outside capability 7.5 and newer. The build for CUDA 12.6 leaves out fewer.",
    )


def test_cards_that_drop_out_of_every_build_are_named_alone() -> None:
    assert words(ask("cards-that-drop-out", framework="vllm")) == (
        "tip",
        "Expect no job on Tesla P100-PCIE-16GB (6.0)",
        "4 of 122 cards lie outside capability 7.5 and newer.",
    )


def test_cards_that_drop_out_is_silent_where_every_card_runs_the_build() -> None:
    assert ask("cards-that-drop-out") is None
    assert ask("cards-that-drop-out", cuda="13.0", gpu="no") is None


# --- newer-cards ---

BF16 = "python train.py --lr {lr} --batch {batch} --bf16"


def test_newer_cards_for_bf16() -> None:
    assert words(ask("newer-cards", command=BF16)) == (
        "tip",
        "Ask for cards of capability 8.0 or newer",
        "Your command or packages name bf16 arithmetic, which older cards do not have; the submit description asks for it already. With fp16 instead, older cards would do.",
    )


def test_newer_cards_are_asked_for_in_the_settings_and_in_the_list_of_cards() -> None:
    decided = settings(command=BF16)
    assert decided.lowest_capability == 8.0
    assert all(card.capability.value >= 8.0 for card in decided.cards)


def test_newer_cards_are_asked_for_even_where_the_build_is_not_known() -> None:
    assert settings(packages="flash-attn==2.8.3", **EXISTING).lowest_capability is None
    assert settings(command=BF16, **EXISTING).lowest_capability == 8.0
    advice = ask("cuda-build", command=BF16, framework_version="2.3.1")
    assert advice
    assert "Only capability 8.0, which the work itself needs, is asked for, so a job may meet" in advice.because


def test_newer_cards_is_silent_for_fp16_and_for_a_word_that_only_contains_the_sign() -> None:
    assert ask("newer-cards") is None
    assert ask("newer-cards", command=BF16.replace("--bf16", "--fp16")) is None
    assert ask("newer-cards", command=BF16.replace("--bf16", "--name my_bf16_run")) is None
    assert ask("newer-cards", command=BF16, gpu="no") is None


# --- library-without-gpu ---


def test_library_without_gpu_leaves_the_card_idle() -> None:
    assert words(ask("library-without-gpu", framework="scikit-learn")) == (
        "warn",
        "Run scikit-learn on CPUs, or name the library that uses the card",
        "The card would most likely stand idle: a few estimators can be told to use a card, by array_api_dispatch, and that is experimental.",
    )


def test_library_without_gpu_is_silent_on_cpus_and_for_one_that_uses_the_card() -> None:
    assert ask("library-without-gpu", framework="scikit-learn", gpu="no") is None
    assert ask("library-without-gpu") is None


# --- library-without-cpu ---


def test_library_without_cpu_stops_on_cpus() -> None:
    assert words(ask("library-without-cpu", framework="vllm", gpu="no")) == (
        "stop",
        "Run vLLM on a GPU, or bring an image of your own",
        "This planner knows no image of vLLM for CPUs.",
    )


def test_library_without_cpu_is_silent_on_a_gpu_and_with_an_image_of_ones_own() -> None:
    assert ask("library-without-cpu", framework="vllm") is None
    assert ask("library-without-cpu", gpu="no") is None
    assert ask("library-without-cpu", framework="vllm", gpu="no", **EXISTING) is None


# --- card-is-chosen-for-you ---


@pytest.mark.parametrize("where", ["environment", "command"])
def test_card_is_chosen_for_you_by_htcondor_and_not_by_hand(where: str) -> None:
    by_hand = {
        "environment": {"environment": "CUDA_VISIBLE_DEVICES=0"},
        "command": {"task_source": "one", "command": "env CUDA_VISIBLE_DEVICES=0 python train.py"},
    }
    assert words(ask("card-is-chosen-for-you", **by_hand[where])) == (
        "stop",
        "Take CUDA_VISIBLE_DEVICES out",
        "HTCondor names the job's card in it. Set by hand, the job computes on a card that is somebody else's, or sees none.",
    )


def test_card_is_chosen_for_you_so_its_number_is_the_jobs_own() -> None:
    command = "python train.py --lr {lr} --batch {batch} --device cuda:1"
    assert words(ask("card-is-chosen-for-you", command=command)) == (
        "warn",
        "Write cuda instead of cuda:1",
        "A job sees only its own cards, counted from cuda:0, and this one asks for 1.",
    )


def test_card_is_chosen_for_you_is_silent_where_nothing_chooses_one() -> None:
    assert ask("card-is-chosen-for-you") is None
    command = "python train.py --lr {lr} --batch {batch} --device cuda:0"
    assert ask("card-is-chosen-for-you", command=command) is None
    assert ask("card-is-chosen-for-you", command=command.replace("cuda:0", "cuda:1"), gpus="2") is None

import pytest

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
    assert ask("cuda-build", gpu="helps", hours_cpu="1 h") is None


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

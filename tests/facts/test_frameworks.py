import pytest

from planner.facts.frameworks import CPU_ONLY, Build, Framework, asks, conda, cuda_majors, frameworks
from planner.facts.pools import pools
from planner.units import Size

PYTORCH = frameworks()["pytorch"]


def build(version: str, cuda: str) -> Build:
    release = PYTORCH.release(version)
    assert release is not None
    found = release.build(cuda)
    assert found is not None
    return found


def test_pytorch_is_imported_as_torch_and_its_image_holds_the_companions() -> None:
    assert (PYTORCH.name, PYTORCH.import_name) == ("PyTorch", "torch")
    assert set(PYTORCH.provides.value) >= {"torch", "torchvision", "torchaudio", "triton"}


def test_another_library_is_a_plain_python() -> None:
    other = frameworks()["other"]
    assert other.provides.value == ()
    assert [found.cuda for found in other.releases[0].builds] == [CPU_ONLY]


def test_releases_stand_newest_first() -> None:
    versions = [tuple(int(part) for part in release.version.split(".")) for release in PYTORCH.releases]
    assert versions == sorted(versions, reverse=True)


def test_builds_stand_oldest_cuda_first_and_the_one_without_cuda_last() -> None:
    for release in PYTORCH.releases:
        *on_gpu, last = [found.cuda for found in release.builds]
        assert last == CPU_ONLY
        assert on_gpu == sorted(on_gpu, key=float)


def test_a_release_that_is_not_known_is_none() -> None:
    assert PYTORCH.release("9.9.9") is None


def test_a_build_that_a_release_does_not_have_is_none() -> None:
    release = PYTORCH.release("2.12.1")
    assert release is not None
    assert release.build("11.8") is None


@pytest.mark.parametrize(
    ("version", "cuda", "lowest", "highest"),
    [
        ("2.12.1", "12.6", 5.0, 9.0),
        ("2.12.1", "13.0", 7.5, None),
        ("2.11.0", "12.8", 7.5, 12.0),
        ("2.10.0", "12.8", 7.0, 12.0),
        ("2.8.0", "12.9", 7.0, 12.0),
        ("2.7.1", "12.8", 7.5, 12.0),
        ("2.5.1", "12.1", 5.0, 9.0),
    ],
)
def test_a_build_has_kernels_for_these_cards(version: str, cuda: str, lowest: float, highest: float | None) -> None:
    found = build(version, cuda)
    assert found.lowest is not None
    assert found.lowest.value == lowest
    assert (found.highest.value if found.highest else None) == highest


@pytest.mark.parametrize(
    ("cuda", "capability", "runs"),
    [
        ("12.6", 4.9, False),
        ("12.6", 5.0, True),
        ("12.6", 9.0, True),
        ("12.6", 10.0, False),
        ("13.0", 6.0, False),
        ("13.0", 7.5, True),
        ("13.0", 12.0, True),
        (CPU_ONLY, 8.0, False),
    ],
)
def test_a_build_runs_on_the_cards_between_its_bounds(cuda: str, capability: float, runs: bool) -> None:
    assert build("2.12.1", cuda).runs_on(capability) is runs


def test_every_build_for_cuda_says_its_lowest_card_and_none_for_the_cpu_does() -> None:
    for framework in frameworks().values():
        for release in framework.releases:
            for found in release.builds:
                assert (found.lowest is None) == (found.cuda == CPU_ONLY)


def test_a_cuda_13_build_runs_on_no_p100() -> None:
    p100 = pools()["chtc"].cards[0]
    for release in PYTORCH.releases:
        assert not any(found.runs_on(p100.capability.value) for found in release.builds if found.cuda.startswith("13"))


def test_an_official_image_has_an_exact_tag_that_names_release_and_cuda() -> None:
    assert build("2.12.1", "12.6").image.value == "pytorch/pytorch:2.12.1-cuda12.6-cudnn9-runtime"
    for release in PYTORCH.releases:
        for found in release.builds:
            if found.image.value.startswith("pytorch/"):
                assert found.image.value == f"pytorch/pytorch:{release.version}-cuda{found.cuda}-cudnn9-runtime"


def test_where_there_is_no_official_image_pip_brings_exactly_that_build() -> None:
    for release in PYTORCH.releases:
        for found in release.builds:
            if found.image.value.startswith("pytorch/"):
                assert found.install is None
                continue
            variant = "cpu" if found.cuda == CPU_ONLY else f"cu{found.cuda.replace('.', '')}"
            assert found.install is not None
            assert found.install.value == (
                f"--extra-index-url https://download.pytorch.org/whl/{variant}",
                f"torch=={release.version}+{variant}",
            )


def test_an_image_without_cuda_is_smaller() -> None:
    found = build("2.12.1", CPU_ONLY)
    assert found.image_size is not None
    assert found.image_size.value == Size.parse("1 GB")
    assert PYTORCH.image_size.value == Size.parse("5 GB")


def test_a_cuda_major_asks_for_a_driver_and_a_runtime() -> None:
    assert {major.major: (major.driver.value, major.runtime.value) for major in cuda_majors().values()} == {
        "11": ("450.80.02", "11.0"),
        "12": ("525.60.13", "12.0"),
        "13": ("580", "13.0"),
    }


def test_every_cuda_of_a_build_has_its_major() -> None:
    for framework in frameworks().values():
        for release in framework.releases:
            for found in release.builds:
                assert found.cuda == CPU_ONLY or found.cuda.split(".")[0] in cuda_majors()


# --- every framework ---


@pytest.mark.parametrize("framework", frameworks().values(), ids=frameworks())
def test_releases_stand_newest_first_and_their_builds_oldest_cuda_first(framework: Framework) -> None:
    if framework.key != "other":
        versions = [tuple(int(part) for part in release.version.split(".")) for release in framework.releases]
        assert versions == sorted(versions, reverse=True)
    for release in framework.releases:
        names = [found.cuda for found in release.builds]
        on_gpu = [float(name) for name in names if name != CPU_ONLY]
        assert on_gpu == sorted(on_gpu)
        assert CPU_ONLY not in names[:-1]


@pytest.mark.parametrize("framework", frameworks().values(), ids=frameworks())
def test_no_image_is_called_latest_and_each_names_its_release_or_a_plain_python(framework: Framework) -> None:
    for release in framework.releases:
        for found in release.builds:
            _, _, tag = found.image.value.partition(":")
            assert tag not in ("", "latest")
            assert release.version in tag or found.image.value == "python:3.12-slim"
            # Into a plain Python somebody has to bring the framework, in that version.
            if found.image.value.startswith("python:") and framework.key != "other":
                assert found.install is not None
                assert found.install.value[-1].split("==")[1].split("+")[0] == release.version


def test_these_libraries_have_no_build_for_a_card() -> None:
    without = [key for key, framework in frameworks().items() if not framework.has_cuda]
    assert without == ["scikit-learn", "lightgbm", "r", "other"]
    assert [key for key in without if frameworks()[key].cpu_only is None] == ["other"]


def test_this_library_has_no_build_for_cpus() -> None:
    found = [
        key for key, framework in frameworks().items() for release in framework.releases if not release.build(CPU_ONLY)
    ]
    assert set(found) == {"vllm"}


@pytest.mark.parametrize(
    ("framework", "cuda", "lowest", "highest", "image"),
    [
        ("tensorflow", "12.5", 6.0, 9.0, "tensorflow/tensorflow:2.21.0-gpu"),
        ("tensorflow", "cpu", None, None, "tensorflow/tensorflow:2.21.0"),
        ("jax", "12", 5.2, None, "python:3.12-slim"),
        ("jax", "13", 7.5, None, "python:3.12-slim"),
        ("xgboost", "12.9", 7.5, None, "python:3.12-slim"),
        ("xgboost", "13.3", 7.5, None, "python:3.12-slim"),
        ("vllm", "12.9", 7.5, None, "vllm/vllm-openai:v0.30.0-cu129"),
        ("vllm", "13.0", 7.5, None, "vllm/vllm-openai:v0.30.0"),
        ("r", "cpu", None, None, "rocker/r-ver:4.5.2"),
    ],
)
def test_a_build_of_each_framework(
    framework: str, cuda: str, lowest: float | None, highest: float | None, image: str
) -> None:
    found = frameworks()[framework].releases[0].build(cuda)
    assert found is not None
    assert (found.lowest.value if found.lowest else None) == lowest
    assert (found.highest.value if found.highest else None) == highest
    assert found.image.value == image


def test_a_program_for_cuda_13_is_compiled_for_no_card_before_turing() -> None:
    floors = {major.major: major.lowest.value for major in cuda_majors().values() if major.lowest}
    assert floors == {"12": 5.0, "13": 7.5}
    for framework in frameworks().values():
        for release in framework.releases:
            for found in release.builds:
                floor = floors.get(found.cuda.split(".")[0])
                assert floor is None or (found.lowest is not None and found.lowest.value >= floor)


def test_conda_begins_from_a_fixed_miniforge() -> None:
    assert conda().image.value == "condaforge/miniforge3:25.3.0-3"
    assert conda().cuda.value.split(".")[0] in cuda_majors()


def test_what_runs_on_newer_cards_alone_is_known_by_words_in_lower_case() -> None:
    assert {ask.what: ask.lowest.value for ask in asks()} == {"bf16 arithmetic": 8.0, "FlashAttention": 8.0}
    assert all(sign == sign.lower() for ask in asks() for sign in ask.signs.value)

import pytest

from planner.frameworks import CPU_ONLY, Build, cuda_majors, frameworks
from planner.pools import pools
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

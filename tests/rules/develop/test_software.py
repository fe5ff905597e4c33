from dataclasses import replace

import pytest

from planner.advice import Clause
from planner.answers import read_answers
from planner.engine import make_plan
from planner.pools import pools
from planner.units import Size
from tests.helpers import ask, settings, words

EXISTING = {"container": "existing", "image": "docker://quay.io/me/work:1.0"}
CPU_WHEEL = ("--extra-index-url https://download.pytorch.org/whl/cpu", "torch==2.12.1+cpu")


# --- base-image ---


def test_base_image_is_the_official_one_by_its_exact_tag() -> None:
    assert words(ask("base-image")) == (
        "set",
        "Begin the image from pytorch/pytorch:2.12.1-cuda12.6-cudnn9-runtime",
        "The official image of PyTorch for CUDA 12.6; the tag fixes every version in it.",
    )


def test_base_image_holds_the_framework_so_only_your_packages_are_installed() -> None:
    decided = settings()
    assert decided.image_from == "pytorch/pytorch:2.12.1-cuda12.6-cudnn9-runtime"
    assert decided.image_size == Size.of_gb(5)
    assert decided.requirements_txt == ("numpy==2.3.4", "pandas==2.3.3", "pillow==12.0.0", "tqdm==4.67.1")
    assert decided.dropped_packages == ()
    assert decided.held_packages == ("torch", "torchaudio", "torchvision", "triton")
    assert decided.gpu_check.endswith("sys.exit(not torch.cuda.is_available())")


def test_base_image_leaves_out_one_package_that_it_holds() -> None:
    packages = "torch==2.12.1\nnumpy==2.3.4"
    assert words(ask("base-image", packages=packages)) == (
        "set",
        "Begin the image from pytorch/pytorch:2.12.1-cuda12.6-cudnn9-runtime",
        "The official image of PyTorch for CUDA 12.6; the tag fixes every version in it. torch==2.12.1 is not installed again.",
    )
    assert settings(packages=packages).dropped_packages == ("torch==2.12.1",)
    assert settings(packages=packages).requirements_txt == ("numpy==2.3.4",)


def test_base_image_knows_what_it_holds_however_the_name_is_written() -> None:
    packages = "Torch >= 2\ntorchvision[extra]==0.27\ntorch_geometric==2.6\ntriton;python_version>'3'"
    decided = settings(packages=packages)
    assert decided.dropped_packages == ("Torch >= 2", "torchvision[extra]==0.27", "triton;python_version>'3'")
    assert decided.requirements_txt == ("torch_geometric==2.6",)


def test_base_image_follows_the_cuda_that_was_named() -> None:
    assert words(ask("base-image", cuda="13.0")) == (
        "set",
        "Begin the image from pytorch/pytorch:2.12.1-cuda13.0-cudnn9-runtime",
        "The official image of PyTorch for CUDA 13.0; the tag fixes every version in it.",
    )


def test_base_image_is_plain_python_with_the_cpu_wheel_where_no_gpu_is_used() -> None:
    assert words(ask("base-image", gpu="no")) == (
        "set",
        "Begin the image from python:3.12-slim",
        "A plain Python; pip brings PyTorch in the version you named.",
    )
    decided = settings(gpu="no", packages="numpy==2.3.4")
    assert decided.requirements_txt == (*CPU_WHEEL, "numpy==2.3.4")
    assert decided.image_size == Size.of_gb(1)
    assert decided.held_packages == ()
    assert decided.gpu_check == ""


def test_base_image_is_plain_python_for_another_library() -> None:
    assert words(ask("base-image", framework="other", gpu="no")) == (
        "set",
        "Begin the image from python:3.12-slim",
        "A plain Python, to which your packages are added.",
    )
    decided = settings(framework="other", gpu="no", packages="scikit-learn==1.7.2")
    assert decided.requirements_txt == ("scikit-learn==1.7.2",)
    assert decided.image_size == Size.of_gb(2)


def test_base_image_has_no_check_of_the_card_for_a_library_it_does_not_know() -> None:
    assert settings(framework="other").gpu_check == ""


def test_base_image_lets_pip_bring_a_version_of_which_no_image_is_known() -> None:
    assert words(ask("base-image", framework_version="2.3.1")) == (
        "set",
        "Begin the image from python:3.12-slim",
        "A plain Python; pip brings PyTorch in the version you named.",
    )
    decided = settings(framework_version="2.3.1", packages="numpy==1.26.4")
    assert decided.requirements_txt == ("torch==2.3.1", "numpy==1.26.4")
    assert decided.image_size == Size.of_gb(5)


def test_base_image_is_silent_when_an_image_is_there_already() -> None:
    assert ask("base-image", **EXISTING) is None
    assert settings(**EXISTING).image_from == ""


# --- image-in-its-place ---


def test_image_in_its_place_goes_to_staging_under_a_name_with_a_version() -> None:
    assert words(ask("image-in-its-place", user="bucky")) == (
        "set",
        "Build sweep-v1.sif and keep it in your staging directory",
        "About 5 GB that every job fetches; files up to 30 GB travel well from there.",
    )
    decided = settings(user="bucky")
    assert decided.image_file == "sweep-v1.sif"
    assert decided.container_image == "osdf:///chtc/staging/b/bucky/sweep-v1.sif"
    assert decided.container_path == "/staging/b/bucky/sweep-v1.sif"
    assert decided.container_server == "transfer.chtc.wisc.edu"


def test_image_in_its_place_is_not_the_home_directory_even_for_a_small_image() -> None:
    decided = settings(user="bucky", gpu="no", project="tiny")
    assert decided.image_size == Size.of_gb(1)
    assert decided.container_image == "osdf:///chtc/staging/b/bucky/tiny-v1.sif"


def test_image_in_its_place_is_named_through_the_access_points_variable_without_a_user() -> None:
    assert settings().container_image == "osdf:///chtc$ENV(STAGING)/sweep-v1.sif"
    assert settings().container_path == "/staging/N/NETID/sweep-v1.sif"


def test_image_in_its_place_takes_the_image_that_is_there() -> None:
    assert words(ask("image-in-its-place", **EXISTING)) == (
        "set",
        "Use the image you have",
        "docker://quay.io/me/work:1.0 is there already; HTCondor starts it, so nothing in the job calls it.",
    )
    decided = settings(**EXISTING)
    assert decided.container_image == "docker://quay.io/me/work:1.0"
    assert decided.image_file == ""


def test_image_in_its_place_stops_on_a_pool_that_keeps_no_large_files() -> None:
    chtc = pools()["chtc"]
    pool = replace(chtc, places=(chtc.place("home"),))
    said = {advice.rule: advice for advice in make_plan(read_answers({"data_place": "none"}), pool).advice}
    assert words(said["image-in-its-place"]) == (
        "stop",
        "Ask chtc@cs.wisc.edu where an image of 5 GB can be kept",
        "It is too large for every place of your own on the pool.",
    )


def test_image_in_its_place_always_speaks() -> None:
    for container in ({}, EXISTING, {"container": "existing", "image": "my.sif"}, {"gpu": "no"}):
        assert ask("image-in-its-place", **container)


# --- build-job ---


def test_build_job_asks_for_the_pools_own_figures() -> None:
    assert words(ask("build-job")) == (
        "set",
        "Build it in a job with 8 CPUs, 16 GB and 30 GB of disk",
        "The pool's own figures for a build job with CUDA in the image; it is ended after 4 h.",
    )
    decided = settings()
    assert decided.build_lines == ("+IsBuildJob = true",)
    assert decided.build_cpus == 8
    assert decided.build_memory == Size.of_gb(16)
    assert decided.build_disk == Size.of_gb(30)


def test_build_job_without_a_gpu_has_no_cuda_in_the_image() -> None:
    assert words(ask("build-job", gpu="no")) == (
        "set",
        "Build it in a job with 8 CPUs, 16 GB and 30 GB of disk",
        "The pool's own figures for a build job; it is ended after 4 h.",
    )


def test_build_job_is_silent_when_an_image_is_there_already() -> None:
    assert ask("build-job", **EXISTING) is None
    assert settings(**EXISTING).build_lines == ()


# --- pinned-packages ---


def test_pinned_packages_names_one_without_a_version() -> None:
    assert words(ask("pinned-packages", packages="numpy\npandas==2.3.3")) == (
        "warn",
        "Fix the version of numpy==…",
        "1 of 2 packages has no fixed version, so a later build may differ from the one you tested.",
    )


def test_pinned_packages_names_five_and_counts_the_rest() -> None:
    packages = "numpy\npandas\nscipy\nmatplotlib\nseaborn\nrich\ntqdm==4.67.1"
    assert words(ask("pinned-packages", packages=packages)) == (
        "warn",
        "Fix the version of numpy==…, pandas==…, scipy==…, matplotlib==…, seaborn==… and others",
        "6 of 7 packages have no fixed version, so a later build may differ from the one you tested.",
    )


def test_pinned_packages_takes_a_lower_bound_for_no_version() -> None:
    assert words(ask("pinned-packages", packages="numpy>=2\npandas==2.3.3")) == (
        "warn",
        "Fix the version of numpy==…",
        "1 of 2 packages has no fixed version, so a later build may differ from the one you tested.",
    )


def test_pinned_packages_is_silent_about_versions_addresses_options_and_comments() -> None:
    packages = "numpy==2.3.4\nmine @ https://example.org/mine.whl\n--no-deps\n# what I need"
    assert ask("pinned-packages", packages=packages) is None


def test_pinned_packages_is_silent_without_packages_and_for_an_image_that_is_there() -> None:
    assert ask("pinned-packages", packages="") is None
    assert ask("pinned-packages", packages="numpy", **EXISTING) is None


# --- own-variables ---


def test_own_variables_are_set_in_run_sh() -> None:
    assert words(ask("own-variables", environment="A=1\nGREETING=two words")) == (
        "set",
        "Set A and GREETING in run.sh",
        "You named them; nothing else of your shell's environment reaches a job.",
    )
    assert settings(environment="A=1\nGREETING=two words").environment[:2] == (
        Clause("A=1", "own-variables"),
        Clause("GREETING=two words", "own-variables"),
    )


def test_own_variables_is_silent_where_none_was_named() -> None:
    assert ask("own-variables") is None
    assert not [clause for clause in settings().environment if clause.rule == "own-variables"]


# --- caches-in-the-job ---


def test_caches_in_the_job_have_a_writable_place() -> None:
    assert words(ask("caches-in-the-job")) == (
        "tip",
        "Leave the lines in run.sh that point caches into the job's directory",
        "A job has no home of yours and the image is read-only: libraries find a writable place here.",
    )


def test_caches_in_the_job_always_speaks() -> None:
    assert words(ask("caches-in-the-job", gpu="no", **EXISTING)) == words(ask("caches-in-the-job"))


# --- fixed-tag ---


@pytest.mark.parametrize(
    ("image", "named"),
    [
        ("docker://me/work", "no tag"),
        ("docker://me/work:latest", "the tag latest"),
        ("oras://ghcr.io:443/me/work", "no tag"),
    ],
)
def test_fixed_tag_is_missing(image: str, named: str) -> None:
    assert words(ask("fixed-tag", container="existing", image=image)) == (
        "warn",
        "Give the image a tag of its own, such as :2026-11-a, and name it with that",
        f"{image} names {named}, which may be another image tomorrow.",
    )


def test_fixed_tag_is_silent_about_a_tag_with_a_version_a_file_and_an_image_to_build() -> None:
    assert ask("fixed-tag", container="existing", image="docker://me/work:1.2") is None
    assert ask("fixed-tag", container="existing", image="work.sif") is None
    assert ask("fixed-tag") is None


def test_image_in_its_place_requires_machines_that_can_read_it() -> None:
    decided = settings(container="existing", image="file:///staging/groups/lab/work.sif")
    assert next(clause.text for clause in decided.requirements) == "(HasCHTCStaging == true)"

from tests.helpers import ask, settings, words

EXISTING = {"container": "existing", "image": "docker://quay.io/me/work:1.0"}


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


CONDA = "channels:\n  - conda-forge\ndependencies:\n  - python=3.12\n  - pytorch-gpu=2.8.0"
R = {"framework": "r", "gpu": "no", "packages": "dplyr==1.1.4\ndata.table"}


def test_pinned_packages_reads_versions_as_conda_writes_them() -> None:
    assert words(ask("pinned-packages", packages=CONDA.replace("=2.8.0", ""))) == (
        "warn",
        "Fix the version of pytorch-gpu=…",
        "1 of 2 packages has no fixed version, so a later build may differ from the one you tested.",
    )
    assert ask("pinned-packages", packages=CONDA) is None


def test_pinned_packages_reads_versions_of_r() -> None:
    assert words(ask("pinned-packages", **R)) == (
        "warn",
        "Fix the version of data.table==…",
        "1 of 2 packages has no fixed version, so a later build may differ from the one you tested.",
    )


# --- conda-in-the-image ---


def test_conda_in_the_image_is_told_the_cuda_to_resolve_for() -> None:
    assert words(ask("conda-in-the-image", packages=CONDA)) == (
        "set",
        "Let conda install 2 packages in the image",
        "The environment lies in /opt/env, and its programs come first in PATH. CONDA_OVERRIDE_CUDA=12.9 makes it choose builds for cards.",
    )


def test_conda_in_the_image_has_no_cuda_on_cpus() -> None:
    advice = ask("conda-in-the-image", packages=CONDA, gpu="no")
    assert advice
    assert advice.because == "The environment lies in /opt/env, and its programs come first in PATH."


def test_conda_in_the_image_is_silent_where_pip_installs_or_an_image_is_there() -> None:
    assert ask("conda-in-the-image") is None
    assert ask("conda-in-the-image", packages=CONDA, **EXISTING) is None


# --- anacondas-licence ---


def test_anacondas_licence_is_avoided_by_taking_conda_forge() -> None:
    assert words(ask("anacondas-licence", packages=CONDA.replace("conda-forge", "defaults"))) == (
        "warn",
        "Check that conda-forge has your packages",
        "Your environment.yml names defaults: Anaconda's terms may ask your organisation for a licence. The file here takes packages from conda-forge instead.",
    )


def test_anacondas_licence_counts_for_an_environment_that_names_no_channel() -> None:
    advice = ask("anacondas-licence", packages="dependencies:\n  - numpy=2.3.4")
    assert advice
    assert advice.because.startswith("Your environment.yml names no channel, which means defaults: ")


def test_anacondas_licence_is_silent_for_conda_forge_alone() -> None:
    assert ask("anacondas-licence", packages=CONDA) is None
    assert ask("anacondas-licence") is None


# --- conda-for-the-card ---


def test_conda_for_the_card_asks_for_the_build_that_refuses_cpus() -> None:
    assert words(ask("conda-for-the-card", packages=CONDA.replace("-gpu", ""))) == (
        "warn",
        "Write pytorch-gpu instead of pytorch",
        "Beside other packages conda may still choose a build of pytorch for CPUs; pytorch-gpu refuses it.",
    )


def test_conda_for_the_card_stops_what_asks_for_cpus() -> None:
    assert words(ask("conda-for-the-card", packages="dependencies:\n  - cpuonly")) == (
        "stop",
        "Take cpuonly out of the environment",
        "It asks conda for builds that leave the card idle.",
    )


def test_conda_for_the_card_is_silent_on_cpus_and_for_pytorch_gpu() -> None:
    assert ask("conda-for-the-card", packages=CONDA) is None
    assert ask("conda-for-the-card", packages=CONDA.replace("-gpu", ""), gpu="no") is None


# --- r-packages-of-one-day ---


def test_r_packages_of_one_day_come_from_a_snapshot() -> None:
    assert words(ask("r-packages-of-one-day", **R)) == (
        "set",
        "Install 2 R packages in the image",
        "They come from the snapshot of 2026-03-10; a version that you named is fetched where the snapshot has another.",
    )


def test_r_packages_of_one_day_is_silent_without_packages_and_without_r() -> None:
    assert ask("r-packages-of-one-day") is None
    assert ask("r-packages-of-one-day", framework="r", gpu="no", packages="") is None


# --- packages-in-every-job ---


def test_packages_in_every_job_are_a_stop_in_the_command() -> None:
    command = "bash -c 'pip install timm; python train.py {lr} {batch}'"
    assert words(ask("packages-in-every-job", command=command)) == (
        "stop",
        "Name the packages in the form, and the command that does the work",
        "pip install would run in each of 60 jobs; packages belong in the image.",
    )


def test_packages_in_every_job_are_suspected_of_a_list_among_the_code() -> None:
    assert words(ask("packages-in-every-job", code="train.py\nrequirements.txt")) == (
        "warn",
        "Leave requirements.txt out of your code",
        "Only the image needs a list of packages: a job that installs from it does so at every start.",
    )


def test_packages_in_every_job_is_silent_about_a_command_that_only_works() -> None:
    assert ask("packages-in-every-job") is None
    assert ask("packages-in-every-job", code="src/install.py\nnotes.txt") is None


# --- needs-a-compiler ---


def test_needs_a_compiler_says_where_there_is_one() -> None:
    assert words(ask("needs-a-compiler", packages="flash_attn==2.8.3")) == (
        "warn",
        "Look for a ready build of flash-attn, or begin from an image that ends in -devel",
        "It compiles for the card, and the image has no CUDA compiler. In a -devel image, set TORCH_CUDA_ARCH_LIST to the capabilities you want and MAX_JOBS=4, and ask for 32 GB in build.sub. PyTorch's own scaled_dot_product_attention has such kernels already.",
    )


def test_needs_a_compiler_looks_into_an_environment_of_conda_too() -> None:
    assert ask("needs-a-compiler", packages=f"{CONDA}\n  - pip:\n    - deepspeed==0.19.5")


def test_needs_a_compiler_is_silent_about_packages_that_come_ready() -> None:
    assert ask("needs-a-compiler") is None
    assert ask("needs-a-compiler", packages="flash-attn==2.8.3", **EXISTING) is None
    assert settings().image_from.endswith("-runtime")

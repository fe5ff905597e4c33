from dataclasses import replace

import pytest

from planner.answers import read_answers
from planner.engine import make_plan
from planner.facts.pools import pools
from planner.units import Size
from tests.helpers import ask, settings, texts, words

EXISTING = {"container": "existing", "image": "docker://quay.io/me/work:1.0"}
DOCKER = {"container": "docker", "image": "bucky/sweep:1"}


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
    assert settings().container_path == "/staging/U/USERNAME/sweep-v1.sif"


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


def test_build_job_asks_for_the_pools_own_figures() -> None:
    assert words(ask("build-job")) == (
        "set",
        "Build it in a job with 8 CPUs, 16 GB and 30 GB of disk",
        "The pool's own figures for a build job with CUDA in the image; it is ended after 4 h.",
    )
    decided = settings()
    assert texts(decided.build_lines) == ("+IsBuildJob = true",)
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


def test_image_in_its_place_is_the_registry_for_docker() -> None:
    assert words(ask("image-in-its-place", **DOCKER)) == (
        "set",
        "Push the image as bucky/sweep:1",
        "Jobs fetch it from the registry by that name; HTCondor starts it, so nothing in the job calls Docker.",
    )
    decided = settings(container="docker", image="docker://ghcr.io/bucky/sweep:1")
    assert decided.container_image == "docker://ghcr.io/bucky/sweep:1"
    assert decided.docker_tag == "ghcr.io/bucky/sweep:1"
    assert decided.image_file == ""


def test_fixed_tag_is_asked_of_an_image_that_you_push() -> None:
    assert words(ask("fixed-tag", container="docker", image="bucky/sweep")) == (
        "warn",
        "Give the image a tag of its own, such as :2026-11-a, and name it with that",
        "bucky/sweep names no tag, which may be another image tomorrow.",
    )
    assert ask("fixed-tag", **DOCKER) is None


def test_build_job_of_a_large_image_has_room_for_it() -> None:
    assert words(ask("build-job", framework="vllm")) == (
        "set",
        "Build it in a job with 8 CPUs, 16 GB and 48 GB of disk",
        "The pool's own figures for a build job, with 4 times the image's 12 GB of disk; it is ended after 4 h.",
    )


def test_build_job_is_silent_where_your_own_computer_builds() -> None:
    assert ask("build-job", **DOCKER) is None


# --- docker-or-apptainer ---


def test_docker_or_apptainer_is_apptainer_to_begin_with() -> None:
    assert words(ask("docker-or-apptainer")) == (
        "set",
        "Build with Apptainer on the pool",
        "It needs nothing installed on your computer, and makes one file that jobs fetch from the pool's own place.",
    )


def test_docker_or_apptainer_is_docker_for_who_has_it() -> None:
    assert words(ask("docker-or-apptainer", **DOCKER)) == (
        "set",
        "Build with Docker on your own computer, and push the image to a registry",
        "The pool builds no Docker images; from the registry every machine can fetch it, and so can you.",
    )


def test_docker_or_apptainer_is_silent_about_an_image_that_is_there() -> None:
    assert ask("docker-or-apptainer", **EXISTING) is None


# --- platform-and-push ---


def test_platform_and_push_names_the_platform_of_the_pool() -> None:
    assert words(ask("platform-and-push", **DOCKER)) == (
        "set",
        "Build bucky/sweep:1 with --platform linux/amd64, and push it under a new tag after each change",
        "An image for ARM is not started there, and a tag that is pushed again may still mean the old image.",
    )


def test_platform_and_push_is_silent_where_the_pool_builds() -> None:
    assert ask("platform-and-push") is None


# --- spare-the-registry ---


def test_spare_the_registry_where_many_jobs_would_ask_it() -> None:
    assert words(ask("spare-the-registry", user="bucky", **DOCKER)) == (
        "tip",
        "Convert it once, in a build job: apptainer build sweep-v1.sif docker://bucky/sweep:1",
        "60 jobs would ask the registry, which limits how often one address may. Keep it in your staging directory, and plan again with osdf:///chtc/staging/b/bucky/sweep-v1.sif as the image.",
    )


def test_spare_the_registry_is_silent_for_a_few_jobs_and_for_a_file() -> None:
    assert ask("spare-the-registry", task_source="one", command="python train.py", **DOCKER) is None
    assert ask("spare-the-registry") is None


# --- only-htcondor-starts-it ---


def test_only_htcondor_starts_it_so_the_command_does_not() -> None:
    command = "apptainer exec work.sif python train.py"
    assert words(ask("only-htcondor-starts-it", task_source="one", command=command)) == (
        "stop",
        "Take apptainer out of the command, and keep what it starts",
        "The job is in the image already: HTCondor starts it there.",
    )


def test_only_htcondor_starts_it_is_silent_about_a_program() -> None:
    assert ask("only-htcondor-starts-it") is None


# --- no-entry-point ---


def test_no_entry_point_is_wanted_in_an_image_that_serves() -> None:
    image = "docker://vllm/vllm-openai:v0.30.0"
    assert words(ask("no-entry-point", container="existing", image=image)) == (
        "warn",
        "Clear the image's entry point: build your own from it, with ENTRYPOINT [] in its Dockerfile",
        "docker://vllm/vllm-openai:v0.30.0 starts a program of its own before the task where the Docker runtime is used.",
    )


def test_no_entry_point_is_silent_about_other_images() -> None:
    assert ask("no-entry-point", **EXISTING) is None
    assert ask("no-entry-point", **DOCKER) is None


# --- try-it-like-a-job ---


def test_try_it_like_a_job_with_what_starts_it_here() -> None:
    assert words(ask("try-it-like-a-job")) == (
        "tip",
        "Run try-local.sh once more when the image is there",
        "It starts one task in the image with apptainer, without your home and with nothing to write but one folder, as a job has it.",
    )
    advice = ask("try-it-like-a-job", **DOCKER)
    assert advice
    assert "in the image with docker" in advice.because


def test_try_it_like_a_job_is_silent_about_an_image_that_is_elsewhere() -> None:
    assert ask("try-it-like-a-job", **EXISTING) is None

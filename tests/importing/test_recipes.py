"""What recipes of images and lists of packages answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.answers import read_answers
from planner.facts.frameworks import frameworks
from planner.facts.pools import pools
from planner.importing.answers import Read, answers_in
from planner.importing.from_recipes import framework_of
from planner.importing.recipes import package_lines, read_recipe
from planner.incoming import FileType
from planner.review import review
from tests.importing.test_round_trip import ON_POOLS, bundle

CHTC = pools()["chtc"]

DOCKERFILE_TEXT = """\
# syntax=docker/dockerfile:1
FROM python:3.12 AS early
FROM --platform=linux/amd64 docker.io/pytorch/pytorch:2.8.0-cuda12.8-cudnn9-runtime AS made
ENV MODE=fast SAID="a b" PATH=/opt/bin:$PATH
ENV WANDB_PROJECT mine
RUN --mount=type=cache,target=/var/cache/apt apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y \\
      git \\
      # for OpenCV
      libgl1 && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /opt/
RUN pip install --no-cache-dir -r /opt/requirements.txt && python -m pip install 'timm==1.0.31' "numpy>=2,<3"
RUN <<STEPS
    uv pip install tqdm==4.67.1 $MORE
    pip install -e ./mine
STEPS
FROM made
"""


def read(**files: str) -> Read:
    names = {"definition": "my.def", "requirements": "requirements.txt", "environment": "environment.yml"}
    return answers_in({names.get(kind, kind): text for kind, text in files.items()}, CHTC)


def test_a_dockerfile_with_its_list() -> None:
    found = read(Dockerfile=DOCKERFILE_TEXT, requirements="# mine\nscipy==1.16.2 \\\n    --hash=sha256:abc\n\n")
    assert found.answers == {
        "pool": "chtc",
        "container": "docker",
        "framework": "pytorch",
        "framework_version": "2.8.0",
        "cuda": "12.8",
        "packages": ["scipy==1.16.2", "timm==1.0.31", "numpy>=2,<3", "tqdm==4.67.1"],
        "system_packages": ["git", "libgl1"],
        "environment": ["MODE=fast", "SAID=a b", "WANDB_PROJECT=mine"],
    }
    assert found.lost == ("./mine: code that is installed is no package; name it among your code",)
    assert read_answers({**found.answers, "image": "bucky/work:1"}).cuda == "12.8"


def test_a_definition_file() -> None:
    found = read(
        definition="Bootstrap: docker\nFrom: nvidia/cuda:12.4.1-runtime-ubuntu22.04\n%environment\n"
        "    export MODE=fast\n    export WANDB_API_KEY=" + "0a" * 20 + "\n%post\n"
        "    apt-get install -y python3-pip git\n    pip3 install torch==2.6.0 pandas\n%runscript\n    pip install no\n"
    )
    assert found.answers == {
        "pool": "chtc",
        "container": "apptainer",
        "framework": "pytorch",
        "framework_version": "2.6.0",
        "cuda": "12.4",
        "packages": ["torch==2.6.0", "pandas"],
        "system_packages": ["python3-pip", "git"],
        "environment": ["MODE=fast"],
    }


def test_conda_in_a_recipe_becomes_an_environment() -> None:
    found = read(
        definition="Bootstrap: docker\nFrom: condaforge/miniforge3\n%post\n"
        "    mamba install -y -c conda-forge -n base python=3.12 pytorch-gpu=2.8.0 cuda-version=12.9\n    pip install timm\n"
    )
    assert found.answers["packages"] == [
        "channels:",
        "  - conda-forge",
        "dependencies:",
        "  - python=3.12",
        "  - pytorch-gpu=2.8.0",
        "  - cuda-version=12.9",
        "  - pip",
        "  - pip:",
        "      - timm",
    ]
    assert (found.answers["framework_version"], found.answers["cuda"]) == ("2.8.0", "12.9")
    assert read_answers(found.answers).packages


def test_an_environment_of_conda_is_taken_as_it_is() -> None:
    text = (
        "name: work\nchannels:\n  - conda-forge\ndependencies:\n  - tensorflow=2.19.0  # fixed\n  - pip:\n    - tqdm\n"
    )
    found = read(environment=text)
    assert found.answers["packages"] == text.splitlines()
    assert (found.answers["framework"], found.answers["framework_version"]) == ("tensorflow", "2.19.0")
    assert read_answers(found.answers).framework == "tensorflow"


def test_packages_of_r() -> None:
    found = read(Dockerfile='FROM rocker/r-ver:4.5.1\nRUN Rscript -e \'install.packages(c("lme4", "data.table"))\'\n')
    assert (found.answers["framework"], found.answers["framework_version"]) == ("r", "4.5.1")
    assert found.answers["packages"] == ["lme4", "data.table"]


def test_a_list_that_was_not_given_is_asked_for() -> None:
    assert read(Dockerfile="FROM python:3.12-slim\nRUN pip install -r /opt/needs.txt\n").lost == (
        "needs.txt: was not given; bring it, and its packages are read",
    )


def test_what_a_script_installs_is_read_too() -> None:
    found = read(**{"run.sh": "#!/bin/bash\npip install jax[cuda12]==0.7.2 flax\npython train.py\n"})
    assert found.answers["packages"] == ["jax[cuda12]==0.7.2", "flax"]
    assert found.answers["framework"] == "jax"


def test_a_recipe_counts_more_than_the_image_of_the_description() -> None:
    submit = "container_image = osdf:///chtc/staging/b/bucky/a-v1.sif\nexecutable = /bin/true\nqueue\n"
    assert read(**{"a.sub": submit}).answers["container"] == "existing"
    both = read(**{"a.sub": submit, "my.def": "Bootstrap: docker\nFrom: python:3.12-slim\n"}).answers
    assert (both["container"], "image" in both) == ("apptainer", False)


@pytest.mark.parametrize(
    ("base", "packages", "said"),
    [
        ("vllm/vllm-openai:v0.29.0-cu129", ["torch==2.9.0"], ("vllm", "0.29.0", "12.9")),
        ("tensorflow/tensorflow:2.20.0-gpu", [], ("tensorflow", "2.20.0", None)),
        ("pytorch/pytorch", [], ("pytorch", None, None)),
        (
            "python:3.12",
            ["--index-url https://download.pytorch.org/whl/cu126", "torch==2.9.1"],
            ("pytorch", "2.9.1", "12.6"),
        ),
        ("", ["scikit-learn==1.7.2", "torch==2.9.1+cpu"], ("pytorch", "2.9.1", "cpu")),
        ("", ["xgboost-cu12==3.1.0", "scikit-learn"], ("xgboost", "3.1.0", None)),
        ("", ["nvidia-cuda-runtime-cu12==12.8.90", "torch==2.9.1"], ("pytorch", "2.9.1", "12.8")),
        ("", ["torchvision==0.24", "focus12.3"], (None, None, None)),
    ],
)
def test_the_framework_its_version_and_its_cuda(base: str, packages: list[str], said: tuple[str | None, ...]) -> None:
    found = framework_of(base, packages)
    assert tuple(found.get(id) for id in ("framework", "framework_version", "cuda")) == said


def test_every_official_image_is_known_by_its_name() -> None:
    for key, framework in frameworks().items():
        for release in framework.releases:
            for build in release.builds:
                if not build.image.value.startswith("python:"):
                    said = framework_of(build.image.value, [])
                    assert (said["framework"], said["framework_version"]) == (key, release.version)
                    assert said.get("cuda", build.cuda) == build.cuda


@pytest.mark.parametrize("name", sorted(ON_POOLS))
def test_the_planners_own_recipe_says_its_software(name: str) -> None:
    answers = ON_POOLS[name]
    files = {path: text for path, text in bundle(answers).items() if path.startswith("container/")}
    if answers.container == "existing" or frameworks()[answers.framework].language == "r":
        return
    found: dict[str, Any] = answers_in(files, CHTC).answers
    # Where no official image has the framework, the recipe installs it beside the packages.
    installed = [line for line in found.get("packages", []) if line not in answers.packages]
    assert [line for line in found.get("packages", []) if line in answers.packages] == list(answers.packages)
    assert all(
        line.startswith("--") or framework_of("", [line])["framework"] == answers.framework for line in installed
    )
    assert found.get("system_packages", []) == list(answers.system_packages)
    if "framework" in found:
        assert (found["framework"], found["framework_version"]) == (answers.framework, answers.framework_version)


def test_packages_without_a_version_are_found_in_lists_too() -> None:
    found = review(
        {"requirements.txt": "numpy==2.3.4\npandas\nscipy>=1.1,<=2  # why\n-r more.txt\nx @ git+https://x.org/x@v1\n"},
        CHTC,
    )
    assert [(one.check.id, one.line, one.what.split(":")[0]) for one in found.findings] == [
        ("packages-without-version", 2, "pandas, scipy")
    ]


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "FROM ",
                    "RUN ",
                    "pip install ",
                    "conda install ",
                    "-c ",
                    "apt install ",
                    "<<E",
                    "'",
                    '"',
                    "\\\n",
                    "\n",
                    "$(x)",
                ),
                *(
                    "%post\n",
                    "%environment\n",
                    "export A=b ",
                    "ENV ",
                    "&& ",
                    "-r ",
                    "a==1 ",
                    "install.packages(",
                    "as x",
                    ";",
                    "#",
                ),
            ]
        )
    ).map("".join)
)
def test_any_text_is_read(text: str) -> None:
    for kind in (FileType.DEFINITION, FileType.DOCKERFILE, FileType.SCRIPT):
        read_recipe(text, kind)
    package_lines(text)
    read(Dockerfile=text, definition=text, requirements=text, environment=text)

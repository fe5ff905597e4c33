"""Answers from image recipes: packages, system packages, variables, and the framework with its CUDA version."""

import re
from collections.abc import Iterable

from planner.answers.checks import R_PACKAGE
from planner.answers.environment import is_environment, read_environment
from planner.facts.frameworks import CPU_ONLY, Framework, frameworks
from planner.importing.recipes import Recipe, package_lines, read_recipe
from planner.incoming import FileType
from planner.review.files import ReviewedFiles

# If several are installed, the first in this list does the heavy work. vLLM installs PyTorch, and training code often
# uses scikit-learn just for its metrics.
_BY_PRECEDENCE = ("vllm", "pytorch", "tensorflow", "jax", "xgboost", "lightgbm", "scikit-learn", "r")
# Conda and module names; pip names are in frameworks.toml.
_OTHER_NAMES = {
    "pytorch": "pytorch",
    "pytorch-gpu": "pytorch",
    "tensorflow-gpu": "tensorflow",
    "py-xgboost": "xgboost",
    "r-base": "r",
    "r": "r",
}
_CUDA_PACKAGES = {"pytorch-cuda", "cuda-version", "cudatoolkit", "cuda", "cuda-toolkit", "nvidia-cuda-runtime-cu12"}
_VERSION = re.compile(r"v?(\d+(?:\.\d+){1,3})")
_CUDA = re.compile(r"(?i)(?<![a-z])cu(?:da)?[-_:/]?(\d{2})\.?(\d)")
# Variables that only the build needs, that the planner sets, or that come with the image.
_IMAGE_VARIABLES = {
    "PATH",
    "LD_LIBRARY_PATH",
    "DEBIAN_FRONTEND",
    "PYTHONNOUSERSITE",
    "PIP_BREAK_SYSTEM_PACKAGES",
    "LANG",
    "LC_ALL",
    "HOME",
    "TZ",
}


def recipes(case: ReviewedFiles) -> tuple[dict[str, object], list[str]]:
    """Return the answers in the recipes among the files, and what could not be carried over."""
    builds = case.of_kind(FileType.DEFINITION, FileType.DOCKERFILE)
    all_recipes = [
        read_recipe(case.files[name], case.kinds[name])
        for name in (*builds, *case.of_kind(FileType.SCRIPT, FileType.SLURM))
    ]
    lost = [
        f"{item}: code that is installed is no package; name it among your code"
        for recipe in all_recipes
        for item in recipe.own
    ]
    environments = case.of_kind(FileType.ENVIRONMENT)
    lines, missing = _packages(case, all_recipes)
    r_packages = [name for recipe in all_recipes for name in recipe.r if R_PACKAGE.fullmatch(name)]
    lost += [f"{name}: was not given; bring it, and its packages are read" for name in missing]
    if environments:
        # A conda environment file also lists the pip packages.
        lines = [line.rstrip() for line in case.files[environments[0]].split("\n") if _has_content(line)]
    answers: dict[str, object] = {"packages": lines} if lines else {}
    system = dict.fromkeys(name for recipe in all_recipes for name in recipe.system)
    if system:
        answers["system_packages"] = list(system)
    variables = {
        name: value
        for recipe in all_recipes
        for name, value in recipe.variables.items()
        if name not in _IMAGE_VARIABLES
    }
    if variables:
        answers["environment"] = [f"{name}={value}" for name, value in variables.items()]
    if builds:
        answers["container"] = "docker" if case.kinds[builds[0]] == FileType.DOCKERFILE else "apptainer"
    bases = [recipe.base for recipe in all_recipes if recipe.base]
    if r_packages and not lines:
        answers["packages"] = list(dict.fromkeys(r_packages))
    return answers | framework_of(bases[0] if bases else "", _plain(lines) or ["r"] * bool(r_packages)), lost


def _has_content(line: str) -> bool:
    return bool(re.sub(r"(^|\s)#.*$", "", line).strip())


def _packages(case: ReviewedFiles, all_recipes: list[Recipe]) -> tuple[list[str], list[str]]:
    """Return the packages of all recipes, and the names of lists that were not given."""
    lists = {path: case.named(path) for recipe in all_recipes for path in recipe.lists if "$" not in path}
    package_files = dict.fromkeys([*case.of_kind(FileType.REQUIREMENTS), *(name for name in lists.values() if name)])
    pip_lines = [
        line
        for name in package_files
        if case.kinds[name] != FileType.ENVIRONMENT
        for line in package_lines(case.files[name])
    ]
    pip_lines = [
        line for line in pip_lines if not line.startswith(("-r", "-c", "-e", "--requirement", "--constraint", "."))
    ]
    pip_lines = list(dict.fromkeys([*pip_lines, *(line for recipe in all_recipes for line in recipe.pip)]))
    missing = [path.rpartition("/")[2] for path, name in lists.items() if name is None]
    conda_packages = list(dict.fromkeys(name for recipe in all_recipes for name in recipe.conda))
    if conda_packages:
        channels = dict.fromkeys(name for recipe in all_recipes for name in recipe.channels)
        head = ["channels:", *(f"  - {name}" for name in channels)] if channels else []
        pip = ["  - pip", "  - pip:", *(f"      - {line}" for line in pip_lines)] if pip_lines else []
        return [*head, "dependencies:", *(f"  - {name}" for name in conda_packages), *pip], missing
    return pip_lines, missing


def _plain(lines: list[str]) -> list[str]:
    """Return the packages as single lines, from any installer."""
    if not is_environment(tuple(lines)):
        return lines
    try:
        environment = read_environment(tuple(lines))
    except ValueError:
        return []
    return [*environment.packages, *environment.pip]


def framework_of(base: str, packages: Iterable[str]) -> dict[str, object]:
    """Return framework, version and CUDA, as far as a base image and packages with versions say.

    *packages* are lines such as "torch==2.8.0+cu126" (pip), "pytorch=2.8.0" (conda); the base image's word counts more.
    """
    lines = [*packages]
    versions: dict[str, str] = {}
    for line in lines:
        name, version = _name_and_version(line)
        if key := _framework_of_package(name):
            versions[key] = versions.get(key) or version
    image = _framework_of_image(base)
    key = image or next((key for key in _BY_PRECEDENCE if key in versions), "")
    if not key:
        return {}
    tag = _VERSION.match(base.rpartition(":")[2]) if image else None
    version_answers = {
        "framework_version": tag[1] if tag else versions.get(key, ""),
        "cuda": next((cuda for text in (base, *lines) if (cuda := cuda_in(text))), ""),
    }
    return {"framework": key, **{id: value for id, value in version_answers.items() if value}}


def _name_and_version(line: str) -> tuple[str, str]:
    """Return a package's name and version; the version is empty if the line has none, or a range."""
    match = re.match(r"(?:[\w./-]+::)?([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:={1,3}\s*([\w.!]+))?", line)
    if not match:
        return "", ""
    version = _VERSION.match(match[2] or "")
    return re.sub(r"[-_.]+", "-", match[1]).lower(), version[1] if version else ""


def _framework_of_package(name: str) -> str:
    pip_framework = next((key for key, framework in frameworks().items() if name in framework.packages.value), "")
    return pip_framework or _OTHER_NAMES.get(name, "")


def _framework_of_image(base: str) -> str:
    """Return the framework whose official image this is, whatever its tag."""
    name = re.sub(r"^(docker://|docker\.io/|index\.docker\.io/)+", "", base).partition(":")[0]
    return next((key for key, framework in frameworks().items() if name in _repositories(framework)), "")


def _repositories(framework: Framework) -> set[str]:
    images = {build.image.value.partition(":")[0] for release in framework.releases for build in release.builds}
    return images - {"python"}


def cuda_in(text: str) -> str:
    """Return the CUDA that an image, a package, an address or a module names: "12.6", "cpu", or nothing."""
    if match := _CUDA.search(text):
        return f"{match[1]}.{match[2]}"
    name, version = _name_and_version(text)
    if name in _CUDA_PACKAGES and (match := re.match(r"(\d{2})\.(\d)", version)):
        return f"{match[1]}.{match[2]}"
    return CPU_ONLY if re.search(r"\+cpu\b|/whl/cpu\b", text) else ""

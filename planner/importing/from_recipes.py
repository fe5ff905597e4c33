"""What recipes of an image answer: packages, what the system brings, variables, and the framework with its CUDA."""

import re
from collections.abc import Iterable

from planner.answers.checks import R_PACKAGE
from planner.answers.environment import is_environment, read_environment
from planner.facts.frameworks import CPU_ONLY, Framework, frameworks
from planner.importing.recipes import Recipe, package_lines, read_recipe
from planner.incoming import FileType
from planner.review.files import ReviewedFiles

# Where two are among the packages, the one that does the heavy work: the first named here. vLLM brings PyTorch, and
# who trains trees or networks also has scikit-learn, for its metrics.
_FIRST = ("vllm", "pytorch", "tensorflow", "jax", "xgboost", "lightgbm", "scikit-learn", "r")
# Names of conda and of modules; pip's stand in frameworks.toml.
_OTHER_NAMES = {
    "pytorch": "pytorch",
    "pytorch-gpu": "pytorch",
    "tensorflow-gpu": "tensorflow",
    "py-xgboost": "xgboost",
    "r-base": "r",
    "r": "r",
}
_SAYS_CUDA = {"pytorch-cuda", "cuda-version", "cudatoolkit", "cuda", "cuda-toolkit", "nvidia-cuda-runtime-cu12"}
_VERSION = re.compile(r"v?(\d+(?:\.\d+){1,3})")
_CUDA = re.compile(r"(?i)(?<![a-z])cu(?:da)?[-_:/]?(\d{2})\.?(\d)")
# What a build needs, the planner sets itself, or an image has of its own: no variables of the work.
_OF_THE_IMAGE = {
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
    """Return what the recipes among the files answer, and what of them could not be carried over."""
    builds = case.of_kind(FileType.DEFINITION, FileType.DOCKERFILE)
    read = [
        read_recipe(case.files[name], case.kinds[name])
        for name in (*builds, *case.of_kind(FileType.SCRIPT, FileType.SLURM))
    ]
    lost = [
        f"{item}: code that is installed is no package; name it among your code" for each in read for item in each.own
    ]
    environments = case.of_kind(FileType.ENVIRONMENT)
    lines, missing = _packages(case, read)
    of_r = [name for each in read for name in each.r if R_PACKAGE.fullmatch(name)]
    lost += [f"{name}: was not given; bring it, and its packages are read" for name in missing]
    if environments:
        # conda's own file says all that pip adds to it as well.
        lines = [line.rstrip() for line in case.files[environments[0]].split("\n") if _says_something(line)]
    found: dict[str, object] = {"packages": lines} if lines else {}
    system = dict.fromkeys(name for each in read for name in each.system)
    if system:
        found["system_packages"] = list(system)
    variables = {name: value for each in read for name, value in each.variables.items() if name not in _OF_THE_IMAGE}
    if variables:
        found["environment"] = [f"{name}={value}" for name, value in variables.items()]
    if builds:
        found["container"] = "docker" if case.kinds[builds[0]] == FileType.DOCKERFILE else "apptainer"
    bases = [each.base for each in read if each.base]
    if of_r and not lines:
        found["packages"] = list(dict.fromkeys(of_r))
    return found | framework_of(bases[0] if bases else "", _plain(lines) or ["r"] * bool(of_r)), lost


def _says_something(line: str) -> bool:
    return bool(re.sub(r"(^|\s)#.*$", "", line).strip())


def _packages(case: ReviewedFiles, read: list[Recipe]) -> tuple[list[str], list[str]]:
    """Return the packages of all recipes, and the names of lists that were not given."""
    lists = {path: case.named(path) for each in read for path in each.lists if "$" not in path}
    given = dict.fromkeys([*case.of_kind(FileType.REQUIREMENTS), *(name for name in lists.values() if name)])
    of_pip = [
        line for name in given if case.kinds[name] != FileType.ENVIRONMENT for line in package_lines(case.files[name])
    ]
    of_pip = [line for line in of_pip if not line.startswith(("-r", "-c", "-e", "--requirement", "--constraint", "."))]
    of_pip = list(dict.fromkeys([*of_pip, *(line for each in read for line in each.pip)]))
    missing = [path.rpartition("/")[2] for path, name in lists.items() if name is None]
    of_conda = list(dict.fromkeys(name for each in read for name in each.conda))
    if of_conda:
        channels = dict.fromkeys(name for each in read for name in each.channels)
        head = ["channels:", *(f"  - {name}" for name in channels)] if channels else []
        pip = ["  - pip", "  - pip:", *(f"      - {line}" for line in of_pip)] if of_pip else []
        return [*head, "dependencies:", *(f"  - {name}" for name in of_conda), *pip], missing
    return of_pip, missing


def _plain(lines: list[str]) -> list[str]:
    """Return packages one by one, whoever installs them."""
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
        name, version = _named(line)
        if key := _framework_called(name):
            versions[key] = versions.get(key) or version
    image = _framework_of_image(base)
    key = image or next((key for key in _FIRST if key in versions), "")
    if not key:
        return {}
    tag = _VERSION.match(base.rpartition(":")[2]) if image else None
    said = {
        "framework_version": tag[1] if tag else versions.get(key, ""),
        "cuda": next((cuda for text in (base, *lines) if (cuda := cuda_in(text))), ""),
    }
    return {"framework": key, **{id: value for id, value in said.items() if value}}


def _named(line: str) -> tuple[str, str]:
    """Return name and version of a package; the version is empty where none, or a range, is named."""
    found = re.match(r"(?:[\w./-]+::)?([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:={1,3}\s*([\w.!]+))?", line)
    if not found:
        return "", ""
    version = _VERSION.match(found[2] or "")
    return re.sub(r"[-_.]+", "-", found[1]).lower(), version[1] if version else ""


def _framework_called(name: str) -> str:
    of_pip = next((key for key, framework in frameworks().items() if name in framework.packages.value), "")
    return of_pip or _OTHER_NAMES.get(name, "")


def _framework_of_image(base: str) -> str:
    """Return the framework whose official image this is, whatever its tag."""
    name = re.sub(r"^(docker://|docker\.io/|index\.docker\.io/)+", "", base).partition(":")[0]
    return next((key for key, framework in frameworks().items() if name in _repositories(framework)), "")


def _repositories(framework: Framework) -> set[str]:
    images = {build.image.value.partition(":")[0] for release in framework.releases for build in release.builds}
    return images - {"python"}


def cuda_in(text: str) -> str:
    """Return the CUDA that an image, a package, an address or a module names: "12.6", "cpu", or nothing."""
    if found := _CUDA.search(text):
        return f"{found[1]}.{found[2]}"
    name, version = _named(text)
    if name in _SAYS_CUDA and (found := re.match(r"(\d{2})\.(\d)", version)):
        return f"{found[1]}.{found[2]}"
    return CPU_ONLY if re.search(r"\+cpu\b|/whl/cpu\b", text) else ""

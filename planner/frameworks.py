"""Frameworks with their releases, CUDA builds and images (``data/frameworks.toml``), and CUDA's drivers (``cuda.toml``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from planner.facts import Fact, read_record
from planner.units import Size

CPU_ONLY = "cpu"


@dataclass(frozen=True)
class Build:
    """One build of a release: for a CUDA version, or for the CPU alone."""

    cuda: str
    image: Fact[str]
    # The lowest and highest compute capability it has kernels for; no highest where newer cards can compile its PTX.
    lowest: Fact[float] | None = None
    highest: Fact[float] | None = None
    # Lines for requirements.txt that bring the framework where the image does not hold it.
    install: Fact[tuple[str, ...]] | None = None
    image_size: Fact[Size] | None = None

    def runs_on(self, capability: float) -> bool:
        """Tell whether a card of this compute capability can run the build."""
        if self.lowest is None:
            return False
        return self.lowest.value <= capability and (self.highest is None or capability <= self.highest.value)


@dataclass(frozen=True)
class Release:
    """A version of a framework."""

    version: str
    builds: tuple[Build, ...]

    def build(self, cuda: str) -> Build | None:
        """Return the build for *cuda* ("12.6", or "cpu"), or None."""
        return next((build for build in self.builds if build.cuda == cuda), None)


@dataclass(frozen=True)
class Framework:
    """A library that does the heavy work."""

    key: str
    name: str
    import_name: str
    provides: Fact[tuple[str, ...]]
    image_size: Fact[Size]
    releases: tuple[Release, ...]
    version_command: Fact[str] | None = None
    cuda_command: Fact[str] | None = None
    gpu_check: Fact[str] | None = None

    def release(self, version: str) -> Release | None:
        """Return the release called *version*, or None."""
        return next((release for release in self.releases if release.version == version), None)


@dataclass(frozen=True)
class CudaMajor:
    """What a CUDA major version asks of the driver."""

    major: str
    driver: Fact[str]
    runtime: Fact[str]


@dataclass(frozen=True)
class _Frameworks:
    frameworks: tuple[Framework, ...]


@dataclass(frozen=True)
class _Majors:
    majors: tuple[CudaMajor, ...]


def _table(name: str) -> dict[str, object]:
    return tomllib.loads(files("planner").joinpath("data", name).read_text(encoding="utf-8"))


@cache
def frameworks() -> dict[str, Framework]:
    """Return every framework by its key. Raises PlannerError for a bad file."""
    found = read_record(_Frameworks, _table("frameworks.toml"), "frameworks.toml")
    return {framework.key: framework for framework in found.frameworks}


@cache
def cuda_majors() -> dict[str, CudaMajor]:
    """Return what each CUDA major version asks of the driver. Raises PlannerError for a bad file."""
    found = read_record(_Majors, _table("cuda.toml"), "cuda.toml")
    return {major.major: major for major in found.majors}

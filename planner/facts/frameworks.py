"""Frameworks with their releases, CUDA builds and images (``data/frameworks.toml``), and CUDA's drivers (``cuda.toml``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from planner.facts.fact import Fact, read_record
from planner.units import Size

CPU_ONLY = "cpu"


@dataclass(frozen=True)
class Build:
    """One build of a release: for a CUDA version, or for the CPU alone."""

    cuda: str
    image: Fact[str]
    # The lowest and highest compute capability it has kernels for; no highest where newer GPUs can compile its PTX.
    lowest: Fact[float] | None = None
    highest: Fact[float] | None = None
    # Lines for requirements.txt that bring the framework where the image does not hold it.
    install: Fact[tuple[str, ...]] | None = None
    image_size: Fact[Size] | None = None
    # Where R takes its packages from, as they were on one day; none: where the image itself points.
    snapshot: Fact[str] | None = None

    def runs_on(self, capability: float) -> bool:
        """Tell whether a GPU of this compute capability can run the build."""
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
    # Its names among packages; pip installs the first. *provides*: what an official image of it holds.
    packages: Fact[tuple[str, ...]]
    provides: Fact[tuple[str, ...]]
    image_size: Fact[Size]
    releases: tuple[Release, ...]
    language: str = "python"
    # What pip installs for a GPU where that is not the first of its names.
    gpu_package: Fact[str] | None = None
    # Why there is no build for GPUs, where there is none.
    cpu_only: Fact[str] | None = None
    # Its own argument, and its own variables, for the number of threads: those that do not obey what HTCondor sets.
    threads: Fact[str] | None = None
    thread_variables: Fact[tuple[str, ...]] | None = None
    # Debian packages without which pip's package of it does not start.
    needs_from_system: Fact[tuple[str, ...]] | None = None
    # Commands that its image needs before anything else.
    in_image: Fact[tuple[str, ...]] | None = None
    version_command: Fact[str] | None = None
    cuda_command: Fact[str] | None = None
    gpu_check: Fact[str] | None = None

    @property
    def has_cuda(self) -> bool:
        """Whether there is a build for GPUs at all."""
        return any(build.lowest for release in self.releases for build in release.builds)

    def release(self, version: str) -> Release | None:
        """Return the release called *version*, or None."""
        return next((release for release in self.releases if release.version == version), None)


@dataclass(frozen=True)
class CudaMajor:
    """What a CUDA major version requires of the driver."""

    major: str
    driver: Fact[str]
    runtime: Fact[str]
    lowest: Fact[float] | None = None


@dataclass(frozen=True)
class Conda:
    """The image in which conda installs, and the CUDA for which it resolves unless somebody says another."""

    image: Fact[str]
    cuda: Fact[str]
    image_size: Fact[Size]
    image_size_cpu: Fact[Size]


@dataclass(frozen=True)
class HardwareNeed:
    """Something that runs only on newer GPUs: *signs* are words of a command or names of packages that show it."""

    what: str
    signs: Fact[tuple[str, ...]]
    lowest: Fact[float]


@dataclass(frozen=True)
class _Frameworks:
    conda: Conda
    frameworks: tuple[Framework, ...]


@dataclass(frozen=True)
class _Cuda:
    majors: tuple[CudaMajor, ...]
    asks: tuple[HardwareNeed, ...]


def _table(name: str) -> dict[str, object]:
    return tomllib.loads(files("planner").joinpath("data", name).read_text(encoding="utf-8"))


@cache
def _frameworks() -> _Frameworks:
    return read_record(_Frameworks, _table("frameworks.toml"), "frameworks.toml")


@cache
def _cuda() -> _Cuda:
    return read_record(_Cuda, _table("cuda.toml"), "cuda.toml")


@cache
def frameworks() -> dict[str, Framework]:
    """Return every framework by its key. Raises PlannerError for a bad file."""
    return {framework.key: framework for framework in _frameworks().frameworks}


def conda() -> Conda:
    """Return what conda needs in an image. Raises PlannerError for a bad file."""
    return _frameworks().conda


@cache
def cuda_majors() -> dict[str, CudaMajor]:
    """Return what each CUDA major version requires of the driver. Raises PlannerError for a bad file."""
    return {major.major: major for major in _cuda().majors}


def asks() -> tuple[HardwareNeed, ...]:
    """Return what runs only on newer GPUs. Raises PlannerError for a bad file."""
    return _cuda().asks

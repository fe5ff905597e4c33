import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.answers.environment import Environment, is_environment, read_environment

EXPORTED = """\
name: work            # of my laptop
channels:
  - conda-forge
  - "nvidia"

dependencies:
  - python=3.12
  - conda-forge::numpy>=2,<3
  - scipy=1.16.2=py312_0
  - pip:
    - torch==2.12.1
    - 'mine @ git+https://example.org/x@v1'
  - pandas
prefix: /home/me/envs/work
"""


def read(text: str) -> Environment:
    return read_environment(tuple(text.splitlines()))


def test_what_conda_exports_is_read() -> None:
    assert read(EXPORTED) == Environment(
        channels=("conda-forge", "nvidia"),
        packages=("python=3.12", "conda-forge::numpy>=2,<3", "scipy=1.16.2=py312_0", "pandas"),
        pip=("torch==2.12.1", "mine @ git+https://example.org/x@v1"),
    )


def test_lists_may_stand_without_indentation() -> None:
    assert read("channels:\n- a\ndependencies:\n- b\n- pip:\n  - c") == Environment(("a",), ("b",), ("c",))


@pytest.mark.parametrize(
    ("line", "is_one"),
    [("name: x", True), ("dependencies:", True), ("channels :", True), ("numpy==2.3.4", False), ("name==1.0", False)],
)
def test_an_environment_is_known_by_its_keys(line: str, is_one: bool) -> None:
    assert is_environment((line,)) is is_one


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nchannels:\n  - a", "It has no dependencies: write them below a line dependencies:,"),
        ("dependencies: [a, b]", '"dependencies: [a, b]" is not understood: keep name, channels,'),
        ("dependencies:\n  - &x a", '"&x a" is not understood among the dependencies: write it such as numpy=2.3.4.'),
        ("dependencies:\n  - !!python/object a", '"!!python/object a" is not understood among the dependencies'),
        ("dependencies:\n  - a; rm -rf /", '"a; rm -rf /" is not understood among the dependencies'),
        ("channels:\n  - https://x/$(id)\ndependencies:\n  - a", "is not understood among the channels"),
        ("variables:\n  A: b\ndependencies:\n  - a", '"variables:" is not understood: keep name,'),
        ("- a\ndependencies:\n  - b", '"- a" is not understood: keep name,'),
        ("channels:\n  - pip:\n    - a", 'Write "- pip:" among the dependencies.'),
        ("dependencies:\n  - a\n    b", '"b" is not understood: keep name,'),
    ],
)
def test_anything_else_of_yaml_is_refused_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"understood|dependencies") as found:
        read(text)
    assert said in str(found.value)


@pytest.mark.parametrize(
    ("channels", "anacondas", "free"),
    [
        (("conda-forge",), (), ("conda-forge",)),
        (("defaults",), ("defaults",), ("conda-forge",)),
        (("defaults", "bioconda", "conda-forge"), ("defaults",), ("bioconda", "conda-forge")),
        (("https://repo.anaconda.com/pkgs/main",), ("https://repo.anaconda.com/pkgs/main",), ("conda-forge",)),
        ((), (), ("conda-forge",)),
    ],
)
def test_channels_of_anaconda_are_told_from_free_ones(
    channels: tuple[str, ...], anacondas: tuple[str, ...], free: tuple[str, ...]
) -> None:
    environment = Environment(channels=channels)
    assert environment.anacondas == anacondas
    assert environment.free_channels == free


@given(st.lists(st.text(max_size=30), max_size=8))
def test_whatever_is_pasted_is_read_or_refused_and_nothing_else(lines: list[str]) -> None:
    try:
        found = read_environment(("dependencies:", *lines))
    except ValueError:
        return
    assert found.packages

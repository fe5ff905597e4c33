"""Commands that the guide shows and that need no pool: they are run as they stand on the page."""

import re
import subprocess
import tarfile
import textwrap
from pathlib import Path

import pytest

TESTING = Path(__file__).parents[1] / "docs/guide/distribute/testing.md"


def commands(tab: str) -> str:
    """Return the commands of one tab of the page on testing."""
    text = TESTING.read_text(encoding="utf-8")
    block = re.search(rf'=== "{tab}"\n\n    ```bash\n(.*?)    ```', text, re.DOTALL)
    assert block, tab
    return textwrap.dedent(block[1])


def run(folder: Path, tab: str) -> None:
    subprocess.run(["/bin/bash", "-euc", commands(tab)], cwd=folder, check=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "all.csv").write_text("name,value\n" + "".join(f"n{i},{i}\n" for i in range(5000)))
    (tmp_path / "inputs.txt").write_text("".join(f"prompt {i}\n" for i in range(50)))
    leaves = tmp_path / "leaves"
    for i in range(300):
        path = leaves / f"class-{i % 3}" / f"{i}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(i))
    with tarfile.open(tmp_path / "leaves-v1.tar", "w") as archive:
        archive.add(leaves, "leaves")
    return tmp_path


def test_a_sample_of_a_table_keeps_its_head_and_is_the_same_each_time(folder: Path) -> None:
    run(folder, "a table")
    first = (folder / "sample.csv").read_text()
    head, *rows = first.splitlines()
    assert head == "name,value"
    assert len(set(rows)) == 1000
    assert set(rows) <= set((folder / "all.csv").read_text().splitlines())
    run(folder, "a table")
    assert (folder / "sample.csv").read_text() == first


def test_a_sample_of_a_list_is_its_beginning(folder: Path) -> None:
    run(folder, "a list of inputs")
    assert (folder / "sample.txt").read_text().splitlines() == [f"prompt {i}" for i in range(20)]


def test_a_sample_of_an_archive_keeps_the_folders(folder: Path) -> None:
    run(folder, "an archive")
    with tarfile.open(folder / "leaves-v1-sample.tar") as archive:
        names = archive.getnames()
    assert len(set(names)) == 200
    assert all(re.fullmatch(r"leaves/class-[012]/\d+\.jpg", name) for name in names)

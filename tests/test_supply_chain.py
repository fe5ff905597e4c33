"""What the site is built and tested with is pinned by hash, comes from the reader's own registry, and runs nothing while it
is installed.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PINNED = sorted((ROOT / "requirements").glob("*.txt"))


def requirements(path: Path) -> list[str]:
    """Return each requirement with its hashes as one line."""
    joined = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.name)
def test_every_requirement_is_of_one_version_with_its_hashes_and_no_address(path: Path) -> None:
    found = requirements(path)
    assert len(found) > 10
    for line in found:
        assert re.match(r"[\w.-]+==[\w.]+( ;[^#]*?)?\s+--hash=sha256:[0-9a-f]{64}\b", line), line
        rest = re.sub(r"--hash=sha256:[0-9a-f]{64}\b", "", line)
        assert not re.search(r"://|--|@", rest), line


def test_every_wanted_package_is_pinned() -> None:
    for path in (ROOT / "requirements").glob("*.in"):
        wanted = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
        names = {re.match(r"[\w.-]+", line)[0].lower() for line in wanted}  # type: ignore[index]
        pinned = {re.match(r"[\w.-]+", line)[0].lower() for line in requirements(path.with_suffix(".txt"))}  # type: ignore[index]
        assert names <= pinned


def test_every_package_of_npm_has_its_hash_and_none_an_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())
    own = packages.pop("")
    assert {**own["dependencies"], **own["devDependencies"]} == {**wanted["dependencies"], **wanted["devDependencies"]}
    assert all(re.fullmatch(r"\d+(\.\d+)+", version) for version in wanted["dependencies"].values())
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


def test_installing_runs_nothing_of_a_package_and_takes_only_what_is_pinned() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()
    of_npm = [line for line in lines if re.match(r"\t@?npm ", line)]
    of_pip = [line for line in lines if re.search(r"\bpip install\b", line)]
    assert of_npm
    assert all("npm ci --ignore-scripts" in line for line in of_npm)
    assert of_pip
    assert all("--require-hashes" in line for line in of_pip)


def test_no_file_names_a_registry_or_a_folder_of_the_machine_it_was_written_on() -> None:
    """The addresses that pip and npm are told here stand in no file; nor does where this working tree lies."""
    told = [
        value
        for name, value in os.environ.items()
        if re.fullmatch(r"(?i)(pip|uv|npm_config)_.*(index|registry).*", name)
    ]
    told += [
        run for tool in (("pip", "config", "list"), ("npm", "config", "get", "registry")) if (run := output(*tool))
    ]
    hosts = {host for text in told for host in re.findall(r"https?://([^/\s'\"]+)", text)}
    public = {"pypi.org", "registry.npmjs.org", "files.pythonhosted.org"}
    here = str(ROOT) if len(ROOT.parts) > 2 else None
    files = output("git", "ls-files", "-z").split("\0")
    for name in filter(None, files):
        text = (ROOT / name).read_bytes().decode("utf-8", errors="replace")
        assert not [host for host in hosts - public if host in text], name
        assert here is None or here not in text, name


def output(*command: str) -> str:
    """Return what *command* prints; nothing where it is not installed."""
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""

"""Comments that turn checks off in a file."""

from pathlib import Path

import pytest

from planner.facts.pools import pools
from planner.review import review

ROOT = Path(__file__).parents[2]
CHTC = pools()["chtc"]
# One file of each kind that has comments, with a fault in its last line.
FAULTS = {
    "a.sub": ("log-output-or-error-missing", "executable = run.sh\nqueue\n"),
    "run.sh": ("every-job-downloads", "#!/bin/bash\ncurl -O https://example.org/x\n"),
    "run.py": ("gpu-picked-by-number", 'import torch\ntorch.device("cuda:1")\n'),
    "my.def": ("runscript-is-not-used", "Bootstrap: docker\nFrom: python:3.12\n%runscript\n"),
    "Dockerfile": ("base-image-without-fixed-tag", "FROM python\n"),
    "x.dag": ("node-retried-many-times", "JOB a a.sub\nRETRY a 9\n"),
    "requirements.txt": ("packages-without-version", "numpy\n"),
    "settings.toml": ("key-or-password-in-file", f'key = "WANDB_API_KEY={"0a" * 20}"\n'),
}


def ids(files: dict[str, str]) -> list[str]:
    return [finding.check.id for finding in review(files, CHTC).findings]


@pytest.mark.parametrize("name", FAULTS)
def test_a_comment_turns_a_check_off_in_its_own_file(name: str) -> None:
    check, text = FAULTS[name]
    assert ids({name: text}) == [check]
    commented = f"{text}# planner: ignore[{check}]\n"
    assert ids({name: commented}) == []
    other = name.replace(".", "2.") if "." in name else f"{name}.2"
    assert ids({name: commented, other: text}) == [check]


def test_a_comment_names_several_checks_and_leaves_the_others_on() -> None:
    text = "#!/bin/bash\ncurl -O https://example.org/x\nconda activate base\npip install torch\n"
    ignore = "# planner: ignore[every-job-downloads, packages-installed-in-every-job]\n"
    assert ids({"run.sh": text + ignore}) == ["environment-activated-in-script"]
    assert ids({"run.sh": text.replace("\nconda", "\n  #planner:ignore[every-job-downloads]\nconda")}) == [
        "environment-activated-in-script",
        "packages-installed-in-every-job",
    ]


def test_what_is_ignored_is_not_fixed_either() -> None:
    text = "Bootstrap: docker\nFrom: python:3.12\n%post\n    sudo make\n"
    assert "sudo" not in review({"my.def": text}, CHTC).fixed["my.def"]
    assert review({"my.def": f"# planner: ignore[sudo-in-a-build]\n{text}"}, CHTC).fixed == {}


@pytest.mark.parametrize(
    ("id", "fix"),
    [
        ("every-job-download", "Did you mean every-job-downloads?"),
        ("G21", "Write the id that review prints behind a problem."),
    ],
)
def test_an_id_that_is_no_check_is_reported(id: str, fix: str) -> None:
    findings = review({"run.sh": f"#!/bin/bash\npwd\n# planner: ignore[{id}]\n"}, CHTC).findings
    assert [(finding.check.id, finding.line, finding.fix) for finding in findings] == [
        ("unknown-check-in-ignore", 3, fix)
    ]


def test_a_list_has_no_comments_and_neither_has_prose() -> None:
    ignore = "# planner: ignore[comment-in-list]\n"
    submit = "executable = run.sh\nlog = a.log\noutput = $(x).out\nerror = $(x).err\nqueue x, y from list.csv\n"
    assert ids({"a.sub": submit, "list.csv": f"1,2\n{ignore}"}) == ["comment-in-list"]
    assert ids({"notes.md": "# planner: ignore[nothing]\n"}) == []


def test_a_comment_is_one_only_where_a_word_begins() -> None:
    assert ids({"run.sh": '#!/bin/bash\necho "x# planner: ignore[nothing]"\n'}) == []


def test_no_generated_file_has_an_ignore_comment() -> None:
    templates = [path for path in (ROOT / "planner/bundle/templates").rglob("*") if path.is_file()]
    assert templates
    assert [path.name for path in templates if "planner: ignore" in path.read_text(encoding="utf-8")] == []

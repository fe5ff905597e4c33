"""The guide's prose: no figure typed by hand that stands in the data, and every page of the guide leads to the planner."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from overrides.hooks.pages.markers import expand
from planner.facts.fact import Fact
from planner.facts.frameworks import cuda_majors, frameworks
from planner.facts.pools import pools
from planner.units import Duration, Size

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = {str(path.relative_to(DOCS)): path.read_text(encoding="utf-8") for path in (DOCS / "guide").rglob("*.md")}

# A number with its unit, as prose has it: "30 GB", "72 hours", "10-hour", "122 cards".
AMOUNT = re.compile(
    r"(?<![\w.#-])(?P<number>\d[\d,]*(?:\.\d+)?)[ -]?(?P<unit>[KMGT]B|h(?:ours?)?|d(?:ays?)?|min(?:utes?)?"
    r"|cards|GPUs|cores|CPUs|jobs|files|items)\b"
)
SHORT = {"hour": "h", "hours": "h", "day": "d", "days": "d", "minute": "min", "minutes": "min"}
COUNTED = {"cards", "GPUs", "cores", "CPUs", "jobs", "files", "items"}


def facts(found: object) -> Iterator[object]:
    if isinstance(found, Fact):
        yield found.value
    elif dataclasses.is_dataclass(found):
        for field in dataclasses.fields(found):
            yield from facts(getattr(found, field.name))
    elif isinstance(found, tuple):
        for item in found:
            yield from facts(item)


def known() -> tuple[set[int], set[float], set[int]]:
    """Return the sizes in bytes, the times in seconds and the counts that stand in the data."""
    values = [
        value for thing in (pools(), frameworks(), cuda_majors()) for each in thing.values() for value in facts(each)
    ]
    # Small counts, such as two servers, stand in every sentence.
    counts = {value for value in values if isinstance(value, int) and not isinstance(value, bool) and value > 10}
    return (
        {value.bytes for value in values if isinstance(value, Size)},
        {value.seconds for value in values if isinstance(value, Duration)},
        counts | {pool.card_count for pool in pools().values()},
    )


def prose(text: str) -> str:
    """Take out what is not prose: code, and the markers that put the figures in."""
    without_blocks = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`|<!--.*?-->", "", without_blocks, flags=re.DOTALL)


def typed_by_hand(text: str) -> list[str]:
    """Return the amounts in *text* that stand in the data."""
    sizes, times, counts = known()
    found = []
    for match in AMOUNT.finditer(prose(text)):
        number, unit = match["number"].replace(",", ""), SHORT.get(match["unit"], match["unit"])
        if unit in COUNTED:
            stands = "." not in number and int(number) in counts
        elif unit[-1] == "B":
            stands = Size.parse(f"{number} {unit}").bytes in sizes
        else:
            stands = Duration.parse(f"{number} {unit}").seconds in times
        if stands:
            found.append(match[0])
    return found


@pytest.mark.parametrize("path", GUIDE)
def test_no_figure_that_stands_in_the_data_is_typed_by_hand(path: str) -> None:
    assert typed_by_hand(GUIDE[path]) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Files up to 30 GB, for 72 hours.", ["30 GB", "72 hours"]),
        ("a 12-hour job on 122 cards, 50,000 jobs", ["12-hour", "122 cards", "50,000 jobs"]),
        ("<!-- figure: chtc card_count --> cards, `30 GB`", []),
        ("three hours, 31 GB, task-1 jobs", []),
    ],
)
def test_such_a_figure_is_found_in_prose_only(text: str, found: list[str]) -> None:
    assert typed_by_hand(text) == found


@pytest.mark.parametrize("path", GUIDE)
def test_a_page_of_the_guide_leads_to_the_planner(path: str) -> None:
    assert re.search(r"\]\((\.\./)+planner\.md[)#]|<!-- plan: \w+ -->", GUIDE[path])


@pytest.mark.parametrize(
    "path", [path for path, text in GUIDE.items() if re.search(r"<!-- (rule|figure|cards):", text)]
)
def test_a_page_with_facts_says_when_they_were_read(path: str) -> None:
    assert re.search(r"\*What this page says .* was read (on|between) 20\d\d-", expand(GUIDE[path], path))


# What CHTC's own guide to machine learning sends its readers to, and the guide therefore links where it is needed.
RELATED = [
    *(
        f"https://chtc.cs.wisc.edu/uw-research-computing/{page}"
        for page in (
            "apptainer-build",
            "apptainer-htc",
            "checkpointing",
            "conda-installation",
            "docker-build",
            "docker-jobs",
            "file-avail-largedata",
            "get-help",
            "gpu-jobs",
            "htc-job-file-transfer",
            "htc-uwdf-researchdrive",
            "htc/dagman-workflows",
            "multiple-jobs",
        )
    ),
    "https://github.com/CHTC/recipes",
    "https://github.com/CHTC/templates-GPUs",
    "https://hub.docker.com/r/pytorch/pytorch/tags",
    "https://hub.docker.com/r/tensorflow/tensorflow/tags",
    "https://catalog.ngc.nvidia.com/containers",
    "https://en.wikipedia.org/wiki/CUDA#GPUs_supported",
]


@pytest.mark.parametrize("address", RELATED)
def test_a_related_page_is_linked_in_the_guide(address: str) -> None:
    assert any(f"]({address})" in text for text in GUIDE.values())

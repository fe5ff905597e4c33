import datetime
from importlib.resources import files
from pathlib import Path

import pytest

import planner.facts.sources
from planner.errors import PlannerError
from planner.estimate.gpu_memory import FORMULAS
from planner.estimate.networks import image_networks, series
from planner.facts.fact import all_facts
from planner.facts.frameworks import asks, conda, cuda_majors, frameworks
from planner.facts.hold_reasons import holds, messages
from planner.facts.pools import pools, since
from planner.facts.sources import Source, oldest_first, source, sources
from planner.review.checks import CHECKS
from planner.rules import RULES


def estimates_rest_on() -> set[str]:
    """Return the sources of formulas and measurements behind the estimates."""
    found = [fact.source for fact in FORMULAS]
    found += [one.source for one in series()] + [network.source for network in image_networks()]
    return {source.key for source in found}


def judgements_rest_on() -> set[str]:
    """Return the sources of rules and checks."""
    return {key for rule in RULES for key in rule.sources} | {cited.key for check in CHECKS for cited in check.sources}


def test_every_source_is_used() -> None:
    data = files("planner").joinpath("data")
    texts = [path.read_text(encoding="utf-8") for path in data.joinpath("pools").iterdir()]
    texts += [
        data.joinpath(name).read_text(encoding="utf-8")
        for name in ("frameworks.toml", "cuda.toml", "holds.toml", "since.toml")
    ]
    used = judgements_rest_on() | estimates_rest_on()
    unused = [key for key in sources() if key not in used and not any(f'"{key}"' in text for text in texts)]
    assert unused == []


def test_a_source_has_an_address_unless_we_saw_it_ourselves_or_nobody_says_it() -> None:
    without = {key for key, found in sources().items() if not found.url.startswith("https://")}
    assert without == {"condor-run", "not-published", "own-convention"}


def test_a_misspelt_source_is_named_with_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"no such source: condor-submt\. Did you mean condor-submit"):
        source("condor-submt")


def test_what_pools_frameworks_rules_and_checks_rest_on_is_exactly_what_is_listed() -> None:
    read = (*pools().values(), *frameworks().values(), *cuda_majors().values(), conda(), *asks())
    records = (*read, *holds(), *messages(), since())
    used = {fact.source.key for record in records for fact in all_facts(record)}
    used |= judgements_rest_on() | estimates_rest_on()
    assert used == set(sources())


def test_a_source_has_its_title_its_address_and_the_day_it_was_read() -> None:
    assert source("chtc-gpu-jobs") == Source(
        key="chtc-gpu-jobs",
        title="CHTC: Use GPUs",
        url="https://chtc.cs.wisc.edu/uw-research-computing/gpu-jobs",
        read=datetime.date(2026, 8, 17),
    )


def test_a_source_is_printed_with_its_address_and_day() -> None:
    day = datetime.date(2026, 1, 2)
    assert (
        str(Source("a", "A page", "https://example.org/a", day)) == "A page <https://example.org/a> (read 2026-01-02)"
    )
    assert str(Source("b", "Seen by ourselves", "", day)) == "Seen by ourselves (read 2026-01-02)"


def read_as_sources(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:
    (folder / "data").mkdir()
    (folder / "data/sources.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(planner.facts.sources, "files", lambda _: folder)
    return sources.__wrapped__()


def test_the_key_of_a_source_is_the_name_of_its_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[one]\ntitle = "A"\nurl = ""\nread = 2026-01-02\n'
    assert read_as_sources(text, tmp_path, monkeypatch) == {"one": Source("one", "A", "", datetime.date(2026, 1, 2))}


def test_entries_with_other_keys_or_a_day_in_quotes_are_refused_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
        [good]
        title = "A"
        url = ""
        read = 2026-01-02
        [short]
        title = "B"
        read = 2026-01-02
        [quoted]
        title = "C"
        url = ""
        read = "2026-01-02"
    """
    with pytest.raises(PlannerError) as refused:
        read_as_sources(text, tmp_path, monkeypatch)
    fix = "Give title, url and read (a date without quotes)."
    assert [str(problem) for problem in refused.value.problems] == [
        f"sources.toml: short: ['read', 'title'] are not the keys of a source. {fix}",
        f"sources.toml: quoted: ['read', 'title', 'url'] are not the keys of a source. {fix}",
    ]


def test_what_was_read_longest_ago_comes_first() -> None:
    days = [cited.read for cited in oldest_first()]
    assert days == sorted(days)
    assert len(days) == len(sources())

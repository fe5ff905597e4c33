"""What must make sense in a pool's file: one wrong thing each, the sentence in full."""

import copy
import datetime
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner.answers import questions
from planner.answers.fields import Choice
from planner.cli.main import main
from planner.errors import PlannerError, Problem
from planner.examples import examples
from planner.facts.fact import all_facts
from planner.facts.pools import add_pool, pools, read_pool

DATA = files("planner").joinpath("data/pools")
CHTC = tomllib.loads(DATA.joinpath("chtc.toml").read_text(encoding="utf-8"))
GENERIC = DATA.joinpath("generic.toml").read_text(encoding="utf-8")


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return CHTC's table with *value* at a dotted *path*."""
    table: dict[str, Any] = copy.deepcopy(CHTC)
    at: Any = table
    *before, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in before:
        at = at[step]
    at[last] = value
    return table


def problems(table: dict[str, Any], key: str = "ours") -> list[str]:
    with pytest.raises(PlannerError) as refused:
        read_pool(key, tomli_w.dumps(table))
    return [str(problem) for problem in refused.value.problems]


GIVEN = "Write what the pool gives; leave it out if nobody says, or if there is no limit."


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("lengths.0.limit.value", "0 h", f"lengths[0].limit.value: is not above zero. {GIVEN}"),
        ("jobs.queued.value", -1, f"jobs.queued.value: is not above zero. {GIVEN}"),
        ("cards.0.servers.value", 0, f"cards[0].servers.value: is not above zero. {GIVEN}"),
        ("places.0.quota.value", "0 GB", f"places[0].quota.value: is not above zero. {GIVEN}"),
        ("interactive.gpus.value", 0, f"interactive.gpus.value: is not above zero. {GIVEN}"),
        ("easy_cpus.value", 0, f"easy_cpus.value: is not above zero. {GIVEN}"),
        ("lengths.0.share.value", float("nan"), f"lengths[0].share.value: is not above zero. {GIVEN}"),
        (
            "places.1.bands.0.up_to.value",
            "200 GB",
            (
                "places[1].bands[1].up_to.value: 100 GB is not more than the band before, 200 GB. "
                "Put the bands in order, smallest first."
            ),
        ),
        (
            "places.0.bands",
            [],
            "places[0].bands: is empty. Add [[places.bands]] with the url to write for a file there.",
        ),
        (
            "places.1.bands.0.url.value",
            "osdf:///chtc/{usr}/{file}",
            "places[1].bands[0].url.value: {usr} is no name here. Did you mean user?",
        ),
        (
            "places.1.path.value",
            "/staging/{home}",
            "places[1].path.value: {home} is no name here. Known here: file, user, letter, ap, group, pi.",
        ),
        (
            "places.0.bands.0.url.value",
            "/home/{user}",
            "places[0].bands[0].url.value: holds no {file}. Put {file} where the file's name stands.",
        ),
        (
            "places.1.bands.0.nameless.value",
            "osdf:///{user}/{file}",
            (
                "places[1].bands[0].nameless.value: holds the user's name. "
                "Write the form to use while the user's name is not known, or leave it out."
            ),
        ),
        (
            "lengths.1.key",
            "short",
            "lengths[1].key: gpu short stands there twice. Give each a key of its own, or take one out.",
        ),
        (
            "places.1.key",
            "home",
            "places[1].key: home stands there twice. Give each a key of its own, or take one out.",
        ),
        ("lengths.0.processor", "tpu", 'lengths[0].processor: \'tpu\' is no processor. Write "gpu" or "cpu".'),
        (
            "lengths.0.share.value",
            66,
            (
                "lengths[0].share.value: 66.0 is more than all cards. "
                "Write a share from 0 to 1, such as 0.5 for half of them."
            ),
        ),
        (
            "lengths.0.lines.value",
            ["+GPUJobLength short"],
            "lengths[0].lines.value: '+GPUJobLength short' is no line of a submit description. Write name = value.",
        ),
        (
            "gpu_lines.value",
            ["= true"],
            "gpu_lines.value: '= true' is no line of a submit description. Write name = value.",
        ),
        (
            "retired.0.pattern",
            "SQUID/(",
            (
                "retired[0].pattern: 'SQUID/(' is not a regular expression: "
                "missing ), unterminated subpattern at position 6. Write one as Python reads it."
            ),
        ),
        ("moved.0.pattern", "x*", "moved[0].pattern: This matches every text. Name what it is about."),
        (
            "moved.1.now",
            r"\1",
            (
                r"moved[1].now: '\\1' does not go with the pattern: invalid group reference 1 at position 1. "
                r"Write \1 for what the first pair of parentheses matches."
            ),
        ),
        (
            "retired.0.instead",
            "use staging",
            "retired[0].instead: 'use staging' is not a sentence. Write one that ends with a full stop.",
        ),
        (
            "cards.2.safe_memory.value",
            "40 GB",
            (
                "cards[2].safe_memory.value: 40 GB is not below what the card is sold as, 40 GB. "
                "Write a little less than such a card reports: a card reports less than it is sold as."
            ),
        ),
        (
            "cards.2.memory.value",
            "41 GB",
            "cards[2].memory.value: 41 GB is more than sold_as, 40 GB. Look at both again.",
        ),
        (
            "cards.2.capability.value",
            80,
            "cards[2].capability.value: 80.0 is no capability of a card. Write it as NVIDIA does, such as 8.0 for an A100.",
        ),
        (
            "checkpoints.least.value",
            "6 h",
            "checkpoints.least.value: 6 h is more than most, 5 h. Look at both again.",
        ),
        (
            "checkpoints.most.value",
            "11 h",
            "checkpoints.most.value: 11 h is more than never_above, 10 h. Look at both again.",
        ),
        (
            "backfill.cautious.value",
            "7 h",
            "backfill.cautious.value: 7 h is more than unsaved, 6 h. Look at both again.",
        ),
        ("build.disk.value", "40 GB", "build.disk.value: 40 GB is more than disk_cuda, 30 GB. Look at both again."),
        (
            "htcondor.value",
            "25.x",
            (
                "htcondor.value: '25.x' is no version of HTCondor. Write what condor_version prints, "
                'such as "24.0" or "25.14.1".'
            ),
        ),
        ("access_points.value", [], "access_points.value: is empty. Name the machine that people log in to."),
        ("places", [], "places: is empty. Add [[places]]: at least the directory of a user."),
        ("about", " ", "about: is empty. Write what people read when they choose the pool."),
        ("key", "chtc", "key: stands in the file. Take it out: the file's name is the key."),
    ],
)
def test_one_wrong_thing_is_said_in_a_sentence(path: str, value: Any, said: str) -> None:
    assert problems(changed(path, value)) == [f"ours.toml.{said}"]


def test_only_the_last_band_of_a_place_may_go_without_a_size() -> None:
    table = copy.deepcopy(CHTC)
    del table["places"][1]["bands"][0]["up_to"]
    assert problems(table) == [
        "ours.toml.places[1].bands[0].up_to: is missing. Only the last band may go without: it takes every size."
    ]
    del (table := copy.deepcopy(CHTC))["places"][1]["bands"][1]["up_to"]
    assert read_pool("ours", tomli_w.dumps(table)).places[1].bands[1].up_to is None


def test_what_cannot_be_read_does_not_hide_what_makes_no_sense() -> None:
    table = changed("cards.0.servers.value", 0)
    del table["contact"]
    table["lengths"][0]["limit"]["source"] = "nowhere"
    assert [problem.split(": ")[0] for problem in problems({"key": "x", **table})] == [
        "ours.toml.key",
        "ours.toml.contact",
        "ours.toml.lengths[0].limit.source",
        "ours.toml.cards[0].servers.value",
    ]


@pytest.mark.parametrize("key", ["Our Pool", "1st", "x" * 31, "a_b"])
def test_the_name_of_the_file_must_be_a_key(key: str) -> None:
    assert problems(CHTC, key) == [
        (
            f"{key}.toml: {key!r} cannot be the key of a pool. "
            "Name the file with a-z, 0-9 and -, a letter first, at most 30 characters, and .toml."
        )
    ]


def spots(at: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of everything in a table, however deep."""
    inside = at.items() if isinstance(at, dict) else enumerate(at) if isinstance(at, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from spots(value, (*path, key))


ANYTHING = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.text(max_size=9),
    st.lists(st.text(max_size=9), max_size=2),
)


@given(st.sampled_from(sorted(spots(CHTC), key=str)), ANYTHING)
def test_whatever_stands_at_a_spot_is_read_or_refused_with_its_place(spot: tuple[str | int, ...], value: Any) -> None:
    table: dict[str, Any] = copy.deepcopy(CHTC)
    at: Any = table
    for step in spot[:-1]:
        at = at[step]
    at[spot[-1]] = value
    found: tuple[Problem, ...] = ()
    try:
        read_pool("ours", tomli_w.dumps(table))
    except PlannerError as error:
        found = tuple(error.problems)
    assert all(problem.where.startswith("ours.toml") and problem.fix for problem in found)


# --- pages of its own ---

PAGE = {"title": "Our pool: limits", "url": "https://hpc.example.edu/limits", "read": datetime.date(2026, 11, 20)}


def test_a_pool_cites_pages_of_its_own() -> None:
    table = {**changed("lengths.0.limit.source", "our-limits"), "sources": {"our-limits": PAGE}}
    cited = read_pool("ours", tomli_w.dumps(table)).lengths[0].limit.source
    assert str(cited) == "Our pool: limits <https://hpc.example.edu/limits> (read 2026-11-20)"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"title": "Ours"},
            "['title'] are not the keys of a source. Give title, url and read (a date without quotes).",
        ),
        (
            {**PAGE, "read": "2026-11-20"},
            "['read', 'title', 'url'] are not the keys of a source. Give title, url and read (a date without quotes).",
        ),
        ({**PAGE, "title": ""}, "has no title. Say what was read."),
        (
            {**PAGE, "url": "hpc.example.edu"},
            "'hpc.example.edu' is no address. Give an address with https://, or an empty one for what no page says.",
        ),
        (
            {**PAGE, "read": datetime.date(206, 11, 20)},
            "was read on 0206-11-20. Give the day on which you read it.",
        ),
    ],
)
def test_a_page_of_its_own_that_is_wrong_is_named_once(entry: dict[str, Any], said: str) -> None:
    table = {**changed("lengths.0.limit.source", "our-limits"), "sources": {"our-limits": entry}}
    assert problems(table) == [f"ours.toml.sources: our-limits: {said}"]


def test_a_page_of_its_own_takes_no_key_of_ours() -> None:
    assert problems({**CHTC, "sources": {"condor-run": PAGE}}) == [
        "ours.toml.sources.condor-run: is a source of the planner already. Give your page another key."
    ]


# --- the commands ---


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "ours.toml"
    path.write_text(GENERIC.replace("a plain HTCondor pool", "Our pool", 1), encoding="utf-8")
    yield path
    pools().pop("ours", None)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(examples()["sweep"].text, encoding="utf-8")
    return path


def test_a_file_that_is_right_is_said_to_hold_what_it_holds(ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pools", "--check", str(ours)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ours.toml is right: Our pool, HTCondor 24.0.",
        "Lengths: none known.",
        "Cards: none listed.",
        "Places: home, web.",
        f"Figures: {len(list(all_facts(pools()['generic'])))}, from 4 sources.",
        (
            "Left out, so not known or not there: build, build_on_access_point, build_options, easy_cpus, ask_above_memory, "
            "restricted_data, backfill, wider, interactive, quota_command, secrets, refuses_other_lengths, jobs.ask_above, jobs.many, jobs.least_time_of_many."
        ),
    ]
    assert "ours" not in pools()


def test_a_file_that_is_wrong_ends_with_2(ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours.write_text(GENERIC.replace('"1 h"', '"9 h"').replace('"24.0"', '"new"'), encoding="utf-8")
    assert main(["pools", "--check", str(ours)]) == 2
    assert capsys.readouterr().err.endswith("2 problems; nothing was written.\n")


def test_a_day_that_has_not_come_yet_is_refused(ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = '\n[sources.our-page]\ntitle = "Ours"\nurl = ""\nread = 2999-01-01\n'
    ours.write_text(GENERIC.replace('"not-published"', '"our-page"', 1) + page, encoding="utf-8")
    assert main(["pools", "--check", str(ours)]) == 2
    said = "ours.toml.sources: our-page: was read on 2999-01-01.\n    Give the day on which you read it.\n"
    assert capsys.readouterr().err.startswith(said)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "none.toml"
    assert main(["pools", "--check", str(missing)]) == 2
    assert capsys.readouterr().err.startswith(f"{missing}: No such file or directory.\n")


def test_a_plan_is_made_for_a_pool_in_a_file(ours: Path, answers: Path, tmp_path: Path) -> None:
    assert main(["plan", str(answers), "--pool", str(ours), "--out", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out/sweep.sub").read_text(encoding="utf-8")
    assert " for Our pool; " in text
    assert "GPUJobLength" not in text
    assert 'pool = "ours"' in (tmp_path / "out/answers.toml").read_text(encoding="utf-8")


def test_files_are_reviewed_for_a_pool_in_a_file(ours: Path, answers: Path, tmp_path: Path) -> None:
    main(["plan", str(answers), "--pool", str(ours), "--out", str(tmp_path / "out")])
    assert main(["review", str(tmp_path / "out/sweep.sub"), "--pool", str(ours)]) == 0


def test_a_pool_that_is_none_is_refused_with_the_nearest(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(answers), "--pool", "chct"]) == 2
    assert capsys.readouterr().err.startswith("chct: is no pool.\n    Did you mean chtc? Or name a .toml file.\n")


def test_a_pool_that_was_added_is_among_the_answers(ours: Path) -> None:
    add_pool(read_pool("ours", ours.read_text(encoding="utf-8")))
    kind = questions()["pool"].kind
    assert isinstance(kind, Choice)
    assert ("ours", "Our pool") in kind.choices


def test_a_file_in_the_package_is_all_that_a_campus_needs(ours: Path, answers: Path, tmp_path: Path) -> None:
    package = tmp_path / "copy/planner"
    shutil.copytree(Path(planner.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ours, package / "data/pools/ours.toml")
    asked = answers.read_text(encoding="utf-8").replace('pool = "chtc"', 'pool = "ours"')
    answers.write_text(asked, encoding="utf-8")
    code = (
        "from planner.cli.main import main; from planner.facts.pools import pools; from planner.web.first_page import first_page;"
        "print(*pools(), 'Our pool' in first_page()['form']);"
        "raise SystemExit(main(['plan', 'answers.toml', '--out', 'out']))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[0] == "chtc ospool ours generic True"
    assert " for Our pool; " in (tmp_path / "out/sweep.sub").read_text(encoding="utf-8")

import copy
import tomllib
from importlib.resources import files
from typing import Any

import pytest
import tomli_w

from planner.errors import PlannerError
from planner.facts.pools import Card, Place, Pool, pools, read_pool
from planner.units import Duration, Size
from tests.helpers import required, texts

TEXT = files("planner").joinpath("data/pools/chtc.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chtc() -> Pool:
    return read_pool("chtc", TEXT)


def problems(**changes: Any) -> list[str]:
    """Return what is said of CHTC's file after *changes*: a dotted path with "__", None takes the key out."""
    table = copy.deepcopy(tomllib.loads(TEXT))
    for path, value in changes.items():
        at: Any = table
        *before, last = [int(step) if step.isdigit() else step for step in path.split("__")]
        for step in before:
            at = at[step]
        if value is None:
            del at[last]
        else:
            at[last] = value
    with pytest.raises(PlannerError) as refused:
        read_pool("chtc", tomli_w.dumps(table))
    return [str(problem) for problem in refused.value.problems]


# --- the figures of CHTC ---


def test_the_planner_knows_chtc() -> None:
    assert "chtc" in pools()
    assert pools()["chtc"] == read_pool("chtc", TEXT)


def test_every_pool_has_the_name_of_its_file_as_its_key() -> None:
    assert {key: pool.key for key, pool in pools().items()} == {key: key for key in pools()}


def test_chtc_has_122_cards_on_21_servers(chtc: Pool) -> None:
    assert chtc.card_count == 122
    assert sum(card.servers.value for card in chtc.cards) == 21


def row(card: Card) -> tuple[str, int, int, float, str, str, str]:
    sizes = (str(card.memory.value), str(card.sold_as.value), str(card.safe_memory.value))
    return (card.model.value, card.servers.value, card.per_server.value, card.capability.value, *sizes)


def test_the_cards_of_chtc(chtc: Pool) -> None:
    assert [row(card) for card in chtc.cards] == [
        ("Tesla P100-PCIE-16GB", 2, 2, 6.0, "16 GB", "16 GB", "15000 MB"),
        ("NVIDIA GeForce RTX 2080 Ti", 1, 8, 7.5, "10 GB", "11 GB", "10000 MB"),
        ("NVIDIA A100-SXM4-40GB", 2, 4, 8.0, "40 GB", "40 GB", "39000 MB"),
        ("NVIDIA A100-SXM4-80GB", 8, 4, 8.0, "80 GB", "80 GB", "78000 MB"),
        ("NVIDIA L40", 3, 10, 8.9, "45 GB", "48 GB", "44000 MB"),
        ("NVIDIA L40S", 2, 8, 8.9, "45 GB", "48 GB", "44000 MB"),
        ("NVIDIA H100 80GB HBM3", 1, 8, 9.0, "80 GB", "80 GB", "78000 MB"),
        ("NVIDIA H200", 2, 8, 9.0, "141 GB", "141 GB", "130000 MB"),
    ]


def test_a_card_counts_on_all_its_servers(chtc: Pool) -> None:
    assert [card.count for card in chtc.cards] == [4, 8, 8, 32, 30, 16, 8, 16]


def test_what_is_safe_to_ask_for_is_below_what_a_card_is_sold_as(chtc: Pool) -> None:
    for card in chtc.cards:
        assert card.safe_memory.value < card.memory.value <= card.sold_as.value


def test_the_lengths_of_chtc(chtc: Pool) -> None:
    found = [
        (
            length.key,
            length.processor,
            str(length.limit.value),
            texts(length.lines.value) if length.lines else (),
            length.share.value if length.share else None,
            length.cards.value if length.cards else None,
        )
        for length in chtc.lengths
    ]
    assert found == [
        ("short", "gpu", "12 h", ('+GPUJobLength = "short"',), 0.6667, None),
        ("medium", "gpu", "24 h", ('+GPUJobLength = "medium"',), 0.3333, None),
        ("long", "gpu", "7 d", ('+GPUJobLength = "long"',), None, 4),
        ("cpu", "cpu", "72 h", (), None, None),
    ]


def test_the_shared_cards_of_chtc_are_opted_into(chtc: Pool) -> None:
    assert texts(chtc.gpu_lines.value) == ("+WantGPULab = true",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/staging/bucky/x.tar", "/staging/b/bucky/x.tar"),
        ("osdf:///chtc/staging/bucky/x.tar", "osdf:///chtc/staging/b/bucky/x.tar"),
        ("file:///staging/bucky/a/x.tar", "file:///staging/b/bucky/a/x.tar"),
        ("my.wantflocking", "want_campus_pools"),
        ("my.wantglidein", "want_ospool"),
        *(
            (same, same)
            for same in (
                "/staging/b/bucky/x.tar",
                "/staging/groups/lab/x.tar",
                "/staging/x.tar",
                "https://example.org/staging/bucky/x.tar",
                "osdf:///chtc$ENV(STAGING)/x.tar",
                "/staging/$(me)/x.tar",
            )
        ),
    ],
)
def test_what_has_moved_at_chtc(chtc: Pool, old: str, new: str) -> None:
    for moved in chtc.moved:
        old = moved.of(old)
    assert old == new


def test_what_chtc_no_longer_serves(chtc: Pool) -> None:
    def retired(text: str) -> list[str]:
        return [one.what.value for one in chtc.retired if one.is_in(text)]

    assert retired("curl -O http://proxy.chtc.wisc.edu/squid/bucky/x.tar") == ["SQUID is retired."]
    assert retired("squids.tar") == []
    assert retired("scp x.tar bucky@ap2001.chtc.wisc.edu:/staging/b/bucky/") == [
        "Uploads to staging do not go through the access point."
    ]
    assert retired("scp x.tar bucky@transfer.chtc.wisc.edu:/staging/b/bucky/") == []
    assert retired("(TARGET.HasGpulabData == true)") == ["HasGpulabData is an attribute of old recipes."]


def test_only_chtc_names_what_has_moved_there() -> None:
    assert [key for key, pool in pools().items() if pool.retired or pool.moved] == ["chtc"]


def test_lent_machines_suit_jobs_that_save_themselves_within_4_to_6_hours(chtc: Pool) -> None:
    assert chtc.backfill is not None
    assert texts(chtc.backfill.lines.value) == ("+is_resumable = true",)
    assert (chtc.backfill.cautious.value, chtc.backfill.unsaved.value) == (Duration(14400), Duration(21600))


def test_other_pools_take_10_hours_and_20_gb(chtc: Pool) -> None:
    assert chtc.wider is not None
    assert texts(chtc.wider.lines.value) == ("want_campus_pools = true", "want_ospool = true")
    assert (str(chtc.wider.limit.value), str(chtc.wider.data.value)) == ("10 h", "20 GB")


def test_an_interactive_job_has_one_gpu_for_4_hours(chtc: Pool) -> None:
    assert chtc.interactive is not None
    assert (str(chtc.interactive.limit.value), chtc.interactive.gpus.value) == ("4 h", 1)


def bands(place: Place) -> list[tuple[str, str, str, bool]]:
    return [
        (
            str(required(band.up_to).value),
            band.url.value,
            band.requirement.value if band.requirement else "",
            band.wider.value if band.wider else False,
        )
        for band in place.bands
    ]


def test_chtc_keeps_files_in_these_places(chtc: Pool) -> None:
    assert [(place.key, place.own.value, place.path.value) for place in chtc.places] == [
        ("home", True, "/home/{user}/{file}"),
        ("staging", True, "/staging/{letter}/{user}/{file}"),
        ("group", False, "/staging/groups/{group}/{file}"),
        ("researchdrive", False, "/researchdrive/{pi}/CHTC/{file}"),
        ("web", False, "https://{file}"),
    ]


def test_home_takes_files_of_1_gb_and_40_gb_in_all(chtc: Pool) -> None:
    home = chtc.place("home")
    assert bands(home) == [("1 GB", "{file}", "", True)]
    assert home.quota is not None
    assert (str(home.quota.value), home.items, home.upload) == ("40 GB", None, None)


def test_staging_is_fetched_by_osdf_up_to_30_gb_and_by_file_up_to_100_gb(chtc: Pool) -> None:
    staging = chtc.place("staging")
    assert bands(staging) == [
        ("30 GB", "osdf:///chtc/staging/{letter}/{user}/{file}", "", True),
        ("100 GB", "file:///staging/{letter}/{user}/{file}", "(HasCHTCStaging == true)", False),
    ]


def test_staging_has_100_gb_and_1000_items_and_a_server_of_its_own(chtc: Pool) -> None:
    staging = chtc.place("staging")
    assert staging.quota is not None
    assert staging.items is not None
    assert staging.upload is not None
    assert (str(staging.quota.value), staging.items.value) == ("100 GB", 1000)
    assert staging.upload.value == "transfer.chtc.wisc.edu"


def test_group_directories_are_always_read_as_files(chtc: Pool) -> None:
    group = [("100 GB", "file:///staging/groups/{group}/{file}", "(HasCHTCStaging == true)", False)]
    assert bands(chtc.place("group")) == group


def test_researchdrive_is_fetched_by_pelican(chtc: Pool) -> None:
    url = "pelican://chtc.wisc.edu/researchdrive/{pi}/CHTC/{file}"
    assert bands(chtc.place("researchdrive")) == [("100 GB", url, "", False)]


def test_an_image_is_built_with_8_cpus_16_gb_and_30_gb_of_disk_within_4_hours(chtc: Pool) -> None:
    build = required(chtc.build)
    assert texts(build.lines.value) == ("+IsBuildJob = true",)
    assert build.cpus.value == 8
    assert (str(build.memory.value), str(build.disk.value), str(build.limit.value)) == ("16 GB", "30 GB", "4 h")
    assert build.disk_cuda.value >= Size.parse("25 GB")


def test_the_limits_on_numbers_of_jobs(chtc: Pool) -> None:
    jobs = chtc.jobs
    limits = (jobs.ask_above, jobs.queued, jobs.max_idle, jobs.many)
    assert [required(limit).value for limit in limits] == [10000, 50000, 10000, 1000]
    assert str(required(jobs.least_time_of_many).value) == "5 min"


def test_checkpoints_are_recommended_every_1_to_5_hours_and_never_above_10(chtc: Pool) -> None:
    found = chtc.checkpoints
    assert [str(fact.value) for fact in (found.least, found.most, found.never_above)] == ["1 h", "5 h", "10 h"]


def test_jobs_under_20_cpus_start_sooner_and_above_200_gb_of_memory_the_staff_is_asked(chtc: Pool) -> None:
    assert (required(chtc.easy_cpus).value, str(required(chtc.ask_above_memory).value)) == (20, "200 GB")


def test_whom_to_ask_and_where_to_log_in(chtc: Pool) -> None:
    assert chtc.contact.value == "chtc@cs.wisc.edu"
    assert chtc.access_points.value == ("ap2001.chtc.wisc.edu", "ap2002.chtc.wisc.edu")
    assert chtc.user.value == "NetID"


def test_every_figure_says_where_it_was_read(chtc: Pool) -> None:
    assert chtc.lengths[0].limit.source.title == "CHTC: Use GPUs"
    assert chtc.cards[2].safe_memory.note == "such cards report 40,536 MiB"


def test_a_place_that_a_pool_does_not_have_is_refused_with_the_nearest_one(chtc: Pool) -> None:
    with pytest.raises(KeyError) as refused:
        chtc.place("stagin")
    assert refused.value.args == ("chtc has no place stagin. Did you mean staging?",)


def test_places_take_larger_files_band_by_band(chtc: Pool) -> None:
    for place in chtc.places:
        sizes = [required(band.up_to).value for band in place.bands]
        assert sizes == sorted(sizes)


# --- a file that cannot be read ---


def test_a_missing_key_is_named() -> None:
    assert problems(contact=None) == ['chtc.toml.contact: is missing. Add contact = { value = …, source = "…" }.']


def test_a_missing_key_of_a_table_in_a_list_is_named() -> None:
    assert problems(lengths__0__limit=None) == [
        'chtc.toml.lengths[0].limit: is missing. Add limit = { value = …, source = "…" }.'
    ]


def test_an_unknown_key_is_refused_with_the_nearest_one() -> None:
    assert problems(contacts={"value": "a@b", "source": "chtc-help"}) == [
        "chtc.toml.contacts: is not a known key. Did you mean contact?"
    ]


def test_a_bare_number_is_refused() -> None:
    assert problems(jobs__queued=50000) == [
        'chtc.toml.jobs.queued: 50000 has no source. Write it as { value = …, source = "…" }.'
    ]


def test_an_unknown_source_is_refused() -> None:
    assert problems(cards__7__servers__source="nvidia-cuda-note") == [
        "chtc.toml.cards[7].servers.source: no such source: nvidia-cuda-note. Did you mean nvidia-cuda-notes?"
    ]


def test_a_wrong_type_is_refused() -> None:
    assert problems(cards__0__servers__value="two") == [
        "chtc.toml.cards[0].servers.value: 'two' does not fit. Write a value of type int."
    ]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            "lengths__2__limit__value",
            "7 fortnights",
            'Write a number and a unit, for example "3 h", "90 min" or "2 d".',
        ),
        ("places__1__bands__0__up_to__value", "30", 'Write a number and a unit, for example "12 GB" or "500 MB".'),
    ],
)
def test_a_bad_unit_is_refused(path: str, value: str, said: str) -> None:
    (problem,) = problems(**{path: value})
    assert problem.endswith(f"{value!r} does not fit. {said}")


def test_a_bad_unit_is_found_deep_inside() -> None:
    (problem,) = problems(places__1__bands__0__up_to__value="30 GG")
    assert problem.startswith("chtc.toml.places[1].bands[0].up_to.value: '30 GG' does not fit. ")


def test_every_problem_of_a_file_comes_at_once_and_names_its_spot() -> None:
    found = problems(
        contact=None,
        colour="red",
        jobs__queued=50000,
        cards__0__servers__source="condor-sumbit-x",
        cards__1__servers__value="one",
        lengths__0__limit__value="12",
        build__memory__value="16",
        places__0__bands="none",
    )
    assert [problem.split(": ")[0] for problem in found] == [
        "chtc.toml.colour",
        "chtc.toml.contact",
        "chtc.toml.cards[0].servers.source",
        "chtc.toml.cards[1].servers.value",
        "chtc.toml.lengths[0].limit.value",
        "chtc.toml.places[0].bands",
        "chtc.toml.jobs.queued",
        "chtc.toml.build.memory.value",
    ]


def test_what_a_pool_need_not_have_may_be_absent() -> None:
    table = tomllib.loads(TEXT)
    for name in ("backfill", "wider", "interactive", "secrets"):
        table.pop(name, None)
    found = read_pool("chtc", tomli_w.dumps(table))
    assert (found.backfill, found.wider, found.interactive) == (None, None, None)
    assert found.card_count == 122


def test_a_file_that_is_no_toml_is_refused_in_a_sentence() -> None:
    with pytest.raises(PlannerError) as refused:
        read_pool("mine", "name = ")
    (problem,) = refused.value.problems
    assert problem.where == "mine.toml"
    assert problem.what.startswith("is not TOML: Invalid value")
    assert problem.fix == "Mend the line named."

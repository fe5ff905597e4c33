"""Addresses of files, taken apart by the places of a pool."""

import pytest

from planner.facts.pools import pools
from planner.facts.pools.addresses import Address, address_of


def address(text: str, pool: str = "chtc") -> Address:
    found = address_of(text, pools()[pool])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "place", "prefix", "path"),
    [
        ("osdf:///chtc/staging/b/bucky/x.tar", "staging", "osdf:///chtc", "/staging/b/bucky/x.tar"),
        ("osdf:///staging/b/bucky/x.tar", "staging", "osdf://", "/staging/b/bucky/x.tar"),
        ("file:///staging/groups/lab/x.tar", "group", "file://", "/staging/groups/lab/x.tar"),
        ("osdf:///chtc/staging/groups/lab/x.tar", "group", "osdf:///chtc", "/staging/groups/lab/x.tar"),
        ("/staging/b/bucky/x.tar", "staging", "", "/staging/b/bucky/x.tar"),
        (
            "pelican://chtc.wisc.edu/researchdrive/prof/CHTC/x.tar",
            "researchdrive",
            "pelican://chtc.wisc.edu",
            "/researchdrive/prof/CHTC/x.tar",
        ),
    ],
)
def test_an_address_is_its_place_its_prefix_and_its_path(text: str, place: str, prefix: str, path: str) -> None:
    found = address(text)
    assert (found.place.key, found.prefix, found.path, found.query) == (place, prefix, path, "")


def test_a_query_is_kept_apart_and_kept_where_it_is_understood() -> None:
    found = address("osdf:///chtc/staging/b/bucky/x.tar?pack=auto")
    assert (found.path, found.query) == ("/staging/b/bucky/x.tar", "pack=auto")
    assert found.with_prefix_of_place() == "osdf:///chtc/staging/b/bucky/x.tar?pack=auto"
    assert address("file:///staging/b/bucky/x?pack=auto").with_prefix_of_place() == "file:///staging/b/bucky/x"


def test_a_place_serves_under_its_own_prefixes_alone() -> None:
    assert len(address("osdf:///chtc/staging/b/bucky/x.tar").bands) == 1
    assert address("osdf:///chtc/staging/groups/lab/x.tar").bands == ()
    assert address("osdf:///chtc/staging/groups/lab/x.tar").with_prefix_of_place() == "file:///staging/groups/lab/x.tar"
    assert address("/staging/b/bucky/x.tar").with_prefix_of_place() == "osdf:///chtc/staging/b/bucky/x.tar"


def test_a_path_that_not_every_server_has_brings_a_requirement() -> None:
    assert address("file:///staging/b/bucky/x.tar").requirement == "(HasCHTCStaging == true)"
    assert address("osdf:///chtc/staging/b/bucky/x.tar").requirement == ""


def test_only_where_a_place_says_so_is_anything_outside_of_its_path() -> None:
    base = "pelican://chtc.wisc.edu/researchdrive/prof"
    assert address(f"{base}/mine/x.tar").is_outside
    assert address(base).is_outside
    assert not address(f"{base}/CHTC/a/b/x.tar").is_outside
    assert not address("osdf:///ospool/uc-shared/project/x.tar", "ospool").is_outside


@pytest.mark.parametrize("pool", pools())
@pytest.mark.parametrize(
    "text", ["train.py", "https://example.org/staging/b/x", "/home/bucky/x", "docker://a:1", "", "?"]
)
def test_what_is_in_none_of_the_places(text: str, pool: str) -> None:
    assert address_of(text, pools()[pool]) is None


def test_another_pool_has_other_places() -> None:
    found = address("/ospool/ap40/data/bucky/x.tar", "ospool")
    assert (found.place.key, found.with_prefix_of_place()) == ("osdf", "osdf:///ospool/ap40/data/bucky/x.tar")
    assert address_of("osdf:///chtc/staging/b/bucky/x.tar", pools()["ospool"]) is None

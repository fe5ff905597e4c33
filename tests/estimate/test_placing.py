import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.answers import Answers, read_answers
from planner.estimate.placing import Placed, fit_in, read_path, staging_location, user_location
from planner.facts.pools import Place, pools
from planner.units import Size

POOL = pools()["chtc"]
HOME, STAGING, GROUP, DRIVE, WEB = (POOL.place(key) for key in ("home", "staging", "group", "researchdrive", "web"))


def user(name: str) -> Answers:
    return read_answers({"user": name})


NOBODY, BUCKY, ALICE = (user(name) for name in ("", "bucky", "alice"))


def found(placed: Placed | None) -> tuple[str, str, str]:
    assert placed is not None
    return (placed.place.key, placed.url, placed.path)


def gb(amount: float) -> Size:
    return Size.of_gb(amount)


# --- where a new file goes ---


@pytest.mark.parametrize(
    ("size", "place", "url"),
    [
        (0.5, "home", "x.tar"),
        (1, "home", "x.tar"),
        (1.1, "staging", "osdf:///chtc/staging/b/bucky/x.tar"),
        (30, "staging", "osdf:///chtc/staging/b/bucky/x.tar"),
        (30.1, "staging", "file:///staging/b/bucky/x.tar"),
        (100, "staging", "file:///staging/b/bucky/x.tar"),
    ],
)
def test_a_new_file_goes_where_its_size_belongs(size: float, place: str, url: str) -> None:
    assert found(user_location(POOL, gb(size), "x.tar", BUCKY))[:2] == (place, url)


def test_a_new_file_that_is_too_large_for_every_place_has_none() -> None:
    assert user_location(POOL, gb(100.1), "x.tar", BUCKY) is None
    assert staging_location(POOL, gb(100.1), "x.tar", BUCKY) is None


def test_what_shall_not_lie_beside_the_submit_description_is_staged_however_small() -> None:
    assert found(staging_location(POOL, gb(0.1), "x.sif", BUCKY)) == (
        "staging",
        "osdf:///chtc/staging/b/bucky/x.sif",
        "/staging/b/bucky/x.sif",
    )


def test_the_path_on_the_machines_stands_beside_the_address() -> None:
    assert found(user_location(POOL, gb(0.5), "x.tar", BUCKY))[2] == "/home/bucky/x.tar"
    assert found(user_location(POOL, gb(50), "x.tar", BUCKY))[2] == "/staging/b/bucky/x.tar"


def test_without_a_user_the_address_names_a_variable_and_the_path_a_word_to_replace() -> None:
    assert found(staging_location(POOL, gb(5), "x.sif", NOBODY)) == (
        "staging",
        "osdf:///chtc$ENV(STAGING)/x.sif",
        "/staging/U/USERNAME/x.sif",
    )
    assert found(staging_location(POOL, gb(50), "x.sif", NOBODY)) == (
        "staging",
        "file://$ENV(STAGING)/x.sif",
        "/staging/U/USERNAME/x.sif",
    )


# --- what reaches other pools ---


@pytest.mark.parametrize(("size", "reaches"), [(1, True), (30, True), (31, False)])
def test_only_what_no_file_system_ties_reaches_other_pools(size: int, reaches: bool) -> None:
    placed = user_location(POOL, gb(size), "x.tar", BUCKY)
    assert placed is not None
    assert placed.reaches_other_pools is reaches


@pytest.mark.parametrize(
    ("place", "names"), [(GROUP, {"file": "x", "group": "lab"}), (DRIVE, {"file": "x", "pi": "professor"})]
)
def test_what_is_not_said_to_reach_other_pools_does_not(place: Place, names: dict[str, str]) -> None:
    placed = fit_in(place, gb(5), names)
    assert placed is not None
    assert placed.reaches_other_pools is False


# --- a place of somebody else's ---


def test_a_groups_file_is_read_from_the_mounted_directory_whatever_its_size() -> None:
    for size in (0.1, 5, 100):
        assert found(fit_in(GROUP, gb(size), {"file": "d/x.tar", "group": "lab"})) == (
            "group",
            "file:///staging/groups/lab/d/x.tar",
            "/staging/groups/lab/d/x.tar",
        )
    assert fit_in(GROUP, gb(101), {"file": "x", "group": "lab"}) is None


def test_a_groups_file_requires_machines_that_mount_it() -> None:
    placed = fit_in(GROUP, gb(5), {"file": "x", "group": "lab"})
    assert placed is not None
    assert placed.band.requirement is not None
    assert placed.band.requirement.value == "(HasCHTCStaging == true)"


def test_researchdrive_is_named_by_the_investigator() -> None:
    assert found(fit_in(DRIVE, gb(5), {"file": "x.tar", "pi": "professor"})) == (
        "researchdrive",
        "pelican://chtc.wisc.edu/researchdrive/professor/CHTC/x.tar",
        "/researchdrive/professor/CHTC/x.tar",
    )


def test_a_file_of_the_web_is_named_by_its_address() -> None:
    assert found(fit_in(WEB, gb(0.5), {"file": "example.org/x.tar"})) == (
        "web",
        "https://example.org/x.tar",
        "https://example.org/x.tar",
    )


# --- reading a path ---


@pytest.mark.parametrize(
    ("place", "path", "names"),
    [
        (HOME, "/home/bucky/x.tar", {"user": "bucky", "file": "x.tar"}),
        (STAGING, "/staging/b/bucky/deep/x.tar", {"letter": "b", "user": "bucky", "file": "deep/x.tar"}),
        (GROUP, "/staging/groups/lab/x.tar", {"group": "lab", "file": "x.tar"}),
        (DRIVE, "/researchdrive/professor/CHTC/a/b", {"pi": "professor", "file": "a/b"}),
        (WEB, "https://example.org/a/b.tar", {"file": "example.org/a/b.tar"}),
    ],
)
def test_a_path_is_read_as_its_place_writes_it(place: Place, path: str, names: dict[str, str]) -> None:
    assert read_path(POOL, place, path, ALICE) == names


@pytest.mark.parametrize("place", [HOME, STAGING])
def test_a_relative_path_counts_from_the_users_own_directory(place: Place) -> None:
    assert read_path(POOL, place, "deep/x.tar", ALICE) == {
        "file": "deep/x.tar",
        "user": "alice",
        "letter": "a",
        "ap": "ap2001",
    }


@pytest.mark.parametrize("place", [GROUP, DRIVE])
def test_a_relative_path_says_nothing_where_the_directory_is_somebody_elses(place: Place) -> None:
    assert read_path(POOL, place, "x.tar", ALICE) is None


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (STAGING, "/staging/bucky/x.tar"),
        (STAGING, "/staging/a/bucky/x.tar"),
        (STAGING, "/home/bucky/x.tar"),
        (STAGING, "osdf:///chtc/staging/b/bucky/x.tar"),
        (HOME, "/scratch/x.tar"),
        (GROUP, "/staging/b/bucky/x.tar"),
        (DRIVE, "/researchdrive/professor/private/x.tar"),
        (WEB, "http://example.org/x.tar"),
        (WEB, "/example.org/x.tar"),
    ],
)
def test_a_path_of_another_form_is_none_of_the_place(place: Place, path: str) -> None:
    assert read_path(POOL, place, path, ALICE) is None


FILES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}(/[a-z0-9._-]{1,9}){0,2}", fullmatch=True)
NAMES = st.from_regex(r"[a-z][a-z0-9._-]{0,15}", fullmatch=True)


@given(st.sampled_from(POOL.places), FILES, NAMES)
def test_a_path_that_a_place_writes_is_read_back(place: Place, file: str, name: str) -> None:
    names = {"file": file, "user": name, "letter": name[0], "group": name, "pi": name}
    placed = fit_in(place, gb(0.5), names)
    assert placed is not None
    read = read_path(POOL, placed.place, placed.path, ALICE)
    assert read is not None
    assert read.items() <= names.items()
    assert fit_in(placed.place, gb(0.5), read) == placed

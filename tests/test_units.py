import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.units import Duration, Size


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("12 GB", "12 GB"),
        ("12.5GB", "12.5 GB"),
        ("39000 MB", "39000 MB"),
        ("1.5 tb", "1.5 TB"),
        ("512 MiB", "512 MB"),
        ("2G", "2 GB"),
        (" 0 B ", "0 B"),
        ("100 B", "100 B"),
        (".5 GB", "512 MB"),
    ],
)
def test_a_size_is_read_as_people_type_it_and_printed_as_htcondor_reads_it(typed: str, printed: str) -> None:
    assert str(Size.parse(typed)) == printed


@pytest.mark.parametrize("typed", ["12", "lots", "12 GB more", "2,000 MB", "-1 GB", "4 bananas", "1 e3 GB", ""])
def test_a_size_without_a_number_and_a_unit_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r'Write a number and a unit, for example "12 GB" or "500 MB"\.'):
        Size.parse(typed)


def test_a_size_that_nobody_can_mean_is_refused() -> None:
    with pytest.raises(ValueError, match="That is more than 1024 TB; check the unit"):
        Size.parse("2000000 GB")


@given(st.integers(0, 1024**5))
def test_a_printed_size_is_never_less_than_the_size_and_at_most_a_tenth_of_its_unit_more(count: int) -> None:
    size = Size(count)
    for printed in (str(size), size.about):
        again = Size.parse(printed)
        assert size <= again
        assert again.bytes - size.bytes <= max(1, size.bytes // 10)


def test_a_request_is_rounded_up_to_what_a_person_would_ask_for() -> None:
    assert str(Size.parse("37.3 GB").round_up()) == "38 GB"
    assert str(Size.parse("123 MB").round_up()) == "200 MB"
    assert str(Size.parse("1 GB").round_up()) == "1 GB"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("3 h", "3 h"),
        ("90 min", "1 h 30 min"),
        ("3d", "72 h"),
        ("4 days", "4 d"),
        ("1h30m", "1 h 30 min"),
        ("1 h and 30 min", "1 h 30 min"),
        ("0.4 s", "0.4 s"),
        ("90 seconds", "1 min 30 s"),
        ("12:30:00", "12 h 30 min"),
        ("2 weeks", "14 d"),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, printed: str) -> None:
    assert str(Duration.parse(typed)) == printed


@pytest.mark.parametrize("typed", ["3", "soon", "3 h later", "", "h", "-1 h", "3 months"])
def test_a_time_without_a_number_and_a_unit_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r'Write a number and a unit, for example "3 h", "90 min" or "2 d"\.'):
        Duration.parse(typed)


@given(st.integers(1, 10 * 365 * 86400))
def test_a_printed_time_is_read_back_as_nearly_the_same(seconds: int) -> None:
    again = Duration.parse(str(Duration(seconds))).seconds
    assert abs(again - seconds) <= seconds * 0.03 + 30

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


# --- bounds, and what print keeps ---

MB, GB, TB = 1024**2, 1024**3, 1024**4


@pytest.mark.parametrize(
    ("typed", "count"),
    [("12 GB", 12 * GB), ("1.5TB", 3 * TB // 2), ("7 k", 7168), ("3m", 3 * MB), ("1024 TB", 1024 * TB)],
)
def test_units_are_powers_of_1024(typed: str, count: int) -> None:
    assert Size.parse(typed) == Size(count)


def test_a_refused_amount_is_told_what_to_type_in_whole_sentences() -> None:
    for typed, said in (
        ("12 PB", 'Write a number and a unit, for example "12 GB" or "500 MB".'),
        ("1024.1 TB", "That is more than 1024 TB; check the unit."),
    ):
        with pytest.raises(ValueError, match=r".") as refused:
            Size.parse(typed)
        assert str(refused.value) == said


def test_a_refused_time_is_told_what_to_type_in_whole_sentences() -> None:
    for typed, said in (
        ("12:60:00", 'Write a number and a unit, for example "3 h", "90 min" or "2 d".'),
        ("1h30", 'Write a number and a unit, for example "3 h", "90 min" or "2 d".'),
        ("3661 d", "That is more than ten years; check the unit."),
        ("99999:00:00", "That is more than ten years; check the unit."),
    ):
        with pytest.raises(ValueError, match=r".") as refused:
            Duration.parse(typed)
        assert str(refused.value) == said


@pytest.mark.parametrize(
    ("count", "printed"), [(12 * GB + 1, "12.1 GB"), (1025, "1.001 KB"), (TB + 1, "1.1 TB"), (1025 * GB, "1025 GB")]
)
def test_a_size_that_cannot_be_printed_exactly_is_rounded_up(count: int, printed: str) -> None:
    assert str(Size(count)) == printed


def test_a_sum_may_be_larger_than_anything_one_can_type() -> None:
    assert str(Size(3 * 1024**5)) == "3072 TB"


def test_about_keeps_to_the_largest_unit() -> None:
    assert (str(Size(12388 * MB)), Size(12388 * MB).about) == ("12388 MB", "12.1 GB")


@given(st.integers(0, 1024**5))
def test_a_printed_size_is_printed_the_same_again(count: int) -> None:
    printed = str(Size(count))
    assert str(Size.parse(printed)) == printed


@given(st.integers(0, 1000), st.sampled_from(["B", "KB", "MB", "GB", "TB"]))
def test_a_whole_number_of_a_unit_comes_back_as_it_was(number: int, unit: str) -> None:
    size = Size.parse(f"{number} {unit}")
    assert Size.parse(str(size)) == size


@given(st.integers(0, 1024**4))
def test_rounding_up_never_asks_for_less(count: int) -> None:
    assert Size(count) <= Size(count).round_up()


def test_sizes_add_and_multiply_in_whole_bytes_and_compare_by_them() -> None:
    assert Size(2 * GB) + Size(GB // 2) == Size(5 * GB // 2)
    assert Size(10 * GB).times(1.2) == Size(12 * GB)
    assert Size.of_gb(1.5) == Size(3 * GB // 2)
    assert Size(3 * GB // 2).gb == 1.5
    assert Size.parse("1 GB") == Size.parse("1024 MB") > Size.parse("1000 MB")


@pytest.mark.parametrize(
    ("seconds", "printed"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (3599.6, "60 min"),
        (3600 + 29, "1 h"),
        (3600 + 31, "1 h 1 min"),
        (72 * 3600, "72 h"),
        (73 * 3600, "3 d 1 h"),
        (100 * 3600 + 1799, "4 d 4 h"),
        (168 * 3600, "7 d"),
    ],
)
def test_a_time_is_printed_in_at_most_two_units_rounded_to_the_second(seconds: float, printed: str) -> None:
    assert str(Duration(seconds)) == printed


@given(
    st.one_of(
        st.integers(0, 3599),
        st.integers(0, 72 * 60).map(lambda minutes: minutes * 60),
        st.integers(73, 87840).map(lambda hours: hours * 3600),
    )
)
def test_a_time_in_whole_units_comes_back_as_it_was(seconds: int) -> None:
    assert Duration.parse(str(Duration(seconds))) == Duration(seconds)


def test_times_compare_by_their_seconds_and_count_in_hours() -> None:
    assert Duration.parse("90 min") < Duration.parse("2 h")
    assert Duration.parse("7 d") == Duration.parse("168 h") == Duration.of_hours(168)
    assert Duration(5400).hours == 1.5

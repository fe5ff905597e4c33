import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.answers.fields import Choice, Count, Field, Line, Lines, Name, Paths, Variables
from planner.answers.quantities import Amount, KnownAmount, Parameters, Span
from planner.answers.tables import GridOfValues, Table, TableOfTasks
from planner.units import Duration, Size
from tests.strategies import SIZES, TIMES, VALUES

LETTERS = Name(r"[a-z]{1,5}", "Use one to five small letters.")
COLOURS = Choice((("red", "Red"), ("green", "Green"), ("dark-green", "Dark green")))


def refusal(kind: Field[Any], raw: object) -> str:
    with pytest.raises(ValueError, match=r".") as refused:
        kind.read(raw)
    return str(refused.value)


# --- lines of text ---


def test_a_line_is_read_without_the_blanks_around_it() -> None:
    assert Line().read("  a b\tc  ") == "a b\tc"


@pytest.mark.parametrize("raw", [5, None, True, ["a"], {"a": 1}])
def test_a_line_must_be_a_text(raw: object) -> None:
    assert refusal(Line(), raw) == "Write a text, in quotes."


def test_a_line_may_not_be_very_long() -> None:
    assert Line().read("x" * 999) == "x" * 999
    assert refusal(Line(), "x" * 1001) == "Write less than 1000 characters."


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ("a\nb", "0xa"),
        ("a\rb", "0xd"),
        ("a\0b", "0x0"),
        ("a\x1b[31mb", "0x1b"),
        ("a\u202eb", "0x202e"),
        ("a\u200bb", "0x200b"),
        ("a\u2028b", "0x2028"),
        ("a\ufeffb\u2066c", "0x2066, 0xfeff"),
    ],
)
def test_characters_that_nobody_can_see_are_refused_by_their_number(raw: str, named: str) -> None:
    assert refusal(Line(), raw) == f"Take out the characters that cannot be seen: {named}."


@pytest.mark.parametrize("raw", ["a\nb\n", "a\r\nb", ["a", "b"], [" a ", "", "b"], "\n\na\n\nb\n\n"])
def test_several_lines_are_a_text_or_a_list_and_empty_ones_do_not_count(raw: object) -> None:
    assert Lines().read(raw) == ("a", "b")


@pytest.mark.parametrize("raw", [5, None, {"a": 1}])
def test_several_lines_must_be_texts(raw: object) -> None:
    assert refusal(Lines(), raw) == "Write a list of texts."


def test_each_of_several_lines_is_checked() -> None:
    assert refusal(Lines(), ["a", 5]) == "Write a text, in quotes."
    assert refusal(Lines(), "a\nb\u200b") == "Take out the characters that cannot be seen: 0x200b."


def test_several_lines_are_written_as_a_list_and_typed_one_below_the_other() -> None:
    assert Lines().write(("a", "b")) == ["a", "b"]
    assert Lines().text(("a", "b")) == "a\nb"


# --- names and choices ---


def test_a_name_follows_its_rule() -> None:
    assert LETTERS.read(" abc ") == "abc"


@pytest.mark.parametrize("raw", ["", "abcdef", "a1", "abc/def", "Abc"])
def test_a_name_that_does_not_follow_its_rule_is_refused_with_it(raw: str) -> None:
    assert refusal(LETTERS, raw) == "Use one to five small letters."


def test_a_name_may_be_empty_only_where_it_is_optional() -> None:
    assert Name(r"[a-z]+", "Use letters.", optional=True).read("  ") == ""
    assert refusal(Name(r"[a-z]+", "Use letters.", optional=True), "1") == "Use letters."


def test_a_choice_is_one_of_its_words() -> None:
    assert COLOURS.read(" green ") == "green"


def test_a_choice_that_is_no_answer_is_refused_with_the_nearest() -> None:
    assert refusal(COLOURS, "redd") == '"redd" is not among the answers. Did you mean red?'
    assert refusal(COLOURS, "Blue") == '"Blue" is not among the answers. Known here: red, green, dark-green.'


# --- paths ---


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("train.py", ("train.py",)),
        ("./src/\n././a.py", ("src/", "a.py")),
        (["a.py", "a.py", "b.py"], ("a.py", "b.py")),
        ("data/x_1+2@3=4-5.csv", ("data/x_1+2@3=4-5.csv",)),
        ("größe.txt", ("größe.txt",)),
        ("..a/b..c", ("..a/b..c",)),
        ("", ()),
    ],
)
def test_paths_are_read_from_the_folder_of_submission_each_once(raw: object, expected: tuple[str, ...]) -> None:
    assert Paths().read(raw) == expected


@pytest.mark.parametrize("path", ["/etc/passwd", "~/a.py", "../a.py", "a/../b", "a/..", "."])
def test_a_path_that_leads_out_of_the_folder_is_refused(path: str) -> None:
    assert refusal(Paths(), path) == (
        f'"{path}" must lie below the folder you submit from: no "/" or "~" before it, no "..".'
    )


@pytest.mark.parametrize("path", ["a b.py", "a,b.py", "$(x).py", "a;b", "a'b", "a*", "-rf", "a:b", "a%b"])
def test_a_path_that_htcondors_lists_cannot_carry_is_refused(path: str) -> None:
    assert refusal(Paths(), path) == (
        f'Rename "{path}": HTCondor carries letters, digits and . _ - + = @ in the names of files.'
    )


# --- numbers and amounts ---


@pytest.mark.parametrize("raw", [1000, "1000", "1,000", " 1 000 ", "1_000", "01000"])
def test_a_count_is_read_with_or_without_marks_between_its_digits(raw: object) -> None:
    assert Count().read(raw) == 1000


@pytest.mark.parametrize("raw", [0, 65, -1, "", "two", "1.5", 1.0, True, None, "1e3", "٣"])
def test_a_count_that_is_not_a_whole_number_within_its_bounds_is_refused(raw: object) -> None:
    assert refusal(Count(1, 64), raw) == "Write a whole number from 1 to 64."


def test_the_bounds_of_a_count_belong_to_it_and_are_written_with_commas() -> None:
    assert (Count(1, 64).read(1), Count(1, 64).read(64)) == (1, 64)
    assert refusal(Count(), "x") == "Write a whole number from 1 to 1,000,000,000."


def test_a_count_is_a_number_in_a_file_and_a_text_in_the_form() -> None:
    assert Count().write(40000) == 40000
    assert Count().text(40000) == "40000"


@pytest.mark.parametrize("raw", ["not measured", "Not Measured", "", " ", "unknown", "not sure", "?"])
def test_what_nobody_measured_is_none_and_is_written_so(raw: str) -> None:
    assert Amount().read(raw) is None
    assert Span().read(raw) is None
    assert Amount().write(None) == "not measured"
    assert Span().write(None) == "not measured"


def test_amounts_and_times_are_read_and_written_with_their_unit() -> None:
    assert Amount().read(" 12 GB ") == Size.of_gb(12)
    assert Amount().write(Size.of_gb(12)) == "12 GB"
    assert Span().read("90 min") == Duration(5400)
    assert Span().write(Duration(5400)) == "1 h 30 min"


def test_an_amount_that_everybody_knows_cannot_be_left_open() -> None:
    said = 'Write a number and a unit, for example "12 GB" or "500 MB".'
    assert KnownAmount().read("12 GB") == Size.of_gb(12)
    assert refusal(KnownAmount(), "not measured") == said
    assert refusal(KnownAmount(), "") == said


@pytest.mark.parametrize(("kind", "raw"), [(Amount(), 12), (KnownAmount(), 12), (Span(), 3)])
def test_an_amount_as_a_bare_number_is_refused(kind: Field[object], raw: object) -> None:
    assert refusal(kind, raw) == "Write a text, in quotes."


def test_a_time_of_zero_is_refused() -> None:
    assert refusal(Span(), "0 h") == 'A time of zero decides nothing: write "not measured" if you do not know it.'


@given(SIZES)
def test_an_amount_comes_back_as_it_was(raw: str) -> None:
    size = Amount().read(raw)
    assert size == Size.parse(raw)
    assert Amount().read(Amount().write(size)) == size


@given(TIMES)
def test_a_time_comes_back_as_it_was(raw: str) -> None:
    span = Span().read(raw)
    assert span == Duration.parse(raw)
    again = Span().read(Span().write(span))
    assert again == span or span.seconds > 72 * 3600


# --- values to be combined ---


def test_a_grid_is_a_line_for_each_name() -> None:
    assert GridOfValues().read("lr = 0.1, 0.01\nbatch=16,32") == (("lr", ("0.1", "0.01")), ("batch", ("16", "32")))


def test_a_value_with_a_comma_stands_in_double_quotes() -> None:
    grid = (("layers", ("64,64", "128")),)
    assert GridOfValues().read('layers = "64,64", 128') == grid
    assert GridOfValues().write(grid) == ['layers = "64,64", 128']


def test_a_value_may_hold_an_equals_sign() -> None:
    assert GridOfValues().read("option = a=1, b=2") == (("option", ("a=1", "b=2")),)


@pytest.mark.parametrize("line", ["lr", "lr =", "lr = ", "0.1, 0.2"])
def test_a_line_of_a_grid_without_values_is_refused(line: str) -> None:
    assert refusal(GridOfValues(), line) == f'Write "{line.strip()}" as a name, "=" and its values: lr = 0.1, 0.01'


@pytest.mark.parametrize("name", ["1st", "a b", "a-b", "", "x" * 41, "é"])
def test_a_name_that_no_script_could_take_is_refused(name: str) -> None:
    said = f'"{name}" cannot name a value: use letters, digits and _, and begin with a letter.'
    assert refusal(GridOfValues(), f"{name} = 1") == said
    assert refusal(TableOfTasks(), f"{name},b\n1,2") == said


def test_a_value_may_not_be_called_task() -> None:
    said = '"task" is the number of the task: call the value something else.'
    assert refusal(GridOfValues(), "task = 1, 2") == said
    assert refusal(TableOfTasks(), "task\n1") == said


def test_a_name_that_stands_twice_in_a_grid_is_refused() -> None:
    assert refusal(GridOfValues(), "lr = 1\nlr = 2") == '"lr" stands twice: put all its values on one line.'


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z_]\w{0,8}", fullmatch=True).filter(str.isascii), st.lists(VALUES, min_size=1)
    )
)
def test_a_grid_comes_back_as_it_was(values: dict[str, list[str]]) -> None:
    grid = tuple((name, tuple(row)) for name, row in values.items() if name != "task")
    kind = GridOfValues()
    assert kind.read(kind.write(grid)) == grid
    assert kind.read(kind.text(grid)) == grid


# --- a table of tasks ---


def test_a_table_has_its_names_in_the_first_line() -> None:
    assert TableOfTasks().read("name,size\nfirst, 1\nsecond,2\n") == Table(
        ("name", "size"), (("first", "1"), ("second", "2"))
    )


def test_a_table_of_nothing_is_empty() -> None:
    assert TableOfTasks().read("") == Table()
    assert TableOfTasks().write(Table()) == []


def test_a_table_may_hold_commas_and_quotes_in_quotes() -> None:
    table = Table(("text",), (("a, b",), ('say "x"',)))
    assert TableOfTasks().read('text\n"a, b"\n"say ""x"""') == table
    assert TableOfTasks().write(table) == ["text", '"a, b"', '"say ""x"""']


def test_a_row_that_is_too_short_or_too_long_is_named_by_its_line() -> None:
    assert refusal(TableOfTasks(), "a,b\n1,2\n3") == "Line 3 has 1 values, the first line names 2."
    assert refusal(TableOfTasks(), "a\n1,2") == "Line 2 has 2 values, the first line names 1."


def test_two_columns_of_the_same_name_are_refused() -> None:
    assert refusal(TableOfTasks(), "a, a\n1,2") == "Two columns have the same name."


@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(st.one_of(st.just(""), VALUES), min_size=width, max_size=width), min_size=1)
    )
)
def test_a_table_comes_back_as_it_was(rows: list[list[str]]) -> None:
    kind, columns = TableOfTasks(), tuple("abcd"[: len(rows[0])])
    table = Table(columns, tuple(tuple(row) for row in rows))
    assert kind.read(kind.write(table)) == table
    assert kind.read(kind.text(table)) == table


@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1))
def test_a_table_that_another_program_wrote_is_read_alike(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["a", "b", "c"], *rows])
    assert TableOfTasks().read(out.getvalue()).rows == tuple(tuple(row) for row in rows)


# --- environment variables ---


def test_variables_are_read_and_written_a_line_each() -> None:
    found = (("MODE", "fast"), ("EMPTY", ""), ("SAID", "a = b"))
    assert Variables().read("MODE=fast\nEMPTY=\nSAID=a = b") == found
    assert Variables().write(found) == ["MODE=fast", "EMPTY=", "SAID=a = b"]


@pytest.mark.parametrize("line", ["MODE", "MODE = fast", "1A=x", "A-B=x", "=x", "export A=x"])
def test_a_variable_that_is_not_name_and_value_is_refused(line: str) -> None:
    assert refusal(Variables(), line) == f'Write "{line}" as NAME=value, without blanks around "=".'


def test_of_a_variable_that_is_set_twice_the_last_counts() -> None:
    assert Variables().read("A=1\nA=2") == (("A", "2"),)


# --- how many weights ---


@pytest.mark.parametrize(
    ("typed", "weights", "said"),
    [
        ("350M", 350_000_000, "350M"),
        ("7b", 7_000_000_000, "7B"),
        ("6.738 B", 6_738_000_000, "6.738B"),
        ("1500M", 1_500_000_000, "1.5B"),
        ("125000K", 125_000_000, "125M"),
    ],
)
def test_weights_are_read_as_people_say_them_and_said_exactly(typed: str, weights: int, said: str) -> None:
    assert Parameters().read(typed) == weights
    assert Parameters().write(weights) == said
    assert Parameters().read(said) == weights


def test_nothing_said_about_weights_is_none() -> None:
    assert [Parameters().read(typed) for typed in ("", "not sure", "?")] == [None, None, None]
    assert Parameters().write(None) == ""


@pytest.mark.parametrize("typed", ["7", "seven B", "7GB", "-7B", "0B", "99T"])
def test_weights_without_a_unit_or_beyond_reason_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match='for example "350M" or "7B"'):
        Parameters().read(typed)

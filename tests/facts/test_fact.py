from dataclasses import dataclass

import pytest

from planner.errors import PlannerError
from planner.facts.fact import Fact, read_record
from planner.facts.sources import source
from planner.units import Duration, Size

HELP = source("chtc-help")


@dataclass(frozen=True)
class Shelf:
    label: str
    width: Fact[Size]
    colours: Fact[tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Room:
    name: str
    area: Fact[float]
    doors: Fact[int]
    open_for: Fact[Duration]
    shelves: tuple[Shelf, ...]
    lit: Fact[bool] | None = None
    best: Shelf | None = None


def fact(value: object) -> dict[str, object]:
    return {"value": value, "source": "chtc-help"}


def room(**changes: object) -> dict[str, object]:
    """Return the table of a room; None takes a key out."""
    table: dict[str, object] = {
        "name": "cellar",
        "area": fact(12.5),
        "doors": fact(2),
        "open_for": fact("8 h"),
        "shelves": [{"label": "top", "width": fact("1 GB")}],
    }
    return {key: value for key, value in {**table, **changes}.items() if value is not None}


def problems(**changes: object) -> list[str]:
    with pytest.raises(PlannerError) as refused:
        read_record(Room, room(**changes), "room.toml")
    return [str(problem) for problem in refused.value.problems]


def test_a_table_becomes_the_record_that_it_describes() -> None:
    assert read_record(Room, room(), "room.toml") == Room(
        name="cellar",
        area=Fact(12.5, HELP),
        doors=Fact(2, HELP),
        open_for=Fact(Duration(28800), HELP),
        shelves=(Shelf("top", Fact(Size(1024**3), HELP)),),
    )


def test_what_may_be_absent_is_read_where_it_is_there() -> None:
    found = read_record(
        Room,
        room(lit=fact(value=True), best={"label": "low", "width": fact("2 GB"), "colours": fact(["red", "blue"])}),
        "room.toml",
    )
    assert found.lit == Fact(value=True, source=HELP)
    assert found.best == Shelf("low", Fact(Size(2 * 1024**3), HELP), Fact(("red", "blue"), HELP))


def test_a_note_is_kept_beside_its_value() -> None:
    found = read_record(Room, room(doors={**fact(2), "note": "inferred"}), "room.toml")
    assert found.doors == Fact(2, HELP, "inferred")


def test_a_whole_number_will_do_where_a_fraction_is_asked_for() -> None:
    area = read_record(Room, room(area=fact(12)), "room.toml").area.value
    assert area == 12.0
    assert isinstance(area, float)


def test_a_missing_figure_is_named_with_what_to_write() -> None:
    assert problems(doors=None) == ['room.toml.doors: is missing. Add doors = { value = …, source = "…" }.']


def test_a_missing_text_is_named() -> None:
    assert problems(name=None) == ["room.toml.name: is missing. Add name."]


def test_an_unknown_key_is_refused_with_the_nearest_one() -> None:
    assert problems(door=fact(2)) == ["room.toml.door: is not a known key. Did you mean doors?"]


def test_a_bare_value_is_refused() -> None:
    assert problems(doors=2) == ['room.toml.doors: 2 has no source. Write it as { value = …, source = "…" }.']


def test_a_value_without_its_source_is_refused() -> None:
    assert problems(doors={"value": 2}) == [
        "room.toml.doors: {'value': 2} has no source. Write it as { value = …, source = \"…\" }."
    ]


def test_a_source_that_does_not_exist_is_refused_with_the_nearest_one() -> None:
    assert problems(doors={"value": 2, "source": "nvidia-cuda-note"}) == [
        "room.toml.doors.source: no such source: nvidia-cuda-note. Did you mean nvidia-cuda-notes?"
    ]


def test_a_strange_key_of_a_figure_is_refused() -> None:
    assert problems(doors={**fact(2), "notes": "inferred"}) == [
        "room.toml.doors.notes: is not a known key. A fact is value, source, note."
    ]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("doors", "two", "'two' does not fit. Write a value of type int."),
        ("doors", 2.5, "2.5 does not fit. Write a value of type int."),
        ("doors", True, "True does not fit. Write a value of type int."),
        ("area", "12", "'12' does not fit. Write a value of type float."),
        ("area", True, "True does not fit. Write a value of type float."),
        ("lit", 1, "1 does not fit. Write a value of type bool."),
        ("open_for", "8", '\'8\' does not fit. Write a number and a unit, for example "3 h", "90 min" or "2 d".'),
        ("open_for", 8, "8 does not fit. Write a text with a unit, in quotes."),
    ],
)
def test_a_value_of_another_type_is_refused(key: str, value: object, said: str) -> None:
    assert problems(**{key: fact(value)}) == [f"room.toml.{key}.value: {said}"]


@pytest.mark.parametrize("value", ["red", ["red", 1]])
def test_lines_must_be_a_list_of_texts(value: object) -> None:
    shelf = {"label": "top", "width": fact("1 GB"), "colours": fact(value)}
    assert problems(shelves=[shelf]) == [
        f"room.toml.shelves[0].colours.value: {value!r} does not fit. Write a list of texts."
    ]


def test_a_label_must_be_a_text() -> None:
    assert problems(name=5) == ["room.toml.name: 5 is not a text. Put it in quotes."]


def test_a_problem_deep_inside_names_its_spot() -> None:
    shelves = [{"label": "top", "width": fact("1 GB")}, {"label": "low", "width": fact("wide")}]
    assert problems(shelves=shelves) == [
        (
            "room.toml.shelves[1].width.value: 'wide' does not fit. "
            'Write a number and a unit, for example "12 GB" or "500 MB".'
        )
    ]


def test_one_table_where_several_are_asked_for_is_refused() -> None:
    assert problems(shelves={"label": "top"}) == [
        "room.toml.shelves: is not a list of tables. Write [[room.toml.shelves]] for each."
    ]


@pytest.mark.parametrize(("changes", "where"), [({"best": "low"}, "best"), ({"shelves": ["low"]}, "shelves[0]")])
def test_a_text_where_a_table_is_asked_for_is_refused(changes: dict[str, object], where: str) -> None:
    assert [said.split(" Write")[0] for said in problems(**changes)] == [f"room.toml.{where}: is not a table."]


def test_every_problem_comes_at_once() -> None:
    assert problems(
        wall=1, area=None, doors=2, open_for=fact("8"), lit={"value": True, "source": "no"}, shelves=[{"label": 1}]
    ) == [
        "room.toml.wall: is not a known key. Known here: name, area, doors, open_for, shelves, lit, best.",
        'room.toml.area: is missing. Add area = { value = …, source = "…" }.',
        'room.toml.doors: 2 has no source. Write it as { value = …, source = "…" }.',
        (
            "room.toml.open_for.value: '8' does not fit. "
            'Write a number and a unit, for example "3 h", "90 min" or "2 d".'
        ),
        "room.toml.shelves[0].label: 1 is not a text. Put it in quotes.",
        'room.toml.shelves[0].width: is missing. Add width = { value = …, source = "…" }.',
        "room.toml.lit.source: no such source: no. " + known_sources(),
    ]


def known_sources() -> str:
    with pytest.raises(KeyError) as refused:
        source("no")
    return str(refused.value.args[0]).removeprefix("no such source: no. ")

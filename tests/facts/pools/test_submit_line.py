import pytest

from planner.facts.pools import SubmitLine


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("+WantGPULab = true", "+WantGPULab", "true"),
        ('MY.GPUJobLength="short"', "MY.GPUJobLength", '"short"'),
        ("requirements = (a == 1)", "requirements", "(a == 1)"),
    ],
)
def test_a_line_is_a_name_and_a_value(text: str, name: str, value: str) -> None:
    line = SubmitLine.parse(text)
    assert line == SubmitLine(name, value)
    assert SubmitLine.parse(str(line)) == line


def test_a_line_is_written_with_a_blank_on_each_side_of_the_sign() -> None:
    assert str(SubmitLine.parse("+is_resumable=true")) == "+is_resumable = true"


@pytest.mark.parametrize("text", ["", "true", "= true", "+a = ", "two words = 1", "a = 1\nb = 2"])
def test_what_has_no_name_or_no_value_is_no_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Write name = value\.$"):
        SubmitLine.parse(text)

import jinja2
import pytest

from planner.bundle.templates import environment, render


def test_a_value_that_was_not_quoted_is_not_printed() -> None:
    template = environment().from_string("executable = {{ name }}\n")
    with pytest.raises(TypeError, match="a template prints 'x' without quoting it"):
        template.render(name="x")


def test_a_name_that_does_not_exist_is_not_printed_as_nothing() -> None:
    with pytest.raises(jinja2.UndefinedError, match="'path' is undefined"):
        render("task.sub", {})

"""The templates of the page, with autoescape on."""

from functools import cache

import jinja2

from planner.templates import loader


@cache
def environment() -> jinja2.Environment:
    """Return what fills the templates."""
    return jinja2.Environment(
        loader=loader("planner.web"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: object) -> str:
    """Return *template* filled with *values*; text stays text."""
    return _template(template).render(values).strip()


@cache
def _template(name: str) -> jinja2.Template:
    return environment().get_template(name)

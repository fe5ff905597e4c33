"""The templates of the page, with autoescape on."""

from functools import cache
from importlib.resources import files as resources

import jinja2


@cache
def _environment() -> jinja2.Environment:
    folder = resources("planner.web").joinpath("templates")
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: object) -> str:
    """Return *template* filled with *values*; text stays text."""
    return _environment().get_template(template).render(values).strip()

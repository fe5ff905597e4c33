"""Templates of files: they show the whole shape of a file, and print only what has been quoted."""

from functools import cache

import jinja2

from planner.bundle import quoting
from planner.bundle.quoting import Quoted
from planner.templates import loader


def _only_quoted(value: object) -> object:
    """Refuse to print a value that no quoting function has seen."""
    if isinstance(value, Quoted):
        return value
    raise TypeError(f"a template prints {value!r} without quoting it")


@cache
def environment() -> jinja2.Environment:
    """Return what fills the templates."""
    jinja = jinja2.Environment(
        loader=loader("planner.bundle"),
        undefined=jinja2.StrictUndefined,
        finalize=_only_quoted,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # These are no HTML files; each value goes through the quoting function of its own language.
        autoescape=False,  # noqa: S701
    )
    for name in _QUOTING:
        jinja.filters[name] = getattr(quoting, name)
    # Folders are written with "/" at the end by people, and without it in files.
    jinja.filters["variable"] = lambda name: f"value_{name}"
    jinja.filters["trim_slash"] = lambda path: path.rstrip("/")
    return jinja


_QUOTING = (
    "trusted",
    "code",
    "comment",
    "csv_row",
    "dag_value",
    "image_reference",
    "markdown",
    "number",
    "r_text",
    "requirement",
    "sh",
    "sh_command",
    "sh_words",
    "size",
    "submit",
    "submit_arguments",
    "submit_files",
    "submit_line",
    "submit_url",
    "yaml",
)


def render(template: str, values: dict[str, object]) -> str:
    """Return *template* filled with *values*. Raises TypeError where something unquoted would be printed."""
    return _template(template).render(values)


@cache
def _template(name: str) -> jinja2.Template:
    return environment().get_template(name)

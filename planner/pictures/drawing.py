"""What every picture is, and the few shapes that pictures are drawn with. Lengths are in units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 600


@dataclass(frozen=True)
class Picture:
    """A drawing with its words: *says* is the sentence it shows, *rows* the same as a table, first row the header."""

    name: str
    title: str
    says: str
    svg: Markup
    rows: tuple[tuple[str, ...], ...]


def drawing(height: int, shapes: Sequence[str], label: str) -> Markup:
    """Return the SVG of *shapes*; *label* names it for those who do not see it."""
    return Markup(  # noqa: S704  # every text went through `text`
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">{"".join(shapes)}</svg>'
    )


def text(x: float, y: float, words: str, *, look: str = "ink", anchor: str = "start") -> str:
    """Return words whose base line begins (or ends, by *anchor*) at x, y."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{look}" text-anchor="{anchor}">{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, look: str) -> str:
    """Return a rectangle; one that stands for something is never too thin to be seen."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1.5):.1f}" height="{height:.1f}" rx="2" class="{look}"/>'


def arrow(x: float, y: float, to: float) -> str:
    """Return an arrow to the right."""
    return f'<path d="M{x:.1f} {y:.1f}H{to - 5:.1f}m-4 -4l5 4l-5 4" class="line"/>'

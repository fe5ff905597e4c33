"""A bar is what we promised; a row says whether it holds, on the machine that ran the bench."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One bar: *what* is measured, the *bar* in words, what was *measured*, whether it *holds*, and what to know."""

    what: str
    bar: str
    measured: str
    holds: bool
    note: str = ""

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "falls short"
        return f"{self.what}: {self.measured} (bar {self.bar}) – {verdict}{'. ' + self.note if self.note else ''}"

"""A bar is what we promised; a row says whether it holds, on the machine that ran the bench."""

from dataclasses import dataclass

NO_BAR = "–"


@dataclass(frozen=True)
class Row:
    """One bar: *what* is measured, the *bar* in words, what was *measured*, whether it *holds*, and what to know.

    Where something of others is measured *holds* is None: it is shown beside, and nobody promised anything.
    """

    what: str
    bar: str
    measured: str
    holds: bool | None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether it holds, in words."""
        if self.holds is None:
            return "beside"
        return "holds" if self.holds else "falls short"

    def __str__(self) -> str:
        return f"{self.what}: {self.measured} (bar {self.bar}) – {self.verdict}{'. ' + self.note if self.note else ''}"

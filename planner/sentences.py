"""Numbers and lists as English sentences say them."""

from collections.abc import Sequence


def plural(count: int, noun: str) -> str:
    """Return *noun* for so many: "job" for 1, else "jobs"."""
    return noun if count == 1 else f"{noun}s"


def counted(count: int, noun: str) -> str:
    """Return a number of things: "1 part", "2,000 parts"."""
    return f"{count:,} {plural(count, noun)}"


def is_are(count: int) -> str:
    """Return the verb for so many: "is" for 1, else "are"."""
    return "is" if count == 1 else "are"


def and_joined(names: Sequence[str]) -> str:
    """Return *names* as a sentence lists them: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))

"""Words that rules of several families put into their sentences."""

import re
from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """Return *names* as a sentence lists them: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def bare_name(requirement: str) -> str:
    """Return the name of a requirement as pip compares names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s=<>!~;\[@]", requirement.strip(), maxsplit=1)[0]).lower()


def counted(many: int, what: str) -> str:
    """Return a number of things in words: "1 part", "2,000 parts"."""
    return f"{many:,} {what}{'' if many == 1 else 's'}"

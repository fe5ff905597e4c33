"""Words that rules of several families read out of answers."""

import re


def bare_name(requirement: str) -> str:
    """Return the name of a requirement as pip compares names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s=<>!~;\[@]", requirement.strip(), maxsplit=1)[0]).lower()

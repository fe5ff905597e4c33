"""Helpers that rules of several families use to read answers."""

import re


def bare_name(requirement: str) -> str:
    """Return the name of a requirement, normalized as pip does to compare names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s=<>!~;\[@]", requirement.strip(), maxsplit=1)[0]).lower()

"""Values of a submit description as numbers, amounts and lists."""

import re

from planner.submit.description import Submit
from planner.units import Size


def number(submit: Submit, key: str) -> int | None:
    """Return a command's whole number, or None."""
    text = submit.value(key)
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None


def size_of(submit: Submit, key: str) -> Size | None:
    """Return a command's amount; None where it is not given, or is no amount with a unit."""
    try:
        return Size.parse(submit.value(key))
    except ValueError:
        return None


def asked_memory(submit: Submit) -> Size | None:
    """Return the memory asked of a card; None where it is not given, or an expression."""
    text = submit.value("gpus_minimum_memory")
    try:
        return Size.parse(f"{text} MB" if re.fullmatch(r"\d+", text) else text)
    except ValueError:
        return None


def listed(value: str) -> list[str]:
    """Return the items of a list with commas, as in transfer_input_files."""
    return [item.strip() for item in value.strip().strip('"').split(",") if item.strip()]

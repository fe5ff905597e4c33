"""Checks of amounts of memory and disk."""

import re
from collections.abc import Iterator

from planner.review.base import FAILS, LOSES, WASTES, Hit, at, check
from planner.review.checks.values import EXPRESSION
from planner.review.edits import with_value
from planner.review.files import ReviewedFiles
from planner.review.own_commands import own_commands
from planner.submit.description import Command, Submit
from planner.units import Size

_READ_BY_HTCONDOR = "test_submit_descriptions_are_read_by_htcondor_and_every_value_has_its_form"
_WITH_ITS_UNIT = "impossible: every amount is written with its unit"

_RETRY = "retry_request_memory"
# Commands that hold an amount, and the unit of a bare number.
_UNITS = {"request_memory": "MB", "request_disk": "KB", "gpus_minimum_memory": "MB", _RETRY: "MB"}
_RIGHT = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)\s*[KMGT]B?", re.IGNORECASE)
_BARE = re.compile(r"\d+(?:\.\d+)?|\.\d+")
# Forms that people write for an amount; the number and the first letter of the unit are what they mean.
_MEANT = re.compile(r"[\"']?\s*(\d+(?:,\d{3})*(?:\.\d+)?)\s*([KMGT])?(?:i?B|igs?|\b)?s?\s*[\"']?", re.IGNORECASE)
# A program needs more than this.
_TINY = Size.parse("100 MB")


@check(severity=WASTES, sources=("condor-run",), in_plans=_WITH_ITS_UNIT, shown_by=_READ_BY_HTCONDOR)
def amount_without_unit(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An amount has no unit

    A bare number means megabytes in request_memory and gpus_minimum_memory, and kilobytes in request_disk. A reader may
    take it for something else, and a pool may be set to refuse it.
    """
    for command, written, size in _bare(submit):
        if size >= _TINY:
            yield at(
                command,
                f"{command.value} without a unit means {written}.",
                f"Write {written}.",
                *with_value(submit, command, written),
            )


@check(severity=LOSES, sources=("condor-run",), in_plans=_WITH_ITS_UNIT, shown_by=_READ_BY_HTCONDOR)
def tiny_amount_without_unit(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An amount without a unit is next to nothing

    A bare number means megabytes in request_memory and gpus_minimum_memory, and kilobytes in request_disk. A pool that
    enforces requests holds a job that uses more.
    """
    for command, written, size in _bare(submit):
        if size < _TINY:
            unit = "GB" if float(command.value) < 1000 else "MB"
            yield at(
                command,
                f"{command.value} without a unit means {written}, which is next to nothing.",
                f"Write the unit: do you mean {command.value} {unit}?",
            )


def _bare(submit: Submit) -> Iterator[tuple[Command, str, Size]]:
    """Yield each amount without a unit, how it is written with the unit that HTCondor takes, and its size."""
    for command in _amounts(submit):
        if _BARE.fullmatch(command.value):
            with_unit = f"{command.value} {_UNITS[command.key]}"
            yield command, with_unit, Size.parse(f"0{with_unit}" if with_unit.startswith(".") else with_unit)


@check(severity=FAILS, sources=("condor-run",), in_plans=_WITH_ITS_UNIT, shown_by=_READ_BY_HTCONDOR)
def amount_in_quotes(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An amount is in quotes

    In quotes it is a string, which HTCondor compares with no amount: it accepts the line without a warning, and the job
    stays idle.
    """
    for command, written in _misread(submit):
        if "," not in command.value and re.search("[\"']", command.value) and command.key != _RETRY:
            yield at(
                command,
                f"In quotes {command.value} is a string, not an amount, and the job stays idle.",
                f"Write {written}.",
                *with_value(submit, command, written),
            )


@check(severity=LOSES, sources=("condor-run",), in_plans=_WITH_ITS_UNIT, shown_by=_READ_BY_HTCONDOR)
def comma_in_amount(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A comma cuts an amount short

    HTCondor reads a number only up to its comma, 2,000 as 2, and does not warn.
    """
    for command, written in _misread(submit):
        if "," in command.value:
            yield at(
                command,
                f"HTCondor reads {command.value} only up to the comma.",
                f"Write {written}.",
                *with_value(submit, command, written),
            )


@check(severity=FAILS, sources=("condor-run",), in_plans=_WITH_ITS_UNIT, shown_by=_READ_BY_HTCONDOR)
def unknown_unit(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An amount has a unit that HTCondor does not know

    It knows K, M, G and T, each with or without a B, and counts in powers of 1024. It refuses GiB and gigs.
    """
    for command, written in _misread(submit):
        if not re.search("[\"',]", command.value):
            yield at(
                command,
                f"HTCondor does not know the unit of {command.value}, and refuses the line.",
                f"Write {written}.",
                *with_value(submit, command, written),
            )


def _misread(submit: Submit) -> Iterator[tuple[Command, str]]:
    """Yield each amount that HTCondor does not read as it is meant, and how to write it."""
    for command in _amounts(submit):
        amount = _MEANT.fullmatch(command.value)
        if amount and not _RIGHT.fullmatch(command.value) and not _BARE.fullmatch(command.value):
            yield command, f"{amount[1].replace(',', '')} {(amount[2] or _UNITS[command.key][0]).upper()}B"


@check(
    severity=FAILS,
    sources=("condor-run",),
    in_plans="impossible: values are written by the planner",
    shown_by=_READ_BY_HTCONDOR,
)
def amount_expected(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A value is not an amount where HTCondor expects one

    HTCondor takes a word for the name of an attribute and does not warn. The job has no such attribute, so no server
    matches, and it stays idle.
    """
    for command in _amounts(submit):
        value = command.value
        forms = (_RIGHT, _BARE, _MEANT)
        names_an_attribute = submit.has(f"my.{value.lower()}")
        if command.key == _RETRY or names_an_attribute or EXPRESSION.search(value):
            continue
        if not any(form.fullmatch(value) for form in forms):
            yield at(
                command, f"{value[:40]} is not an amount, so the job stays idle.", "Write a number and a unit: 12 GB."
            )


def _amounts(submit: Submit) -> Iterator[Command]:
    for command in own_commands(submit):
        # Several amounts, one for each retry.
        if command.key == _RETRY and all(_RIGHT.fullmatch(item.strip()) for item in command.value.split(",")):
            continue
        if command.key in _UNITS and command.value and "$" not in command.value:
            yield command

"""Checks of what a job takes home."""

import re
from collections.abc import Iterator

from planner.review.base import LOSES, WASTES, Hit, at, check
from planner.review.edits import Edit, with_value
from planner.review.files import ReviewedFiles
from planner.submit.description import Submit
from planner.submit.values import listed

_READ_BY_HTCONDOR = "test_submit_descriptions_are_read_by_htcondor_and_every_value_has_its_form"
_NO_REMAPS = "impossible: the planner writes no remaps"
_IN_QUOTES = re.compile(r'"[^"]*"', re.DOTALL)


@check(severity=WASTES, sources=("condor-submit", "condor-run"), in_plans=_NO_REMAPS, shown_by=_READ_BY_HTCONDOR)
def remaps_without_quotes(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Remaps are not in one pair of double quotes

    The manual puts all of transfer_output_remaps in one pair of double quotes, with none inside. HTCondor 25.14.1 accepts
    remaps without quotes too, which other versions need not.
    """
    remaps, value = submit.command("transfer_output_remaps"), submit.value("transfer_output_remaps")
    if remaps and not _IN_QUOTES.fullmatch(value):
        inner = value.replace('"', "")
        yield at(
            remaps,
            "The remaps are not in one pair of double quotes.",
            f'Write "{inner}".',
            *with_value(submit, remaps, f'"{inner}"'),
        )


@check(severity=LOSES, sources=("condor-submit",), in_plans=_NO_REMAPS, shown_by=_READ_BY_HTCONDOR)
def remaps_without_semicolons(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Remaps are not separated by semicolons

    With another sign between them, the second remap becomes part of the first one's new name.
    """
    remaps, value = submit.command("transfer_output_remaps"), submit.value("transfer_output_remaps")
    if remaps and _lacks_semicolons(value):
        better = re.sub(r"\s*,\s*(?=[^,=;]+=)", "; ", value)
        yield at(
            remaps,
            "The remaps are not separated by semicolons.",
            f"Write {better}.",
            *(with_value(submit, remaps, better) if better != value else ()),
        )


def _lacks_semicolons(value: str) -> bool:
    return bool(_IN_QUOTES.fullmatch(value)) and value.count("=") > 1 and ";" not in value


@check(severity=LOSES, sources=("condor-submit",), in_plans=_NO_REMAPS, shown_by=_READ_BY_HTCONDOR)
def remap_of_unlisted_output(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A remap names a file that is not among the outputs

    With transfer_output_files only the files of that list come back. A remap of another one is ignored without a message,
    and the file is lost.
    """
    remaps, value = submit.command("transfer_output_remaps"), submit.value("transfer_output_remaps")
    outputs = listed(submit.value("transfer_output_files"))
    # With a folder in the list, the file may be in it.
    has_folders = any(output.endswith("/") for output in outputs)
    if not remaps or not outputs or has_folders or not _IN_QUOTES.fullmatch(value) or _lacks_semicolons(value):
        return
    names = [pair.partition("=")[0].strip() for pair in value.strip('"').split(";") if "=" in pair]
    if lost := [name for name in names if name not in outputs]:
        yield at(
            remaps,
            f"{' and '.join(lost)} {'is' if len(lost) == 1 else 'are'} not in transfer_output_files, so the remap does "
            "nothing.",
            f"Write transfer_output_files = {', '.join([*outputs, *lost])}.",
            *_more_outputs(submit, lost),
        )


def _more_outputs(submit: Submit, lost: list[str]) -> tuple[Edit, ...]:
    command = submit.command("transfer_output_files")
    return with_value(submit, command, ", ".join([command.value, *lost])) if command else ()


@check(
    severity=WASTES,
    sources=("chtc-file-transfer",),
    in_plans="impossible: the planner writes neither",
    shown_by=_READ_BY_HTCONDOR,
)
def remaps_and_output_destination(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Remaps and output_destination are both given

    output_destination sends all outputs to one place, remaps send some elsewhere. They are not meant to be combined, and
    which one wins is not documented.
    """
    remaps = submit.command("transfer_output_remaps")
    if remaps and submit.has("output_destination"):
        yield at(remaps, "output_destination is given as well.", "Use one of the two.")


@check(
    severity=LOSES,
    sources=("chtc-file-transfer",),
    taught_by=("results-come-back",),
    unseen="Files do not say where a program writes.",
)
def results_left_in_folder() -> None:
    """Results in a folder do not come back

    Without transfer_output_files only new or changed files at the top of the job's directory come back. What a program
    writes into a folder is deleted with the job's directory.
    """


@check(
    severity=LOSES,
    sources=("condor-files",),
    taught_by=("results-come-back",),
    unseen="Files do not say which files a failing run writes.",
)
def listed_output_missing() -> None:
    """A listed output may be missing

    A job that did not write a file of transfer_output_files is held, whatever else it wrote, and its exit code is lost. A
    program that fails early often writes none of them.
    """


@check(
    severity=LOSES,
    sources=("chtc-quotas",),
    taught_by=("quota",),
    unseen="Files do not say how large results are.",
)
def results_above_quota() -> None:
    """The results of all jobs do not fit in the quota

    A job that cannot write its results is held. With many jobs the quota is full before the last one ends.
    """

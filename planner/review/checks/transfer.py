"""Checks of the addresses of a job's inputs."""

import re
from collections.abc import Iterator

from planner.facts.pools import Pool
from planner.facts.pools.addresses import Address, address_of
from planner.review.base import FAILS, WASTES, Hit, at, check
from planner.review.edits import before_queue, with_value, wrapped
from planner.review.files import ReviewedFiles
from planner.submit.description import Command, Submit
from planner.submit.values import listed

_READ_BY_HTCONDOR = "test_submit_descriptions_are_read_by_htcondor_and_every_value_has_its_form"
# A job that brings more single files than this is slow for everybody.
_MANY_INPUTS = 100
_INPUTS = ("transfer_input_files", "container_image")
_LONGEST = 2000


# --- addresses that should be others ---


@check(severity=FAILS, sources=("chtc-staging-move",), taught_by=("data-place",))
def input_has_moved(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The path of an input has moved

    Pools reorganize their storage and remove the old paths. A job with an old path cannot fetch its input and is held.
    """
    for command, item in _as_written(submit):
        for moved in files.pool.moved:
            if moved.of(item) != item:
                yield _corrected(submit, command, item, files.pool, moved.what.value)


@check(severity=WASTES, sources=("chtc-large-data",), taught_by=("data-place",))
def path_through_access_point(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A path of the place for large files is copied through the access point

    HTCondor copies a plain path from the access point to each job. That machine is shared by everybody, while an address
    lets the server fetch a large file itself.
    """
    for command, item, address in _in_places(submit, files.pool):
        if not address.prefix:
            what = "A plain path copies the file through the access point, again for each job."
            yield _corrected(submit, command, item, files.pool, what)


@check(severity=FAILS, sources=("chtc-file-transfer",), taught_by=("data-place",))
def place_not_served_by_address(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An input has an address under which its place serves no files

    Each place serves files under some addresses only. A group's directory, for example, need not be in the data
    federation that serves the personal ones. A job that cannot fetch its input is held.
    """
    for command, item, address in _in_places(submit, files.pool):
        if address.prefix and not address.bands:
            what = f"Under {address.prefix} nothing of {address.place.name} is served."
            yield _corrected(submit, command, item, files.pool, what)


@check(
    severity=FAILS,
    sources=("chtc-file-transfer",),
    in_plans="impossible: the planner packs what is staged, and lets the job unpack it",
    shown_by=_READ_BY_HTCONDOR,
)
def pack_on_file_path(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An input that is read by its path is to be packed or unpacked

    Only the data federation understands ?pack=auto. For file:// it is part of a name, and no file has that name.
    """
    for command, item, address in _in_places(submit, files.pool):
        if address.scheme == "file" and address.query.startswith("pack"):
            what = "With file:// ?pack is part of the file's name."
            yield _corrected(submit, command, item, files.pool, what)


def _as_written(submit: Submit) -> Iterator[tuple[Command, str]]:
    """Yield each input's address as written, but those with macros, with its command."""
    for command in filter(None, map(submit.command, _INPUTS)):
        for item in listed(command.value):
            if "$" not in item and len(item) < _LONGEST:
                yield command, item


def _in_places(submit: Submit, pool: Pool) -> Iterator[tuple[Command, str, Address]]:
    for command, item in _as_written(submit):
        if address := address_of(item, pool):
            yield command, item, address


def _corrected(submit: Submit, command: Command, item: str, pool: Pool, what: str) -> Hit:
    """Return a hit whose edit corrects every address of the command: one line can be fixed once only."""
    items = [_right(address, pool) for address in listed(command.value)]
    edits = with_value(submit, command, ", ".join(items))
    return at(command, f"{item}: {what[0].lower()}{what[1:]}", f"Write {_right(item, pool)}.", *edits)


def _right(item: str, pool: Pool) -> str:
    """Return the address that *item* should have on this pool; itself where nothing is known against it."""
    if "$" in item or len(item) >= _LONGEST:
        return item
    for moved in pool.moved:
        item = moved.of(item)
    address = address_of(item, pool)
    return address.with_prefix_of_place() if address else item


# --- addresses that cannot be fetched ---


@check(severity=FAILS, sources=("chtc-researchdrive",), taught_by=("data-place",))
def input_out_of_reach(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An input is in a folder that jobs cannot reach

    Some storage opens only one folder to jobs. HTCondor cannot fetch a file from any other, and holds the job.
    """
    for command, item, address in _addresses(submit, files.pool):
        if address.is_outside:
            form = re.sub(r"\{(\w+)\}", lambda name: name[1].upper(), address.place.path.value)
            yield at(
                command,
                f"{item}: of {address.place.name} jobs can reach only {form}.",
                "Put the file there, or ask its owner to.",
            )


@check(
    severity=WASTES,
    sources=("chtc-file-transfer",),
    in_plans="impossible: what a pool has retired is not in its file",
    shown_by=_READ_BY_HTCONDOR,
)
def retired_in_submit_file(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A submit file uses what the pool has retired

    Pools replace their services, and old submit files keep the old names. What is retired may still answer today and be
    gone tomorrow.
    """
    for command in submit.commands:
        if command.line.file == submit.file:
            parts = listed(command.value) if command.key in _INPUTS else [command.value]
            for retired in files.pool.retired:
                for part in parts:
                    if retired.is_in(part[:_LONGEST]):
                        yield at(command, f"{part[:200]}: {retired.what.value}", retired.instead)


@check(severity=WASTES, sources=("chtc-machine-learning",), taught_by=("pack-small-files",))
def folder_as_input_address(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """The address of an input is a folder

    What fetches addresses fetches files. Some plug-ins fetch a folder if asked to, file by file, which is slow and
    burdens the storage.
    """
    for command, item in _expanded(submit):
        if re.match(r"(osdf|file|pelican)://", item) and item.endswith("/"):
            yield at(command, f"{item} is a folder, which is not fetched like a file.", "Pack it into one archive.")


@check(severity=WASTES, sources=("chtc-quotas",), taught_by=("pack-small-files",))
def many_input_files(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """A job brings very many files

    Each file is a transfer of its own, for each job. Starting them takes longer than the data itself.
    """
    command = submit.command("transfer_input_files")
    count = len(listed(command.value)) if command else 0
    if command and count > _MANY_INPUTS:
        yield at(command, f"{count} files are fetched one by one for each job.", "Pack them into one archive.")


# --- which servers can fetch them ---


@check(severity=WASTES, sources=("chtc-file-transfer",), taught_by=("data-place",))
def file_path_without_requirement(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """An input is read by a path that not every server has

    Not every server mounts the file system for large data. On one that does not the job is held; whether it gets one
    depends on chance.
    """
    for command, item, address in _addresses(submit, files.pool):
        clause = address.requirement
        if clause and not _requires(submit, clause):
            requirements = submit.command("requirements")
            if requirements:
                edits = with_value(submit, requirements, f"{wrapped(requirements.value)} && {clause}")
            else:
                edits = before_queue(submit, f"requirements = {clause}")
            what = f"{item} can be read only on servers with {_attribute(clause)}, and on others the job is held."
            yield at(command, what, f"Require {clause}.", *edits)
            # The requirement serves all of them.
            return


@check(severity=WASTES, sources=("chtc-scaling",), taught_by=("wider-pools",))
def wider_pools_contradicted(submit: Submit, files: ReviewedFiles) -> Iterator[Hit]:
    """Wider pools are requested with what only this pool has

    Machines of other pools have neither this pool's file systems nor its attributes. With a requirement on them the job
    never leaves this pool; without one it may start elsewhere and be held.
    """
    wider = files.pool.wider
    switches = [line.name for line in wider.lines.value] if wider else []
    command = next((submit.command(name) for name in switches if submit.is_true(name)), None)
    tied = [*_paths(submit, files.pool), *_required_here(submit, files.pool)]
    if command and tied:
        yield at(
            command,
            f"{command.name} lets the job run where {' and '.join(tied[:3])} cannot be.",
            "Remove the switches for wider pools, or fetch every input by an address that works everywhere.",
        )


def _expanded(submit: Submit) -> Iterator[tuple[Command, str]]:
    """Yield each input's address, its macros expanded, with its command."""
    for command in filter(None, map(submit.command, _INPUTS)):
        for item in listed(submit.value(command.key)):
            yield command, item


def _addresses(submit: Submit, pool: Pool) -> Iterator[tuple[Command, str, Address]]:
    for command, item in _expanded(submit):
        if address := address_of(item, pool):
            yield command, item, address


def _paths(submit: Submit, pool: Pool) -> Iterator[str]:
    """Yield each input that is read by its path, or lies where every file is."""
    for _, item in _expanded(submit):
        address = address_of(item, pool)
        if item.startswith("file://") or (address and all(band.requirement for band in address.place.bands)):
            yield item


def _required_here(submit: Submit, pool: Pool) -> list[str]:
    """Return the attributes of this pool's servers that the job requires to read files by their paths."""
    clauses = [band.requirement.value for place in pool.places for band in place.bands if band.requirement]
    return list(dict.fromkeys(_attribute(clause) for clause in clauses if _requires(submit, clause)))


def _requires(submit: Submit, clause: str) -> bool:
    return _attribute(clause).lower() in submit.value("requirements").lower()


def _attribute(clause: str) -> str:
    word = re.search(r"\w+", clause)
    return word[0] if word else clause

"""Checks of the files that a job brings and takes home."""

import re
from collections.abc import Iterator

from planner.facts.pools import Place, Pool
from planner.review.case import Case, before_queue, with_value, wrapped
from planner.review.checks import Finding, Mend, finding
from planner.submit.description import Command, Submit
from planner.submit.values import listed

# A job that brings more single files than this is slow for everybody (the facts say about a hundred).
_MANY_INPUTS = 100
_INPUTS = ("transfer_input_files", "container_image")


def inputs(submit: Submit, case: Case) -> Iterator[Finding]:
    """Look at each input's address."""
    for key in _INPUTS:
        command = submit.command(key)
        if command is None:
            continue
        place = (command.line.file, command.line.first)
        items = listed(command.value)
        changed = [_better(item, case.pool) for item in items]
        mends = with_value(
            submit, command, ", ".join(better or item for item, better in zip(items, changed, strict=True))
        )
        for item, better in zip(items, changed, strict=True):
            if better and better != item:
                id, why = _why_moved(item)
                # One mend of the line mends every address in it: the first finding carries it.
                yield finding(id, *place, f"{item}: {why}", f"Write {better}.", *mends)
                mends = ()
            yield from _address(item, place)
        if key == "transfer_input_files" and len(items) > _MANY_INPUTS:
            yield finding(
                "D14", *place, f"{len(items)} files are fetched one by one for each job.", "Pack them into one archive."
            )
    yield from _staging_requirement(submit, case.pool)
    yield from _wider(submit, case.pool)


def _why_moved(item: str) -> tuple[str, str]:
    if item.startswith("osdf:") and "/groups/" in item:
        return "D5", "osdf does not serve directories of groups."
    if item.startswith("/"):
        return "D10", "a plain path copies the file through the access point, for each job."
    if "?pack" in item:
        return "D16", "?pack does not work on a path."
    return "D11", "personal directories lie below their first letter now; the old path is gone."


def _staging(pool: Pool) -> dict[str, Place]:
    return {place.key: place for place in pool.places if place.key in {"staging", "group"}}


def _better(item: str, pool: Pool) -> str | None:
    """Return the address that *item* should have on this pool; None where nothing is known against it."""
    places = _staging(pool)
    if "staging" not in places:
        return None
    root = places["staging"].path.value.split("{")[0]
    bare, _, query = item.partition("?")
    scheme, _, path = bare.rpartition("://") if "://" in bare else ("", "", bare)
    if scheme == "osdf" and path.startswith("/chtc" + root):
        path = path.removeprefix("/chtc")
    if not path.startswith(root) or "$" in path or (scheme and scheme not in {"osdf", "file"}):
        return None
    rest = path.removeprefix(root).split("/")
    if rest[0] == "groups":
        if scheme == "file" and not query:
            return item
        return f"file://{path}"
    if len(rest) > 1 and len(rest[0]) > 1:
        rest = [rest[0][0], *rest]
    path = root + "/".join(rest)
    if scheme == "file":
        return f"file://{path}"
    return f"osdf:///chtc{path}" + (f"?{query}" if query else "")


def _address(item: str, place: tuple[str, int]) -> Iterator[Finding]:
    if re.search(r"(?i)squid", item):
        yield finding("D25", *place, f"{item}: SQUID is retired.", "Put the file into your staging directory.")
    if re.match(r"(osdf|file|pelican)://", item) and item.partition("?")[0].endswith("/") and "?" not in item:
        yield finding("D13", *place, f"{item} is a folder: it cannot be fetched as it is.", "Pack it into one archive.")
    if "researchdrive/" in item and not re.search(r"researchdrive/[^/]+/CHTC/", item):
        yield finding(
            "D24",
            *place,
            f"{item}: of ResearchDrive only the folder called CHTC can be reached.",
            "Let the file be put there: researchdrive/PI/CHTC/FILE.",
        )


def addresses(submit: Submit) -> list[tuple[Command, str]]:
    """Return every input's address with its command."""
    found = [(submit.command(key), key) for key in _INPUTS]
    return [(command, item) for command, key in found if command for item in listed(submit.value(key))]


def _staging_requirement(submit: Submit, pool: Pool) -> Iterator[Finding]:
    places = _staging(pool)
    clause = next(
        (band.requirement.value for place in places.values() for band in place.bands if band.requirement), None
    )
    if clause is None:
        return
    root = places["staging"].path.value.split("{")[0] if "staging" in places else "/staging/"
    paths = [(command, item) for command, item in addresses(submit) if item.startswith(f"file://{root}")]
    attribute = re.findall(r"\w+", clause)[0]
    requirements = submit.command("requirements")
    if not paths or attribute.lower() in submit.value("requirements").lower():
        return
    if requirements:
        mends = with_value(submit, requirements, f"{wrapped(requirements.value)} && {clause}")
    else:
        mends = before_queue(submit, f"requirements = {clause}")
    command, item = paths[0]
    yield finding(
        "D7",
        command.line.file,
        command.line.first,
        f"{item} is there only on servers with {attribute}; on others the job is held.",
        f"Require {clause}.",
        *mends,
    )


def _wider(submit: Submit, pool: Pool) -> Iterator[Finding]:
    if pool.wider is None:
        return
    switches = [line.partition("=")[0].strip() for line in pool.wider.lines.value]
    command = next((submit.command(name) for name in switches if submit.is_true(name)), None)
    if command is None:
        return
    tied = [item for _, item in addresses(submit) if item.startswith("file://") or "/groups/" in item]
    for band in (band for place in pool.places for band in place.bands if band.requirement):
        attribute = re.findall(r"\w+", band.requirement.value if band.requirement else "")[0]
        if attribute.lower() in submit.value("requirements").lower() and attribute not in tied:
            tied.append(attribute)
    if tied:
        yield finding(
            "D8",
            command.line.file,
            command.line.first,
            f"{command.name} lets the job go where {' and '.join(tied[:3])} cannot be: the lines contradict each other.",
            "Take the switches out, or fetch everything by an address that works everywhere.",
        )


def outputs(submit: Submit, case: Case) -> Iterator[Finding]:  # noqa: ARG001
    """Look at what comes back, and under which name."""
    remaps = submit.command("transfer_output_remaps")
    listed_outputs = listed(submit.value("transfer_output_files"))
    if remaps is None:
        return
    place, value = (remaps.line.file, remaps.line.first), submit.value("transfer_output_remaps")
    if submit.has("output_destination"):
        yield finding("D20", *place, "output_destination stands beside it.", "Use one of the two.")
    if not re.fullmatch(r'"[^"]*"', value, re.DOTALL):
        inner = value.replace('"', "")
        yield finding(
            "D19",
            *place,
            "Remaps stand in one pair of double quotes.",
            f'Write "{inner}".',
            *with_value(submit, remaps, f'"{inner}"'),
        )
        return
    if value.count("=") > 1 and ";" not in value:
        mended = re.sub(r"\s*,\s*(?=[^,=;]+=)", "; ", value)
        yield finding(
            "D19", *place, "Remaps are parted by semicolons.", f"Write {mended}.", *with_value(submit, remaps, mended)
        )
        return
    names = [pair.partition("=")[0].strip() for pair in value.strip('"').split(";") if "=" in pair]
    # With folders listed the file may lie in one of them.
    lost = [name for name in names if name not in listed_outputs and not any(o.endswith("/") for o in listed_outputs)]
    if listed_outputs and lost:
        yield finding(
            "D19",
            *place,
            f"{' and '.join(lost)} is not among transfer_output_files, so its remap does nothing.",
            f"Add it to transfer_output_files: {', '.join([*listed_outputs, *lost])}.",
            *_more_outputs(submit, lost),
        )


def _more_outputs(submit: Submit, lost: list[str]) -> tuple[Mend, ...]:
    command = submit.command("transfer_output_files")
    return with_value(submit, command, ", ".join([command.value, *lost])) if command else ()

"""Checks of what a submit description asks of cards and of run time."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from planner.facts.pools import Card, Pool
from planner.review.case import Case, above, after, with_value, without
from planner.review.checks import Finding, finding
from planner.submit.description import Command, Submit
from planner.submit.macros import key_of
from planner.submit.values import asked_memory, number
from planner.units import Size

_BOUNDS = (
    "gpus_minimum_capability",
    "gpus_maximum_capability",
    "gpus_minimum_memory",
    "gpus_minimum_runtime",
    "require_gpus",
)
# Attributes that old pages put into requirements, with the command that took their place.
_OLD_ATTRIBUTES = {
    "CUDACapability": "gpus_minimum_capability",
    "CUDADriverVersion": "gpus_minimum_runtime",
    "CUDAGlobalMemoryMb": "gpus_minimum_memory",
    "GPUs_Capability": "gpus_minimum_capability",
    "GPUs_DriverVersion": "gpus_minimum_runtime",
    "GPUs_GlobalMemoryMb": "gpus_minimum_memory",
    "HasGpulabData": "transfer_input_files",
}
_OLD_SWITCHES = {"my.wantflocking": "want_campus_pools", "my.wantglidein": "want_ospool"}


def cards(submit: Submit, case: Case) -> Iterator[Finding]:
    """Look at everything that has to do with cards."""
    yield from _retired(submit, case.pool)
    yield from _length(submit, case.pool)
    yield from _memory(submit, case.pool)
    bounds = [command for command in map(submit.command, _BOUNDS) if command]
    if not submit.has("request_gpus"):
        if bounds and not submit.has("request_gpu"):
            first = min(bounds, key=lambda command: command.line.first)
            yield finding(
                "G4",
                first.line.file,
                first.line.first,
                f"Without request_gpus HTCondor ignores {first.name}, and the job gets no card.",
                "Ask for a card.",
                *above(submit, first, "request_gpus = 1"),
            )
        return
    yield from _opening_line(submit, case.pool)
    yield from _few(submit, case.pool)
    yield from _lent(submit, case.pool)


def _retired(submit: Submit, pool: Pool) -> Iterator[Finding]:
    for old, new in _OLD_SWITCHES.items():
        command = submit.command(old)
        if not command:
            continue
        known = pool.wider is not None and any(line.startswith(new) for line in pool.wider.lines.value)
        if submit.has(new) or not known:
            fix, mends = f"Take it out{f': {new} is given as well' if known else ''}.", without(submit, command)
        else:
            fix, mends = f"Write {new}.", with_value(submit, command, command.value, new)
        yield finding("G21", command.line.file, command.line.first, f"{command.name} is retired.", fix, *mends)
    command = submit.command("requirements")
    for old, new in _OLD_ATTRIBUTES.items():
        if command and re.search(rf"(?i)\b{old}\b", command.value):
            yield finding(
                "G21",
                command.line.file,
                command.line.first,
                f"{old} is an attribute that servers no longer have, or only some: the requirement shuts them out.",
                f"Say it with {new} instead.",
            )


def _opening_line(submit: Submit, pool: Pool) -> Iterator[Finding]:
    request = submit.command("request_gpus")
    if not request or submit.value("request_gpus") == "0":
        return
    for line in pool.gpu_lines.value:
        name, _, value = (part.strip() for part in line.partition("="))
        given = submit.command(key_of(name))
        if given is None and not submit.has(key_of(name).removeprefix("my.")):
            yield finding(
                "G1",
                request.line.file,
                request.line.first,
                f"{name} is missing: it opens the pool's shared cards, and without it the job may stay idle for ever.",
                f"Add {line}.",
                *after(submit, request, line),
            )
        elif given and given.value.strip('"').lower() == value.lower() != given.value.lower():
            yield finding(
                "G1",
                given.line.file,
                given.line.first,
                f"In quotes {given.value} is a text, and matches nothing.",
                f"Write {line}.",
                *with_value(submit, given, value),
            )


def _length(submit: Submit, pool: Pool) -> Iterator[Finding]:
    lengths = {}
    for length in pool.lengths:
        for line in length.lines.value if length.lines else ():
            name, _, value = (part.strip() for part in line.partition("="))
            lengths[value] = (key_of(name), length)
    for key in {key for key, _ in lengths.values()}:
        command = submit.command(key)
        if not command or "$" in command.value:
            continue
        if command.value not in lengths:
            bare = command.value.strip("\"'“”‘’ ").lower()
            meant = next((value for value in lengths if value.strip('"').lower() == bare), "")
            yield finding(
                "G2" if key == "my.gpujoblength" else "C23",
                command.line.file,
                command.line.first,
                f"{command.value} is none of {', '.join(sorted(lengths))}: the submission is refused.",
                f"Write {meant or 'one of them'}, in straight quotes and in this spelling.",
                *(with_value(submit, command, meant) if meant else ()),
            )
            continue
        length = lengths[command.value][1]
        wanted = number(submit, "request_gpus") or 0
        if length.cards is not None and wanted > length.cards.value:
            yield finding(
                "G3",
                command.line.file,
                command.line.first,
                f"A {length.key} job may have {length.cards.value} cards, this asks for {wanted}: it is refused.",
                "Ask for fewer cards, or for a shorter length.",
            )
        if length.limit.value == max(other.limit.value for _, other in lengths.values()) and len(lengths) > 1:
            yield from _longest(submit, pool, command)


def _longest(submit: Submit, pool: Pool, command: Command) -> Iterator[Finding]:
    if submit.has("checkpoint_exit_code"):
        return
    place = (command.line.file, command.line.first)
    lent = key_of(pool.backfill.lines.value[0].partition("=")[0].strip()) if pool.backfill else ""
    if lent and submit.is_true(lent):
        yield finding(
            "G16",
            *place,
            "The job may be interrupted at any time, and saves nothing: its work may be lost again and again.",
            "Let it save checkpoints, or take out the line that lends it machines of others.",
        )
    yield finding(
        "G14",
        *place,
        "The longest length lets the fewest of your jobs run at once.",
        "Save checkpoints, and take a shorter one.",
    )


def _lent(submit: Submit, pool: Pool) -> Iterator[Finding]:
    command = submit.command("checkpoint_exit_code")
    # A short trial need not wait for anybody's machine.
    if not command or not pool.backfill or PurePosixPath(command.line.file).name.startswith("test"):
        return
    line = pool.backfill.lines.value[0]
    if not submit.has(key_of(line.partition("=")[0].strip())):
        yield finding(
            "G17",
            command.line.file,
            command.line.first,
            "The job saves itself, so it could use idle machines of others too.",
            f"If it saves at least every {pool.backfill.unsaved.value}, add {line}.",
        )


def _memory(submit: Submit, pool: Pool) -> Iterator[Finding]:
    command, asked = submit.command("gpus_minimum_memory"), asked_memory(submit)
    if not command or asked is None:
        return
    sold = [card for card in pool.cards if card.sold_as.value == asked and card.safe_memory.value < asked]
    if sold:
        safe = max(card.safe_memory.value for card in sold)
        yield finding(
            "G6",
            command.line.file,
            command.line.first,
            f"Cards sold as {asked} report less, so this shuts out {' and '.join(card.model.value for card in sold)}.",
            f"Ask for {safe}.",
            *with_value(submit, command, str(safe)),
        )


def _few(submit: Submit, pool: Pool) -> Iterator[Finding]:
    bounds = [command for command in map(submit.command, _BOUNDS[:3]) if command]
    if not bounds or not pool.cards:
        return
    asked = asked_memory(submit) or Size(0)
    lowest, highest = (_capability(submit, key) for key in _BOUNDS[:2])

    def fits(card: Card) -> bool:
        # What is asked as the card is sold is a slip of its own, said elsewhere.
        room = max(card.safe_memory.value, card.sold_as.value)
        return room >= asked and (lowest or 0) <= card.capability.value <= (highest or 99)

    left = sum(card.count for card in pool.cards if fits(card))
    if left * 10 < pool.card_count:
        yield finding(
            "G7",
            bounds[0].line.file,
            bounds[0].line.first,
            f"{left} of {pool.card_count} shared cards fit these bounds; the job may wait long.",
            "Ask for less, if the program can do with it: a smaller batch, mixed precision, gradient accumulation.",
        )


def _capability(submit: Submit, key: str) -> float | None:
    text = submit.value(key)
    return float(text) if re.fullmatch(r"\d{1,2}(\.\d{1,3})?", text) else None


def several(submit: Submit, case: Case) -> Iterator[Finding]:  # noqa: ARG001
    """Say what more than one card costs."""
    command, wanted = submit.command("request_gpus"), number(submit, "request_gpus")
    if command and wanted and wanted > 1:
        yield finding(
            "G13",
            command.line.file,
            command.line.first,
            f"{wanted} cards that are free at once on one server take longer to find.",
            "Test that the program uses them all, and compare the time gained with the longer wait.",
        )

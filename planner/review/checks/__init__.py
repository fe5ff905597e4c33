"""Every check, module by module, in the order in which a report lists them."""

from planner.review.base import Check
from planner.review.checks import (
    amounts,
    checkpoints,
    data,
    gpus,
    images,
    jobs,
    lengths,
    names,
    outputs,
    requests,
    transfer,
    values,
)
from planner.review.checks.beside import commands, comments, lists, recipes, scripts

# Each module, in words.
FAMILIES = {
    "gpus": "GPUs",
    "lengths": "How long a job may run",
    "names": "Names of commands",
    "values": "Values of commands",
    "amounts": "Amounts of memory and disk",
    "transfer": "Files that a job fetches",
    "outputs": "Results that come back",
    "data": "Size and place of data",
    "jobs": "Jobs, their logs and their number",
    "requests": "CPUs, memory and disk",
    "images": "Images",
    "checkpoints": "Checkpoints",
    "scripts": "How scripts are written",
    "commands": "What scripts call",
    "recipes": "What images are built from",
    "lists": "Lists of jobs, and DAGs",
    "comments": "Comments for review itself",
}
_MODULES = (
    gpus,
    lengths,
    names,
    values,
    amounts,
    transfer,
    outputs,
    data,
    jobs,
    requests,
    images,
    checkpoints,
    scripts,
    commands,
    recipes,
    lists,
    comments,
)
CHECKS: tuple[Check, ...] = tuple(
    thing for module in _MODULES for thing in vars(module).values() if isinstance(thing, Check)
)
CHECK_IDS = frozenset(check.id for check in CHECKS)


def check_called(id: str) -> Check | None:
    """Return the check of this id, or None."""
    return next((check for check in CHECKS if check.id == id), None)

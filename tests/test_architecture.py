"""The map of the code says what the folders say."""

import re
from pathlib import Path

import planner

ROOT = Path(planner.__file__).parent
# Neither is a room: the facts' tables, and what `python -m planner` starts.
NO_ROOM = {"data", "__main__", "__init__", "__pycache__"}


def test_the_map_of_the_package_names_every_module_once() -> None:
    table = re.split(r"=+  =+\n", planner.__doc__ or "")[1]
    named = [name for line in table.splitlines() for name in line.split("  ", 1)[0].split(", ")]
    rooms = {path.stem for path in ROOT.iterdir() if path.is_dir() or path.suffix == ".py"} - NO_ROOM
    assert sorted(named) == sorted(rooms)

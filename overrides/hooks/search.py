"""The index of the search, fetched when somebody searches: the theme fetches it with every page, and it is the largest file."""

import json
import shutil
from pathlib import Path

_WORKERS = "assets/javascripts/workers"
_LATER = Path(__file__).with_name("search.js")


def defer_index(site: Path) -> None:
    """Put the pages of the index into a file of their own, and a worker of ours before the theme's, in the built *site*.

    ``overrides/main.html`` names ours to the theme. Raises FileNotFoundError where the theme keeps them elsewhere.
    """
    index = site / "search/search_index.json"
    whole = json.loads(index.read_text(encoding="utf-8"))
    (site / "search/docs.json").write_text(_as_json({"docs": whole["docs"]}), encoding="utf-8")
    index.write_text(_as_json({**whole, "docs": []}), encoding="utf-8")
    (theirs,) = (site / _WORKERS).glob("search.*.min.js")
    shutil.copyfile(_LATER, theirs.with_name(theirs.name.replace("search.", "later.")))


def _as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

from importlib.resources import files

import pytest

from planner.rules import RULES
from planner.sources import source, sources


def test_every_source_is_used() -> None:
    data = files("planner").joinpath("data")
    texts = [path.read_text(encoding="utf-8") for path in data.joinpath("pools").iterdir()]
    texts += [data.joinpath(name).read_text(encoding="utf-8") for name in ("frameworks.toml", "cuda.toml")]
    used = {key for rule in RULES for key in rule.sources}
    unused = [key for key in sources() if key not in used and not any(f'"{key}"' in text for text in texts)]
    assert unused == []


def test_a_source_has_an_address_unless_we_saw_it_ourselves() -> None:
    assert [key for key, found in sources().items() if not found.url.startswith("https://")] == ["condor-run"]


def test_a_misspelt_source_is_named_with_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"no such source: condor-submt\. Did you mean condor-submit"):
        source("condor-submt")

"""Two builds of one commit are the same bytes, wherever and whenever they are made."""

import os
import subprocess
import sys
from pathlib import Path

from overrides.hooks.runtime.build import ROOT


def test_a_second_build_of_the_site_has_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """Built elsewhere, in another time zone, with another order of sets. test_runtime.py makes its archive anew."""
    # The build's time is that of the commit, and stands in this file, at the place where gzip keeps it.
    made = int.from_bytes((site / "sitemap.xml.gz").read_bytes()[4:8], "little")
    other = {"SOURCE_DATE_EPOCH": str(made), "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **other}, check=True)
    again = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert again == {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    assert [path for path in sorted(again) if (tmp_path / path).read_bytes() != (site / path).read_bytes()] == []

"""Files in the guide's pages: pictures, and of the worked example the code, what the planner writes, the screens."""

import re
from functools import cache
from pathlib import Path

from planner.advice import Plan
from planner.answers.file import AnswersFile
from planner.bundle import make_files
from planner.engine import make_plan
from planner.errors import did_you_mean
from planner.facts.pools import pools

EXAMPLE = Path(__file__).parents[3] / "docs/guide/worked-example"
CODE = EXAMPLE / "spirals"
PICTURES = Path(__file__).parents[2] / "pictures"
_LANGUAGES = {".py": "python", ".sh": "bash", ".toml": "toml", ".sub": "submit", ".dag": "dag", ".csv": "text"}


def picture(name: str) -> str:
    """Return a picture as part of the page, so that it takes the page's colours. Raises LookupError for an unknown one."""
    return f'<figure class="picture">\n{_text(PICTURES, f"{name}.svg").rstrip()}\n</figure>'


def code(name: str) -> str:
    """Return a file of the example's code. Raises LookupError that names the nearest known one."""
    return _block(name, _text(CODE, name))


def screen(name: str) -> str:
    """Return a recorded screen: what was typed, and what was shown. Raises LookupError for an unknown one."""
    return f"```console\n{_text(EXAMPLE / 'screens', f'{name}.txt').rstrip()}\n```"


def usage(name: str) -> str:
    """Return the table of what a job used, out of a recorded screen. Raises LookupError where there is none."""
    lines = _text(EXAMPLE / "screens", f"{name}.txt").splitlines()
    rows = [line.strip("\t") for line in lines if re.match(r"\t( {3}[A-Z]\S*.* : |Partitionable Resources)", line)]
    if not rows:
        raise LookupError("no table of what a job used is in it.")
    return "\n".join(["```text", *rows, "```"])


def planned(name: str) -> str:
    """Return a file that the planner writes for the example's answers. Raises LookupError for an unknown one."""
    files = _planner_files()
    if name not in files:
        raise LookupError(f"no file is called {name}. {did_you_mean(name, files)}")
    return _block(name, files[name])


def _text(folder: Path, name: str) -> str:
    names = [path.name for path in folder.iterdir()]
    if name not in names:
        raise LookupError(f"no file is called {name}. {did_you_mean(name, names)}")
    return (folder / name).read_text(encoding="utf-8")


def _block(name: str, text: str) -> str:
    return f'```{_LANGUAGES.get(Path(name).suffix, "text")} title="{name}"\n{text.rstrip()}\n```'


@cache
def _plan() -> Plan:
    answers = AnswersFile.read((CODE / "answers.toml").read_text(encoding="utf-8")).answers
    return make_plan(answers, pools()[answers.pool])


@cache
def _planner_files() -> dict[str, str]:
    return {file.path: file.text for file in make_files(_plan())}

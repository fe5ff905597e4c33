"""The commands that make the same files in a shell."""

import tomli_w

from planner.answers import SCHEMA, Answers, as_table
from planner.bundle.quoting import sh
from planner.usage import Measured
from planner.usage import as_table as measured_table
from planner.web.link import changed_from_defaults

# A word that ends the answers in the shell, on a line of its own; no answer is a line of it alone.
_END = "END_OF_ANSWERS"


def commands(answers: Answers, measured: Measured | None = None) -> str:
    """Return the lines that write the plan of *answers* as a zip, byte for byte the page's: for a shell."""
    table = as_table(answers)
    given = {"schema": SCHEMA, **{id: table[id] for id in changed_from_defaults(answers)}}
    if measured:
        given["measured"] = measured_table(measured)
    return (
        f"cat > answers.toml <<'{_END}'\n{tomli_w.dumps(given)}{_END}\n"
        f"python3 planner.pyz plan answers.toml --zip {sh(f'{answers.project}.zip')}\n"
    )

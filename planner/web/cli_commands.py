"""The commands that make the same files in a shell."""

from planner.answers.file import AnswersFile
from planner.bundle.quoting import sh
from planner.web.fragment import changed_from_defaults

# A word that ends the answers in the shell, on a line of its own; no answer is a line of it alone.
_END = "END_OF_ANSWERS"


def commands(file: AnswersFile) -> str:
    """Return the lines that write the plan of *file* as a zip, byte for byte the page's: for a shell."""
    return (
        f"cat > answers.toml <<'{_END}'\n{file.write(only=changed_from_defaults(file.answers))}{_END}\n"
        f"python3 planner.pyz plan answers.toml --zip {sh(f'{file.answers.project}.zip')}\n"
    )

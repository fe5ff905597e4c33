"""Pygments lexers for HTCondor's languages, made of the grammar that the planner page uses (planner.web.highlight).

``register`` lets code blocks of the guide name them: ```` ```submit ```` and ```` ```dag ````.
"""

from collections.abc import Iterator
from typing import ClassVar

from pygments import token
from pygments.lexer import Lexer
from pygments.lexers import LEXERS

from planner.web import highlight

__all__ = ["DagLexer", "SubmitLexer"]  # Pygments reads it

_TYPES = {
    "": token.Text,
    "comment": token.Comment.Single,
    "keyword": token.Keyword,
    "name": token.Name.Attribute,
    "macro": token.Name.Variable,
    "operator": token.Operator,
    "string": token.String,
    "number": token.Number,
}


class _OfPlanner(Lexer):  # type: ignore[misc]  # Pygments brings no types
    """A lexer whose grammar stands in planner.web.highlight."""

    language: ClassVar[str]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, object, str]]:
        """Yield (index, type, text), line by line."""
        at = 0
        for line in text.splitlines(keepends=True):
            for kind, piece in highlight.tokens(line, self.language):
                yield at, _TYPES[kind], piece
                at += len(piece)


class SubmitLexer(_OfPlanner):
    """HTCondor submit descriptions."""

    name = "HTCondor submit description"
    aliases: ClassVar[list[str]] = ["submit", "condor"]
    filenames: ClassVar[list[str]] = ["*.sub"]
    language = "submit"


class DagLexer(_OfPlanner):
    """DAGMan input files."""

    name = "HTCondor DAG file"
    aliases: ClassVar[list[str]] = ["dag"]
    filenames: ClassVar[list[str]] = ["*.dag"]
    language = "dag"


def register() -> None:
    """Make both known to Pygments by their aliases."""
    for lexer in (SubmitLexer, DagLexer):
        LEXERS[lexer.__name__] = (__name__, lexer.name, tuple(lexer.aliases), tuple(lexer.filenames), ())

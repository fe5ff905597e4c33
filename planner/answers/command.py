"""The command of a task: one program and its arguments, in which {names} stand for values."""

import re
import shlex

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
# What a shell would act on. A task is one program with its arguments; anything more belongs in a script.
_SHELL_SIGNS = set(";|&<>()`$\n*?~#")


def words(command: str) -> list[str]:
    """Split *command* into its words, with quotes as in a shell.

    Raises ValueError with what to do for quotes that do not close and for signs on which a shell would act.
    """
    lexer = shlex.shlex(command, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        tokens = list(lexer)
    except ValueError:
        raise ValueError("A quotation mark is not closed.") from None
    unquoted = re.sub(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\.", "", command)
    signs = sorted(_SHELL_SIGNS & set(unquoted))
    if signs:
        raise ValueError(
            f"A task is one program with its arguments: put what needs {' '.join(signs)} into a script of yours and "
            "name the script, or set the sign in single quotes if it belongs to an argument."
        )
    return tokens


def placeholders(command: str) -> list[str]:
    """Return the {names} in *command*, each once, in order."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(command)))


def parts(word: str) -> list[tuple[str, bool]]:
    """Split a *word* into literal text and names: ("--lr=", False), ("lr", True)."""
    pieces = _PLACEHOLDER.split(word)
    return [(piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece]

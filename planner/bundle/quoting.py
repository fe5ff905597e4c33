"""How text is written into each language so that it stays text.

Every function returns ``Quoted``, and templates print nothing else (``templates.py``): a value cannot be pasted raw by
oversight. ValueError means that the language cannot carry the value at all; answers that could cause it are refused
before, so it is a fault of ours.
"""

import re
import shlex
import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache

import tomli_w

from planner.answers.command import parts, words
from planner.facts.pools import SubmitLine
from planner.units import Size

# A file fits beside the form on the page, and into a terminal.
_WIDTH = 92
_NOT_IN_A_LINE = re.compile(r"[\r\n\0]")
_PLAIN = re.compile(r"[\w.+/-]+", re.ASCII)
_PLAIN_LINE = re.compile(rf"{_PLAIN.pattern}(?:,{_PLAIN.pattern})*", re.ASCII)


class Quoted(str):
    """Text that has been through the quoting function of the language around it."""

    __slots__ = ()


def trusted(text: str) -> Quoted:
    """Mark text as written by us or by a pool's file, in the language around it: it holds no part of an answer."""
    return Quoted(text)


def submit_line(line: SubmitLine) -> Quoted:
    """Write a line of a pool's file unchanged: it holds no part of an answer."""
    return Quoted(str(line))


# Most comments are those of the plan before: 3.0 ms of an edit.
@lru_cache(maxsize=512)
def comment(text: str, indent: str = "") -> Quoted:
    """Write *text* as comment lines that begin with "#".

    No line ends with a backslash: HTCondor would join it with the next one.
    """
    plain = " ".join(text.split())
    lines = textwrap.wrap(plain, _WIDTH - 2 - len(indent), break_long_words=False, break_on_hyphens=False) or [""]
    return Quoted("\n".join(f"{indent}# {line.rstrip(chr(92))}".rstrip() for line in lines))


# --- shell ------------------------------------------------------------------------------------------------------------


def sh(text: str) -> Quoted:
    """Quote one word for a POSIX shell."""
    return Quoted(shlex.quote(text))


def sh_words(texts: Iterable[str]) -> Quoted:
    """Quote several words for a POSIX shell, with blanks between them."""
    return Quoted(" ".join(shlex.quote(text) for text in texts))


def sh_command(command: str) -> Quoted:
    """Write a task's *command* as words of a shell; each {name} becomes the variable ``value_name``, in quotes."""
    return Quoted(" ".join(_sh_word(word) for word in words(command)))


def _sh_word(word: str) -> str:
    if not word:
        return "''"
    return "".join(f'"$value_{text}"' if is_name else shlex.quote(text) for text, is_name in parts(word))


def sh_path(path: str, own: str) -> Quoted:
    """Write a path as one word of a shell; ``$(own)`` in it becomes the variable called *own*, in quotes."""
    pieces = path.split("$(own)") if own else [path]
    return Quoted(f'"${own}"'.join(shlex.quote(piece) if piece else "" for piece in pieces))


# --- submit descriptions ----------------------------------------------------------------------------------------------


def submit(text: str) -> Quoted:
    """Write the value of a submit command: one line, in which no macro is expanded.

    Raises ValueError for a line break, for a backslash at the end, which would join the next line, and for the names of
    the macros that stand for dollar signs, which HTCondor expands once more than it should.
    """
    if re.search(r"[\r\n\0]|\$\(DOLLAR", text, re.IGNORECASE) or text.endswith("\\"):
        raise ValueError(f"a submit command cannot hold {text!r}")
    return Quoted(_without_macros(text))


def submit_url(url: str) -> Quoted:
    """Write an address made from a pool's form: ``$ENV(…)``, ``$(task)``, ``$(own)`` are kept, other macros are not expanded."""
    pieces = re.split(r"(\$ENV\(\w+\)|\$\(task\)|\$\(own\))", url)
    return Quoted("".join(text if at % 2 else submit(text) for at, text in enumerate(pieces)))


def submit_files(names: Iterable[str]) -> Quoted:
    """Write a list of files. HTCondor's lists have no quoting.

    Raises ValueError for a name with a comma, a blank, a quotation mark or a semicolon.
    """
    names = [name.rstrip("/") for name in names]
    for name in names:
        if re.search(r"[\s,;\"']", name):
            raise ValueError(f"a list of files cannot hold {name!r}")
    return Quoted(", ".join(submit_url(name) for name in names))


def submit_arguments(texts: Iterable[str]) -> Quoted:
    """Write arguments in HTCondor's new syntax, so that each arrives at the job as it is (own run on 25.14.1).

    ``$(task)`` is left to HTCondor where it is a whole word.
    """
    return Quoted('"' + " ".join(_submit_word(text) for text in texts) + '"')


def _submit_word(text: str) -> str:
    if text == "$(task)":
        return text
    if re.search(r"[\r\n\0]|\$\(DOLLAR", text, re.IGNORECASE):
        raise ValueError(f"an argument cannot hold {text!r}")
    # Quotation marks of both kinds are doubled; a macro's dollar is named.
    doubled = text.replace("'", "''").replace('"', '""')
    return f"'{_without_macros(doubled)}'"


def _without_macros(text: str) -> str:
    # $$( is expanded when a job is matched, $( when it is submitted: each has its own way to be left alone.
    pieces = re.split(r"(\$\$)", text)
    return "".join("$$(DOLLARDOLLAR)" if piece == "$$" else piece.replace("$", "$(DOLLAR)") for piece in pieces)


def dag_value(text: str) -> Quoted:
    """Write the value of a VARS statement. Raises ValueError for anything that needs more than plain signs."""
    if not re.fullmatch(r"[\w./+-]+", text, re.ASCII):
        raise ValueError(f"a workflow cannot hold {text!r}")
    return Quoted(text)


# --- other languages --------------------------------------------------------------------------------------------------


def size(amount: Size) -> Quoted:
    """Write an amount as HTCondor reads it: digits, a blank, a unit."""
    return Quoted(str(amount))


def number(value: float) -> Quoted:
    """Write a number; whole ones of compute capability keep their ".0"."""
    return Quoted(str(value))


def image_reference(text: str) -> Quoted:
    """Write an image in the header of a definition. Raises ValueError for anything but a reference."""
    if not re.fullmatch(r"[\w][\w./:@+-]*", text):
        raise ValueError(f"no image reference: {text!r}")
    return Quoted(text)


def requirement(text: str) -> Quoted:
    """Write a line of requirements.txt. Raises ValueError for a line break."""
    if re.search(r"[\r\n\0]", text) or text.endswith("\\"):
        raise ValueError(f"a requirement cannot hold {text!r}")
    return Quoted(text)


def yaml(text: str) -> Quoted:
    """Write a scalar of YAML in double quotes, so that nothing in it is more than text."""
    return Quoted('"' + "".join(_yaml_char(char) for char in text) + '"')


def _yaml_char(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if " " <= char <= "~":
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def r_text(text: str) -> Quoted:
    """Write a text of R in double quotes. Raises ValueError for a line break."""
    if re.search(r"[\r\n\0]", text):
        raise ValueError(f"a text of R in one line cannot hold {text!r}")
    return Quoted('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')


def toml(key: str, value: object) -> Quoted:
    """Write one key of a TOML file."""
    return Quoted(tomli_w.dumps({key: value}, multiline_strings=False).rstrip("\n"))


def csv_row(values: Sequence[str]) -> Quoted:
    """Write a line of CSV. A value that is not plain is quoted.

    That way a line never ends with a backslash, which HTCondor would join with the next line.
    """
    # Nearly every line is plain as a whole: no value holds a comma, or there would be more values.
    line = ",".join(values)
    if _PLAIN_LINE.fullmatch(line) and line.count(",") == len(values) - 1:
        return Quoted(line)
    return Quoted(",".join(map(_csv_value, values)))


def _csv_value(value: str) -> str:
    if _NOT_IN_A_LINE.search(value):
        raise ValueError(f"a line of CSV cannot hold {value!r}")
    return value if _PLAIN.fullmatch(value) else '"' + value.replace('"', '""') + '"'


def markdown(text: str) -> Quoted:
    """Write running text into Markdown: nothing in it becomes markup."""
    # Within a word "_" marks nothing up, and condor_q reads better as it is.
    return Quoted(re.sub(r"([\\`*\[\]<>|&#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))", r"\\\1", " ".join(text.split())))


def code(text: str) -> Quoted:
    """Write text as code within a line of Markdown, whatever back-ticks it holds."""
    text = " ".join(text.split())
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return Quoted(f"{fence}{pad}{text}{pad}{fence}")

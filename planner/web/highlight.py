"""Colours for the files on the page and for the guide's code blocks: one grammar, two users.

A language is one regular expression whose group names are kinds of tokens; it is read line by line. The page calls
``line_as_html``; ``overrides/hooks/lexers.py`` makes Pygments lexers of the same languages for mkdocs.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape

_STRING = r"""(?P<string>"(?:[^"\\]|\\.)*"|'[^']*')"""
_NUMBER = r"(?P<number>(?<![\w./-])\d[\d.]*(?![\w/.-]))"
_HASH = r"(?P<comment>^\s*\#.*)"
_HASH_BEHIND = r"(?P<comment>(?:^|(?<=\s))\#.*)"

_SUBMIT = rf"""
    {_HASH}
  | ^\s*(?P<keyword>(?i:queue|include|if|elif|else|endif)\b|use\b)
  | ^\s*(?P<name>[+\w.]+)(?=\s*\+?=)
  | (?P<macro>\$\$?\([^()]*\)|\$[A-Z_]+\([^()]*\))
  | (?P<operator>[=!<>]=\??|&&|\|\||=\?=|=!=|=)
  | {_STRING}
  | {_NUMBER}
"""
_DAG = rf"""
    {_HASH}
  | ^\s*(?P<keyword>(?i:job|parent|final|provisioner|service|subdag|splice|script|retry|abort-dag-on|vars|priority|
      category|maxjobs|config|set_job_attr|env|dot|node_status_file|jobstate_log|include|reject|done|pre_skip|
      save_point_file|submit-description|connect|pin_in|pin_out)\b)
  | \b(?P<operator>CHILD|PRE|POST|HOLD|EXTERNAL|DIR|NOOP|DONE|UNLESS-EXIT|RETURN|DEFER)\b
  | (?P<macro>\$\([^()]*\)|\$(?:JOB|RETRY|RETURN|MAX_RETRIES)\b)
  | (?P<name>\b\w+(?==))
  | {_STRING}
  | {_NUMBER}
"""
_SHELL = rf"""
    {_HASH_BEHIND}
  | (?P<string>"(?:[^"\\]|\\.)*"|'[^']*')
  | (?P<macro>\$\{{[^}}]*\}}|\$\w+|\$[@\#?*])
  | \b(?P<keyword>if|then|elif|else|fi|for|in|do|done|while|case|esac|function|return|exit|local|export|set|trap|declare)\b
  | ^\s*(?P<name>\w+)(?==)
"""
_TOML = rf"""
    {_HASH_BEHIND}
  | ^\s*(?P<name>[\w.-]+)(?=\s*=)
  | (?P<keyword>^\s*\[.*\]\s*$|\btrue\b|\bfalse\b)
  | {_STRING}
  | {_NUMBER}
"""
_CONTAINER = rf"""
    {_HASH_BEHIND}
  | ^\s*(?P<keyword>%\w+|(?:FROM|RUN|COPY|ENV|ARG|WORKDIR|LABEL|USER|ADD|CMD|ENTRYPOINT|SHELL)\b)
  | ^(?P<name>[A-Z]\w+)(?=:)
  | (?P<macro>\$\{{[^}}]*\}}|\$\w+)
  | {_STRING}
"""
_MARKDOWN = r"""
    (?P<keyword>^\#{1,6}\s.*)
  | (?P<string>`[^`]+`)
  | (?P<name>^\s*(?:[-*]|\d+\.)(?=\s))
"""

LANGUAGES = {
    name: re.compile(grammar, re.VERBOSE)
    for name, grammar in {
        "submit": _SUBMIT,
        "dag": _DAG,
        "sh": _SHELL,
        "toml": _TOML,
        "container": _CONTAINER,
        "markdown": _MARKDOWN,
    }.items()
}

_BY_ENDING = {
    ".sub": "submit",
    ".dag": "dag",
    ".sh": "sh",
    ".toml": "toml",
    ".def": "container",
    ".md": "markdown",
    ".txt": "toml",
}

# Pygments' own short names, which the theme's colours know too.
CSS_CLASSES = {
    "comment": "c1",
    "keyword": "k",
    "name": "na",
    "macro": "nv",
    "operator": "o",
    "string": "s",
    "number": "m",
}


def language_of(path: str) -> str:
    """Return the language of the file at *path*; empty for plain text."""
    name = path.rpartition("/")[2]
    return "container" if name == "Dockerfile" else _BY_ENDING.get(f".{name.rpartition('.')[2]}", "")


def tokens(line: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of one *line* as (kind, text), in order and without a gap; plain text has an empty kind."""
    if language not in LANGUAGES:
        yield "", line
        return
    end = 0
    for match in LANGUAGES[language].finditer(line):
        kind = match.lastgroup
        if kind is None:
            continue
        start, stop = match.span(kind)
        if start > end:
            yield "", line[end:start]
        yield kind, line[start:stop]
        end = stop
    if end < len(line):
        yield "", line[end:]


# Most lines of most files are those of the plan before: 1.1 ms of an edit, 9 ms of the files that follow it.
@lru_cache(maxsize=4096)
def line_as_html(line: str, language: str) -> Markup:
    """Return one *line* as HTML with a span for each token."""
    return Markup(  # noqa: S704  # escaped token by token
        "".join(
            f'<span class="{CSS_CLASSES[kind]}">{escape(text)}</span>' if kind else str(escape(text))
            for kind, text in tokens(line, language)
        )
    )

"""Hostile values: what a link, a pasted log or a chatbot could put into an answer, to mean something in some language."""

import random
from collections.abc import Iterator

# Each means something to a shell, HTCondor, Apptainer, Docker, DAGMan, Jinja, HTML, TOML, CSV, a spreadsheet or a path.
FRAGMENTS = (
    "$(touch owned)", "`touch owned`", "${HOME}", "$HOME", "$((1+1))", "$'\\x41'", "!!", "~", "*", "?", "[a-z]",
    ";", "|", "&", "&&", "||", "<", ">", ">>", "<<EOF", "#", "\\", "\\\\", "'", '"', "''", '""', "\"'\"'\"", "$", "$$",
    "$(Cluster)", "$(Process)", "$$(Name)", "$$([1+1])", "$ENV(HOME)", "$RANDOM_CHOICE(a,b)", "$INT(x)", "$F(x)",
    "$(DOLLAR)", "$CHOICE(0,row)", "$(", "$$(", ")", "(", "queue 100", "queue", "if true", "endif", "include : /etc/passwd",
    "use feature:GPUs", "+Owner = \"root\"", "MY.Owner = \"root\"", "executable = /bin/sh", "requirements = true", "@=end", "@end",
    "%post", "%runscript", "%environment", "Bootstrap: docker", "From: evil", "%%", "FROM evil", "RUN id", "ENV A=b", "# escape=`",
    "JOB evil evil.sub", "VARS", "SCRIPT PRE a /bin/sh", "PARENT a CHILD b", "FINAL x y", "ABORT-DAG-ON", "\\\"",
    "{{ 7*7 }}", "{% raw %}", "{# #}", "{{''.__class__}}", "</script>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "\"onfocus=alert(1) autofocus=\"", "javascript:alert(1)", "&lt;", "&#x27;", "]]>", "<!--", "-->", "'onmouseover='",
    "](javascript:alert(1))", "![x](http://evil)", "**", "__", "_a_", "|a|", "\\`", "```", "~~~", "- x", "1. x", "<http://evil>",
    "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(1)", "\t", ",", ";;", "a=b", "[table]", "x = 1", '"""', "'''", "= 1", "\\u0041",
    "../", "../../etc/passwd", "/etc/passwd", "..\\", "C:\\", "-rf", "--help", "-", "--", " ", "  ", "\u00a0", "é", "日本", "😀",
    "%s", "%n", "%(x)s", "{0}", "{x}", "{}", "{value}", "NUL", "CON", "a" * 300, "\u0301", "\ufffd",
)  # fmt: skip
# What no line of an answer may hold, seen or not: refused when it is read.
UNSEEN = ("\n", "\r", "\0", "\x1b[31m", "\u202e", "\u2028", "\u200b", "\x07", "\ufeff", "\ud800")


def hostile_values(many: int, seed: int = 0) -> Iterator[str]:
    """Yield values of one to five fragments: first each alone, then mixtures, the same ones for the same *seed*."""
    chance = random.Random(seed)  # noqa: S311 - the same values each time, no secret
    yield from FRAGMENTS[:many]
    for _ in range(many - len(FRAGMENTS)):
        yield chance.choice(("", " ", ",")).join(chance.choices(FRAGMENTS, k=chance.randint(1, 5)))

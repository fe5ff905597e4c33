"""The content security policy of a page: it loads from the site itself, and from nowhere else.

A static host sets no headers, so the policy stands in a ``<meta>`` of each page.
"""

import base64
import hashlib
import re

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_CHARSET = '<meta charset="utf-8">'
_ALIGNED_CELL = re.compile(r'(<t[hd]\b[^>]*?) style="text-align: (left|center|right);"')


def with_policy(html: str, *, python: bool) -> str:
    """Return the page with its policy before everything that it governs.

    *python*: the page runs Python, which needs to compile WebAssembly, in a worker that a ``blob:`` starts.
    """
    if _CHARSET not in html:
        raise ValueError(f"No {_CHARSET} to put the content security policy behind: has the theme changed?")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{_policy(html, python=python)}">'
    return html.replace(_CHARSET, f"{_CHARSET}\n      {meta}", 1)


def _policy(html: str, *, python: bool) -> str:
    # The theme's inline scripts differ from page to page (by the depth of the page), so each page has its own hashes.
    scripts = ["'self'", *(f"'{script_hash(code)}'" for code in inline_scripts(html))]
    directives = {
        "default-src": ["'self'"],
        "script-src": [*scripts, "'wasm-unsafe-eval'"] if python else scripts,
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "worker-src": ["'self'", "blob:"] if python else ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def inline_scripts(html: str) -> list[str]:
    """Return the code of every script that stands in the page itself; data in a script element is not code."""
    return [
        match["code"]
        for match in _SCRIPT.finditer(html)
        if "src=" not in match["attributes"] and "application/json" not in match["attributes"]
    ]


def script_hash(code: str) -> str:
    """Return the source expression that allows this very script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def without_inline_styles(html: str) -> str:
    """Return the page with the alignment of table cells as an attribute, which site.css knows.

    Markdown writes it as ``style="…"``, which the policy forbids.
    """
    return _ALIGNED_CELL.sub(r'\1 data-align="\2"', html)

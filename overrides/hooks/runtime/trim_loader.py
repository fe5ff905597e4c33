"""Takes out of Pyodide's script what it does for exports of its module that nobody uses.

The module exports thousands of functions and variables for extensions that may be loaded later; the page loads none. The
script gives each a variable and a place in a table, whenever Python starts: it is a third of its text.
"""

import re

from overrides.hooks.runtime import wasm

# All variables at once, and what gives them their values.
DECLARED = re.compile(r"(?<=var )(?:[\w$]+,){1000,}[\w$]+(?=;)")
ASSIGNED = re.compile(r'([\w$]+)=Module\["([\w$]+)"\]=wasmExports\["([\w$]+)"\](?:\.value>>>0)?;?')
ASSIGNMENTS = re.compile(r"(?<=function assignWasmExports\(wasmExports\){)[^}]*(?=})")


def trimmed(script: str, *others: str) -> str:
    """Return *script* without the exports that neither it nor the *others* name anywhere else.

    Raises ValueError where the script is built in another way, as one of another version may be.
    """
    if len(DECLARED.findall(script)) != 1 or len(ASSIGNMENTS.findall(script)) != 1:
        raise ValueError(
            "Pyodide's script handles the exports of its module in another way: see overrides/hooks/runtime/trim_loader.py"
        )
    used = words(ASSIGNMENTS.sub("", DECLARED.sub("", script)), *others)
    unused = {names[0] for names in ASSIGNED.findall(script) if used.isdisjoint(names)}
    script = DECLARED.sub(lambda match: ",".join(name for name in match[0].split(",") if name not in unused), script)
    return ASSIGNED.sub(lambda match: "" if match[1] in unused else match[0], script)


def names_used(module: bytes, *scripts: str) -> set[bytes]:
    """Return the names of those exports of *module* that the *scripts* name, or whose place it imports itself."""
    named = {word.encode() for word in words(*scripts)}
    sections = wasm.sections(module)
    imported = {item.name for item in wasm.items(sections[wasm.IMPORT], wasm.read_import) if item.kind == wasm.A_GLOBAL}
    exports = wasm.items(sections[wasm.EXPORT], wasm.read_export)
    # In JavaScript a function of C has an underscore more.
    return {export.name for export in exports if export.name in named | imported or b"_" + export.name in named}


def words(*scripts: str) -> set[str]:
    """Return all that may be names in *scripts*."""
    return {word for script in scripts for word in re.findall(r"[\w$]+", script)}

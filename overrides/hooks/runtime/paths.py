"""Where things are, and what is packed; ``build.py`` hands on the names that others need."""

from pathlib import Path

ROOT = Path(__file__).parents[3]
HOOKS = Path(__file__).parent

PYODIDE = ROOT / "node_modules" / "pyodide"
LOADER, SCRIPT, MODULE = "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"
PYODIDE_FILES = (LOADER, SCRIPT, MODULE, "python_stdlib.zip")

# What the planner imports from others. `pyodide lockfile add-wheels` refuses to leave one out.
LIBRARIES = ("jinja2", "markupsafe", "tomli-w")

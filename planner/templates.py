"""Where templates come from: their sources, or in the browser their compiled form.

Compiling a template takes longer than filling it, so the browser's archive holds the templates as byte code
(``overrides/hooks/runtime/archive.py`` writes it) and no sources.
"""

from importlib.resources import files

import jinja2

# The folder of byte code, beside the sources that it was compiled from.
COMPILED = "compiled"


def loader(package: str) -> jinja2.BaseLoader:
    """Return what loads the templates of *package* from its folder ``templates``."""
    folder = files(package).joinpath("templates")
    compiled = folder.joinpath(COMPILED)
    if compiled.is_dir():
        return jinja2.ModuleLoader(str(compiled))
    return jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8"))

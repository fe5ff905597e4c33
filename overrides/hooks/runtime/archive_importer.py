"""Finds modules in the archives with one look into a table; the importer of zip files takes several for each module.

That was a third of the time of all imports. In the archive this module is called ``sitecustomize``: Python imports that by
itself, as soon as it can import anything. The worker calls ``add`` for the archives that come later.
"""

import sys
import zipimport
from _frozen_importlib import ModuleSpec
from marshal import loads
from types import ModuleType

# The bytes before the code in a file of byte code.
HEAD = 16


class Finder(zipimport.zipimporter):
    """Finds and loads the modules of one archive, whichever archive their package is in."""

    def __init__(self, archive: str) -> None:
        super().__init__(archive)
        self._files: dict[str, object] = vars(zipimport)["_zip_directory_cache"][archive]

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Return where the module *name* is; None where it is not in this archive."""
        stem = name.replace(".", "/")
        for file, is_package in ((f"{stem}.pyc", False), (f"{stem}/__init__.pyc", True)):
            if file in self._files:
                origin = f"{self.archive}/{file}"
                spec = ModuleSpec(name, self, origin=origin, is_package=is_package)  # type: ignore[arg-type] # it loads
                spec.has_location = True
                if is_package:
                    spec.submodule_search_locations = [f"{self.archive}/{stem}"]
                return spec
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Fill a module."""
        exec(loads(self.get_data(module.__file__ or "")[HEAD:]), vars(module))  # noqa: S102, S302 - that is importing

    def get_resource_reader(self, name: str) -> object:  # type: ignore[override] # naming the type would import it
        """Return what reads the data of the package *name*."""
        from importlib.readers import ZipReader  # noqa: PLC0415 - few packages have any

        folder = name.rpartition(".")[0].replace(".", "/")
        return ZipReader(zipimport.zipimporter(f"{self.archive}/{folder}".rstrip("/")), name)


def add(archive: str) -> None:
    """Find modules in *archive* too: its path."""
    sys.path.append(archive)  # for who looks for anything else there
    sys.meta_path.insert(0, Finder(archive))


sys.meta_path.insert(0, Finder(next(path for path in sys.path if path.endswith(".zip"))))

"""The build hook: a wheel has the compiled core where Cython and a C compiler are there, and is one of pure Python elsewhere.

``PULLBACK_BUILD=pure`` does not try, ``PULLBACK_BUILD=compiled`` fails where it cannot. An editable install is built in place.
For a free-threaded Python it does not try either: the compiled core leans on the interpreter lock, and is never imported there.
"""

from __future__ import annotations

import importlib.util
import os
import sysconfig
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CHOICES = ("", "pure", "compiled")
NEEDED = ["cython>=3.1", "setuptools>=65.5", "numpy>=2.0"]


class CompiledCore(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles before the wheel is packed."""

    def dependencies(self) -> list[str]:
        """Return what compiling needs: it is not installed where nothing is compiled."""
        return [] if _choice() == "pure" else NEEDED

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the extension modules to the wheel, and the tag that says so."""
        choice = _choice()
        build_core = _load(Path(self.root) / "tools" / "build_core.py")
        if choice == "pure":
            if version == "editable":
                build_core.clean()
            return
        try:
            if version == "editable":
                build_core.in_place()
                return
            self._folder = tempfile.TemporaryDirectory()
            files = build_core.build(Path(self._folder.name))
        except (Exception, SystemExit) as error:  # distutils leaves by SystemExit
            if choice == "compiled":
                raise
            self.app.display_warning(
                f"pullback is built without its compiled core ({type(error).__name__}: {error}); scalar code will be slower"
            )
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"].update({str(file): path for path, file in files.items()})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled for the wheel."""
        folder = getattr(self, "_folder", None)
        if folder is not None:
            folder.cleanup()


def _choice() -> str:
    choice = os.environ.get("PULLBACK_BUILD", "")
    if choice not in CHOICES:
        raise ValueError(f"PULLBACK_BUILD={choice!r}: it takes 'pure' or 'compiled'")
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        if choice == "compiled":
            raise ValueError("PULLBACK_BUILD='compiled': a free-threaded Python runs the core in pure Python only")
        return "pure"
    return choice


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_core", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

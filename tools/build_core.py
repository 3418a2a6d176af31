"""Build the compiled core: ``python tools/build_core.py`` puts the extension modules beside their sources.

`hatch_build.py` calls the same functions for wheels and editable installs. Needs Cython, setuptools and a C compiler. The environment
variables ``CFLAGS`` and ``LDFLAGS`` add flags, for a sanitizer for example (`tools/memory.py`).
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    "pullback._compiled": Path("core/pullback/_compiled.pyx"),
    "pullback_plugins._kernels": Path("plugins/pullback_plugins/_kernels.pyx"),
    "pullback_plugins.numpy.native.arena": Path("plugins/pullback_plugins/numpy/native/arena.pyx"),
    "pullback_plugins.numpy.native.kernels": Path("plugins/pullback_plugins/numpy/native/kernels.pyx"),
}
SUFFIXES = (".so", ".pyd")

# Results equal Python's to the last bit: no fused multiply-add, and no `pow` that the compiler rewrites as a product.
EXACT = ["-ffp-contract=off", "-fno-builtin-pow"]
UNIX_FLAGS = ["-O2", "-g0", *shlex.split(os.environ.get("CFLAGS", "")), *EXACT]  # the later flag wins


def build(target: Path) -> dict[str, Path]:
    """Compile into the folder `target`; return the built files by their paths relative to it."""
    import numpy
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    flags = [] if sys.platform == "win32" else UNIX_FLAGS
    with tempfile.TemporaryDirectory() as scratch:
        extensions = [
            Extension(
                name,
                [str(ROOT / source)],
                extra_compile_args=flags,
                include_dirs=[numpy.get_include()],
                define_macros=[
                    ("NPY_NO_DEPRECATED_API", "NPY_1_7_API_VERSION"),
                    ("NPY_TARGET_VERSION", "NPY_1_22_API_VERSION"),
                ],
            )
            for name, source in MODULES.items()
        ]
        compiled = cythonize(extensions, build_dir=scratch, force=True, quiet=True, include_path=[str(ROOT / "core")])
        command = build_ext(Distribution({"name": "pullback", "ext_modules": compiled}))
        command.build_lib, command.build_temp = str(target), scratch
        command.ensure_finalized()
        command.run()
    files = {}
    for name in MODULES:
        built = Path(command.get_ext_fullpath(name))
        files[built.relative_to(target).as_posix()] = built
    return files


def in_place() -> list[Path]:
    """Compile, and put the modules beside their sources; return their paths."""
    with tempfile.TemporaryDirectory() as folder:
        placed = []
        for built, source in zip(build(Path(folder)).values(), MODULES.values(), strict=True):
            place = ROOT / source.with_name(built.name)
            place.unlink(missing_ok=True)  # a running process keeps the old file
            placed.append(Path(shutil.copy(built, place)))
    return placed


def clean() -> None:
    """Remove the modules that were built in place."""
    for source in MODULES.values():
        for file in (ROOT / source).parent.glob(f"{source.stem}.*"):
            if file.suffix in SUFFIXES:
                file.unlink()


if __name__ == "__main__":
    if sys.argv[1:] == ["clean"]:
        clean()
    else:
        for path in in_place():
            print(path)

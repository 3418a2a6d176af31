"""The index file of a distribution, which lists what its families provide: one line per key, such as ``math.sin = trig``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pullback.errors import PluginError
from pullback.forwards import KindForward
from pullback.host.entrypoints import FoundIndex
from pullback.host.index import IndexEntry
from pullback.host.overloads import public_name
from pullback.kind import ValueKind
from pullback.primitive import Answer

__all__ = ["keys", "place", "read", "written"]

_KEY = re.compile(r"[^\W\d][\w.]*(\[[\w.-]+\])?")
"""A name, a function, a type, or the name of a pair followed by the name of a kind in brackets."""
HEADER = "# What is answered, and by which family. Generated: it is written anew, not edited.\n"


def read(index: FoundIndex) -> list[IndexEntry]:
    """Return the entries in the file; raise `PluginError` with the reason if it cannot be read.

    The package is located but not imported.
    """
    try:
        text = _data(index).decode("utf-8")
        return [IndexEntry(key, family, index.distribution) for key, family in _parsed(text)]
    except PluginError:
        raise
    except Exception as error:
        raise PluginError(f"{type(error).__name__}: {error}") from error


def _parsed(text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line or line[0] == "#":
            continue
        key, _, family = line.partition(" = ")
        if not family or not _KEY.fullmatch(key):
            raise PluginError(f"line {number}, {line!r}, is not 'key = family'")
        yield key, family


def _spec(index: FoundIndex) -> ModuleSpec:
    # Only the top-level package is looked up: to find a subpackage, Python would import its parent.
    top = index.package.partition(".")[0]
    spec = find_spec(top)
    if spec is None:
        raise PluginError(f"there is no package {top!r}")
    return spec


def _folders(index: FoundIndex, spec: ModuleSpec) -> Iterator[str]:
    """Yield the folders that may have the file: the package, or the folder of a single module."""
    below = index.package.split(".")[1:]
    if spec.submodule_search_locations is None:
        yield os.path.dirname(spec.origin or "")
        return
    for root in spec.submodule_search_locations:
        yield os.path.join(root, *below)
        if below:
            yield os.path.join(root, *below[:-1])


def _data(index: FoundIndex) -> bytes:
    spec = _spec(index)
    load: Any = getattr(spec.loader, "get_data", None) or (lambda path: Path(path).read_bytes())
    for folder in _folders(index, spec):
        try:
            return bytes(load(os.path.join(folder, index.file)))
        except OSError:
            continue
    raise PluginError(f"there is no file {index.file!r} in {index.package}")


def place(index: FoundIndex) -> Path:
    """Return the path of the file, which need not exist; raise `PluginError` if there is no folder for it."""
    folders = [Path(folder) for folder in _folders(index, _spec(index))]
    for folder in folders:
        if (folder / index.file).is_file():
            return folder / index.file
    for folder in folders:
        if folder.is_dir():
            return folder / index.file
    raise PluginError(f"there is no folder of {index.package}")


def keys(pairs: Iterable[Answer], kinds: Iterable[ValueKind], forwards: Iterable[KindForward] = ()) -> Iterator[str]:
    """Yield the index keys of a family with these pairs, value kinds and forwards."""
    for pair in pairs:
        yield pair.name
        for target in pair.overloads:
            name = target.replace(":", ".") if isinstance(target, str) else public_name(target)
            if name is not None:
                yield name
    for forward in forwards:
        if _KEY.fullmatch(str(forward)):  # the name of a kind may have characters that the file cannot represent
            yield str(forward)
    for kind in kinds:
        for cls in kind.types:
            if "<" not in cls.__qualname__:  # a class local to a function cannot be looked up by name
                yield f"{cls.__module__}.{cls.__qualname__}"


def written(entries: Iterable[tuple[str, str]]) -> str:
    """Return the text of the file for entries of a key and the family that provides it."""
    return HEADER + "".join(f"{key} = {family}\n" for key, family in sorted(set(entries)))

"""The file in which a distribution says what its families answer for: one line a key, ``math.sin = trig``."""

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
"""A name, a function, a type, or the name of a pair and, in brackets, that of a kind of value."""
HEADER = "# What is answered, and by which family. Generated: it is written anew, not edited.\n"


def read(found: FoundIndex) -> list[IndexEntry]:
    """Return what the file says; raise `PluginError`, which says why, when it cannot be read.

    The package is found, not imported.
    """
    try:
        text = _data(found).decode("utf-8")
        return [IndexEntry(key, family, found.distribution) for key, family in _parsed(text)]
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


def _spec(found: FoundIndex) -> ModuleSpec:
    # Only of what stands at the top: to find what stands below, Python would import what is above it.
    top = found.package.partition(".")[0]
    spec = find_spec(top)
    if spec is None:
        raise PluginError(f"there is no package {top!r}")
    return spec


def _folders(found: FoundIndex, spec: ModuleSpec) -> Iterator[str]:
    """Yield where the file may lie: in the package, or beside what is a single module."""
    below = found.package.split(".")[1:]
    if spec.submodule_search_locations is None:
        yield os.path.dirname(spec.origin or "")
        return
    for root in spec.submodule_search_locations:
        yield os.path.join(root, *below)
        if below:
            yield os.path.join(root, *below[:-1])


def _data(found: FoundIndex) -> bytes:
    spec = _spec(found)
    load: Any = getattr(spec.loader, "get_data", None) or (lambda path: Path(path).read_bytes())
    for folder in _folders(found, spec):
        try:
            return bytes(load(os.path.join(folder, found.file)))
        except OSError:
            continue
    raise PluginError(f"there is no file {found.file!r} in {found.package}")


def place(found: FoundIndex) -> Path:
    """Return where the file lies, or would lie; raise `PluginError` when there is no such folder."""
    folders = [Path(folder) for folder in _folders(found, _spec(found))]
    for folder in folders:
        if (folder / found.file).is_file():
            return folder / found.file
    for folder in folders:
        if folder.is_dir():
            return folder / found.file
    raise PluginError(f"there is no folder of {found.package}")


def keys(pairs: Iterable[Answer], kinds: Iterable[ValueKind], forwards: Iterable[KindForward] = ()) -> Iterator[str]:
    """Yield what a family with these pairs, value kinds and forwards is looked up by."""
    for pair in pairs:
        yield pair.name
        for target in pair.overloads:
            name = target.replace(":", ".") if isinstance(target, str) else public_name(target)
            if name is not None:
                yield name
    for forward in forwards:
        if _KEY.fullmatch(str(forward)):  # a kind may have a name that stands on no line
            yield str(forward)
    for kind in kinds:
        for cls in kind.types:
            if "<" not in cls.__qualname__:  # local to a function: it has no name
                yield f"{cls.__module__}.{cls.__qualname__}"


def written(entries: Iterable[tuple[str, str]]) -> str:
    """Return the text of the file that says of each key which family answers for it."""
    return HEADER + "".join(f"{key} = {family}\n" for key, family in sorted(set(entries)))

"""The one scan for installed families, and the index that tells which of them to load for what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeAlias

__all__ = ["FAMILIES", "INDEX", "FoundFamily", "IndexEntry", "scan"]

FAMILIES = "pullback.families"
"""The entry-point group of families: ``name = "module"`` or ``"module:object"``, anything that pluggy can register."""
INDEX = "pullback.index"
"""The optional group that says where an overload (``"math.sin"``), the name of a primitive (``"sin"``) or a type of value
(``"builtins.float"``) is answered: ``"math.sin" = "my_package.trig:sin"``, with the module of the family."""


@dataclass(frozen=True, slots=True)
class FoundFamily:
    """A family that an installed distribution declares; nothing of it is imported yet."""

    name: str
    module: str
    distribution: str
    version: str
    load: Callable[[], Any] = field(compare=False)


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What one distribution says of one key: the module of the family, and the name of the object there."""

    key: str
    module: str
    attribute: str
    distribution: str


def scan() -> tuple[list[FoundFamily], list[IndexEntry]]:
    """Return every declared family, pullback's own first, and every index entry."""
    found = entry_points()
    # Reading the metadata of a distribution takes longer than all the rest, so it is done once for each.
    origins: dict[int, tuple[str, str]] = {}

    def origin(point: EntryPoint) -> tuple[str, str]:
        key = id(point.dist)
        if key not in origins:
            origins[key] = _origin(point)
        return origins[key]

    return _families(found.select(group=FAMILIES), origin), _index(found.select(group=INDEX), origin)


_Origin: TypeAlias = Callable[[EntryPoint], tuple[str, str]]


def _families(points: Iterable[EntryPoint], origin: _Origin) -> list[FoundFamily]:
    families = {
        FoundFamily(point.name, point.value.partition(":")[0].strip(), *origin(point), point.load) for point in points
    }
    return sorted(families, key=lambda each: (each.distribution != "pullback", each.distribution, each.name))


def _index(points: Iterable[EntryPoint], origin: _Origin) -> list[IndexEntry]:
    entries = []
    for point in points:
        module, _, attribute = point.value.partition(":")
        entries.append(IndexEntry(point.name, module.strip(), attribute.strip(), origin(point)[0]))
    return entries


def _origin(point: EntryPoint) -> tuple[str, str]:
    """Return the normalized name of the distribution (PEP 503) and its version."""
    metadata: Any = (point.dist.metadata if point.dist is not None else None) or {}
    name, version = (metadata.get(key, "unknown") for key in ("Name", "Version"))
    return re.sub(r"[-_.]+", "-", name).lower(), version

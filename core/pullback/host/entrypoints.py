"""The one scan for installed families, and for the files that tell which of them to load for what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple, TypeAlias

__all__ = ["FAMILIES", "INDEX", "FoundFamily", "FoundIndex", "normalized", "scan"]

FAMILIES = "pullback.families"
"""The entry-point group of families: ``name = "module"`` or ``"module:object"``, anything that pluggy can register."""
INDEX = "pullback.index"
"""The optional group that says where a distribution lists what its families answer for: ``index = "package:index.txt"``."""

_HEADER = re.compile(r"^(name|version):[ \t]*(\S.*?)[ \t]*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FoundFamily:
    """A family that an installed distribution declares; nothing of it is imported yet."""

    name: str
    module: str
    distribution: str
    version: str
    load: Callable[[], Any] = field(compare=False)


class FoundIndex(NamedTuple):
    """The file of an index that an installed distribution declares; it is not read yet."""

    package: str
    file: str
    distribution: str
    version: str

    @property
    def label(self) -> str:
        """How errors and warnings name it."""
        return f"{self.distribution} {self.version} (index {f'{self.package}:{self.file}'!r})"


def scan() -> tuple[list[FoundFamily], list[FoundIndex]]:
    """Return every declared family, pullback's own first, and every declared index."""
    found = entry_points()
    # Reading the metadata of a distribution takes longer than all the rest, so it is done once for each.
    origins: dict[int, tuple[str, str]] = {}

    def origin(point: EntryPoint) -> tuple[str, str]:
        key = id(point.dist)
        if key not in origins:
            origins[key] = _origin(point)
        return origins[key]

    return _families(found.select(group=FAMILIES), origin), _indexes(found.select(group=INDEX), origin)


_Origin: TypeAlias = Callable[[EntryPoint], tuple[str, str]]


def _families(points: Iterable[EntryPoint], origin: _Origin) -> list[FoundFamily]:
    families = {
        FoundFamily(point.name, point.value.partition(":")[0].strip(), *origin(point), point.load) for point in points
    }
    return sorted(families, key=lambda each: (each.distribution != "pullback", each.distribution, each.name))


def _indexes(points: Iterable[EntryPoint], origin: _Origin) -> list[FoundIndex]:
    indexes = set()
    for point in points:
        package, _, file = point.value.partition(":")
        indexes.add(FoundIndex(package.strip(), file.strip(), *origin(point)))
    return sorted(indexes, key=lambda each: (each.distribution, each))


def _origin(point: EntryPoint) -> tuple[str, str]:
    """Return the normalized name of the distribution and its version."""
    name, version = _name_and_version(point.dist)
    return normalized(name), version


def _name_and_version(distribution: Any) -> tuple[str, str]:
    if distribution is None:
        return "unknown", "unknown"
    # The parser of e-mail, which `distribution.metadata` is read by, takes longer than to read the file.
    head = (distribution.read_text("METADATA") or "").partition("\n\n")[0]
    found: Any = {name.lower(): value for name, value in _HEADER.findall(head)}
    if len(found) < 2:
        metadata = distribution.metadata or {}
        found = {key: metadata.get(key, "unknown") for key in ("name", "version")}
    return found["name"], found["version"]


def normalized(name: str) -> str:
    """Return the name of a distribution in the form in which two can be compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()

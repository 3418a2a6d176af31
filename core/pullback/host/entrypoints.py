"""The single scan for installed families and for their index files."""

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
"""The optional group of index files, which list what the families of a distribution provide: ``index = "package:index.txt"``."""

_HEADER = re.compile(r"^(name|version):[ \t]*(\S.*?)[ \t]*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FoundFamily:
    """A family that an installed distribution declares. Finding it imports nothing."""

    name: str
    module: str
    distribution: str
    version: str
    load: Callable[[], Any] = field(compare=False)


class FoundIndex(NamedTuple):
    """An index file that an installed distribution declares. Finding it does not read it."""

    package: str
    file: str
    distribution: str
    version: str

    @property
    def label(self) -> str:
        """The name of the index in errors and warnings."""
        return f"{self.distribution} {self.version} (index {f'{self.package}:{self.file}'!r})"


def scan() -> tuple[list[FoundFamily], list[FoundIndex]]:
    """Return every declared family, pullback's own first, and every declared index."""
    points = entry_points()
    # Reading the metadata of a distribution takes longer than everything else here, so it is done once per distribution.
    origins: dict[int, tuple[str, str]] = {}

    def origin(point: EntryPoint) -> tuple[str, str]:
        key = id(point.dist)
        if key not in origins:
            origins[key] = _origin(point)
        return origins[key]

    return _families(points.select(group=FAMILIES), origin), _indexes(points.select(group=INDEX), origin)


_Origin: TypeAlias = Callable[[EntryPoint], tuple[str, str]]


def _families(points: Iterable[EntryPoint], origin: _Origin) -> list[FoundFamily]:
    families = {
        FoundFamily(point.name, point.value.partition(":")[0].strip(), *origin(point), point.load) for point in points
    }
    return sorted(families, key=lambda family: (family.distribution != "pullback", family.distribution, family.name))


def _indexes(points: Iterable[EntryPoint], origin: _Origin) -> list[FoundIndex]:
    indexes = set()
    for point in points:
        package, _, file = point.value.partition(":")
        indexes.add(FoundIndex(package.strip(), file.strip(), *origin(point)))
    return sorted(indexes, key=lambda index: (index.distribution, index))


def _origin(point: EntryPoint) -> tuple[str, str]:
    """Return the normalized name and the version of the distribution of an entry point."""
    name, version = _name_and_version(point.dist)
    return normalized(name), version


def _name_and_version(distribution: Any) -> tuple[str, str]:
    if distribution is None:
        return "unknown", "unknown"
    # `distribution.metadata` uses the parser for e-mail, which takes longer than reading the file.
    head = (distribution.read_text("METADATA") or "").partition("\n\n")[0]
    headers: Any = {name.lower(): value for name, value in _HEADER.findall(head)}
    if len(headers) < 2:
        metadata = distribution.metadata or {}
        headers = {key: metadata.get(key, "unknown") for key in ("name", "version")}
    return headers["name"], headers["version"]


def normalized(name: str) -> str:
    """Return the name of a distribution in normalized form, for comparison (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()

"""``pullback plugins index``: the index file of a distribution, which lists what its families answer for."""

from __future__ import annotations

from pathlib import Path

from pullback.cli.messages import InputError, did_you_mean, one_line
from pullback.errors import PluginError, PullbackError
from pullback.forwards import KindForward
from pullback.host.entrypoints import INDEX, normalized
from pullback.host.family import Family
from pullback.host.host import Host
from pullback.host.indexfile import keys, place, written
from pullback.kind import ValueKind
from pullback.primitive import Answer

__all__ = ["index_of"]


def index_of(host: Host, distribution: str) -> tuple[Path, str]:
    """Load the families of `distribution`; return the path of its index file, and the text that it should have."""
    name = normalized(distribution)
    families = [family for family in host.families if family.found is not None and family.distribution == name]
    if not families:
        known = {family.distribution for family in host.families if family.found is not None}
        raise InputError(f"no distribution called {distribution!r} declares a family{did_you_mean(name, known)}")
    indexes = [index for index in host.indexes if index.distribution == name]
    if not indexes:
        raise InputError(
            f"{name} declares no index; add to its pyproject.toml, and install it again: "
            f'[project.entry-points."{INDEX}"] index = "{_package(families[0])}:index.txt"'
        )
    try:
        path = place(indexes[0])
    except (PluginError, ImportError, ValueError) as error:
        raise InputError(f"{indexes[0].label}: {one_line(error)}") from None
    return path, written((key, family.name) for family in families for key in keys(*_brought(host, family)))


def _brought(host: Host, family: Family) -> tuple[list[Answer], list[ValueKind], list[KindForward]]:
    try:
        host.load(family)
    except PullbackError as error:  # `strict` is set
        raise InputError(one_line(error)) from None
    if family.status != "active":
        raise InputError(f"{family.label} is {family.status}: {one_line(family.reason)}")
    return family.pairs, family.kinds, family.forwards


def _package(family: Family) -> str:
    return family.found.module.partition(".")[0] if family.found is not None else ""

"""What the tables contain when certain families are active."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from pullback.errors import ConflictError
from pullback.forwards import KindForward
from pullback.host.family import Family
from pullback.kind import TupleKind, ValueKind

__all__ = ["brought", "check_kind_names", "kinds", "replace", "unused"]

_OWN_KINDS = ("float", "array")
"""The names of our own kinds. Pairs name their forwards by them, whether the kinds are loaded or not."""


def check_kind_names(family: Family, kinds: list[ValueKind], others: list[Family]) -> None:
    """Raise `ConflictError` if two kinds have the same name: a forward for one would be used for the values of both."""
    taken: dict[str, Family] = {kind.name: other for other in others for kind in other.kinds}
    for kind in kinds:
        if kind.name in _OWN_KINDS and not family.is_own:
            raise ConflictError(
                f"{family.label}: {kind.name!r} is a value kind of pullback; fix: give yours another name"
            )
        if kind.name in taken:
            raise ConflictError(
                f"{family.label} and {taken[kind.name].label} both bring a value kind called {kind.name!r}; fix: give it another name"
            )
        taken[kind.name] = family


def kinds(active: list[Family]) -> dict[type, Any]:
    """Return the kind of each type, None for types that a kind excludes."""
    kind_by_type: dict[type, Any] = {tuple: TupleKind()}
    kinds = [kind for family in active for kind in family.kinds]
    for kind in kinds:
        kind_by_type |= dict.fromkeys(kind.excluded)
    for kind in kinds:
        kind_by_type |= dict.fromkeys(kind.types, kind)
    return kind_by_type


def brought(active: list[Family], names: dict[str, Any]) -> dict[tuple[Any, str], Any]:
    """Return the forwards of families for existing pairs. A forward for a name without a pair takes effect once the pair is loaded."""
    table = {}
    forwards = [forward for family in active for forward in family.forwards]
    for forward in sorted(forwards, key=attrgetter("override")):
        pair = names.get(forward.pair) if isinstance(forward.pair, str) else forward.pair
        kind = forward.key[1]
        if pair is not None and (forward.override or not (pair.override and kind in getattr(pair, "forwards", ()))):
            table[pair, kind] = forward.forward
    return table


def unused(active: list[Family], names: dict[str, Any]) -> tuple[KindForward, ...]:
    """Return the forwards for names that belong to no pair, or to one that has no forwards."""
    forwards = (forward for family in active for forward in family.forwards if isinstance(forward.pair, str))
    return tuple(forward for forward in forwards if not hasattr(names.get(forward.pair), "forwards"))


def replace(table: dict[Any, Any], content: dict[Any, Any]) -> None:
    """Give `table` another `content`, without ever leaving it empty: threads are reading it."""
    table.update(content)
    for stale in [key for key in table if key not in content]:
        table.pop(stale, None)

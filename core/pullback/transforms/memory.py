"""The memory for large values in the runs of a transformed function."""

from __future__ import annotations

from collections.abc import Iterable

from pullback.kind import Arena, ValueKind, kind_of
from pullback.transforms.structure import AnyStructure

__all__ = ["NO_ARENA", "Memory"]

NO_ARENA = Arena()
"""Allocates as usual: for runs in which nothing is large."""


class Memory:
    """The arena of a transformed function, created when a run first needs it.

    Memory that one call frees is reused by the next; it is released when the transformed function is.
    """

    __slots__ = ("_arena", "_kind")

    def __init__(self) -> None:
        self._kind: ValueKind | None = None
        self._arena = NO_ARENA

    def arena(self, structures: Iterable[AnyStructure]) -> Arena:
        """Return the arena for a run on these inputs. If one of them is large, so are values computed from it."""
        for structure in structures:
            if not structure.floats:
                for leaf in structure.leaves:
                    kind = kind_of(leaf)
                    if kind.large(leaf):
                        if kind is not self._kind:
                            self._kind, self._arena = kind, kind.arena()
                        return self._arena
        return NO_ARENA

    def __reduce__(self) -> tuple[type[Memory], tuple[()]]:
        return Memory, ()

"""The memory for large values in the runs of a transformed function."""

from __future__ import annotations

from pullback.kind import Arena, ValueKind

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

    def arena(self, kind: ValueKind) -> Arena:
        """Return the arena for a run on large values of `kind`."""
        if kind is not self._kind:
            self._kind, self._arena = kind, kind.arena()
        return self._arena

    def __reduce__(self) -> tuple[type[Memory], tuple[()]]:
        return Memory, ()

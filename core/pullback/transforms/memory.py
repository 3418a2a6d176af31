"""Where the runs of a function have the memory for their large values from."""

from __future__ import annotations

from pullback.kind import Arena, ValueKind

__all__ = ["NO_ARENA", "Memory"]

NO_ARENA = Arena()
"""Where nothing is large, memory comes from where it always does."""


class Memory:
    """The arena of a function that is differentiated again and again, made when a run first needs it.

    What one call leaves the next one takes, and nobody else until the transformed function is gone.
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

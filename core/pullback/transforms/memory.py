"""Where the runs of a function have the memory for their large values from."""

from __future__ import annotations

from collections.abc import Iterable

from pullback.kind import Arena, ValueKind, kind_of
from pullback.transforms.structure import AnyStructure

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

    def arena(self, structures: Iterable[AnyStructure]) -> Arena:
        """Return the arena for a run on such inputs: where one of them is large, what is computed from it will be."""
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

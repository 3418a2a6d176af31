"""The policy of memory of a kind: what is copied, what is left out, what is written into. By default nothing is."""

from __future__ import annotations

from typing import Any

__all__ = ["Arena", "MemoryPolicy"]


class Arena:
    """Where large values have their memory from, between `enter` and `leave`: here as ever."""

    def enter(self) -> Any:
        """Begin; return what `leave` wants. Any number of threads may have entered."""

    def leave(self, before: Any) -> None:
        """Undo one `enter`."""


class MemoryPolicy:
    """What a kind says of the memory of its values. Values that nobody can change, and small ones, need nothing of it."""

    eager: bool = False
    """Whether a partial is cheaper to keep than the inputs that it is computed from."""

    def keep(self, value: Any) -> Any:
        """Return a plain `value` as a tape may keep it: nobody can change it before the sweep reads it."""
        return value

    def large(self, value: Any) -> bool:
        """Return whether `value` is worth the trouble of not keeping it."""
        return False

    def hollow(self, value: Any) -> Any:
        """Return something of the shape and type of `value`, which no rule reads, that takes less memory."""
        return value

    def release(self, value: Any, held: set[int]) -> Any:
        """Return `value` as the caller may keep and change it; `held` are the ids of what must not be touched."""
        return value

    def arena(self) -> Arena:
        """Return where the large values of a run have their memory from."""
        return Arena()

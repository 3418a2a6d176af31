"""The memory policy of a kind: which values to copy, to leave out, and to write into. By default, none."""

from __future__ import annotations

from typing import Any

__all__ = ["Arena", "MemoryPolicy"]


class Arena:
    """The source of memory for large values between `enter` and `leave`. The default changes nothing."""

    def enter(self) -> Any:
        """Start using this memory; return the argument for `leave`. Several threads may do so at once."""

    def leave(self, before: Any) -> None:
        """Undo the call of `enter` that returned `before`."""


class MemoryPolicy:
    """How a kind manages the memory of its values. The defaults are right for immutable values and for small ones."""

    eager: bool = False
    """Whether a partial derivative takes no more memory than the inputs that it is computed from, so that the tape keeps it instead."""

    def keep(self, value: Any) -> Any:
        """Return a plain `value` in a form that the tape can keep: nothing may change it before the sweep reads it."""
        return value

    def large(self, value: Any) -> bool:
        """Return whether `value` is so large that the tape should avoid keeping it."""
        return False

    def shape_placeholder(self, value: Any) -> Any:
        """Return a placeholder of the same shape and type that takes less memory. It replaces a `value` whose numbers no rule reads."""
        return value

    def release(self, value: Any, held: set[int]) -> Any:
        """Return `value` in a form that the caller may keep and change; `held` has the ids of objects that must not change."""
        return value

    def arena(self) -> Arena:
        """Return the arena that provides memory for the large values of a run."""
        return Arena()

"""Cotangents that are stored as parts and added up when they are needed."""

from __future__ import annotations

from typing import Any

__all__ = ["Deferred"]


class Deferred:
    """A cotangent stored as parts, which the sweep adds up only when it needs the sum.

    A rule may return one when its contribution is much smaller than the whole cotangent, such as one entry of an array.
    """

    __slots__ = ()

    def append(self, contribution: Any) -> None:
        """Add another cotangent of the same value, deferred or not."""
        raise NotImplementedError

    def materialize(self) -> Any:
        """Return the sum of the parts."""
        raise NotImplementedError

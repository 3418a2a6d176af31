"""Cotangents in parts."""

from __future__ import annotations

from typing import Any

__all__ = ["Deferred"]


class Deferred:
    """A cotangent in parts, which the sweep puts together only when it needs the whole.

    A rule may return one where the whole is large and its own part small: one entry of an array, say.
    """

    __slots__ = ()

    def append(self, contribution: Any) -> None:
        """Take in another cotangent of the same value, deferred or whole."""
        raise NotImplementedError

    def settle(self) -> Any:
        """Return the sum of the parts."""
        raise NotImplementedError

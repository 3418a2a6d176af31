"""What a program registers at run time, pair by pair: ``pullback.register(pair)``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pullback import hookimpl

__all__ = ["UserFamily", "family"]


class UserFamily:
    """A family that starts empty and grows and shrinks while the program runs."""

    def __init__(self) -> None:
        self._pairs: list[Any] = []

    def add(self, pairs: Iterable[Any]) -> None:
        """Take pairs in; the host has checked them."""
        self._pairs.extend(pairs)

    def remove(self, pairs: Iterable[Any]) -> None:
        """Let pairs go; raise `ValueError` when one was never taken in."""
        for pair in pairs:
            self._pairs.remove(pair)

    @hookimpl
    def pullback_register_primitives(self) -> list[Any]:
        return list(self._pairs)


family = UserFamily()

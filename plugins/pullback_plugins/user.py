"""What a program registers at run time, one by one: ``pullback.register(pair)``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pullback import ValueKind, hookimpl

__all__ = ["UserFamily", "family"]


class UserFamily:
    """A family that starts empty and grows and shrinks while the program runs."""

    def __init__(self) -> None:
        self._brought: list[Any] = []

    def add(self, brought: Iterable[Any]) -> None:
        """Take pairs, value kinds and forwards for kinds in; the host has checked them."""
        self._brought.extend(brought)

    def remove(self, brought: Iterable[Any]) -> None:
        """Let some of them go; raise `ValueError` when one was never taken in."""
        for thing in brought:
            self._brought.remove(thing)

    @hookimpl
    def pullback_register_primitives(self) -> list[Any]:
        return [thing for thing in self._brought if not isinstance(thing, (ValueKind, tuple))]

    @hookimpl
    def pullback_register_value_kinds(self) -> list[Any]:
        return [thing for thing in self._brought if isinstance(thing, ValueKind)]

    @hookimpl
    def pullback_register_forwards(self) -> list[Any]:
        return [thing for thing in self._brought if isinstance(thing, tuple)]


family = UserFamily()

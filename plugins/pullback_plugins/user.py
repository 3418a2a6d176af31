"""The family `user`: what a program registers one by one with ``pullback.register(pair)``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pullback import ValueKind, hookimpl

__all__ = ["UserFamily", "family"]


class UserFamily:
    """A family that starts empty, to which a program adds and from which it removes pairs, kinds and forwards."""

    def __init__(self) -> None:
        self._brought: list[Any] = []

    def add(self, brought: Iterable[Any]) -> None:
        """Add pairs, value kinds or forwards for kinds, which the host has checked."""
        self._brought.extend(brought)

    def remove(self, brought: Iterable[Any]) -> None:
        """Remove some of them; raise `ValueError` if one was never added."""
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

"""A kind of a guest: three methods, and every default."""

from __future__ import annotations

from typing import Any

import pullback as pb


class Dozen:
    """A number of dozens."""

    def __init__(self, count: float):
        self.count = count

    def __repr__(self) -> str:
        return f"Dozen({self.count})"

    def __add__(self, other: Any) -> Any:
        return Dozen(self.count + other.count) if isinstance(other, Dozen) else NotImplemented

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, (int, float)):
            return Dozen(self.count * other)
        return Dozen(self.count * other.count) if isinstance(other, Dozen) else NotImplemented

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dozen) and self.count == other.count

    __hash__ = None  # type: ignore[assignment]


class DozenKind(pb.ValueKind):
    name, types, variable = "dozen", (Dozen,), pb.ScalarVariable

    def zero(self, value: Any) -> Any:
        return Dozen(0.0)

    def one(self, value: Any) -> Any:
        return Dozen(1.0)

    def size(self, value: Any) -> int:
        return 1


class Dozens:
    """The plugin."""

    @pb.hookimpl
    def pullback_register_value_kinds(self) -> list[pb.ValueKind]:
        return [DozenKind()]

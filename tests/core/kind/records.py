"""Kinds of values that look like containers: a dataclass and a named tuple, each a single number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import pullback as pb


@dataclass(frozen=True)
class Span:
    """An interval between two numbers, which are no inputs of their own."""

    low: float
    high: float

    def __add__(self, other: Any) -> Any:
        return Span(self.low + other.low, self.high + other.high) if isinstance(other, Span) else NotImplemented

    def __mul__(self, other: Any) -> Any:
        return Span(self.low * other.low, self.high * other.high) if isinstance(other, Span) else NotImplemented


class Twin(NamedTuple):
    """The same as a named tuple."""

    low: float
    high: float

    def __add__(self, other: Any) -> Any:
        return Twin(self.low + other.low, self.high + other.high) if isinstance(other, Twin) else NotImplemented

    def __mul__(self, other: Any) -> Any:
        return Twin(self.low * other.low, self.high * other.high) if isinstance(other, Twin) else NotImplemented


class RecordKind(pb.ValueKind):
    """The kind of either."""

    variable, eager = pb.ScalarVariable, True

    def __init__(self, cls: type):
        self.cls, self.name, self.types = cls, cls.__name__.lower(), (cls,)

    def zero(self, value: Any) -> Any:
        return self.cls(0.0, 0.0)

    def one(self, value: Any) -> Any:
        return self.cls(1.0, 1.0)

    def size(self, value: Any) -> int:
        return 1


class Records:
    """The plugin."""

    @pb.hookimpl
    def pullback_register_value_kinds(self) -> list[pb.ValueKind]:
        return [RecordKind(Span), RecordKind(Twin)]

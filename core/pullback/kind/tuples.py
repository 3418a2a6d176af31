"""The kind of tuples, which hold the outputs of primitives that have several."""

from __future__ import annotations

from typing import Any

from pullback.kind.lookup import kind_of
from pullback.kind.value import ValueKind

__all__ = ["TupleKind"]


class TupleKind(ValueKind):
    """The kind of the outputs of a primitive that has several. The cotangent of an unused output is None."""

    name = "tuple"
    types = (tuple,)
    tuples = True

    def zero(self, value: Any) -> Any:
        return (None,) * len(value)

    def add(self, left: Any, right: Any) -> Any:
        return tuple(
            b if a is None else a if b is None else kind_of(a).add(a, b) for a, b in zip(left, right, strict=True)
        )

    def fit(self, grad: Any, value: Any) -> Any:
        return grad

    def has_nan(self, value: Any) -> bool:
        return any(part is not None and kind_of(part).has_nan(part) for part in value)

"""The kind of values that behave like numbers."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

from pullback.kind.value import ValueKind
from pullback.strong_zero import strong_product
from pullback.tables import kinds
from pullback.tracked import Tracked, plain

if TYPE_CHECKING:
    from random import Random

__all__ = ["ScalarKind"]


class ScalarKind(ValueKind):
    """The kind of values without a shape that define Python's operators: `float` and types that behave like it."""

    eager = True

    def __init__(self, name: str, types: tuple[type, ...], variable: type[Tracked], *, excluded: tuple[type, ...] = ()):
        self.name = name
        self.types = types
        self.variable = variable
        self.excluded = excluded
        self._type = types[0]

    def convert(self, value: Any) -> Any:
        return value if isinstance(value, (self._type, Tracked)) else self._type(value)

    def promote(self, constant: int) -> Any:
        return self._type(constant)

    def zero(self, value: Any) -> Any:
        return self._type(0)

    def one(self, value: Any) -> Any:
        return self._type(1)

    def strong_product(self, cotangent: Any, partial: Any) -> Any:
        return strong_product(cotangent, partial)

    def fit(self, grad: Any, value: Any) -> Any:
        primal = plain(grad)
        if type(primal) is self._type:
            return grad
        kind = kinds.find(type(primal))
        if kind is not None and kind.priority > self.priority:
            grad = kind.total(grad)
            primal = plain(grad)
        if isinstance(grad, Tracked) and isinstance(primal, (self._type, numbers.Real)):
            return grad
        if isinstance(primal, (self._type, numbers.Real)) and not isinstance(primal, (bool, complex)):
            return self._type(primal)
        raise TypeError(f"expected a {self._type.__name__}")

    def is_scalar(self, value: Any) -> bool:
        return True

    def size(self, value: Any) -> int:
        return 1

    def magnitude(self, value: Any) -> float:
        return abs(float(plain(value)))

    def dot(self, left: Any, right: Any) -> float:
        return float(left) * float(right)

    def random(self, value: Any, chooser: Random) -> Any:
        return self._type(chooser.uniform(0.5, 1.5) * chooser.choice((-1.0, 1.0)))

    def basis(self, value: Any) -> list[Any]:
        return [self.one(value)]

    def join(self, parts: list[Any], value: Any, *, trailing: bool) -> Any:
        return parts[0]

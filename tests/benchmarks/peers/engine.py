"""An engine of scalars, the least that an adapter needs: micrograd, MyGrad and PyTorch are installed where they are measured, not here."""

from __future__ import annotations

from typing import Any


class Value:
    """A float that remembers its operands and their partial derivatives."""

    def __init__(
        self, data: Any, parents: tuple[Any, ...] = (), name: str = "", partials: tuple[float, ...] = ()
    ) -> None:
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.partials = partials
        self._backward = self._spread

    def _spread(self) -> None:
        for parent, partial in zip(self.parents, self.partials):
            parent.grad += partial * self.grad

    def __add__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), "+", (1.0, 1.0))

    def __mul__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), "*", (other.data, self.data))

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Any) -> Value:
        return self + -other

    def __rsub__(self, other: float) -> Value:
        return -self + other

    def __gt__(self, other: float) -> bool:
        return self.data > other

    def relu(self) -> Value:
        return Value(max(self.data, 0.0), (self,), "relu", (float(self.data > 0.0),))

    def item(self) -> float:
        return self.data

    def __float__(self) -> float:
        return self.data

    def backward(self) -> None:
        order: list[Value] = []
        seen: set[int] = set()

        def visit(value: Value) -> None:
            if id(value) not in seen:
                seen.add(id(value))
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            value._backward()

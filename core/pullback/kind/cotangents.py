"""The algebra of cotangents: all that most kinds have to say."""

from __future__ import annotations

from math import prod
from typing import Any

from pullback.kind.missing import missing
from pullback.tables import kinds
from pullback.tracked import plain

__all__ = ["CotangentAlgebra"]


class CotangentAlgebra:
    """How cotangents and tangents of one kind of value are seeded, added, multiplied and summed to a shape.

    A kind defines `zero` and `one`, `size` where its values have no `shape`, and `fit` where rules return something else than values of the
    kind. What it leaves out has the default that stands here. Values given to the methods may be variables of a lower level.
    """

    name: str = ""

    multiplies = False
    """Whether `product` and `add` are Python's ``*`` and ``+``, but for large values, where they may save memory."""

    def zero(self, value: Any) -> Any:
        """Return the zero cotangent of `value`."""
        raise missing(self, "zero")

    def one(self, value: Any) -> Any:
        """Return the cotangent of ones of `value`."""
        raise missing(self, "one")

    def add(self, left: Any, right: Any) -> Any:
        """Return the sum of two cotangents."""
        return left + right

    def product(self, cotangent: Any, partial: Any) -> Any:
        """Return the plain product, which is the chain's unless it is nan."""
        return cotangent * partial

    def last_product(self, cotangent: Any, partial: Any) -> Any:
        """Return the plain product, after which the sweep does not need the cotangent any more."""
        return self.product(cotangent, partial)

    def multiply(self, cotangent: Any, partial: Any) -> Any:
        """Return the chain's product, in which an exact zero absorbs inf and nan; the plain one, by default."""
        return self.product(cotangent, partial)

    def infinities(self, value: Any) -> tuple[Any, list[tuple[float, Any]]] | None:
        """Return `value` without what is infinite or nan, and for each of those, ones where it stands; None where all is finite."""
        return None

    def reached(self, value: Any, limit: float) -> Any:
        """Return `limit` with the sign of `value`, and zero where `value` is zero, plain."""
        raise missing(self, "reached")

    def has_nan(self, value: Any) -> bool:
        """Return whether a number in `value` is nan."""
        bare = plain(value)
        return bool(bare != bare)

    def fit(self, grad: Any, value: Any) -> Any:
        """Return `grad` summed to the shape of `value`; raise `TypeError` or `ValueError` when it is no gradient of it.

        By default, values of the kind are gradients of each other, and nothing else is.
        """
        if kinds.find(type(plain(grad))) is self:
            return grad
        raise TypeError(f"expected {self.describe(value)}")

    def alike(self, value: Any, other: Any) -> bool:
        """Return whether a cotangent of `other` is, as it stands, one of `value`: the same shape and type."""
        return False

    def total(self, grad: Any) -> Any:
        """Return the sum of the numbers in `grad`, for an input of a scalar kind that was broadcast."""
        raise TypeError(f"{self.describe(grad)} has no sum")

    def broadcast(self, tangent: Any, value: Any) -> Any:
        """Return `tangent`, of an input that was broadcast to the shape of the output `value`, in that shape."""
        return tangent

    def is_scalar(self, value: Any) -> bool:
        """Return whether `value` is one real number, which `grad` can start from; by default, whether its `size` is one."""
        if type(self).size is CotangentAlgebra.size and not hasattr(plain(value), "shape"):
            raise missing(self, "is_scalar")
        return self.size(value) == 1 and not self.is_complex(value)

    def is_complex(self, value: Any) -> bool:
        """Return whether the numbers in `value` are complex."""
        return False

    def size(self, value: Any) -> int:
        """Return how many numbers `value` holds; by default, what its `shape` says."""
        shape = getattr(plain(value), "shape", None)
        if shape is None:
            raise missing(self, "size")
        return prod(shape)

    def describe(self, value: Any) -> str:
        """Return the type and shape of `value` in words, for errors."""
        return type(plain(value)).__name__

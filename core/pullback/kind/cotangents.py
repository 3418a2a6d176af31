"""The algebra of cotangents, the only part that most kinds define."""

from __future__ import annotations

from math import prod
from typing import Any

from pullback.kind.missing import missing
from pullback.tables import kinds
from pullback.tracked import plain

__all__ = ["CotangentAlgebra"]


class CotangentAlgebra:
    """How to seed, add, multiply and sum the cotangents and tangents of one kind of value.

    A kind must define `zero` and `one`, `size` if its values have no `shape`, and `fit` if rules return anything other than values of
    the kind. The other methods have defaults. The values passed to the methods may be variables of a lower level.
    """

    name: str = ""

    uses_operators = False
    """Whether `plain_product` and `add` compute Python's ``*`` and ``+``. For large values they may do so in less memory."""

    def zero(self, value: Any) -> Any:
        """Return the zero cotangent of `value`."""
        raise missing(self, "zero")

    def one(self, value: Any) -> Any:
        """Return the cotangent of ones of `value`."""
        raise missing(self, "one")

    def add(self, left: Any, right: Any) -> Any:
        """Return the sum of two cotangents."""
        return left + right

    def plain_product(self, cotangent: Any, partial: Any) -> Any:
        """Return the plain product. The chain uses it unless it contains a nan; then it calls `strong_product`."""
        return cotangent * partial

    def last_plain_product(self, cotangent: Any, partial: Any) -> Any:
        """Return the plain product when the sweep needs the cotangent no longer, so that its memory may be reused."""
        return self.plain_product(cotangent, partial)

    def strong_product(self, cotangent: Any, partial: Any) -> Any:
        """Return the product in which an exact zero times inf or nan is zero. The default is the plain product."""
        return self.plain_product(cotangent, partial)

    def infinities(self, value: Any) -> tuple[Any, list[tuple[float, Any]]] | None:
        """Split `value` into its finite part and its non-finite numbers, or return None if all of it is finite.

        The second item lists pairs of a non-finite number and a mask of ones where it occurs.
        """
        return None

    def limit_where_nonzero(self, value: Any, limit: float) -> Any:
        """Return `limit` with the sign of `value`, and zero where `value` is zero, as a plain value."""
        raise missing(self, "limit_where_nonzero")

    def has_nan(self, value: Any) -> bool:
        """Return whether any number in `value` is nan."""
        primal = plain(value)
        return bool(primal != primal)

    def fit(self, grad: Any, value: Any) -> Any:
        """Return `grad` summed to the shape of `value`; raise `TypeError` or `ValueError` if it cannot be a gradient of it.

        The default accepts every value of this kind, and nothing else.
        """
        if kinds.find(type(plain(grad))) is self:
            return grad
        raise TypeError(f"expected {self.describe(value)}")

    def same_shape_and_type(self, value: Any, other: Any) -> bool:
        """Return whether `value` and `other` have the same shape and type, so that a cotangent of one is a cotangent of the other."""
        return False

    def total(self, grad: Any) -> Any:
        """Return the sum of the numbers in `grad`: the gradient for a scalar input that was broadcast."""
        raise TypeError(f"{self.describe(grad)} has no sum")

    def broadcast(self, tangent: Any, value: Any) -> Any:
        """Return `tangent`, the tangent of an input, broadcast to the shape of the output `value`."""
        return tangent

    def is_scalar(self, value: Any) -> bool:
        """Return whether `value` is one real number, as `grad` requires of an output. The default requires a `size` of one."""
        if type(self).size is CotangentAlgebra.size and not hasattr(plain(value), "shape"):
            raise missing(self, "is_scalar")
        return self.size(value) == 1 and not self.is_complex(value)

    def is_complex(self, value: Any) -> bool:
        """Return whether the numbers in `value` are complex."""
        return False

    def size(self, value: Any) -> int:
        """Return how many numbers `value` holds. The default multiplies the lengths in its `shape`."""
        shape = getattr(plain(value), "shape", None)
        if shape is None:
            raise missing(self, "size")
        return prod(shape)

    def describe(self, value: Any) -> str:
        """Return a description of the type and shape of `value` for error messages."""
        return type(plain(value)).__name__

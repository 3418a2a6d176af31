"""The methods of a kind that the numerical checks, `jacobian` and `hessian` call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pullback.kind.cotangents import CotangentAlgebra
from pullback.kind.missing import missing
from pullback.tracked import plain

if TYPE_CHECKING:
    from random import Random

__all__ = ["NumericalChecks"]


class NumericalChecks(CotangentAlgebra):
    """`check_grads` and `check_pair` draw random cotangents and compare numbers; `jacobian` and `hessian` use a basis of cotangents."""

    def magnitude(self, value: Any) -> float:
        """Return the largest absolute value in `value`, as a plain number."""
        raise missing(self, "magnitude")

    def dot(self, left: Any, right: Any) -> float:
        """Return the inner product of two plain values."""
        raise missing(self, "dot")

    def random(self, value: Any, chooser: Random) -> Any:
        """Return a random cotangent of `value` none of whose numbers is near zero."""
        raise missing(self, "random")

    def basis(self, value: Any) -> list[Any]:
        """Return the standard basis of the cotangents of `value`, a list of length ``size(value)``.

        The default handles only a single number.
        """
        if self._is_single(value):
            return [self.one(value)]
        raise missing(self, "basis")

    def join(self, parts: list[Any], value: Any, *, trailing: bool) -> Any:
        """Combine `parts`, the derivatives along each vector of ``basis(value)``, into one derivative.

        The axes of `value` come before the axes of the parts, or after them if `trailing` is true.
        """
        if self._is_single(value):
            return parts[0]
        raise missing(self, "join")

    def _is_single(self, value: Any) -> bool:
        """Return whether `value` is one number without axes."""
        try:
            return self.size(value) == 1 and not getattr(plain(value), "shape", ())
        except NotImplementedError:
            return False

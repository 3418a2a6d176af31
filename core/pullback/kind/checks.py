"""What the numerical checks and the Jacobians ask of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pullback.kind.cotangents import CotangentAlgebra
from pullback.kind.missing import missing
from pullback.tracked import plain

if TYPE_CHECKING:
    from random import Random

__all__ = ["NumericalChecks"]


class NumericalChecks(CotangentAlgebra):
    """`check_grads` and `check_pair` draw random cotangents and compare numbers; `jacobian` and `hessian` go through a basis."""

    def magnitude(self, value: Any) -> float:
        """Return the largest absolute value in `value`, plain."""
        raise missing(self, "magnitude")

    def dot(self, left: Any, right: Any) -> float:
        """Return the inner product of two plain values."""
        raise missing(self, "dot")

    def random(self, value: Any, chooser: Random) -> Any:
        """Return a random cotangent of `value`, no part of it near zero."""
        raise missing(self, "random")

    def basis(self, value: Any) -> list[Any]:
        """Return the standard basis of the cotangents of `value`, `size` of them; by default, that of a single number."""
        if self._is_single(value):
            return [self.one(value)]
        raise missing(self, "basis")

    def join(self, parts: list[Any], value: Any, *, trailing: bool) -> Any:
        """Return one derivative of the parts found for each vector of ``basis(value)``.

        The axes of `value` come before the axes of the parts, or after them where `trailing`.
        """
        if self._is_single(value):
            return parts[0]
        raise missing(self, "join")

    def _is_single(self, value: Any) -> bool:
        """Whether `value` is one number, without axes."""
        try:
            return self.size(value) == 1 and not getattr(plain(value), "shape", ())
        except NotImplementedError:
            return False

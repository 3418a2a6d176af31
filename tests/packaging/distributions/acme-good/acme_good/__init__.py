"""Smooth functions that acme needs every day."""

from __future__ import annotations

import math
from typing import Any

from pullback import Primitive, elementwise, hookimpl, primitive
from pullback.math import exp


@elementwise(derivative=lambda x, y: exp(x - y))
def softplus(x: float) -> float:
    """Return log(1 + exp(x)); its derivative is the logistic function."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _parallel_backward(x: Any, y: Any, out: Any, grad: Any) -> tuple[Any, Any]:
    return (y / (x + y)) ** 2 * grad, (x / (x + y)) ** 2 * grad


@primitive(backward=_parallel_backward)
def parallel(x: float, y: float) -> float:
    """Return the resistance of two resistors in parallel, 1 / (1/x + 1/y)."""
    return x * y / (x + y)


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [softplus, parallel]

"""Rosenbrock's valley in many dimensions, over plain floats."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from .problem import Gradient, Problem

__all__ = ["rosenbrock"]


def _loss(_: Any, primals: Any, constants: Any) -> Any:
    (xs,) = primals
    total = 0.0
    for x, y in pairwise(xs):
        across = y - x * x
        along = 1.0 - x
        total = total + (100.0 * across * across + along * along)
    return total


def _by_hand(primals: Any, constants: Any) -> Gradient:
    (xs,) = primals
    total = 0.0
    grads = [0.0] * len(xs)
    for k, (x, y) in enumerate(pairwise(xs)):
        across = y - x * x
        along = 1.0 - x
        total += 100.0 * across * across + along * along
        slope = 200.0 * across
        grads[k] -= 2.0 * (x * slope + along)
        grads[k + 1] += slope
    return total, (grads,)


def rosenbrock(size: int) -> Problem:
    """Return the sum of ``100 (y - x^2)^2 + (1 - x)^2`` over neighbours x, y among `size` floats."""
    # The classical start is (-1.2, 1), again and again.
    xs = [-1.2 if k % 2 == 0 else 1.0 for k in range(size)]
    return Problem(f"Rosenbrock, {size:,} variables", "scalar", (xs,), (), _loss, _by_hand)

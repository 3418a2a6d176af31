"""Speelpenning's product: one output of many inputs, where symbolic derivatives swell and reverse mode does not."""

from __future__ import annotations

from typing import Any

from .problem import Gradient, Problem

__all__ = ["product"]


def _loss(_: Any, primals: Any, constants: Any) -> Any:
    (xs,) = primals
    result = xs[0]
    for x in xs[1:]:
        result = result * x
    return result


def _by_hand(primals: Any, constants: Any) -> Gradient:
    # By the products before and after each factor, so that no factor is divided by.
    (xs,) = primals
    before = []
    result = 1.0
    for x in xs:
        before.append(result)
        result *= x
    after = 1.0
    for k in range(len(xs) - 1, -1, -1):
        before[k] *= after
        after *= xs[k]
    return result, (before,)


def product(size: int) -> Problem:
    """Return the product of `size` floats, at Speelpenning's (1980) point k / (k + 1), where it is 1 / (size + 1)."""
    xs = [k / (k + 1) for k in range(1, size + 1)]
    budgets = {"free-standing, compiled": 25.0}
    return Problem(f"Speelpenning's product, {size:,} inputs", "scalar", (xs,), (), _loss, _by_hand, budgets)

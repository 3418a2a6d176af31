"""A sum over elementwise functions of an array."""

from __future__ import annotations

from typing import Any

import numpy as np

from .problem import Gradient, Problem

__all__ = ["elementwise"]


def _loss(xp: Any, primals: Any, constants: Any) -> Any:
    (x,) = primals
    return xp.sum(xp.tanh(x) * xp.exp(-(x**2)) + xp.log1p(x**2))


def _by_hand(primals: Any, constants: Any) -> Gradient:
    (x,) = primals
    square = x * x
    t, bell = np.tanh(x), np.exp(-square)
    value = np.sum(t * bell + np.log1p(square))
    return float(value), ((1 - t * t) * bell + 2 * x * (1 / (1 + square) - t * bell),)


def elementwise(size: int) -> Problem:
    """Return ``sum(tanh(x) * exp(-x**2) + log1p(x**2))`` of `size` numbers."""
    x = np.random.default_rng(0).standard_normal(size)
    budgets = {10: {"compiled": 2.5, "pure Python": 5.0}, 1_000_000: {"compiled": 1.15, "pure Python": 1.15}}
    return Problem(
        f"elementwise, {size:,} numbers",
        "array",
        (x,),
        (),
        _loss,
        _by_hand,
        budgets.get(size, {}),
    )

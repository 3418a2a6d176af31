"""A chain of products of two variables and sums with a constant, in turns: what memory and depth are measured with."""

from __future__ import annotations

from typing import Any

from .problem import Gradient, Problem

__all__ = ["chain"]


def _loss(_: Any, primals: Any, constants: Any) -> Any:
    (x,) = primals
    (operations,) = constants
    y = x
    for _ in range(operations // 2):
        y = y * x + 1.0
    return y


def _by_hand(primals: Any, constants: Any) -> Gradient:
    (x,) = primals
    (operations,) = constants
    y, slope = x, 1.0
    for _ in range(operations // 2):
        y, slope = y * x + 1.0, slope * x + y
    return y, (slope,)


def chain(operations: int) -> Problem:
    """Return the end of a chain of so many operations, as a function of its start."""
    return Problem(f"chain of {operations:,} operations", "scalar", (0.9999,), (operations,), _loss, _by_hand)

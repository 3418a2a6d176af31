"""A long chain of sines of one float."""

from __future__ import annotations

from math import cos, sin
from typing import Any

from .problem import Gradient, Problem

__all__ = ["sines"]


def _loss(namespace: Any, primals: Any, constants: Any) -> Any:
    (x,) = primals
    (length,) = constants
    function = namespace.sin
    for _ in range(length):
        x = function(x)
    return x


def _by_hand(primals: Any, constants: Any) -> Gradient:
    # There is one input: nobody would record anything.
    (x,) = primals
    (length,) = constants
    slope = 1.0
    for _ in range(length):
        slope *= cos(x)
        x = sin(x)
    return x, (slope,)


def sines(length: int) -> Problem:
    """Return ``sin(sin(...sin(x)...))``."""
    budgets = {"free-standing, compiled": 20.0}
    return Problem(f"chain of {length:,} sines", "scalar", (1.0,), (length,), _loss, _by_hand, budgets)

"""A numerical derivative with an estimate of its error."""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["ridders"]

_SHRINK = 1.4
_ROWS = 12


def ridders(function: Callable[[float], float], step: float) -> tuple[float, float]:
    """Return the derivative of `function` at 0 and an estimate of its error.

    The method extrapolates central differences, with steps that shrink from `step`, to step zero (Ridders, 1982, Advances in
    Engineering Software 4, 75-76), and returns the entry of the tableau with the smallest error estimate.
    """
    previous: list[float] = []
    best, error = math.nan, math.inf
    for _ in range(_ROWS):
        row = [(function(step) - function(-step)) / (2.0 * step)]
        factor = _SHRINK**2
        for order, earlier in enumerate(previous):
            row.append((row[order] * factor - earlier) / (factor - 1.0))
            factor *= _SHRINK**2
            apart = max(abs(row[-1] - row[-2]), abs(row[-1] - earlier))
            if apart < error:
                best, error = row[-1], apart
        if previous and abs(row[-1] - previous[-1]) >= 2.0 * error:
            break
        previous = row
        step /= _SHRINK
    return best, error

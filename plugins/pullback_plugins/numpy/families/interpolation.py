"""Piecewise linear interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array

__all__ = ["interp"]


@composite(overloads=["numpy:interp"])
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """Return the piecewise linear interpolant of the points (`xp`, `fp`) at `x`, as `numpy.interp` does.

    xp and fp: (n,). The derivative by `x` at one of the points is the slope to its right, at the last point that to its left.
    """
    x, xp, fp = as_array(x), as_array(xp), as_array(fp)
    if period is not None:
        if plain(period) == 0:
            raise ValueError("period must be a non-zero value")
        period = abs(period)
        left = right = None
        x, xp = np.mod(x, period), np.mod(xp, period)
        order = np.argsort(plain(xp))
        period_shifts = np.zeros(len(order) + 2)
        period_shifts[0], period_shifts[-1] = -1.0, 1.0
        order = np.concatenate([order[-1:], order, order[:1]])
        xp, fp = xp[order] + period_shifts * period, fp[order]
    count = np.size(plain(xp))
    if np.ndim(plain(xp)) != 1 or np.shape(plain(xp)) != np.shape(plain(fp)):
        raise ValueError("fp and xp are not of the same length")
    if count == 0:
        raise ValueError("array of sample points is empty")
    left_index = np.searchsorted(plain(xp), plain(x), side="right") - 1
    if count == 1:
        result = fp[np.zeros_like(left_index)] + 0.0 * x
    else:
        interval = np.clip(left_index, 0, count - 2)
        width = xp[interval + 1] - xp[interval]
        # Two points with the same `xp` make a step: no `x` lies between them, so the slope there is never used.
        slope = (fp[interval + 1] - fp[interval]) / np.where(np.equal(plain(width), 0.0), 1.0, width)
        start = np.maximum(left_index, 0)
        result = slope * (x - xp[start]) + fp[start]
    result = np.where(np.less(plain(x), plain(xp)[0]), fp[0] if left is None else left, result)
    return np.where(np.greater(plain(x), plain(xp)[-1]), fp[-1] if right is None else right, result)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [interp]

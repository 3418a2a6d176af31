"""Sums, means, extremes and other reductions, and cumulative ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback.extend import plain
from pullback_plugins.array_api.array import call

__all__ = [
    "all",
    "any",
    "count_nonzero",
    "cumulative_prod",
    "cumulative_sum",
    "diff",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "var",
]


def all(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Return whether all elements are true."""
    return call(np.all, plain(x), axis=axis, keepdims=keepdims)


def any(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Return whether any element is true."""
    return call(np.any, plain(x), axis=axis, keepdims=keepdims)


def count_nonzero(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the number of elements that are not zero."""
    result = call(np.count_nonzero, plain(x), axis=axis, keepdims=keepdims)
    return call(np.asarray, result) if isinstance(result, int) else result


def _cumulative(function: Any, start: int, x: Any, axis: Any, dtype: Any, include_initial: bool) -> Any:
    if axis is None:
        if x.ndim > 1:
            raise ValueError("the axis must be given for an array with several")
        axis = 0
    if not x.ndim:
        raise ValueError("an array without axes has none to run along")
    result = call(function, x, axis=axis, dtype=dtype)
    if not include_initial:
        return result
    shape = list(x.shape)
    shape[axis] = 1
    return call(np.concatenate, [np.full(shape, start, dtype=result.dtype), result], axis=axis)


def cumulative_prod(x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: bool = False) -> Any:
    """Return the cumulative products of elements along an axis."""
    return _cumulative(np.cumprod, 1, x, axis, dtype, include_initial)


def cumulative_sum(x: Any, /, *, axis: Any = None, dtype: Any = None, include_initial: bool = False) -> Any:
    """Return the cumulative sums of elements along an axis."""
    return _cumulative(np.cumsum, 0, x, axis, dtype, include_initial)


def diff(x: Any, /, *, axis: int = -1, n: int = 1, prepend: Any = None, append: Any = None) -> Any:
    """Return the `n`-th differences of neighbouring elements."""
    ends = {name: value for name, value in (("prepend", prepend), ("append", append)) if value is not None}
    return call(np.diff, x, n=n, axis=axis, **ends)


def max(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the largest element."""
    return call(np.max, x, axis=axis, keepdims=keepdims)


def mean(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the mean."""
    return call(np.mean, x, axis=axis, keepdims=keepdims)


def min(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the smallest element."""
    return call(np.min, x, axis=axis, keepdims=keepdims)


def prod(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Return the product."""
    return call(np.prod, x, axis=axis, dtype=dtype, keepdims=keepdims)


def std(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Any:
    """Return the standard deviation, with the number of elements less `correction` as the divisor."""
    return call(np.std, x, axis=axis, ddof=correction, keepdims=keepdims)


def sum(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """Return the sum."""
    return call(np.sum, x, axis=axis, dtype=dtype, keepdims=keepdims)


def var(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Any:
    """Return the variance, with the number of elements less `correction` as the divisor."""
    return call(np.var, x, axis=axis, ddof=correction, keepdims=keepdims)

"""Order statistics: medians, percentiles and quantiles by every method that NumPy has, and the variants that ignore nan."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.extend import Tracked, plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.shaping import astype
from pullback_plugins.numpy.families.sorting import take_last_axis
from pullback_plugins.numpy.rules.axes import (
    NOT_GIVEN,
    flatten_to_last_axis,
    reduced_shape,
    reduction_arguments,
    write_to_out,
)
from pullback_plugins.numpy.rules.undifferentiated import primals

__all__ = ["median", "nanmedian", "nanpercentile", "nanquantile", "percentile", "quantile"]

# Hyndman and Fan (1996): the position of a quantile is n q + alpha + q (1 - alpha - beta), counted from one.
_ALPHA_BETA = {
    "interpolated_inverted_cdf": (0.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "linear": (1.0, 1.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}


def _position_derivative(n: Any, q: Any, method: str) -> Any:
    """Return the derivative with respect to `q` of the position of a quantile among `n` numbers; 0 for discontinuous methods."""
    if method not in _ALPHA_BETA:
        return np.zeros(np.broadcast_shapes(np.shape(n), np.shape(q)))
    alpha, beta = _ALPHA_BETA[method]
    slope = n + (1.0 - alpha - beta)
    position = slope * q + alpha - 1.0
    return np.where((position < 0) | (position > n - 1), 0.0, slope)


def _neighbours(
    flat: Any, positions: Callable[[int], Any], count: int, *, skip_nan: bool, inward: bool = False
) -> tuple[Any, Any, Any]:
    """Return the sorted elements just below and above each position, and the fraction of the interval between them.

    flat: (..., n); each result: (..., count). `positions(n)` returns the `count` positions among n sorted numbers, from 0 to n - 1.
    A slice with nan gives nan, unless `skip_nan`, which excludes nan. With `inward` the last position is the upper end of an interval,
    not the lower end of an empty one, so that its derivative is that of the interval.
    """
    numbers = plain(flat)
    size = numbers.shape[-1]
    order = np.argsort(numbers, axis=-1)
    nan_count = np.isnan(numbers).sum(axis=-1)
    sizes = size - nan_count if skip_nan else np.where(nan_count > 0, 0, size)
    position = np.full((*sizes.shape, count), float(size - 1))
    for n in np.unique(sizes):
        if n:
            position[sizes == n] = positions(int(n))
    low = np.floor(position)
    has_interval = np.expand_dims(sizes, -1) > 1
    if inward:
        low = np.where(has_interval, np.minimum(low, np.expand_dims(sizes, -1) - 2.0), low)
    fraction = position - low
    low = low.astype(np.intp)
    high = low + (has_interval if inward else fraction > 0)
    below = take_last_axis(flat, index=np.take_along_axis(order, low, -1))
    above = take_last_axis(flat, index=np.take_along_axis(order, high, -1))
    return below, above, fraction


def _arrange_result(values: Any, a: Any, axes: tuple[int, ...], keepdims: bool, q_shape: tuple[int, ...]) -> Any:
    """Return `values` with the last axis, that of the quantiles, moved to the front, and `keepdims` applied."""
    return np.reshape(np.moveaxis(values, -1, 0), q_shape + reduced_shape(plain(a).shape, axes, keepdims))


def _warn_of_all_nan(a: Any, axes: tuple[int, ...]) -> None:
    if np.any(np.logical_and.reduce(np.isnan(plain(a)), axis=axes)):
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=5)


def _median(
    a: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    keepdims: Any = NOT_GIVEN,
    *,
    skip_nan: bool,
) -> Any:
    a, axes, keepdims = reduction_arguments(a, axis, keepdims)
    if not plain(a).size:
        function = np.nanmedian if skip_nan else np.median
        return write_to_out(function(plain(a), axis=axes, keepdims=keepdims), out)
    if skip_nan:
        _warn_of_all_nan(a, axes)
    flat = flatten_to_last_axis(a, axes)
    below, above, _ = _neighbours(flat, lambda n: np.array([(n - 1) / 2.0]), 1, skip_nan=skip_nan)
    return write_to_out(_arrange_result((below + above) / 2.0, a, axes, keepdims, ()), out)


@composite(overloads=["numpy:median"])
def median(a: Any, *args: Any, **params: Any) -> Any:
    """Return the median of `a` over some axes; for an even number of elements, the mean of the two in the middle."""
    return _median(a, *args, **params, skip_nan=False)


@composite(overloads=["numpy:nanmedian"])
def nanmedian(a: Any, *args: Any, **params: Any) -> Any:
    """Return the median of the elements that are not nan."""
    return _median(a, *args, **params, skip_nan=True)


def _quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: Any = "linear",
    keepdims: Any = NOT_GIVEN,
    *,
    weights: Any = None,
    interpolation: Any = None,
    percent: bool = False,
    skip_nan: bool = False,
) -> Any:
    a, axes, keepdims = reduction_arguments(a, axis, keepdims)
    method = method if interpolation is None else interpolation
    name = ("nan" if skip_nan else "") + ("percentile" if percent else "quantile")
    numpy_quantile = getattr(np, name)
    q_primal = primals(q)
    q_shape, count = np.shape(q_primal), int(np.size(q_primal))
    if not plain(a).size or weights is not None:
        options = {} if weights is None else {"weights": primals(weights)}
        plain_result = numpy_quantile(plain(a), q_primal, axis=axis, method=method, keepdims=keepdims, **options)
        return write_to_out(
            plain_result if not plain(a).size else _take_values(a, plain_result, axes, keepdims, q_shape, count), out
        )
    # NumPy's quantiles of 0, 1, 2, ... are the positions of the quantiles, whatever the method.
    exact_q = np.asarray(q_primal, plain(a).dtype) if isinstance(q_primal, (int, float)) else np.asarray(q_primal)
    dtype = numpy_quantile(np.zeros(2, plain(a).dtype), q_primal, method=method).dtype
    if skip_nan:
        _warn_of_all_nan(a, axes)
    flat = flatten_to_last_axis(a, axes)
    sizes = plain(flat).shape[-1] - (np.isnan(plain(flat)).sum(axis=-1) if skip_nan else 0)
    below, above, fraction = _neighbours(
        flat,
        lambda n: numpy_quantile(np.arange(float(n)), exact_q.reshape(-1), method=method),
        count,
        skip_nan=skip_nan,
        inward=isinstance(q, Tracked),
    )
    if isinstance(q, (Tracked, list, tuple)) and isinstance(as_array(q), Tracked):
        scale = 0.01 if percent else 1.0
        slope = _position_derivative(np.expand_dims(sizes, -1), exact_q.reshape(-1) * scale, method) * scale
        q = np.reshape(as_array(q), (-1,))
        fraction = fraction + slope * (q - plain(q))
    else:
        fraction = fraction.astype(dtype, copy=False)
    gap = above - below
    # Interpolate from the nearer end, which rounds as NumPy does.
    result = np.where(plain(fraction) >= 0.5, above - gap * (1.0 - fraction), below + gap * fraction)
    return write_to_out(astype(_arrange_result(result, a, axes, keepdims, q_shape), dtype), out)


def _take_values(
    a: Any, values: Any, axes: tuple[int, ...], keepdims: bool, q_shape: tuple[int, ...], count: int
) -> Any:
    """Return the elements of `a` that equal the plain `values`: the first in each slice."""
    flat = flatten_to_last_axis(a, axes)
    numbers = plain(flat)
    values_last = np.moveaxis(np.reshape(values, (count, *numbers.shape[:-1])), 0, -1)[..., None]
    same = (numbers[..., None, :] == values_last) | (np.isnan(numbers[..., None, :]) & np.isnan(values_last))
    return _arrange_result(take_last_axis(flat, index=np.argmax(same, axis=-1)), a, axes, keepdims, q_shape)


@composite(overloads=["numpy:quantile"])
def quantile(a: Any, q: Any, *args: Any, **params: Any) -> Any:
    """Return quantiles of `a` over some axes, by any method; continuous methods are differentiable with respect to `q` too."""
    return _quantile(a, q, *args, **params)


@composite(overloads=["numpy:percentile"])
def percentile(a: Any, q: Any, *args: Any, **params: Any) -> Any:
    """Return percentiles of `a` over some axes, by any method; continuous methods are differentiable with respect to `q` too."""
    return _quantile(a, q, *args, **params, percent=True)


@composite(overloads=["numpy:nanquantile"])
def nanquantile(a: Any, q: Any, *args: Any, **params: Any) -> Any:
    """Return quantiles of the elements that are not nan."""
    return _quantile(a, q, *args, **params, skip_nan=True)


@composite(overloads=["numpy:nanpercentile"])
def nanpercentile(a: Any, q: Any, *args: Any, **params: Any) -> Any:
    """Return percentiles of the elements that are not nan."""
    return _quantile(a, q, *args, **params, percent=True, skip_nan=True)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [median, nanmedian, quantile, percentile, nanquantile, nanpercentile]

"""Order statistics: medians, percentiles and quantiles by every method of NumPy's, with and without nan."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.tracked import Tracked, plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.shaping import astype
from pullback_plugins.numpy.families.sorting import pick
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


def _slope(n: Any, q: Any, method: str) -> Any:
    """Return the derivative by q of the position of a quantile among `n` numbers; methods with steps have none."""
    if method not in _ALPHA_BETA:
        return np.zeros(np.broadcast_shapes(np.shape(n), np.shape(q)))
    alpha, beta = _ALPHA_BETA[method]
    slope = n + (1.0 - alpha - beta)
    position = slope * q + alpha - 1.0
    return np.where((position < 0) | (position > n - 1), 0.0, slope)


def _gathered(
    flat: Any, positions: Callable[[int], Any], count: int, *, skip_nan: bool, inward: bool = False
) -> tuple[Any, Any, Any]:
    """Return the elements below and above each position in the order along the last axis, and how far it is between them.

    `positions` gives the `count` positions among n numbers. Where there is nan, that is taken, or left out where `skip_nan`.
    With `inward`, the last position of all is reached from below.
    """
    numbers = plain(flat)
    size = numbers.shape[-1]
    order = np.argsort(numbers, axis=-1)
    gaps = np.isnan(numbers).sum(axis=-1)
    sizes = size - gaps if skip_nan else np.where(gaps > 0, 0, size)
    place = np.full((*sizes.shape, count), float(size - 1))
    for n in np.unique(sizes):
        if n:
            place[sizes == n] = positions(int(n))
    low = np.floor(place)
    steps = np.expand_dims(sizes, -1) > 1
    if inward:
        low = np.where(steps, np.minimum(low, np.expand_dims(sizes, -1) - 2.0), low)
    between = place - low
    low = low.astype(np.intp)
    high = low + (steps if inward else between > 0)
    below = pick(flat, index=np.take_along_axis(order, low, -1))
    above = pick(flat, index=np.take_along_axis(order, high, -1))
    return below, above, between


def _arranged(found: Any, a: Any, axes: tuple[int, ...], keepdims: bool, q_shape: tuple[int, ...]) -> Any:
    """Return `found`, whose last axis runs over the quantiles, with that in front and the reduced axes as asked."""
    return np.reshape(np.moveaxis(found, -1, 0), q_shape + reduced_shape(plain(a).shape, axes, keepdims))


def _warn_of_empty(a: Any, axes: tuple[int, ...]) -> None:
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
        _warn_of_empty(a, axes)
    flat = flatten_to_last_axis(a, axes)
    below, above, _ = _gathered(flat, lambda n: np.array([(n - 1) / 2.0]), 1, skip_nan=skip_nan)
    return write_to_out(_arranged((below + above) / 2.0, a, axes, keepdims, ()), out)


@composite(overloads=["numpy:median"])
def median(a: Any, *args: Any, **params: Any) -> Any:
    """Return the median of `a` over some axes; of an even number, the mean of the two in the middle."""
    return _median(a, *args, **params, skip_nan=False)


@composite(overloads=["numpy:nanmedian"])
def nanmedian(a: Any, *args: Any, **params: Any) -> Any:
    """Return the median of what is not nan."""
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
    numpy_does = getattr(np, name)
    bare_q = primals(q)
    q_shape, count = np.shape(bare_q), int(np.size(bare_q))
    if not plain(a).size or weights is not None:
        options = {} if weights is None else {"weights": primals(weights)}
        chosen = numpy_does(plain(a), bare_q, axis=axis, method=method, keepdims=keepdims, **options)
        return write_to_out(chosen if not plain(a).size else _chosen(a, chosen, axes, keepdims, q_shape, count), out)
    # NumPy itself says where a quantile lies, whatever the method: it is asked for that of 0, 1, 2, ...
    exact_q = np.asarray(bare_q, plain(a).dtype) if isinstance(bare_q, (int, float)) else np.asarray(bare_q)
    dtype = numpy_does(np.zeros(2, plain(a).dtype), bare_q, method=method).dtype
    if skip_nan:
        _warn_of_empty(a, axes)
    flat = flatten_to_last_axis(a, axes)
    sizes = plain(flat).shape[-1] - (np.isnan(plain(flat)).sum(axis=-1) if skip_nan else 0)
    below, above, between = _gathered(
        flat,
        lambda n: numpy_does(np.arange(float(n)), exact_q.reshape(-1), method=method),
        count,
        skip_nan=skip_nan,
        inward=isinstance(q, Tracked),
    )
    if isinstance(q, (Tracked, list, tuple)) and isinstance(as_array(q), Tracked):
        scale = 0.01 if percent else 1.0
        slope = _slope(np.expand_dims(sizes, -1), exact_q.reshape(-1) * scale, method) * scale
        q = np.reshape(as_array(q), (-1,))
        between = between + slope * (q - plain(q))
    else:
        between = between.astype(dtype, copy=False)
    gap = above - below
    # As NumPy rounds: from the nearer end.
    found = np.where(plain(between) >= 0.5, above - gap * (1.0 - between), below + gap * between)
    return write_to_out(astype(_arranged(found, a, axes, keepdims, q_shape), dtype), out)


def _chosen(a: Any, values: Any, axes: tuple[int, ...], keepdims: bool, q_shape: tuple[int, ...], count: int) -> Any:
    """Return `values`, each of which is an element of its slice of `a`, taken out of there."""
    flat = flatten_to_last_axis(a, axes)
    numbers = plain(flat)
    wanted = np.moveaxis(np.reshape(values, (count, *numbers.shape[:-1])), 0, -1)[..., None]
    same = (numbers[..., None, :] == wanted) | (np.isnan(numbers[..., None, :]) & np.isnan(wanted))
    return _arranged(pick(flat, index=np.argmax(same, axis=-1)), a, axes, keepdims, q_shape)


@composite(overloads=["numpy:quantile"])
def quantile(a: Any, q: Any, *args: Any, **params: Any) -> Any:
    """Return quantiles of `a` over some axes, by any method; differentiable by `q` too where the method is continuous."""
    return _quantile(a, q, *args, **params)


@composite(overloads=["numpy:percentile"])
def percentile(a: Any, q: Any, *args: Any, **params: Any) -> Any:
    """Return percentiles of `a` over some axes, by any method; differentiable by `q` too where the method is continuous."""
    return _quantile(a, q, *args, **params, percent=True)


@composite(overloads=["numpy:nanquantile"])
def nanquantile(a: Any, q: Any, *args: Any, **params: Any) -> Any:
    """Return quantiles of what is not nan."""
    return _quantile(a, q, *args, **params, skip_nan=True)


@composite(overloads=["numpy:nanpercentile"])
def nanpercentile(a: Any, q: Any, *args: Any, **params: Any) -> Any:
    """Return percentiles of what is not nan."""
    return _quantile(a, q, *args, **params, percent=True, skip_nan=True)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [median, nanmedian, quantile, percentile, nanquantile, nanpercentile]

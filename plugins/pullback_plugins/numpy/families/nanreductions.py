"""Reductions that leave nan out: what is nan has gradient zero."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.moments import spread_over
from pullback_plugins.numpy.families.reductions import extreme, extreme_over, masked, masked_mean
from pullback_plugins.numpy.rules.axes import NOT_GIVEN, broadcast_mask, is_given, reduction_arguments, write_to_out

__all__ = ["nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum", "nanvar"]


def _without_nan(a: Any, fill: float) -> Any:
    a = as_array(a)
    return masked(a, ~np.isnan(plain(a)), fill)


def _present(a: Any, where: Any) -> Any:
    """Return where `a` is counted: not nan, and in `where`."""
    mask = broadcast_mask(where, plain(a).shape)
    return ~np.isnan(plain(a)) if mask is None else ~np.isnan(plain(a)) & mask


@composite(overloads=["numpy:nansum"])
def nansum(a: Any, *args: Any, **params: Any) -> Any:
    """Return the sum of what is not nan."""
    return np.sum(_without_nan(a, 0), *args, **params)


@composite(overloads=["numpy:nanprod"])
def nanprod(a: Any, *args: Any, **params: Any) -> Any:
    """Return the product of what is not nan."""
    return np.prod(_without_nan(a, 1), *args, **params)


@composite(overloads=["numpy:nancumsum"])
def nancumsum(a: Any, *args: Any, **params: Any) -> Any:
    """Return cumulative sums in which nan counts as zero."""
    return np.cumsum(_without_nan(a, 0), *args, **params)


@composite(overloads=["numpy:nancumprod"])
def nancumprod(a: Any, *args: Any, **params: Any) -> Any:
    """Return cumulative products in which nan counts as one."""
    return np.cumprod(_without_nan(a, 1), *args, **params)


@composite(overloads=["numpy:nanmean"])
def nanmean(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: Any = NOT_GIVEN,
    *,
    where: Any = NOT_GIVEN,
) -> Any:
    """Return the mean of what is not nan."""
    a, axes, keepdims = reduction_arguments(a, axis, keepdims, dtype)
    mask = _present(a, where)
    if not np.all(np.any(mask, axis=axes)):
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=2)
    return write_to_out(masked_mean(a, mask, axes, keepdims), out)


def _nan_extreme(
    a: Any,
    axis: Any = None,
    out: Any = None,
    keepdims: Any = NOT_GIVEN,
    initial: Any = NOT_GIVEN,
    where: Any = NOT_GIVEN,
    *,
    least: bool,
) -> Any:
    a, axes, keepdims = reduction_arguments(a, axis, keepdims)
    mask = np.isnan(plain(a))
    if is_given(initial):
        where = _present(a, where)
    if not plain(a).size or broadcast_mask(where, mask.shape) is not None:
        return extreme_over(a, axes, out, keepdims, initial, where, least=least)
    found = extreme(a, axis=axes, keepdims=keepdims, mask=~mask, least=least)
    empty = np.logical_and.reduce(mask, axis=axes, keepdims=keepdims)
    if np.any(empty):
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=3)
        found = np.where(empty, plain(a).dtype.type(np.nan), found)
    return write_to_out(found, out)


@composite(overloads=["numpy:nanmax"])
def nanmax(a: Any, *args: Any, **params: Any) -> Any:
    """Return the maximum of what is not nan."""
    return _nan_extreme(a, *args, **params, least=False)


@composite(overloads=["numpy:nanmin"])
def nanmin(a: Any, *args: Any, **params: Any) -> Any:
    """Return the minimum of what is not nan."""
    return _nan_extreme(a, *args, **params, least=True)


def _nan_spread(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: Any = 0,
    keepdims: Any = NOT_GIVEN,
    *,
    where: Any = NOT_GIVEN,
    correction: Any = NOT_GIVEN,
    root: bool,
    **params: Any,
) -> Any:
    a, axes, keepdims = reduction_arguments(a, axis, keepdims)
    mask = _present(a, where)
    found = spread_over(a, axes, dtype, None, ddof, keepdims, where=mask, correction=correction, root=root, **params)
    undetermined = np.sum(mask, axis=axes, keepdims=keepdims) <= plain(ddof if correction is NOT_GIVEN else correction)
    return write_to_out(np.where(undetermined, np.nan, found) if np.any(undetermined) else found, out)


@composite(overloads=["numpy:nanvar"])
def nanvar(a: Any, *args: Any, **params: Any) -> Any:
    """Return the variance of what is not nan."""
    return _nan_spread(a, *args, **params, root=False)


@composite(overloads=["numpy:nanstd"])
def nanstd(a: Any, *args: Any, **params: Any) -> Any:
    """Return the standard deviation of what is not nan; of a constant the gradient is zero."""
    return _nan_spread(a, *args, **params, root=True)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [nansum, nanprod, nancumsum, nancumprod, nanmean, nanmax, nanmin, nanvar, nanstd]

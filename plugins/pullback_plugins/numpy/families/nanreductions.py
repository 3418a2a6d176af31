"""Reductions that ignore nan: elements that are nan have gradient zero."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.moments import var_or_std
from pullback_plugins.numpy.families.reductions import extreme, extreme_over, masked, masked_mean
from pullback_plugins.numpy.rules.axes import NOT_GIVEN, broadcast_mask, is_given, reduction_arguments, write_to_out

__all__ = ["nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum", "nanvar"]


def _fill_nan(a: Any, fill: float) -> Any:
    a = as_array(a)
    return masked(a, ~np.isnan(plain(a)), fill)


def _counted(a: Any, where: Any) -> Any:
    """Return the mask of the elements that count: not nan, and not excluded by `where`."""
    mask = broadcast_mask(where, plain(a).shape)
    return ~np.isnan(plain(a)) if mask is None else ~np.isnan(plain(a)) & mask


@composite(overloads=["numpy:nansum"])
def nansum(a: Any, *args: Any, **params: Any) -> Any:
    """Return the sum of the elements that are not nan."""
    return np.sum(_fill_nan(a, 0), *args, **params)


@composite(overloads=["numpy:nanprod"])
def nanprod(a: Any, *args: Any, **params: Any) -> Any:
    """Return the product of the elements that are not nan."""
    return np.prod(_fill_nan(a, 1), *args, **params)


@composite(overloads=["numpy:nancumsum"])
def nancumsum(a: Any, *args: Any, **params: Any) -> Any:
    """Return cumulative sums in which nan counts as zero."""
    return np.cumsum(_fill_nan(a, 0), *args, **params)


@composite(overloads=["numpy:nancumprod"])
def nancumprod(a: Any, *args: Any, **params: Any) -> Any:
    """Return cumulative products in which nan counts as one."""
    return np.cumprod(_fill_nan(a, 1), *args, **params)


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
    """Return the mean of the elements that are not nan."""
    a, axes, keepdims = reduction_arguments(a, axis, keepdims, dtype)
    mask = _counted(a, where)
    if not np.all(np.any(mask, axis=axes)):
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=2)
    return write_to_out(masked_mean(a, mask, axes, keepdims), out)


def _nanmax_or_nanmin(
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
        where = _counted(a, where)
    if not plain(a).size or broadcast_mask(where, mask.shape) is not None:
        return extreme_over(a, axes, out, keepdims, initial, where, least=least)
    result = extreme(a, axis=axes, keepdims=keepdims, mask=~mask, least=least)
    empty = np.logical_and.reduce(mask, axis=axes, keepdims=keepdims)
    if np.any(empty):
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=3)
        result = np.where(empty, plain(a).dtype.type(np.nan), result)
    return write_to_out(result, out)


@composite(overloads=["numpy:nanmax"])
def nanmax(a: Any, *args: Any, **params: Any) -> Any:
    """Return the maximum of the elements that are not nan."""
    return _nanmax_or_nanmin(a, *args, **params, least=False)


@composite(overloads=["numpy:nanmin"])
def nanmin(a: Any, *args: Any, **params: Any) -> Any:
    """Return the minimum of the elements that are not nan."""
    return _nanmax_or_nanmin(a, *args, **params, least=True)


def _nanvar_or_nanstd(
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
    mask = _counted(a, where)
    result = var_or_std(a, axes, dtype, None, ddof, keepdims, where=mask, correction=correction, root=root, **params)
    no_degrees = np.sum(mask, axis=axes, keepdims=keepdims) <= plain(ddof if correction is NOT_GIVEN else correction)
    return write_to_out(np.where(no_degrees, np.nan, result) if np.any(no_degrees) else result, out)


@composite(overloads=["numpy:nanvar"])
def nanvar(a: Any, *args: Any, **params: Any) -> Any:
    """Return the variance of the elements that are not nan."""
    return _nanvar_or_nanstd(a, *args, **params, root=False)


@composite(overloads=["numpy:nanstd"])
def nanstd(a: Any, *args: Any, **params: Any) -> Any:
    """Return the standard deviation of the elements that are not nan; for constant slices the gradient is zero."""
    return _nanvar_or_nanstd(a, *args, **params, root=True)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [nansum, nanprod, nancumsum, nancumprod, nanmean, nanmax, nanmin, nanvar, nanstd]

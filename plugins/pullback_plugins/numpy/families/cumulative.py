"""Cumulative sums and products along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.reductions import cumprod_last_axis
from pullback_plugins.numpy.families.shaping import astype, atleast_1d
from pullback_plugins.numpy.rules.axes import array_and_axis, write_to_out

__all__ = ["cumprod", "cumsum", "cumulative_prod", "cumulative_sum"]


def _reversed_cumsum_of(x: Any, *, axis: int) -> Any:
    return np.flip(np.add.accumulate(np.flip(x, axis), axis=axis), axis)


# out[i] = sum(x[:i + 1]) and its transpose, out[i] = sum(x[i:]), along `axis`: the shape stays as it is.
_cumsum: Primitive = primitive(
    lambda x, *, axis: np.add.accumulate(x, axis=axis),
    lambda x, out, grad, *, axis: _reversed_cumsum(grad, axis=axis),
    pushforward=lambda x, out, tangent, *, axis: _cumsum(tangent, axis=axis),
    name="cumsum_along",
)
_reversed_cumsum: Primitive = primitive(
    _reversed_cumsum_of,
    lambda x, out, grad, *, axis: _cumsum(grad, axis=axis),
    pushforward=lambda x, out, tangent, *, axis: _reversed_cumsum(tangent, axis=axis),
    name="cumsum_reversed",
)


def _array_and_axis_of(a: Any, axis: Any, dtype: Any) -> tuple[Any, int]:
    """Return `a`, flattened if `axis` is None and cast if `dtype` is given, and the axis as a non-negative number."""
    a, axis = array_and_axis(atleast_1d(a), axis)
    return a if dtype is None else astype(a, dtype), axis


def _cumprod(a: Any, axis: int) -> Any:
    return np.moveaxis(cumprod_last_axis(np.moveaxis(a, axis, -1)), -1, axis)


@composite(overloads=["numpy:cumsum"])
def cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """Return the cumulative sums of `a` along an axis; of the flattened array if `axis` is None."""
    a, axis = _array_and_axis_of(a, axis, dtype)
    return write_to_out(_cumsum(a, axis=axis), out)


@composite(overloads=["numpy:cumprod", "numpy:cumproduct"])
def cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """Return the cumulative products of `a` along an axis; of the flattened array if `axis` is None. Zeros are allowed."""
    a, axis = _array_and_axis_of(a, axis, dtype)
    return write_to_out(_cumprod(a, axis), out)


def _cumulative(
    x: Any, axis: Any, dtype: Any, out: Any, include_initial: Any, name: str, start: float, function: Any
) -> Any:
    x = as_array(x)
    shape = np.shape(plain(x))
    if axis is None and len(shape) != 1:
        raise ValueError(
            "For arrays which have more than one dimension ``axis`` argument is required."
            if shape
            else f"{name} needs an array with at least one axis"
        )
    x, axis = _array_and_axis_of(x, 0 if axis is None else axis, dtype)
    result = function(x, axis)
    if include_initial:
        first = np.full((*shape[:axis], 1, *shape[axis + 1 :]), start, dtype=plain(result).dtype)
        result = np.concatenate([first, result], axis=axis)
    return write_to_out(result, out)


@composite(overloads=["numpy:cumulative_sum"])
def cumulative_sum(
    x: Any, /, *, axis: Any = None, dtype: Any = None, out: Any = None, include_initial: bool = False
) -> Any:
    """Return the cumulative sums of `x` along an axis, with a zero before them if `include_initial`."""
    return _cumulative(x, axis, dtype, out, include_initial, "cumulative_sum", 0.0, lambda a, n: _cumsum(a, axis=n))


@composite(overloads=["numpy:cumulative_prod"])
def cumulative_prod(
    x: Any, /, *, axis: Any = None, dtype: Any = None, out: Any = None, include_initial: bool = False
) -> Any:
    """Return the cumulative products of `x` along an axis, with a one before them if `include_initial`."""
    return _cumulative(x, axis, dtype, out, include_initial, "cumulative_prod", 1.0, _cumprod)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_cumsum, _reversed_cumsum, cumsum, cumprod, cumulative_sum, cumulative_prod]

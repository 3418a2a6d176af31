"""Running sums and products along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.reductions import cumprod_last
from pullback_plugins.numpy.families.shaping import astype, atleast_1d
from pullback_plugins.numpy.rules.axes import array_and_axis, write_to_out

__all__ = ["cumprod", "cumsum", "cumulative_prod", "cumulative_sum"]


def _sum_from_behind(x: Any, *, axis: int) -> Any:
    return np.flip(np.add.accumulate(np.flip(x, axis), axis=axis), axis)


# A sum of what came before, and its transpose, the sum of what comes after.
_cumsum: Primitive = primitive(
    lambda x, *, axis: np.add.accumulate(x, axis=axis),
    lambda x, out, grad, *, axis: _cumsum_back(grad, axis=axis),
    pushforward=lambda x, out, tangent, *, axis: _cumsum(tangent, axis=axis),
    name="cumsum_along",
)
_cumsum_back: Primitive = primitive(
    _sum_from_behind,
    lambda x, out, grad, *, axis: _cumsum(grad, axis=axis),
    pushforward=lambda x, out, tangent, *, axis: _cumsum_back(tangent, axis=axis),
    name="cumsum_from_behind",
)


def _along(a: Any, axis: Any, dtype: Any) -> tuple[Any, int]:
    """Return `a`, flat where `axis` is None, in another dtype where one is given, and the axis from the front."""
    a, axis = array_and_axis(atleast_1d(a), axis)
    return a if dtype is None else astype(a, dtype), axis


def _product_along(a: Any, axis: int) -> Any:
    return np.moveaxis(cumprod_last(np.moveaxis(a, axis, -1)), -1, axis)


@composite(overloads=["numpy:cumsum"])
def cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """Return the running sums of `a` along an axis, or of all of it."""
    a, axis = _along(a, axis, dtype)
    return write_to_out(_cumsum(a, axis=axis), out)


@composite(overloads=["numpy:cumprod", "numpy:cumproduct"])
def cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """Return the running products of `a` along an axis, or of all of it; zeros are no trouble."""
    a, axis = _along(a, axis, dtype)
    return write_to_out(_product_along(a, axis), out)


def _cumulative(
    x: Any, axis: Any, dtype: Any, out: Any, include_initial: Any, name: str, start: float, function: Any
) -> Any:
    x = as_array(x)
    shape = np.shape(plain(x))
    if axis is None and len(shape) != 1:
        raise ValueError(
            "For arrays which have more than one dimension ``axis`` argument is required."
            if shape
            else f"the input of {name} needs an axis: it has none"
        )
    x, axis = _along(x, 0 if axis is None else axis, dtype)
    found = function(x, axis)
    if include_initial:
        first = np.full((*shape[:axis], 1, *shape[axis + 1 :]), start, dtype=plain(found).dtype)
        found = np.concatenate([first, found], axis=axis)
    return write_to_out(found, out)


@composite(overloads=["numpy:cumulative_sum"])
def cumulative_sum(
    x: Any, /, *, axis: Any = None, dtype: Any = None, out: Any = None, include_initial: bool = False
) -> Any:
    """Return the running sums of `x` along an axis, with the empty sum before them if asked."""
    return _cumulative(x, axis, dtype, out, include_initial, "cumulative_sum", 0.0, lambda a, n: _cumsum(a, axis=n))


@composite(overloads=["numpy:cumulative_prod"])
def cumulative_prod(
    x: Any, /, *, axis: Any = None, dtype: Any = None, out: Any = None, include_initial: bool = False
) -> Any:
    """Return the running products of `x` along an axis, with the empty product before them if asked."""
    return _cumulative(x, axis, dtype, out, include_initial, "cumulative_prod", 1.0, _product_along)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_cumsum, _cumsum_back, cumsum, cumprod, cumulative_sum, cumulative_prod]

"""Sums and other reductions along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.tracked import plain
from pullback_plugins.numpy.arrays import as_array

__all__ = ["sum"]


def restored(reduced: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """Return what a reduction over `axis` left, with the reduced axes of length one."""
    return np.reshape(reduced, tuple(1 if n in axis else size for n, size in enumerate(shape)))


_sum = primitive(
    lambda x, *, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
    lambda x, out, grad, *, axis, keepdims: np.broadcast_to(
        grad if keepdims else restored(grad, np.shape(plain(x)), axis), np.shape(plain(x))
    ),
    pushforward=lambda x, out, tangent, *, axis, keepdims: np.sum(tangent, axis=axis, keepdims=keepdims),
    name="sum_over",
)


def normal_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Return `axis`, None, one or several, as a tuple of axes that count from the front."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(np.lib.array_utils.normalize_axis_index(int(each), ndim) for each in axes)


@composite(overloads=["numpy:sum"])
def sum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    """Return the sum of `a` over some axes, as `numpy.sum` does."""
    a = as_array(a)
    return _sum(a, axis=normal_axes(axis, a.ndim), keepdims=bool(keepdims))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_sum, sum]

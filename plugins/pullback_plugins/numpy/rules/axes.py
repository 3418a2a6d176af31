"""Axes, `out`, `where` and other arguments that many functions of NumPy share, in a normal form."""

from __future__ import annotations

import math
from operator import index
from typing import Any

import numpy as np

from pullback.extend import Tracked, kind_of, plain
from pullback_plugins.numpy.array.objects import as_array, refuse_plain_target
from pullback_plugins.numpy.native.dispatch import repeated

__all__ = [
    "NOT_GIVEN",
    "array_and_axis",
    "broadcast_mask",
    "broadcast_reduced",
    "count_reduced",
    "expand_reduced",
    "flatten_to_last_axis",
    "index_along_axis",
    "is_given",
    "normalize_axes",
    "normalize_axis",
    "reduced_shape",
    "reduction_arguments",
    "strong_product",
    "write_to_out",
]

NOT_GIVEN: Any = np._NoValue
"""NumPy's default for arguments whose absence is different from None."""


def is_given(argument: Any) -> bool:
    """Whether an argument was passed: it is neither left out nor None."""
    return argument is not NOT_GIVEN and argument is not None


def normalize_axis(axis: Any, ndim: int) -> int:
    """Return `axis` as a non-negative number; raise `AxisError` if the array has no such axis."""
    number = index(plain(axis))
    if not -ndim <= number < ndim:
        raise np.exceptions.AxisError(number, ndim)
    return number % ndim


def normalize_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Return `axis` (None, a number, or several numbers) as a tuple of non-negative numbers."""
    if axis is None:
        return tuple(range(ndim))
    if not isinstance(axis, (tuple, list)):
        return () if ndim == 0 and axis in (0, -1) else (normalize_axis(axis, ndim),)
    axes = tuple([normalize_axis(number, ndim) for number in axis])
    if len(set(axes)) < len(axes):
        raise ValueError("duplicate value in 'axis'")
    return axes


def index_along_axis(axis: int, index: Any) -> tuple[Any, ...]:
    """Return the tuple that applies `index` along `axis` and takes everything along the other axes."""
    return (*(slice(None),) * axis, index)


def array_and_axis(a: Any, axis: Any) -> tuple[Any, int]:
    """Return the array `a`, flattened if `axis` is None, and the axis as a non-negative number."""
    a = as_array(a)
    return (np.reshape(a, -1), 0) if axis is None else (a, normalize_axis(axis, np.ndim(plain(a))))


def reduction_arguments(a: Any, axis: Any, keepdims: Any, dtype: Any = None) -> tuple[Any, tuple[int, ...], bool]:
    """Return the array to reduce (cast to `dtype` if that is given), the axes as a tuple, and `keepdims` as a bool."""
    a = as_array(a)
    if dtype is not None:
        a = a.astype(dtype)
    return a, normalize_axes(axis, len(plain(a).shape)), keepdims is not NOT_GIVEN and bool(keepdims)


def reduced_shape(shape: tuple[int, ...], axis: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """Return the shape of the result of a reduction of `shape` over `axis`."""
    return tuple([1 if n in axis else size for n, size in enumerate(shape) if keepdims or n not in axis])


def expand_reduced(reduced: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """Return `reduced`, the result of a reduction of `shape` over `axis`, with the reduced axes restored as axes of length one."""
    return np.reshape(reduced, reduced_shape(shape, axis, True))


def broadcast_reduced(reduced: Any, x: Any, axis: tuple[int, ...] | None) -> Any:
    """Return `reduced`, the result of a reduction of `x` over `axis` with or without `keepdims`, broadcast to the shape of `x`.

    None are all axes.
    """
    shape = x.shape if hasattr(x, "shape") else plain(x).shape  # only a variable over a value of another kind has none
    if axis is None:
        axis = tuple(range(len(shape)))
    # A number becomes an array with strides of zero: the same as np.broadcast_to, in a tenth of the time.
    if len(axis) == len(shape) and repeated is not None and (broadcast := repeated(reduced, x)) is not None:
        return broadcast
    if len(axis) == len(shape) and not isinstance(reduced, Tracked) and isinstance(reduced, np.generic):
        return np.ndarray(shape, reduced.dtype, reduced, 0, (0,) * len(shape)) if shape else reduced
    if len(axis) == len(shape):
        return np.broadcast_to(reduced, shape)
    return np.broadcast_to(expand_reduced(reduced, shape, axis), shape)


def strong_product(grad: Any, partial: Any) -> Any:
    """Return the product of a cotangent with partial derivatives with strong zeros: an exact zero times inf or nan is zero."""
    return kind_of(grad).strong_product(grad, partial)


def count_reduced(shape: tuple[int, ...], axis: tuple[int, ...]) -> int:
    """Return the number of elements that a reduction over `axis` combines into one."""
    return math.prod([shape[n] for n in axis])


def broadcast_mask(where: Any, shape: tuple[int, ...]) -> Any:
    """Return the argument `where` of a reduction as a mask of shape `shape`, or None if it excludes nothing."""
    where = plain(where)
    return None if where is NOT_GIVEN or where is True else np.broadcast_to(np.asarray(where, dtype=bool), shape)


def flatten_to_last_axis(x: Any, axis: tuple[int, ...]) -> Any:
    """Return `x` with the axes `axis` moved to the end and flattened into one."""
    shape = plain(x).shape
    kept = tuple([n for n in range(len(shape)) if n not in axis])
    if axis != tuple(range(len(kept), len(shape))):
        x = np.transpose(x, kept + axis)
    if len(axis) == 1:
        return x
    return np.reshape(x, (*[shape[n] for n in kept], count_reduced(shape, axis)))


def write_to_out(result: Any, out: Any) -> Any:
    """Return `result`, written to `out` if that is given; raise if `out` is a plain array or has another shape."""
    if not is_given(out):
        return result
    refuse_plain_target(out)
    if np.shape(plain(out)) != np.shape(plain(result)):
        raise ValueError(
            f"output parameter has the wrong shape {np.shape(plain(out))}, it should be {np.shape(plain(result))}"
        )
    out[...] = result.astype(out.dtype)
    return out

"""Axes and other arguments that reductions share, in one form."""

from __future__ import annotations

import math
from operator import index
from typing import Any

import numpy as np

from pullback.kind import kind_of
from pullback.tracked import Tracked, plain
from pullback_plugins.numpy.array.objects import as_array, refuse_plain_target
from pullback_plugins.numpy.native.dispatch import repeated

__all__ = [
    "NOT_GIVEN",
    "at_axis",
    "broadcast_mask",
    "count_over",
    "deliver",
    "flat_last",
    "given",
    "normal_axes",
    "normal_axis",
    "one_axis",
    "reduction",
    "restored",
    "shape_left",
    "spread",
    "times",
]

NOT_GIVEN: Any = np._NoValue
"""What NumPy has for a default where leaving an argument out means something of its own."""


def given(argument: Any) -> bool:
    """Whether an argument is there: neither left out nor None."""
    return argument is not NOT_GIVEN and argument is not None


def normal_axis(axis: Any, ndim: int) -> int:
    """Return `axis` counted from the front; raise `AxisError` where the array has no such axis."""
    number = index(plain(axis))
    if not -ndim <= number < ndim:
        raise np.exceptions.AxisError(number, ndim)
    return number % ndim


def normal_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Return `axis`, None, one or several, as a tuple of axes that count from the front."""
    if axis is None:
        return tuple(range(ndim))
    if not isinstance(axis, (tuple, list)):
        return () if ndim == 0 and axis in (0, -1) else (normal_axis(axis, ndim),)
    axes = tuple([normal_axis(each, ndim) for each in axis])
    if len(set(axes)) < len(axes):
        raise ValueError("duplicate value in 'axis'")
    return axes


def at_axis(axis: int, index: Any) -> tuple[Any, ...]:
    """Return the index that is `index` along `axis`, and takes everything along the axes before it."""
    return (*(slice(None),) * axis, index)


def one_axis(a: Any, axis: Any) -> tuple[Any, int]:
    """Return the array `a`, flat where `axis` is None, and the axis counted from the front."""
    a = as_array(a)
    return (np.reshape(a, -1), 0) if axis is None else (a, normal_axis(axis, np.ndim(plain(a))))


def reduction(a: Any, axis: Any, keepdims: Any, dtype: Any = None) -> tuple[Any, tuple[int, ...], bool]:
    """Return the array that is reduced, in another dtype where one is given, over which axes, and whether these are kept."""
    a = as_array(a)
    if dtype is not None:
        a = a.astype(dtype)
    return a, normal_axes(axis, len(plain(a).shape)), keepdims is not NOT_GIVEN and bool(keepdims)


def shape_left(shape: tuple[int, ...], axis: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """Return the shape that a reduction over `axis` leaves of `shape`."""
    return tuple([1 if n in axis else size for n, size in enumerate(shape) if keepdims or n not in axis])


def restored(reduced: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """Return what a reduction over `axis` left, with the reduced axes of length one."""
    return np.reshape(reduced, shape_left(shape, axis, True))


def spread(reduced: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """Return what a reduction of `x` over `axis` left, with or without the axes of length one, in the shape of `x`."""
    shape = plain(x).shape
    # One number as an array without strides; np.broadcast_to does the same in ten times the time.
    if len(axis) == len(shape) and (found := repeated(reduced, x)) is not None:
        return found
    if len(axis) == len(shape) and not isinstance(reduced, Tracked) and isinstance(reduced, np.generic):
        return np.ndarray(shape, reduced.dtype, reduced, 0, (0,) * len(shape)) if shape else reduced
    return np.broadcast_to(restored(reduced, shape, axis), shape)


def times(grad: Any, partial: Any) -> Any:
    """Return the product of a cotangent with partial derivatives as the chain takes it: an exact zero absorbs inf and nan."""
    return kind_of(grad).multiply(grad, partial)


def count_over(shape: tuple[int, ...], axis: tuple[int, ...]) -> int:
    """Return how many numbers a reduction over `axis` takes together."""
    return math.prod([shape[n] for n in axis])


def broadcast_mask(where: Any, shape: tuple[int, ...]) -> Any:
    """Return the argument `where` of a reduction as a plain mask of the shape of its array, None where it is True."""
    where = plain(where)
    return None if where is NOT_GIVEN or where is True else np.broadcast_to(np.asarray(where, dtype=bool), shape)


def flat_last(x: Any, axis: tuple[int, ...]) -> Any:
    """Return `x` with the axes `axis` moved to the end and made one."""
    shape = plain(x).shape
    kept = tuple([n for n in range(len(shape)) if n not in axis])
    if axis != tuple(range(len(kept), len(shape))):
        x = np.transpose(x, kept + axis)
    if len(axis) == 1:
        return x
    return np.reshape(x, (*[shape[n] for n in kept], count_over(shape, axis)))


def deliver(result: Any, out: Any) -> Any:
    """Return `result`, put into `out` where that was given; raise where `out` is plain or of another shape."""
    if not given(out):
        return result
    refuse_plain_target(out)
    if np.shape(plain(out)) != np.shape(plain(result)):
        raise ValueError(
            f"output parameter has the wrong shape {np.shape(plain(out))}, it should be {np.shape(plain(result))}"
        )
    out[...] = result.astype(out.dtype)
    return out

"""Functions that change the shape, the order of axes or the dtype of an array, or copy it."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array

__all__ = [
    "astype", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_to", "copy", "expand_dims", "matrix_transpose",
    "moveaxis", "ravel", "reshape", "rollaxis", "squeeze", "swapaxes", "transpose",
]  # fmt: skip

_reshape = primitive(
    lambda x, *, shape, order: x.reshape(shape, order=order),
    lambda x, out, grad, *, shape, order: grad.reshape(plain(x).shape, order=order),
    pushforward=lambda x, out, tangent, *, shape, order: tangent.reshape(shape, order=order),
    name="reshape_to",
    residuals=(),
)
_transpose = primitive(
    lambda x, *, axes: x.transpose(axes),
    lambda x, out, grad, *, axes: grad.transpose(None if axes is None else np.argsort(axes)),
    pushforward=lambda x, out, tangent, *, axes: np.transpose(tangent, axes),
    name="transpose_by",
    residuals=(),
)
# The chain itself sums a gradient to the shape of the input: (n, m) -> (1, m).
_broadcast_to = primitive(
    lambda x, *, shape: np.broadcast_to(x, shape),
    lambda x, out, grad, *, shape: grad,
    pushforward=lambda x, out, tangent, *, shape: np.broadcast_to(tangent, shape),
    name="broadcast_to_shape",
    residuals=(),
)
_copy = primitive(
    lambda x, *, order: np.array(x, copy=True, order=order),
    lambda x, out, grad, *, order: grad,
    pushforward=lambda x, out, tangent, *, order: tangent,
    name="copy_of",
    residuals=(),
)
_astype = primitive(
    lambda x, *, dtype: x.astype(dtype),
    lambda x, out, grad, *, dtype: grad,
    pushforward=lambda x, out, tangent, *, dtype: tangent,
    name="astype_to",
    residuals=(),
)


# Shapes.


@composite(overloads=["numpy:reshape"])
def reshape(a: Any, /, shape: Any = None, order: Any = "C", *, newshape: Any = None, copy: Any = None) -> Any:
    """Return `a` with another shape."""
    a, new_shape = as_array(a), shape if newshape is None else newshape
    if order == "A":
        order = "F" if plain(a).flags.fnc else "C"
    reshaped = plain(a).reshape(new_shape, order=order)
    if copy is False and not np.may_share_memory(reshaped, plain(a)):
        raise ValueError("Unable to avoid creating a copy while reshaping.")
    result = _reshape(a, shape=reshaped.shape, order=order)
    return _copy(result, order="K") if copy else result


@composite(overloads=["numpy:ravel"])
def ravel(a: Any, order: Any = "C") -> Any:
    """Return `a` flattened to one axis."""
    a = as_array(a)
    if order == "A":
        order = "F" if plain(a).flags.fnc else "C"
    if order == "K":
        # The order of the axes in memory, the outermost first.
        strides = plain(a).strides
        a, order = np.transpose(a, sorted(range(a.ndim), key=lambda n: -abs(strides[n]))), "C"
    result = _reshape(a, shape=(-1,), order=order)
    # If `a` is not contiguous NumPy returns a copy, even where a view would do.
    dense = plain(a).flags.f_contiguous if order == "F" else plain(a).flags.c_contiguous
    return result if dense or not np.may_share_memory(plain(result), plain(a)) else _copy(result, order="K")


@composite(overloads=["numpy:squeeze"])
def squeeze(a: Any, axis: Any = None) -> Any:
    """Return `a` without axes of length one."""
    a = as_array(a)
    shape = np.squeeze(plain(a), axis).shape
    return _reshape(a, shape=shape, order="C") if isinstance(plain(a), np.ndarray) else a


@composite(overloads=["numpy:expand_dims"])
def expand_dims(a: Any, axis: Any) -> Any:
    """Return `a` with new axes of length one."""
    a = as_array(a)
    return _reshape(a, shape=np.expand_dims(plain(a), axis).shape, order="C")


_container: Any = type(np.atleast_1d(0, 0))
"""The type in which NumPy returns several arrays: a tuple, a list in old versions."""


def _at_least_nd(function: Any, arrays: tuple[Any, ...]) -> Any:
    if len(arrays) == 1:
        a = as_array(arrays[0])
        shape = function(plain(a)).shape
        return (
            a if isinstance(plain(a), np.ndarray) and shape == plain(a).shape else _reshape(a, shape=shape, order="C")
        )
    return _container(_at_least_nd(function, (a,)) for a in arrays)


@composite(overloads=["numpy:atleast_1d"])
def atleast_1d(*arys: Any) -> Any:
    """Return arrays with at least one axis."""
    return _at_least_nd(np.atleast_1d, arys)


@composite(overloads=["numpy:atleast_2d"])
def atleast_2d(*arys: Any) -> Any:
    """Return arrays with at least two axes."""
    return _at_least_nd(np.atleast_2d, arys)


@composite(overloads=["numpy:atleast_3d"])
def atleast_3d(*arys: Any) -> Any:
    """Return arrays with at least three axes."""
    return _at_least_nd(np.atleast_3d, arys)


@composite(overloads=["numpy:broadcast_to"])
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    """Return `array` repeated along new axes and along axes of length one."""
    array = as_array(array)
    bare = plain(array)
    # Only the shape counts: of a value of another kind, that of anything which has it.
    bare = bare if isinstance(bare, (np.ndarray, np.generic)) else np.broadcast_to(0.0, bare.shape)
    return _broadcast_to(array, shape=np.broadcast_to(bare, shape).shape)


# Axes. NumPy permutes the axes of an array of shape (0, 1, 2, ...), so that the shape of the result is the permutation.


def _axis_numbers_as_shape(ndim: int) -> Any:
    return np.empty(range(ndim))


@composite(overloads=["numpy:transpose", "numpy:permute_dims"])
def transpose(a: Any, axes: Any = None) -> Any:
    """Return `a` with its axes permuted."""
    a = as_array(a)
    return _transpose(a, axes=None if axes is None else np.transpose(_axis_numbers_as_shape(a.ndim), axes).shape)


@composite(overloads=["numpy:matrix_transpose"])
def matrix_transpose(x: Any, /) -> Any:
    """Return `x` with its last two axes exchanged: (..., n, m) -> (..., m, n)."""
    x = as_array(x)
    if x.ndim < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {x.ndim}")
    return transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


@composite(overloads=["numpy:moveaxis"])
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """Return `a` with the axes `source` moved to the positions `destination`."""
    a = as_array(a)
    return transpose(a, np.moveaxis(_axis_numbers_as_shape(a.ndim), source, destination).shape)


@composite(overloads=["numpy:swapaxes"])
def swapaxes(a: Any, axis1: Any, axis2: Any) -> Any:
    """Return `a` with two axes exchanged."""
    a = as_array(a)
    return transpose(a, np.swapaxes(_axis_numbers_as_shape(a.ndim), axis1, axis2).shape)


@composite(overloads=["numpy:rollaxis"])
def rollaxis(a: Any, axis: Any, start: Any = 0) -> Any:
    """Return `a` with one axis moved before `start`."""
    a = as_array(a)
    return transpose(a, np.rollaxis(_axis_numbers_as_shape(a.ndim), axis, start).shape)


# Copies and dtypes.


@composite(overloads=["numpy:copy"])
def copy(a: Any, order: Any = "K", subok: bool = False) -> Any:
    """Return a copy of `a`."""
    return _copy(as_array(a), order=order)


@composite(overloads=["numpy:ndarray.astype", "numpy:astype"])
def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """Return `x` cast to another dtype; integers and booleans have no gradient, so they are plain arrays."""
    if not copy and np.dtype(dtype) == plain(x).dtype:
        return x
    if np.dtype(dtype).kind not in "fc":
        return plain(x).astype(dtype)
    return _astype(x, dtype=np.dtype(dtype))


@composite(overloads=["numpy:asfarray"])
def asfarray(a: Any, dtype: Any = np.float64) -> Any:
    """Return `a` cast to a floating-point dtype, as in NumPy 1."""
    return astype(as_array(a), dtype if np.issubdtype(dtype, np.inexact) else np.float64, copy=False)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _reshape, _transpose, _broadcast_to, _copy, _astype,
        reshape, ravel, squeeze, expand_dims, atleast_1d, atleast_2d, atleast_3d, broadcast_to, transpose,
        matrix_transpose, moveaxis, swapaxes, rollaxis, copy, astype, asfarray,
    ]  # fmt: skip

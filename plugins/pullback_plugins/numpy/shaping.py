"""Other shapes of the same numbers: reshaping, moving and repeating axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.tracked import plain
from pullback_plugins.numpy.arrays import as_array

__all__ = ["astype", "broadcast_to", "copy", "moveaxis", "reshape", "transpose"]

_reshape = primitive(
    lambda x, *, shape, order: np.reshape(x, shape, order=order),
    lambda x, out, grad, *, shape, order: np.reshape(grad, np.shape(plain(x)), order=order),
    name="reshape_to",
)
_transpose = primitive(
    lambda x, *, axes: np.transpose(x, axes),
    lambda x, out, grad, *, axes: np.transpose(grad, None if axes is None else np.argsort(axes)),
    name="transpose_by",
)
# The chain sums a gradient to the shape of the input.
_broadcast_to = primitive(
    lambda x, *, shape: np.broadcast_to(x, shape),
    lambda x, out, grad, *, shape: grad,
    pushforward=lambda x, out, tangent, *, shape: np.broadcast_to(tangent, shape),
    name="broadcast_to_shape",
)
_copy = primitive(
    lambda x, *, order: np.array(x, copy=True, order=order), lambda x, out, grad, *, order: grad, name="copy_of"
)


@composite(overloads=["numpy:copy"])
def copy(a: Any, order: Any = "K", subok: bool = False) -> Any:
    """Return an array of its own, with the numbers of `a`."""
    return _copy(as_array(a), order=order)


@composite(overloads=["numpy:reshape"])
def reshape(a: Any, /, shape: Any = None, order: Any = "C", *, newshape: Any = None, copy: Any = None) -> Any:
    """Return `a` in another shape."""
    a, wanted = as_array(a), shape if newshape is None else newshape
    if order == "A":
        order = "F" if plain(a).flags.fnc else "C"
    return _reshape(a, shape=plain(a).reshape(wanted).shape, order=order)


@composite(overloads=["numpy:transpose", "numpy:permute_dims"])
def transpose(a: Any, axes: Any = None) -> Any:
    """Return `a` with its axes permuted."""
    a = as_array(a)
    return _transpose(a, axes=None if axes is None else tuple(int(axis) % max(a.ndim, 1) for axis in axes))


@composite(overloads=["numpy:moveaxis"])
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """Return `a` with some axes in other places."""
    a = as_array(a)
    # The permutation is what NumPy makes of the numbers of the axes.
    order = np.moveaxis(np.empty(range(a.ndim)), source, destination).shape
    return transpose(a, order)


@composite(overloads=["numpy:broadcast_to"])
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    """Return `array` repeated along new axes and along axes of length one."""
    shape = (shape,) if np.ndim(shape) == 0 else tuple(shape)
    return _broadcast_to(as_array(array), shape=shape)


_astype = primitive(lambda x, *, dtype: x.astype(dtype), lambda x, out, grad, *, dtype: grad, name="astype_to")


@composite(overloads=["numpy:ndarray.astype", "numpy:astype"])
def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """Return `x` in another dtype; integers and booleans are plain arrays, without a gradient."""
    if not copy and np.dtype(dtype) == plain(x).dtype:
        return x
    if np.dtype(dtype).kind not in "fc":
        return plain(x).astype(dtype)
    return _astype(x, dtype=np.dtype(dtype))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _reshape,
        _transpose,
        _broadcast_to,
        _copy,
        copy,
        reshape,
        transpose,
        moveaxis,
        broadcast_to,
        _astype,
        astype,
    ]

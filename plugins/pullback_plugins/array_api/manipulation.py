"""Functions that change the shape of arrays, or join them."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback.extend import plain
from pullback_plugins.array_api.array import call
from pullback_plugins.array_api.dtypes import result_type

__all__ = [
    "broadcast_arrays",
    "broadcast_to",
    "concat",
    "expand_dims",
    "flip",
    "moveaxis",
    "permute_dims",
    "repeat",
    "reshape",
    "roll",
    "squeeze",
    "stack",
    "tile",
    "unstack",
]


def broadcast_arrays(*arrays: Any) -> list[Any]:
    """Return the arrays, broadcast to a common shape."""
    shape = np.broadcast_shapes(*(x.shape for x in arrays))
    return [broadcast_to(x, shape) for x in arrays]


def broadcast_to(x: Any, /, shape: Any) -> Any:
    """Return `x` repeated along new axes and along axes of length one."""
    return call(np.broadcast_to, x, shape)


def _in_common_dtype(arrays: Any) -> list[Any]:
    """Return the arrays, integers and booleans among them in the dtype of the result."""
    dtype = result_type(*arrays)
    return [x if x.dtype == dtype or x.dtype.kind in "fc" else call(plain(x).astype, dtype) for x in arrays]


def concat(arrays: Any, /, *, axis: Any = 0) -> Any:
    """Return the arrays joined along an existing axis; None flattens them first."""
    arrays = list(arrays)
    if axis is None:
        arrays = [call(np.reshape, x, (-1,)) for x in arrays]
    return call(np.concatenate, _in_common_dtype(arrays), axis=axis or 0)


def expand_dims(x: Any, /, axis: Any) -> Any:
    """Return `x` with a new axis of length one."""
    return call(np.expand_dims, x, axis)


def flip(x: Any, /, *, axis: Any = None) -> Any:
    """Return `x` with the order along some axes reversed."""
    return call(np.flip, x, axis)


def moveaxis(x: Any, source: Any, destination: Any, /) -> Any:
    """Return `x` with some axes in other places."""
    return call(np.moveaxis, x, source, destination)


def permute_dims(x: Any, /, axes: Any) -> Any:
    """Return `x` with its axes permuted."""
    return call(np.transpose, x, axes)


def repeat(x: Any, repeats: Any, /, *, axis: Any = None) -> Any:
    """Return `x` with its elements repeated."""
    return call(np.repeat, x, plain(repeats), axis=axis)


def reshape(x: Any, /, shape: Any, *, copy: bool | None = None) -> Any:
    """Return `x` in another shape."""
    result = call(np.reshape, x, shape)
    if copy is False and not np.may_share_memory(plain(x), plain(result)):
        raise ValueError("this array cannot be reshaped without a copy")
    return call(np.copy, result) if copy else result


def roll(x: Any, /, shift: Any, *, axis: Any = None) -> Any:
    """Return `x` with its elements shifted; those that pass the last position come in at the first."""
    return call(np.roll, x, shift, axis=axis)


def squeeze(x: Any, /, axis: Any) -> Any:
    """Return `x` without some axes of length one."""
    return call(np.squeeze, x, axis=axis)


def stack(arrays: Any, /, *, axis: int = 0) -> Any:
    """Return the arrays joined along a new axis."""
    return call(np.stack, _in_common_dtype(list(arrays)), axis=axis)


def tile(x: Any, repetitions: Any, /) -> Any:
    """Return `x` repeated along its axes."""
    return call(np.tile, x, repetitions)


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """Return the subarrays of `x` along an axis."""
    if not x.ndim:
        raise ValueError("an array without axes has no parts")
    return tuple(call(np.moveaxis, x, axis, 0))

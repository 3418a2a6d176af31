"""Functions that make arrays: constants, or variables where they are made from variables."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback.extend import Tracked, call_overload
from pullback_plugins.array_api.array import Array, call, constant, unwrap, varies, wrap
from pullback_plugins.array_api.info import check_device
from pullback_plugins.numpy.array.objects import as_array

__all__ = [
    "arange",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "full",
    "full_like",
    "linspace",
    "meshgrid",
    "ones",
    "ones_like",
    "tril",
    "triu",
    "zeros",
    "zeros_like",
]


def asarray(obj: Any, /, *, dtype: Any = None, device: Any = None, copy: bool | None = None) -> Any:
    """Return `obj` as an array: a variable where it is one, or is a nest of lists that holds variables."""
    check_device(device)
    x = unwrap(obj)
    if not varies(x):
        if copy is None and isinstance(obj, Array) and (dtype is None or obj.dtype == dtype):
            return obj
        if copy is False:
            return constant(_without_copy(x, dtype))
        return constant(np.array(x, dtype=dtype) if copy else np.asarray(x, dtype=dtype))
    original, x = x, as_array(x)
    changes = dtype is not None and np.dtype(dtype) != x.dtype
    if copy is False and (changes or x is not original):
        raise ValueError("this array cannot be made without a copy")
    if changes:
        return wrap(call_overload(np.ndarray.astype, (x, dtype)))
    return wrap(call_overload(np.copy, (x,)) if copy and x is original else x, (original,))


def _without_copy(x: Any, dtype: Any) -> Any:
    if not isinstance(x, np.ndarray) or (dtype is not None and x.dtype != dtype):
        raise ValueError("this array cannot be made without a copy")
    return x


def arange(start: Any, /, stop: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None) -> Any:
    """Return the numbers from `start` to `stop`, or from 0 to `start`, in steps."""
    check_device(device)
    start, stop, step = unwrap((start, stop, step))
    first, last = (0, start) if stop is None else (start, stop)
    if isinstance(first, float) or isinstance(last, float) or isinstance(step, float):
        dtype = np.float64 if dtype is None else dtype
    return wrap(np.arange(first, last, step, dtype=dtype))


def empty(shape: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """Return an array whose elements are not initialized."""
    check_device(device)
    return wrap(np.empty(unwrap(shape), dtype=dtype or np.float64))


def eye(n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: Any = None, device: Any = None) -> Any:
    """Return ones on the diagonal `k` and zeros elsewhere."""
    check_device(device)
    return wrap(np.eye(n_rows, n_cols, k=k, dtype=dtype or np.float64))


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Any:
    """Return the array that `x` exports."""
    check_device(device)
    if isinstance(x, Tracked):
        return asarray(x, copy=copy)
    result = np.from_dlpack(x)
    return wrap(result.copy() if copy else result)


def full(shape: Any, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """Return an array of one value, which may be a variable."""
    check_device(device)
    shape, fill_value = unwrap(shape), unwrap(fill_value)
    if varies(fill_value):
        # A copy, which may be assigned to.
        return call(np.copy, call(np.broadcast_to, asarray(fill_value, dtype=dtype), shape))
    return wrap(np.full(shape, fill_value, dtype=dtype))


def linspace(
    start: Any, stop: Any, /, num: int, *, dtype: Any = None, device: Any = None, endpoint: bool = True
) -> Any:
    """Return `num` evenly spaced numbers from `start` to `stop`, which may be variables."""
    check_device(device)
    return call(np.linspace, start, stop, num, dtype=dtype, endpoint=endpoint)


def meshgrid(*arrays: Any, indexing: str = "xy") -> Any:
    """Return the coordinates of the points of a grid, one array per axis."""
    grids = call(np.meshgrid, *arrays, indexing=indexing)
    return list(grids) if isinstance(grids, tuple) else grids


def ones(shape: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """Return an array of ones."""
    check_device(device)
    return wrap(np.ones(unwrap(shape), dtype=dtype or np.float64))


def zeros(shape: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """Return an array of zeros."""
    check_device(device)
    return wrap(np.zeros(unwrap(shape), dtype=dtype or np.float64))


def empty_like(x: Any, /, *, dtype: Any = None, device: Any = None) -> Any:
    """Return a constant of the shape of `x` whose elements are not initialized."""
    check_device(device)
    return wrap(np.empty(x.shape, dtype=dtype or x.dtype))


def full_like(x: Any, /, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """Return an array of one value, of the shape of `x`."""
    return full(x.shape, fill_value, dtype=dtype or x.dtype, device=device)


def ones_like(x: Any, /, *, dtype: Any = None, device: Any = None) -> Any:
    """Return a constant of ones, of the shape of `x`."""
    return ones(x.shape, dtype=dtype or x.dtype, device=device)


def zeros_like(x: Any, /, *, dtype: Any = None, device: Any = None) -> Any:
    """Return a constant of zeros, of the shape of `x`."""
    return zeros(x.shape, dtype=dtype or x.dtype, device=device)


def tril(x: Any, /, *, k: int = 0) -> Any:
    """Return the unwrap triangles of matrices."""
    return call(np.tril, x, k)


def triu(x: Any, /, *, k: int = 0) -> Any:
    """Return the upper triangles of matrices."""
    return call(np.triu, x, k)

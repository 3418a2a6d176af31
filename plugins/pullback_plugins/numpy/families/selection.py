"""Functions that select, delete and insert elements, and return a new array."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.array.views import put_flat
from pullback_plugins.numpy.families.indexing import put
from pullback_plugins.numpy.families.shaping import atleast_1d
from pullback_plugins.numpy.rules.axes import array_and_axis, index_along_axis, normalize_axis, write_to_out

__all__ = [
    "along_axis", "compress", "delete", "diag", "diagflat", "diagonal", "extract", "insert", "take", "take_along_axis",
    "tril", "trim_zeros", "triu",
]  # fmt: skip


def _diagonal_indices(shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    return np.diagonal(np.arange(np.prod(shape, dtype=np.intp)).reshape(shape), offset, axis1, axis2)


def _diagonal_backward(x: Any, out: Any, grad: Any, *, offset: int, axis1: int, axis2: int) -> Any:
    x_primal = plain(x)
    flat_indices = _diagonal_indices(x_primal.shape, offset, axis1, axis2)
    return put_flat(np.zeros(x_primal.shape, dtype=x_primal.dtype), grad, places=flat_indices)


_diagonal = primitive(
    lambda x, *, offset, axis1, axis2: np.diagonal(x, offset, axis1, axis2),
    _diagonal_backward,
    pushforward=lambda x, out, tangent, *, offset, axis1, axis2: np.diagonal(tangent, offset, axis1, axis2),
    name="diagonal_of",
)


# By index or condition.


@composite(overloads=["numpy:take"])
def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
    """Return the elements, or the slices along an axis, of `a` at `indices`."""
    a, axis = array_and_axis(atleast_1d(a), axis)
    numbers = np.asarray(plain(indices))
    if not numbers.size and numbers.dtype.kind == "f":
        numbers = numbers.astype(np.intp)
    if not np.can_cast(numbers.dtype, np.intp, "same_kind"):
        raise TypeError(f"Cannot cast array data from {numbers.dtype} to {np.dtype(np.intp)} according to 'safe'")
    numbers, length = numbers.astype(np.intp), a.shape[axis]
    if mode == "clip":
        numbers = np.clip(numbers, 0, max(length - 1, 0))
    elif mode == "wrap":
        numbers = numbers % length if length else numbers
    elif mode != "raise":
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got {mode!r})")
    return write_to_out(a[index_along_axis(axis, numbers[()])], out)


def along_axis(indices: Any, shape: tuple[int, ...], axis: int) -> tuple[Any, ...]:
    """Return the tuple of arrays that applies `indices` along `axis`, and matches positions along the other axes."""
    numbers = np.asarray(plain(indices))
    if numbers.dtype.kind not in "iu":
        raise IndexError("`indices` must be an integer array")
    if numbers.ndim != len(shape):
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    others = [np.arange(n).reshape((-1,) + (1,) * (len(shape) - k - 1)) for k, n in enumerate(shape)]
    return tuple(numbers if k == axis else other for k, other in enumerate(others))


@composite(overloads=["numpy:take_along_axis"])
def take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Any:
    """Return the elements of `arr` at `indices` along an axis, as `argsort` returns them: (..., n), (..., k) -> (..., k)."""
    if axis is None and np.ndim(plain(indices)) != 1:
        raise ValueError("when axis=None, `indices` must have a single dimension.")
    a, axis = array_and_axis(arr, axis)
    return a[along_axis(indices, a.shape, axis)]


@composite(overloads=["numpy:compress"])
def compress(condition: Any, a: Any, axis: Any = None, out: Any = None) -> Any:
    """Return the slices of `a` along an axis for which `condition` is true."""
    condition = np.asarray(plain(condition))
    if condition.ndim != 1:
        raise ValueError("condition must be a 1-d array")
    return take(a, np.flatnonzero(condition), axis, out)


@composite(overloads=["numpy:extract"])
def extract(condition: Any, arr: Any) -> Any:
    """Return the elements of `arr` for which `condition` is true."""
    return take(arr, np.flatnonzero(np.asarray(plain(condition))))


# Diagonals and triangles.


@composite(overloads=["numpy:diagonal"])
def diagonal(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """Return the diagonals of `a`: a read-only view, as in NumPy; (n, m) -> (min(n, m),)."""
    return _diagonal(as_array(a), offset=int(offset), axis1=int(axis1), axis2=int(axis2))


@composite(overloads=["numpy:diag"])
def diag(v: Any, k: Any = 0) -> Any:
    """Return the diagonal of a matrix, or for a vector the matrix with this diagonal."""
    v = as_array(v)
    if v.ndim == 2:
        return diagonal(v, k)
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    size = v.shape[0] + abs(k)
    rows = np.arange(v.shape[0]) + max(-k, 0)
    return put(np.zeros((size, size), dtype=v.dtype), v, index=(rows, rows + k))


@composite(overloads=["numpy:diagflat"])
def diagflat(v: Any, k: Any = 0) -> Any:
    """Return the matrix with the elements of `v` on a diagonal."""
    return diag(np.reshape(as_array(v), -1), k)


_tri: Any = np.tri


def _mask_with_zeros(m: Any, mask: Any) -> Any:
    return np.where(mask, m, np.zeros(1, dtype=m.dtype))


@composite(overloads=["numpy:tril"])
def tril(m: Any, k: Any = 0) -> Any:
    """Return `m` with zeros above a diagonal."""
    m = np.broadcast_to(m, (m.shape[0], m.shape[0])) if (m := as_array(m)).ndim == 1 else m
    return _mask_with_zeros(m, _tri(*m.shape[-2:], k=k, dtype=bool))


@composite(overloads=["numpy:triu"])
def triu(m: Any, k: Any = 0) -> Any:
    """Return `m` with zeros below a diagonal."""
    m = np.broadcast_to(m, (m.shape[0], m.shape[0])) if (m := as_array(m)).ndim == 1 else m
    return _mask_with_zeros(m, ~_tri(*m.shape[-2:], k=k - 1, dtype=bool))


# Delete and insert.


@composite(overloads=["numpy:delete"])
def delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    """Return `arr` without the slices at `obj` along an axis; flattened if `axis` is None."""
    a, axis = array_and_axis(arr, axis)
    return take(a, np.delete(np.arange(a.shape[axis]), plain(obj)), axis)


@composite(overloads=["numpy:insert"])
def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """Return `arr` with `values` inserted before the indices `obj` along an axis; flattened if `axis` is None."""
    a, axis = array_and_axis(arr, axis)
    values, obj = as_array(values), plain(obj)
    if a.dtype.kind not in "fc":
        return np.insert(plain(a), obj, plain(values), axis)
    length = a.shape[axis]
    values = np.reshape(values, (1,) * (a.ndim - np.ndim(plain(values))) + np.shape(plain(values)))
    count = np.insert(np.arange(length), obj, -1).size - length
    if not isinstance(obj, slice) and np.ndim(obj) == 0:
        # A single index takes as many slices as `values` has along its first axis.
        values = np.moveaxis(values, 0, axis)
    if count == 1:
        count = np.shape(plain(values))[axis]
    # Let NumPy insert the numbers of the slices; the negative ones stand for those of `values`.
    numbers = np.insert(np.arange(length), obj, -1 - np.arange(count))
    widened = (
        take(a, np.maximum(numbers, 0), axis)
        if length
        else np.zeros_like(plain(a), shape=_shape_with_length(a, axis, count))
    )
    index = np.empty(count, dtype=np.intp)
    index[-1 - numbers[numbers < 0]] = np.flatnonzero(numbers < 0)
    return put(widened, values, index=index_along_axis(axis, index))


def _shape_with_length(a: Any, axis: int, length: int) -> tuple[int, ...]:
    return (*a.shape[:axis], length, *a.shape[axis + 1 :])


@composite(overloads=["numpy:trim_zeros"])
def trim_zeros(filt: Any, trim: Any = "fb", axis: Any = None) -> Any:
    """Return `filt` without leading and trailing zeros along the given axes."""
    a = as_array(filt)
    sides = trim.lower()
    if set(sides) - {"f", "b"} or not sides:
        raise ValueError(f"unexpected character(s) in `trim`: {trim!r}")
    axes = range(a.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    index = [slice(None)] * a.ndim
    nonzero_indices = np.nonzero(plain(a))
    for number in {normalize_axis(n, a.ndim) for n in axes}:
        positions = nonzero_indices[number]
        if positions.size:
            first = int(positions.min()) if "f" in sides else 0
            index[number] = slice(first, int(positions.max()) + 1 if "b" in sides else None)
        else:
            index[number] = slice(0, 0)
    return a[tuple(index)]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _diagonal, take, take_along_axis, compress, extract, diagonal, diag, diagflat, tril, triu, delete, insert,
        trim_zeros,
    ]  # fmt: skip

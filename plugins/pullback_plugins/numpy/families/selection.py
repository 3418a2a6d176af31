"""Elements picked out of arrays, left out, or put in between, without touching the array itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.array.views import put_flat
from pullback_plugins.numpy.families.indexing import put
from pullback_plugins.numpy.families.shaping import atleast_1d
from pullback_plugins.numpy.rules.axes import array_and_axis, index_along_axis, normalize_axis, write_to_out

__all__ = [
    "along_axis", "compress", "delete", "diag", "diagflat", "diagonal", "extract", "insert", "take", "take_along_axis",
    "tril", "trim_zeros", "triu",
]  # fmt: skip


def _diagonal_places(shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    return np.diagonal(np.arange(np.prod(shape, dtype=np.intp)).reshape(shape), offset, axis1, axis2)


def _diagonal_backward(x: Any, out: Any, grad: Any, *, offset: int, axis1: int, axis2: int) -> Any:
    bare = plain(x)
    places = _diagonal_places(bare.shape, offset, axis1, axis2)
    return put_flat(np.zeros(bare.shape, dtype=bare.dtype), grad, places=places)


_diagonal = primitive(
    lambda x, *, offset, axis1, axis2: np.diagonal(x, offset, axis1, axis2),
    _diagonal_backward,
    pushforward=lambda x, out, tangent, *, offset, axis1, axis2: np.diagonal(tangent, offset, axis1, axis2),
    name="diagonal_of",
)


# By number.


@composite(overloads=["numpy:take"])
def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
    """Return the elements of `a` with some numbers, or its slices along an axis."""
    a, axis = array_and_axis(atleast_1d(a), axis)
    places = np.asarray(plain(indices))
    if not places.size and places.dtype.kind == "f":
        places = places.astype(np.intp)
    if not np.can_cast(places.dtype, np.intp, "same_kind"):
        raise TypeError(f"Cannot cast array data from {places.dtype} to {np.dtype(np.intp)} according to 'safe'")
    places, length = places.astype(np.intp), a.shape[axis]
    if mode == "clip":
        places = np.clip(places, 0, max(length - 1, 0))
    elif mode == "wrap":
        places = places % length if length else places
    elif mode != "raise":
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got {mode!r})")
    return write_to_out(a[index_along_axis(axis, places[()])], out)


def along_axis(indices: Any, shape: tuple[int, ...], axis: int) -> tuple[Any, ...]:
    """Return the index that means `indices` along `axis`, and the same place along every other axis."""
    places = np.asarray(plain(indices))
    if places.dtype.kind not in "iu":
        raise IndexError("`indices` must be an integer array")
    if places.ndim != len(shape):
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    others = [np.arange(n).reshape((-1,) + (1,) * (len(shape) - k - 1)) for k, n in enumerate(shape)]
    return tuple(places if k == axis else other for k, other in enumerate(others))


@composite(overloads=["numpy:take_along_axis"])
def take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Any:
    """Return the elements of `arr` with some numbers along an axis, as `argsort` returns them."""
    if axis is None and np.ndim(plain(indices)) != 1:
        raise ValueError("when axis=None, `indices` must have a single dimension.")
    a, axis = array_and_axis(arr, axis)
    return a[along_axis(indices, a.shape, axis)]


@composite(overloads=["numpy:compress"])
def compress(condition: Any, a: Any, axis: Any = None, out: Any = None) -> Any:
    """Return the slices of `a` along an axis for which `condition` holds."""
    condition = np.asarray(plain(condition))
    if condition.ndim != 1:
        raise ValueError("condition must be a 1-d array")
    return take(a, np.flatnonzero(condition), axis, out)


@composite(overloads=["numpy:extract"])
def extract(condition: Any, arr: Any) -> Any:
    """Return the elements of `arr` for which `condition` holds."""
    return take(arr, np.flatnonzero(np.asarray(plain(condition))))


# Diagonals and triangles.


@composite(overloads=["numpy:diagonal"])
def diagonal(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """Return the diagonals of `a`: a view that cannot be assigned to, as NumPy's."""
    return _diagonal(as_array(a), offset=int(offset), axis1=int(axis1), axis2=int(axis2))


@composite(overloads=["numpy:diag"])
def diag(v: Any, k: Any = 0) -> Any:
    """Return the diagonal of a matrix, or the matrix with a diagonal."""
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


def _masked(m: Any, mask: Any) -> Any:
    return np.where(mask, m, np.zeros(1, dtype=m.dtype))


@composite(overloads=["numpy:tril"])
def tril(m: Any, k: Any = 0) -> Any:
    """Return `m` with zeros above a diagonal."""
    m = np.broadcast_to(m, (m.shape[0], m.shape[0])) if (m := as_array(m)).ndim == 1 else m
    return _masked(m, _tri(*m.shape[-2:], k=k, dtype=bool))


@composite(overloads=["numpy:triu"])
def triu(m: Any, k: Any = 0) -> Any:
    """Return `m` with zeros below a diagonal."""
    m = np.broadcast_to(m, (m.shape[0], m.shape[0])) if (m := as_array(m)).ndim == 1 else m
    return _masked(m, ~_tri(*m.shape[-2:], k=k - 1, dtype=bool))


# Left out, put in between.


@composite(overloads=["numpy:delete"])
def delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    """Return `arr` without some slices along an axis; flat where `axis` is None."""
    a, axis = array_and_axis(arr, axis)
    return take(a, np.delete(np.arange(a.shape[axis]), plain(obj)), axis)


@composite(overloads=["numpy:insert"])
def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """Return `arr` with `values` put in before some places along an axis; flat where `axis` is None."""
    a, axis = array_and_axis(arr, axis)
    values, obj = as_array(values), plain(obj)
    if a.dtype.kind not in "fc":
        return np.insert(plain(a), obj, plain(values), axis)
    length = a.shape[axis]
    values = np.reshape(values, (1,) * (a.ndim - np.ndim(plain(values))) + np.shape(plain(values)))
    count = np.insert(np.arange(length), obj, -1).size - length
    if not isinstance(obj, slice) and np.ndim(obj) == 0:
        # One place takes in as many slices as `values` has along its first axis.
        values = np.moveaxis(values, 0, axis)
    if count == 1:
        count = np.shape(plain(values))[axis]
    # Where the slices go is where NumPy puts their numbers; those of `values` are negative.
    numbers = np.insert(np.arange(length), obj, -1 - np.arange(count))
    whole = take(a, np.maximum(numbers, 0), axis) if length else np.zeros_like(plain(a), shape=_with(a, axis, count))
    index = np.empty(count, dtype=np.intp)
    index[-1 - numbers[numbers < 0]] = np.flatnonzero(numbers < 0)
    return put(whole, values, index=index_along_axis(axis, index))


def _with(a: Any, axis: int, length: int) -> tuple[int, ...]:
    return (*a.shape[:axis], length, *a.shape[axis + 1 :])


@composite(overloads=["numpy:trim_zeros"])
def trim_zeros(filt: Any, trim: Any = "fb", axis: Any = None) -> Any:
    """Return `filt` without the zeros at its front and back along some axes."""
    a = as_array(filt)
    sides = trim.lower()
    if set(sides) - {"f", "b"} or not sides:
        raise ValueError(f"unexpected character(s) in `trim`: {trim!r}")
    axes = range(a.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    index = [slice(None)] * a.ndim
    found = np.nonzero(plain(a))
    for each in {normalize_axis(n, a.ndim) for n in axes}:
        places = found[each]
        if places.size:
            first = int(places.min()) if "f" in sides else 0
            index[each] = slice(first, int(places.max()) + 1 if "b" in sides else None)
        else:
            index[each] = slice(0, 0)
    return a[tuple(index)]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _diagonal, take, take_along_axis, compress, extract, diagonal, diag, diagflat, tril, triu, delete, insert,
        trim_zeros,
    ]  # fmt: skip

"""Taking, choosing, searching, sorting and counting."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pullback.extend import plain
from pullback_plugins.array_api.array import call

__all__ = [
    "argmax",
    "argmin",
    "argsort",
    "nonzero",
    "searchsorted",
    "sort",
    "take",
    "take_along_axis",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
    "where",
]


class UniqueAll(NamedTuple):
    """The unique values, the index where each occurs first, their inverse indices and their counts."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCounts(NamedTuple):
    """The unique values and their counts."""

    values: Any
    counts: Any


class UniqueInverse(NamedTuple):
    """The unique values and the inverse indices."""

    values: Any
    inverse_indices: Any


def argmax(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the index of the largest element."""
    return call(np.argmax, plain(x), axis=axis, keepdims=keepdims)


def argmin(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the index of the smallest element."""
    return call(np.argmin, plain(x), axis=axis, keepdims=keepdims)


def argsort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """Return the indices that sort `x`."""
    x = plain(x)
    if not descending:
        return call(np.argsort, x, axis=axis, kind="stable" if stable else None)
    # The reversed array is sorted, so that equal elements keep their order in the reversed result.
    order = np.flip(np.argsort(np.flip(x, axis=axis), axis=axis, kind="stable"), axis=axis)
    return call(np.subtract, x.shape[axis] - 1, order)


def nonzero(x: Any, /) -> Any:
    """Return the indices of the elements that are not zero, one array per axis."""
    if not x.ndim:
        raise ValueError("an array without axes has no indices")
    return call(np.nonzero, plain(x))


def searchsorted(x1: Any, x2: Any, /, *, side: Any = "left", sorter: Any = None) -> Any:
    """Return the indices at which the elements of `x2` would be inserted into the sorted `x1`."""
    return call(np.searchsorted, plain(x1), plain(x2), side=side, sorter=plain(sorter))


def sort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """Return `x` sorted."""
    if not x.ndim:
        raise ValueError("an array without axes is not sorted")
    return take_along_axis(x, argsort(x, axis=axis, descending=descending, stable=stable), axis=axis)


def take(x: Any, indices: Any, /, *, axis: Any = None) -> Any:
    """Return the elements at some indices along an axis."""
    if axis is None and x.ndim > 1:
        raise ValueError("the axis must be given for an array with several")
    return call(np.take, x, plain(indices), axis=axis)


def take_along_axis(x: Any, indices: Any, /, *, axis: int = -1) -> Any:
    """Return the elements whose indices along an axis are in `indices`, as `argsort` returns them."""
    return call(np.take_along_axis, x, plain(indices), axis=axis)


def where(condition: Any, x1: Any, x2: Any, /) -> Any:
    """Return elements of `x1` where the condition is true, and of `x2` elsewhere."""
    return call(np.where, plain(condition), x1, x2)


def _unique(x: Any) -> tuple[Any, Any, Any, Any]:
    # Each nan counts as a different value.
    values, indices, inverse, counts = np.unique(
        plain(x), return_index=True, return_inverse=True, return_counts=True, equal_nan=False
    )
    first = call(np.reshape, x, (-1,))[indices] if x.size else call(np.asarray, values)
    return first, call(np.asarray, indices), call(np.reshape, inverse, x.shape), call(np.asarray, counts)


def unique_all(x: Any, /) -> UniqueAll:
    """Return the unique values, the index where each occurs first, their inverse indices and their counts."""
    return UniqueAll(*_unique(x))


def unique_counts(x: Any, /) -> UniqueCounts:
    """Return the unique values and their counts."""
    values, _, _, counts = _unique(x)
    return UniqueCounts(values, counts)


def unique_inverse(x: Any, /) -> UniqueInverse:
    """Return the unique values, and for each element of `x` the index of its value."""
    values, _, inverse, _ = _unique(x)
    return UniqueInverse(values, inverse)


def unique_values(x: Any, /) -> Any:
    """Return the unique values."""
    return _unique(x)[0]

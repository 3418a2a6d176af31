"""Functions that change an array in place, which has to be a variable if it gets variables."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array, refuse_plain_target
from pullback_plugins.numpy.families.selection import along_axis
from pullback_plugins.numpy.rules.axes import normalize_axis

__all__ = ["copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"]


def _assign_flat(target: Any, places: Any, values: Any) -> None:
    """Assign `values`, repeated or truncated to their number, to the elements of `target` at the flat indices `places`."""
    count = np.size(places)
    values = np.reshape(as_array(values), -1)
    if not count:
        return
    size = np.size(plain(values))
    if size == 0:
        raise ValueError("Cannot assign from an empty array")
    if size not in (1, count):
        values = values[np.arange(count) % size]
    target[np.unravel_index(np.reshape(places, -1), target.shape)] = values


@composite(name="put_in", overloads=["numpy:put"])
def put(a: Any, ind: Any, v: Any, mode: Any = "raise") -> None:
    """Assign `v`, repeated as often as needed, to the elements of `a` at the flat indices `ind`."""
    refuse_plain_target(a)
    places = np.asarray(plain(ind))
    if mode == "raise":
        places = np.arange(a.size)[places if places.size else places.astype(np.intp)]
    elif mode == "clip":
        places = np.clip(places, 0, a.size - 1)
    elif mode == "wrap":
        places = places % a.size
    else:
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got {mode!r})")
    if np.size(plain(as_array(v))):
        _assign_flat(a, places, v)


@composite(overloads=["numpy:place"])
def place(arr: Any, mask: Any, vals: Any) -> None:
    """Assign `vals`, repeated as often as needed, in order to the elements of `arr` where `mask` is true."""
    refuse_plain_target(arr)
    mask = np.asarray(plain(mask), dtype=bool)
    if mask.size != arr.size:
        raise ValueError("place: mask and data must be the same size")
    _assign_flat(arr, np.flatnonzero(mask), vals)


@composite(overloads=["numpy:putmask"])
def putmask(a: Any, /, mask: Any, values: Any) -> None:
    """Assign to the elements of `a` where `mask` is true those of `values`, repeated to its size, at the same flat indices."""
    refuse_plain_target(a)
    mask = np.asarray(plain(mask), dtype=bool)
    if mask.size != a.size:
        raise ValueError("putmask: mask and data must be the same size")
    places, values = np.flatnonzero(mask), np.reshape(as_array(values), -1)
    size = np.size(plain(values))
    if size and places.size:
        _assign_flat(a, places, values[places % size])


@composite(overloads=["numpy:copyto"])
def copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> None:
    """Assign `src` to `dst`, where `where` is true."""
    refuse_plain_target(dst)
    src, mask = as_array(src), plain(where)
    if not np.can_cast(plain(src).dtype, dst.dtype, casting):
        raise TypeError(
            f"Cannot cast array data from {plain(src).dtype} to {dst.dtype} according to the rule {casting!r}"
        )
    if mask is True:
        dst[...] = src
        return
    mask = np.broadcast_to(np.asarray(mask, dtype=bool), dst.shape)
    dst[mask] = np.broadcast_to(src, dst.shape)[mask]


@composite(overloads=["numpy:put_along_axis"])
def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> None:
    """Assign `values` to the elements of `arr` at some indices along an axis, as `argsort` returns them."""
    refuse_plain_target(arr)
    if axis is None:
        places = np.arange(arr.size)[along_axis(indices, (arr.size,), 0)]
        arr[np.unravel_index(places, arr.shape)] = values
    else:
        arr[along_axis(indices, arr.shape, normalize_axis(axis, arr.ndim))] = values


@composite(overloads=["numpy:fill_diagonal"])
def fill_diagonal(a: Any, val: Any, wrap: Any = False) -> None:
    """Assign `val`, repeated as often as needed, to the main diagonal of `a`."""
    refuse_plain_target(a)
    places = np.zeros(a.shape, dtype=bool)
    np.fill_diagonal(places, True, wrap)
    _assign_flat(a, np.flatnonzero(places), val)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [put, place, putmask, copyto, put_along_axis, fill_diagonal]

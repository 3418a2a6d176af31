"""Sets of numbers: of values that are met more than once, the gradient goes to the first that `np.unique` finds."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array

__all__ = ["intersect1d", "setdiff1d", "setxor1d", "union1d"]


def _flat(x: Any) -> Any:
    return np.reshape(as_array(x), (-1,))


def _first(x: Any, distinct: Any) -> Any:
    """Return the places of the distinct elements of `x`, in their order; all places where its elements are said to be `distinct`."""
    bare = plain(x)
    return np.arange(bare.size) if distinct else np.unique(bare, return_index=True)[1]


@composite(overloads=["numpy:union1d"])
def union1d(ar1: Any, ar2: Any) -> Any:
    """Return the sorted distinct elements of two arrays."""
    return np.unique(np.concatenate((ar1, ar2), axis=None))


@composite(overloads=["numpy:intersect1d"])
def intersect1d(ar1: Any, ar2: Any, assume_unique: Any = False, return_indices: Any = False) -> Any:
    """Return the sorted distinct elements of `ar1` that `ar2` has too; on demand also where they are, plain."""
    left, right = _flat(ar1), _flat(ar2)
    _, first, second = np.intersect1d(plain(left), plain(right), assume_unique, return_indices=True)
    found = np.concatenate((left, right))[first]
    return (found, first, second) if return_indices else found


@composite(overloads=["numpy:setdiff1d"])
def setdiff1d(ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    """Return the distinct elements of `ar1` that `ar2` has not."""
    left, right = _flat(ar1), plain(_flat(ar2))
    places = _first(left, assume_unique)
    others = right[_first(right, assume_unique)]
    return left[places[np.isin(plain(left)[places], others, assume_unique=True, invert=True)]]


@composite(overloads=["numpy:setxor1d"])
def setxor1d(ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    """Return the sorted distinct elements that are in one of two arrays, but not in the other."""
    left, right = _flat(ar1), _flat(ar2)
    both = np.concatenate((left, right))
    places = np.concatenate((_first(left, assume_unique), plain(left).size + _first(right, assume_unique)))
    places = places[np.argsort(plain(both)[places], kind="stable")]
    numbers = plain(both)[places]
    changes = np.concatenate(([True], numbers[1:] != numbers[:-1], [True]))
    return both[places[changes[1:] & changes[:-1]]] if places.size else both


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [union1d, intersect1d, setdiff1d, setxor1d]

"""Functions for sets: the gradient of a value that occurs more than once goes to the first occurrence that `np.unique` finds."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array

__all__ = ["intersect1d", "setdiff1d", "setxor1d", "union1d"]


def _flatten(x: Any) -> Any:
    return np.reshape(as_array(x), (-1,))


def _distinct_indices(x: Any, assume_unique: Any) -> Any:
    """Return the indices of the distinct elements of `x`, in the order of their values; all indices if `assume_unique`."""
    x_primal = plain(x)
    return np.arange(x_primal.size) if assume_unique else np.unique(x_primal, return_index=True)[1]


@composite(overloads=["numpy:union1d"])
def union1d(ar1: Any, ar2: Any) -> Any:
    """Return the sorted distinct elements of two arrays."""
    return np.unique(np.concatenate((ar1, ar2), axis=None))


@composite(overloads=["numpy:intersect1d"])
def intersect1d(ar1: Any, ar2: Any, assume_unique: Any = False, return_indices: Any = False) -> Any:
    """Return the sorted distinct elements that are in both arrays, and if `return_indices` their plain indices in both."""
    left, right = _flatten(ar1), _flatten(ar2)
    _, first, second = np.intersect1d(plain(left), plain(right), assume_unique, return_indices=True)
    common = np.concatenate((left, right))[first]
    return (common, first, second) if return_indices else common


@composite(overloads=["numpy:setdiff1d"])
def setdiff1d(ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    """Return the distinct elements of `ar1` that are not in `ar2`."""
    left, right = _flatten(ar1), plain(_flatten(ar2))
    indices = _distinct_indices(left, assume_unique)
    others = right[_distinct_indices(right, assume_unique)]
    return left[indices[np.isin(plain(left)[indices], others, assume_unique=True, invert=True)]]


@composite(overloads=["numpy:setxor1d"])
def setxor1d(ar1: Any, ar2: Any, assume_unique: Any = False) -> Any:
    """Return the sorted distinct elements that are in exactly one of the two arrays."""
    left, right = _flatten(ar1), _flatten(ar2)
    both = np.concatenate((left, right))
    indices = np.concatenate(
        (_distinct_indices(left, assume_unique), plain(left).size + _distinct_indices(right, assume_unique))
    )
    indices = indices[np.argsort(plain(both)[indices], kind="stable")]
    numbers = plain(both)[indices]
    is_new = np.concatenate(([True], numbers[1:] != numbers[:-1], [True]))
    return both[indices[is_new[1:] & is_new[:-1]]] if indices.size else both


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [union1d, intersect1d, setdiff1d, setxor1d]

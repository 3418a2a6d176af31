"""Sorting and searching: the gradient of a sorted value goes back to the element that it came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.rules.axes import NOT_GIVEN, array_and_axis
from pullback_plugins.numpy.rules.undifferentiated import on_primals, primals

__all__ = ["add_at_last_axis", "partition", "sort", "sort_complex", "take_last_axis", "unique"]

# A permutation along `axis`, the same shape in and out. Its transpose is the inverse permutation.
_sort_along: Primitive = primitive(
    lambda x, *, order, axis: np.take_along_axis(x, order, axis),
    lambda x, out, grad, *, order, axis: _sort_along(grad, order=np.argsort(order, axis=axis), axis=axis),
    pushforward=lambda x, out, tangent, *, order, axis: _sort_along(tangent, order=order, axis=axis),
    name="sort_along",
)


def _add_at_last_axis_of(part: Any, *, index: Any, size: int) -> Any:
    out = np.zeros((*index.shape[:-1], size), dtype=part.dtype)
    rows = np.indices(index.shape, sparse=True)[:-1]
    np.add.at(out, (*rows, index), part)
    return out


take_last_axis: Primitive = primitive(
    lambda x, *, index: np.take_along_axis(x, index, -1),
    lambda x, out, grad, *, index: add_at_last_axis(grad, index=index, size=plain(x).shape[-1]),
    pushforward=lambda x, out, tangent, *, index: take_last_axis(tangent, index=index),
    name="take_last_axis",
)
"""Return the elements of `x` at `index` along the last axis: (..., n), (..., k) -> (..., k)."""

add_at_last_axis: Primitive = primitive(
    _add_at_last_axis_of,
    lambda part, out, grad, *, index, size: take_last_axis(grad, index=index),
    pushforward=lambda part, out, tangent, *, index, size: add_at_last_axis(tangent, index=index, size=size),
    name="add_at_last_axis",
)
"""Return zeros with `part` added at `index` along the last axis, the transpose of `take_last_axis`: (..., k), (..., k) -> (..., size)."""


@composite(overloads=["numpy:sort"])
def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    """Return `a` sorted along an axis; equal elements keep their own gradients."""
    a, axis = array_and_axis(a, axis)
    # Older versions of NumPy lack the option `stable`.
    options = {} if stable is None else {"stable": stable}
    permutation = np.argsort(plain(a), axis, kind, order, **options)
    return _sort_along(a, order=permutation, axis=axis)


@composite(overloads=["numpy:partition"])
def partition(a: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None) -> Any:
    """Return `a` partitioned along an axis: element `kth` is where sorting would put it, smaller ones before it."""
    a, axis = array_and_axis(a, axis)
    return _sort_along(a, order=np.argpartition(plain(a), primals(kth), axis=axis, kind=kind, order=order), axis=axis)


@composite(overloads=["numpy:msort"])
def msort(a: Any) -> Any:
    """Return `a` sorted along its first axis."""
    return sort(a, 0)


@composite(overloads=["numpy:sort_complex"])
def sort_complex(a: Any) -> Any:
    """Return `a` sorted along its last axis, as complex numbers."""
    result = sort(a)
    return result.astype(np.result_type(plain(result).dtype, np.complex64))


argsort, argpartition, lexsort, searchsorted, digitize = map(
    on_primals, ("argsort", "argpartition", "lexsort", "searchsorted", "digitize")
)


@composite(overloads=["numpy:unique"])
def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    *,
    equal_nan: bool = True,
    sorted: Any = NOT_GIVEN,
) -> Any:
    """Return the distinct elements of `ar`; the gradient goes to the first of equal elements. Indices and counts are plain."""
    ar = as_array(ar)
    options = {} if sorted is NOT_GIVEN else {"sorted": sorted}
    _, index, inverse, counts = np.unique(
        plain(ar), return_index=True, return_inverse=True, return_counts=True, axis=axis, equal_nan=equal_nan, **options
    )
    values = np.reshape(ar, (-1,))[index] if axis is None else np.moveaxis(np.moveaxis(ar, axis, 0)[index], 0, axis)
    optional = ((return_index, index), (return_inverse, inverse), (return_counts, counts))
    others = tuple([output for requested, output in optional if requested])
    return (values, *others) if others else values


def _first_positions(x: Any, values: Any) -> Any:
    """Return for each of `values` the first position in the flattened `x` that holds it; for nan, that of any nan."""
    flat = plain(x).reshape(-1)
    order = np.argsort(flat, kind="stable")
    return order[np.searchsorted(flat[order], values)] if flat.size else np.zeros(0, dtype=np.intp)


def _with_differentiable_values(x: Any, result: Any) -> Any:
    """Return `result`, the plain result of a function such as `unique_counts`, with its values taken from the variable `x`."""
    if not isinstance(result, tuple):
        return np.reshape(x, (-1,))[_first_positions(x, result)]
    named: Any = result
    return named._replace(values=np.reshape(x, (-1,))[_first_positions(x, named.values)])


@composite(overloads=["numpy:unique_values"])
def unique_values(x: Any, /) -> Any:
    """Return the distinct elements of `x`."""
    x = as_array(x)
    return _with_differentiable_values(x, np.unique_values(plain(x)))


@composite(overloads=["numpy:unique_counts"])
def unique_counts(x: Any, /) -> Any:
    """Return the distinct elements of `x` and their counts."""
    x = as_array(x)
    return _with_differentiable_values(x, np.unique_counts(plain(x)))


@composite(overloads=["numpy:unique_inverse"])
def unique_inverse(x: Any, /) -> Any:
    """Return the distinct elements of `x` and the indices that reconstruct `x` from them."""
    x = as_array(x)
    return _with_differentiable_values(x, np.unique_inverse(plain(x)))


@composite(overloads=["numpy:unique_all"])
def unique_all(x: Any, /) -> Any:
    """Return the distinct elements of `x`, their first indices, the indices that reconstruct `x`, and their counts."""
    x = as_array(x)
    return _with_differentiable_values(x, np.unique_all(plain(x)))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        *[_sort_along, take_last_axis, add_at_last_axis, sort, partition, msort, sort_complex],
        *[argsort, argpartition, lexsort, searchsorted, digitize],
        *[unique, unique_values, unique_counts, unique_inverse, unique_all],
    ]

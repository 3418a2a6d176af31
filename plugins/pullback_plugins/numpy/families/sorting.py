"""Sorting and searching: the gradient of a value goes to the element that it came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.primitive import Primitive
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.rules.axes import NOT_GIVEN, array_and_axis
from pullback_plugins.numpy.rules.undifferentiated import on_primals, primals

__all__ = ["partition", "pick", "place", "sort", "sort_complex", "unique"]

_permute: Primitive = primitive(
    lambda x, *, order, axis: np.take_along_axis(x, order, axis),
    lambda x, out, grad, *, order, axis: _permute(grad, order=np.argsort(order, axis=axis), axis=axis),
    pushforward=lambda x, out, tangent, *, order, axis: _permute(tangent, order=order, axis=axis),
    name="permute_along",
)


def _place(part: Any, *, index: Any, size: int) -> Any:
    out = np.zeros((*index.shape[:-1], size), dtype=part.dtype)
    rows = np.indices(index.shape, sparse=True)[:-1]
    np.add.at(out, (*rows, index), part)
    return out


pick: Primitive = primitive(
    lambda x, *, index: np.take_along_axis(x, index, -1),
    lambda x, out, grad, *, index: place(grad, index=index, size=plain(x).shape[-1]),
    pushforward=lambda x, out, tangent, *, index: pick(tangent, index=index),
    name="pick_along_last",
)
"""Return the elements of `x` at `index` along its last axis; all other axes are those of `index`."""

place: Primitive = primitive(
    _place,
    lambda part, out, grad, *, index, size: pick(grad, index=index),
    pushforward=lambda part, out, tangent, *, index, size: place(tangent, index=index, size=size),
    name="place_along_last",
)
"""Return zeros, `size` along the last axis, with `part` added at `index`: the transpose of `pick`."""


@composite(overloads=["numpy:sort"])
def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    """Return `a` sorted along an axis; of equal elements each keeps its gradient."""
    a, axis = array_and_axis(a, axis)
    # Older versions of NumPy do not know the option.
    options = {} if stable is None else {"stable": stable}
    found = np.argsort(plain(a), axis, kind, order, **options)
    return _permute(a, order=found, axis=axis)


@composite(overloads=["numpy:partition"])
def partition(a: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None) -> Any:
    """Return `a` with the elements number `kth` along an axis where sorting would put them, smaller ones before."""
    a, axis = array_and_axis(a, axis)
    return _permute(a, order=np.argpartition(plain(a), primals(kth), axis=axis, kind=kind, order=order), axis=axis)


@composite(overloads=["numpy:msort"])
def msort(a: Any) -> Any:
    """Return `a` sorted along its first axis."""
    return sort(a, 0)


@composite(overloads=["numpy:sort_complex"])
def sort_complex(a: Any) -> Any:
    """Return `a` sorted along its last axis, as complex numbers."""
    found = sort(a)
    return found.astype(np.result_type(plain(found).dtype, np.complex64))


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
    """Return the distinct elements of `ar`, the gradient going to the first of equals; indices and counts are plain."""
    ar = as_array(ar)
    options = {} if sorted is NOT_GIVEN else {"sorted": sorted}
    _, index, inverse, counts = np.unique(
        plain(ar), return_index=True, return_inverse=True, return_counts=True, axis=axis, equal_nan=equal_nan, **options
    )
    values = np.reshape(ar, (-1,))[index] if axis is None else np.moveaxis(np.moveaxis(ar, axis, 0)[index], 0, axis)
    asked = ((return_index, index), (return_inverse, inverse), (return_counts, counts))
    others = tuple([found for wanted, found in asked if wanted])
    return (values, *others) if others else values


def _first_places(x: Any, values: Any) -> Any:
    """Return for each of `values` the first place in the flat `x` that holds it, any nan for nan."""
    flat = plain(x).reshape(-1)
    order = np.argsort(flat, kind="stable")
    return order[np.searchsorted(flat[order], values)] if flat.size else np.zeros(0, dtype=np.intp)


def _with_values(x: Any, found: Any) -> Any:
    """Return the plain result `found` of one of the functions of the array API with the values taken out of `x`."""
    if not isinstance(found, tuple):
        return np.reshape(x, (-1,))[_first_places(x, found)]
    named: Any = found
    return named._replace(values=np.reshape(x, (-1,))[_first_places(x, named.values)])


@composite(overloads=["numpy:unique_values"])
def unique_values(x: Any, /) -> Any:
    """Return the distinct elements of `x`."""
    x = as_array(x)
    return _with_values(x, np.unique_values(plain(x)))


@composite(overloads=["numpy:unique_counts"])
def unique_counts(x: Any, /) -> Any:
    """Return the distinct elements of `x` and how often each is there."""
    x = as_array(x)
    return _with_values(x, np.unique_counts(plain(x)))


@composite(overloads=["numpy:unique_inverse"])
def unique_inverse(x: Any, /) -> Any:
    """Return the distinct elements of `x` and where each element of `x` is among them."""
    x = as_array(x)
    return _with_values(x, np.unique_inverse(plain(x)))


@composite(overloads=["numpy:unique_all"])
def unique_all(x: Any, /) -> Any:
    """Return the distinct elements of `x`, their first places, where each element is among them, and their counts."""
    x = as_array(x)
    return _with_values(x, np.unique_all(plain(x)))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        *[_permute, pick, place, sort, partition, msort, sort_complex],
        *[argsort, argpartition, lexsort, searchsorted, digitize],
        *[unique, unique_values, unique_counts, unique_inverse, unique_all],
    ]

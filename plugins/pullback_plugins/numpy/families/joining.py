"""Arrays put together, and taken apart again."""

from __future__ import annotations

from itertools import pairwise
from operator import index
from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.tracked import Tracked, plain
from pullback_plugins.numpy.array.objects import as_array, from_elements
from pullback_plugins.numpy.rules.axes import index_along_axis, normalize_axis, write_to_out

__all__ = [
    "append", "array_split", "block", "column_stack", "concatenate", "dsplit", "dstack", "hsplit", "hstack", "split",
    "stack", "unstack", "vsplit", "vstack",
]  # fmt: skip


def _concatenate_backward(*given: Any, axis: int) -> Any:
    *parts, _, grad = given
    ends = np.cumsum([np.shape(plain(part))[axis] for part in parts])
    return tuple(
        grad[index_along_axis(axis, slice(end - np.shape(plain(part))[axis], end))]
        for part, end in zip(parts, ends, strict=True)
    )


_concatenate = primitive(
    lambda *parts, axis: np.concatenate(parts, axis),
    _concatenate_backward,
    pushforward=lambda *given, axis: np.concatenate(given[len(given) // 2 + 1 :], axis),
    name="concatenate_along",
    reads=(),
)
_stack = primitive(
    lambda *parts, axis: np.stack(parts, axis),
    lambda *given, axis: tuple(given[-1][index_along_axis(axis, k)] for k in range(len(given) - 2)),
    pushforward=lambda *given, axis: np.stack(given[len(given) // 2 + 1 :], axis),
    name="stack_along",
    reads=(),
)


def _arrays(given: Any) -> list[Any]:
    if not isinstance(given, (list, tuple, np.ndarray, Tracked)):
        raise TypeError('arrays to stack must be passed as a "sequence" type such as list or tuple.')
    rows: Any = given
    return [as_array(each) for each in rows]


def _finish(result: Any, out: Any, dtype: Any, casting: Any) -> Any:
    if dtype is not None:
        if not np.can_cast(result.dtype, dtype, casting):
            raise TypeError(f"Cannot cast array data from {result.dtype} to {np.dtype(dtype)} according to {casting!r}")
        result = result.astype(dtype)
    return write_to_out(result, out)


# Together.


@composite(overloads=["numpy:concatenate", "numpy:concat"])
def concatenate(
    arrays: Any, /, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind"
) -> Any:
    """Return arrays joined along an axis that they have; flat where `axis` is None."""
    parts = _arrays(arrays)
    if axis is None:
        # What has no axes may adapt itself, which is not the same in all versions of NumPy: it is asked.
        bare = [plain(part)[:0] if np.ndim(plain(part)) else plain(x) for x, part in zip(arrays, parts, strict=True)]
        parts, axis = [np.reshape(part, -1) for part in parts], 0
        if bare:
            wanted = np.concatenate(bare, None).dtype
            parts = [part if part.dtype == wanted else part.astype(wanted) for part in parts]
    if any(np.ndim(plain(part)) == 0 for part in parts):
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    return _finish(_concatenate(*parts, axis=normalize_axis(axis, np.ndim(plain(parts[0])))), out, dtype, casting)


@composite(overloads=["numpy:stack"])
def stack(arrays: Any, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Return arrays joined along a new axis."""
    given = list(arrays)
    parts = given if all(np.shape(plain(each)) == () for each in given) and given else _arrays(given)
    shapes = {np.shape(plain(part)) for part in parts}
    if len(shapes) != 1:
        raise ValueError("all input arrays must have the same shape" if parts else "need at least one array to stack")
    (shape,) = shapes
    axis = normalize_axis(axis, len(shape) + 1)
    result = from_elements(*parts, shape=(len(parts),)) if shape == () else _stack(*parts, axis=axis)
    return _finish(result, out, dtype, casting)


def _at_least(function: Any, tup: Any) -> list[Any]:
    return [function(each) for each in _arrays(tup)]


@composite(overloads=["numpy:vstack"])
def vstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Return arrays joined along the first axis, rows one below the other."""
    return concatenate(_at_least(np.atleast_2d, tup), 0, dtype=dtype, casting=casting)


@composite(overloads=["numpy:hstack"])
def hstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Return arrays joined along the second axis, those with one axis along that."""
    parts = _at_least(np.atleast_1d, tup)
    axis = 0 if parts and np.ndim(plain(parts[0])) == 1 else 1
    return concatenate(parts, axis, dtype=dtype, casting=casting)


@composite(overloads=["numpy:dstack"])
def dstack(tup: Any) -> Any:
    """Return arrays joined along the third axis."""
    return concatenate(_at_least(np.atleast_3d, tup), 2)


@composite(overloads=["numpy:column_stack"])
def column_stack(tup: Any) -> Any:
    """Return arrays joined as columns of a matrix."""
    parts = [each if np.ndim(plain(each)) > 1 else np.reshape(each, (-1, 1)) for each in _arrays(tup)]
    return concatenate(parts, 1)


@composite(overloads=["numpy:append"])
def append(arr: Any, values: Any, axis: Any = None) -> Any:
    """Return `arr` with `values` joined to its end; both flat where `axis` is None."""
    return concatenate((as_array(arr), as_array(values)), axis)


@composite(overloads=["numpy:block"])
def block(arrays: Any) -> Any:
    """Return arrays joined as nested lists say: the innermost along the last axis, the next along the last but one."""
    depth, ndim = _measure(arrays)
    result = _block(arrays, depth, max(depth, ndim))
    return result if isinstance(arrays, list) else np.copy(result)


def _measure(nest: Any) -> tuple[int, int]:
    """Return how deep lists are nested, and the most axes of an array among them."""
    if isinstance(nest, tuple):
        raise TypeError("block takes lists, not tuples")
    if not isinstance(nest, list):
        return 0, np.ndim(plain(as_array(nest)))
    if not nest:
        raise ValueError("List at arrays cannot be empty")
    depths, ndims = zip(*map(_measure, nest), strict=True)
    if len(set(depths)) > 1:
        raise ValueError("List depths are mismatched")
    return depths[0] + 1, max(ndims)


def _block(nest: Any, depth: int, ndim: int) -> Any:
    if depth == 0:
        part = as_array(nest)
        return np.reshape(part, (1,) * (ndim - np.ndim(plain(part))) + np.shape(plain(part)))
    return concatenate([_block(each, depth - 1, ndim) for each in nest], -depth)


# Apart: pieces are views, as NumPy's are.


@composite(overloads=["numpy:array_split"])
def array_split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    """Return the pieces of `ary` between some indices along an axis, or a number of pieces of about the same length."""
    a = as_array(ary)
    axis = normalize_axis(axis, a.ndim)
    length = a.shape[axis]
    if np.ndim(indices_or_sections) == 0:
        lengths = [len(piece) for piece in np.array_split(range(length), index(plain(indices_or_sections)))]
        ends = [0, *(int(n) for n in np.cumsum(lengths))]
    else:
        ends = [0, *(index(n) for n in indices_or_sections), length]
    return [a[index_along_axis(axis, slice(start, end))] for start, end in pairwise(ends)]


@composite(overloads=["numpy:split"])
def split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    """Return the pieces of `ary` between some indices along an axis, or a number of pieces of the same length."""
    a = as_array(ary)
    if np.ndim(indices_or_sections) == 0 and a.shape[normalize_axis(axis, a.ndim)] % index(indices_or_sections):
        raise ValueError("array split does not result in an equal division")
    return array_split(a, indices_or_sections, axis)


@composite(overloads=["numpy:hsplit"])
def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Return the pieces of `ary` along the second axis, along the first where it has only one."""
    a = as_array(ary)
    if a.ndim == 0:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return split(a, indices_or_sections, 1 if a.ndim > 1 else 0)


@composite(overloads=["numpy:vsplit"])
def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Return the pieces of `ary` along the first axis."""
    a = as_array(ary)
    if a.ndim < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return split(a, indices_or_sections, 0)


@composite(overloads=["numpy:dsplit"])
def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Return the pieces of `ary` along the third axis."""
    a = as_array(ary)
    if a.ndim < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return split(a, indices_or_sections, 2)


@composite(overloads=["numpy:unstack"])
def unstack(x: Any, /, *, axis: Any = 0) -> Any:
    """Return the slices of `x` along an axis, as a tuple."""
    x = as_array(x)
    if x.ndim == 0:
        raise ValueError("Input array must be at least 1-d.")
    return tuple(np.moveaxis(x, axis, 0))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _concatenate, _stack, concatenate, stack, vstack, hstack, dstack, column_stack, append, block,
        array_split, split, hsplit, vsplit, dsplit, unstack,
    ]  # fmt: skip

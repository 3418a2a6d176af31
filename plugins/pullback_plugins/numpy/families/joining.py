"""Functions that join arrays and split them."""

from __future__ import annotations

from itertools import pairwise
from operator import index
from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.extend import Tracked, plain
from pullback_plugins.numpy.array.objects import as_array, from_elements
from pullback_plugins.numpy.rules.axes import index_along_axis, normalize_axis, write_to_out

__all__ = [
    "append", "array_split", "block", "column_stack", "concatenate", "dsplit", "dstack", "hsplit", "hstack", "split",
    "stack", "unstack", "vsplit", "vstack",
]  # fmt: skip


def _concatenate_backward(*arguments: Any, axis: int) -> Any:
    *parts, _, grad = arguments
    ends = np.cumsum([np.shape(plain(part))[axis] for part in parts])
    return tuple(
        grad[index_along_axis(axis, slice(end - np.shape(plain(part))[axis], end))]
        for part, end in zip(parts, ends, strict=True)
    )


# (..., n1, ...), (..., n2, ...) -> (..., n1 + n2, ...): the gradient of a part is its slice of the cotangent.
_concatenate = primitive(
    lambda *parts, axis: np.concatenate(parts, axis),
    _concatenate_backward,
    pushforward=lambda *arguments, axis: np.concatenate(arguments[len(arguments) // 2 + 1 :], axis),
    name="concatenate_along",
    residuals=(),
)
# k arrays (n, m) -> (k, n, m) for axis 0: the gradient of a part is its slice of the cotangent.
_stack = primitive(
    lambda *parts, axis: np.stack(parts, axis),
    lambda *arguments, axis: tuple(arguments[-1][index_along_axis(axis, k)] for k in range(len(arguments) - 2)),
    pushforward=lambda *arguments, axis: np.stack(arguments[len(arguments) // 2 + 1 :], axis),
    name="stack_along",
    residuals=(),
)


def _as_arrays(sequence: Any) -> list[Any]:
    if not isinstance(sequence, (list, tuple, np.ndarray, Tracked)):
        raise TypeError('arrays to stack must be passed as a "sequence" type such as list or tuple.')
    items: Any = sequence
    return [as_array(item) for item in items]


def _cast_to_out(result: Any, out: Any, dtype: Any, casting: Any) -> Any:
    if dtype is not None:
        if not np.can_cast(result.dtype, dtype, casting):
            raise TypeError(f"Cannot cast array data from {result.dtype} to {np.dtype(dtype)} according to {casting!r}")
        result = result.astype(dtype)
    return write_to_out(result, out)


# Join.


@composite(overloads=["numpy:concatenate", "numpy:concat"])
def concatenate(
    arrays: Any, /, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind"
) -> Any:
    """Return arrays joined along an existing axis; flattened if `axis` is None."""
    parts = _as_arrays(arrays)
    if axis is None:
        # Python numbers may adapt to the dtype of the arrays, depending on the version of NumPy. Ask NumPy for the dtype.
        templates = [
            plain(part)[:0] if np.ndim(plain(part)) else plain(x) for x, part in zip(arrays, parts, strict=True)
        ]
        parts, axis = [np.reshape(part, -1) for part in parts], 0
        if templates:
            joined_dtype = np.concatenate(templates, None).dtype
            parts = [part if part.dtype == joined_dtype else part.astype(joined_dtype) for part in parts]
    if any(np.ndim(plain(part)) == 0 for part in parts):
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    return _cast_to_out(_concatenate(*parts, axis=normalize_axis(axis, np.ndim(plain(parts[0])))), out, dtype, casting)


@composite(overloads=["numpy:stack"])
def stack(arrays: Any, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Return arrays joined along a new axis."""
    sequence = list(arrays)
    parts = sequence if all(np.shape(plain(item)) == () for item in sequence) and sequence else _as_arrays(sequence)
    shapes = {np.shape(plain(part)) for part in parts}
    if len(shapes) != 1:
        raise ValueError("all input arrays must have the same shape" if parts else "need at least one array to stack")
    (shape,) = shapes
    axis = normalize_axis(axis, len(shape) + 1)
    result = from_elements(*parts, shape=(len(parts),)) if shape == () else _stack(*parts, axis=axis)
    return _cast_to_out(result, out, dtype, casting)


def _apply_to_each(function: Any, tup: Any) -> list[Any]:
    return [function(array) for array in _as_arrays(tup)]


@composite(overloads=["numpy:vstack"])
def vstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Return arrays joined along the first axis; vectors become rows."""
    return concatenate(_apply_to_each(np.atleast_2d, tup), 0, dtype=dtype, casting=casting)


@composite(overloads=["numpy:hstack"])
def hstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """Return arrays joined along the second axis; vectors along their only axis."""
    parts = _apply_to_each(np.atleast_1d, tup)
    axis = 0 if parts and np.ndim(plain(parts[0])) == 1 else 1
    return concatenate(parts, axis, dtype=dtype, casting=casting)


@composite(overloads=["numpy:dstack"])
def dstack(tup: Any) -> Any:
    """Return arrays joined along the third axis."""
    return concatenate(_apply_to_each(np.atleast_3d, tup), 2)


@composite(overloads=["numpy:column_stack"])
def column_stack(tup: Any) -> Any:
    """Return arrays joined along the second axis; vectors become columns."""
    parts = [array if np.ndim(plain(array)) > 1 else np.reshape(array, (-1, 1)) for array in _as_arrays(tup)]
    return concatenate(parts, 1)


@composite(overloads=["numpy:append"])
def append(arr: Any, values: Any, axis: Any = None) -> Any:
    """Return `arr` with `values` appended; both are flattened if `axis` is None."""
    return concatenate((as_array(arr), as_array(values)), axis)


@composite(overloads=["numpy:block"])
def block(arrays: Any) -> Any:
    """Return arrays joined as nested lists say: the innermost lists along the last axis, the next along the second-to-last."""
    depth, ndim = _depth_and_ndim(arrays)
    result = _block(arrays, depth, max(depth, ndim))
    return result if isinstance(arrays, list) else np.copy(result)


def _depth_and_ndim(nested: Any) -> tuple[int, int]:
    """Return the depth of nested lists and the largest `ndim` of the arrays in them."""
    if isinstance(nested, tuple):
        raise TypeError("block needs nested lists, not tuples")
    if not isinstance(nested, list):
        return 0, np.ndim(plain(as_array(nested)))
    if not nested:
        raise ValueError("List at arrays cannot be empty")
    depths, ndims = zip(*map(_depth_and_ndim, nested), strict=True)
    if len(set(depths)) > 1:
        raise ValueError("List depths are mismatched")
    return depths[0] + 1, max(ndims)


def _block(nested: Any, depth: int, ndim: int) -> Any:
    if depth == 0:
        part = as_array(nested)
        return np.reshape(part, (1,) * (ndim - np.ndim(plain(part))) + np.shape(plain(part)))
    return concatenate([_block(item, depth - 1, ndim) for item in nested], -depth)


# Split. The pieces are views, as in NumPy.


@composite(overloads=["numpy:array_split"])
def array_split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    """Return the pieces of `ary` between the given indices along an axis, or the given number of pieces of similar length."""
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
    """Return the pieces of `ary` between the given indices along an axis, or the given number of pieces of equal length."""
    a = as_array(ary)
    if np.ndim(indices_or_sections) == 0 and a.shape[normalize_axis(axis, a.ndim)] % index(indices_or_sections):
        raise ValueError("array split does not result in an equal division")
    return array_split(a, indices_or_sections, axis)


@composite(overloads=["numpy:hsplit"])
def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Return the pieces of `ary` along the second axis; of a vector along its only axis."""
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

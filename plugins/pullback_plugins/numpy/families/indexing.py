"""Reading elements of arrays and assigning to them, by every kind of index: basic, boolean and integer."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.extend import Deferred, plain
from pullback_plugins.numpy.array.objects import as_array

__all__ = ["getitem", "put", "scatter", "setitem"]


class Scattered(Deferred):
    """The cotangent of an array of which only some elements were read: their cotangents, added up when the whole is needed."""

    __slots__ = ("_dtype", "_indices", "_parts", "_shape", "_whole")

    def __init__(self, shape: tuple[int, ...], dtype: Any, index: Any, part: Any):
        self._shape = shape
        self._dtype = dtype
        self._indices = [index]
        self._parts = [part]
        self._whole: Any = None

    def append(self, contribution: Any) -> None:
        if isinstance(contribution, Scattered):
            self._indices += contribution._indices
            self._parts += contribution._parts
            contribution = contribution._whole
        if contribution is not None:
            self._whole = contribution if self._whole is None else self._whole + contribution

    def materialize(self) -> Any:
        whole = scatter(*self._parts, shape=self._shape, dtype=self._dtype, indices=tuple(self._indices))
        return whole if self._whole is None else self._whole + whole


def _scatter(*parts: Any, shape: tuple[int, ...], dtype: Any, indices: tuple[Any, ...]) -> Any:
    whole = np.zeros(shape, dtype=np.result_type(dtype, *parts) if dtype.kind == "c" else dtype)
    for index, part in zip(indices, parts, strict=True):
        if _may_repeat(index):
            np.add.at(whole, index, part)
        else:
            whole[index] += part
    return whole


scatter = primitive(
    _scatter,
    lambda *parts_out_grad, shape, dtype, indices: tuple(parts_out_grad[-1][index] for index in indices),
    name="scatter",
)
"""Return zeros of a shape to which each of `parts` is added at one of `indices`."""


def _may_repeat(index: Any) -> bool:
    """Whether an index may contain an element twice: only arrays of integers can."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, np.ndarray) and part.dtype.kind in "iu" and part.ndim for part in parts)


def _frozen(index: Any) -> Any:
    """Return `index` with plain arrays of its own in place of sequences, arrays and variables, so that nobody can change it."""
    return tuple(map(_frozen_part, index)) if isinstance(index, tuple) else _frozen_part(index)


def _frozen_part(part: Any) -> Any:
    if type(part) is int or type(part) is slice:
        return part
    part = plain(part)
    if part is None or part is Ellipsis or isinstance(part, (slice, int, np.generic)):
        return part
    array = np.array(part)
    if array.dtype.kind == "O":
        return part
    return (
        array.astype(np.intp)
        if not array.size and array.dtype.kind == "f" and not isinstance(part, np.ndarray)
        else array
    )


# The cotangent of x has the shape of x, and is made only when the sweep needs it whole.
_getitem = primitive(
    lambda x, *, index: x[index],
    lambda x, out, grad, *, index: Scattered(np.shape(plain(x)), plain(x).dtype, index, grad),
    pushforward=lambda x, out, tangent, *, index: tangent[index],
    name="getitem_at",
    residuals=(),
)


@composite(overloads=[operator.getitem])
def getitem(x: Any, index: Any) -> Any:
    """Return ``x[index]``."""
    return _getitem(as_array(x), index=_frozen(index))


def _put(x: Any, value: Any, *, index: Any) -> Any:
    out = np.array(x, copy=True, order="K")
    out[index] = value
    return out


def _put_pushforward(x: Any, value: Any, out: Any, x_tangent: Any, value_tangent: Any, *, index: Any) -> Any:
    return put(x_tangent, value_tangent, index=index)


# The cotangent of x: zero where it was assigned to.
def _rest(x: Any, value: Any, out: Any, grad: Any, *, index: Any) -> Any:
    return put(grad, 0.0, index=index)


# The cotangent of the value: shape of x[index], or of x[index] with leading axes of length one.
def _taken(x: Any, value: Any, out: Any, grad: Any, *, index: Any) -> Any:
    taken = grad[index]
    if _may_repeat(index):
        # Where an element is assigned twice, the last assignment counts, and only its value gets a cotangent.
        order = np.arange(np.size(plain(taken))).reshape(np.shape(plain(taken)))
        winner = np.empty(np.shape(plain(x)), dtype=np.intp)
        winner[index] = order
        taken = np.where(winner[index] == order, taken, 0.0)
    # The assigned value may have more axes than x[index], all of length one.
    extra = np.ndim(plain(value)) - np.ndim(plain(taken))
    return np.reshape(taken, (1,) * extra + np.shape(plain(taken))) if extra > 0 else taken


put = primitive(_put, (_rest, _taken), pushforward=_put_pushforward, name="put_items")
"""Return `x` with `value` at `index`."""


@composite(overloads=[operator.setitem])
def setitem(x: Any, index: Any, value: Any) -> Any:
    """Return `x` as it is after ``x[index] = value``."""
    # As a Python number, so that NumPy raises for one that does not fit, where it only warns for an array.
    value = value if isinstance(value, (float, int, complex)) else as_array(value)
    return put(x, value, index=_frozen(index))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [scatter, _getitem, getitem, put, setitem]

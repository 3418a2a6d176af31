"""Choices between values by a condition: where, clip, select, piecewise, choose, nan_to_num."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.tracked import Tracked, plain
from pullback_plugins.arithmetic import clip
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.indexing import put
from pullback_plugins.numpy.forwards import where
from pullback_plugins.numpy.rules.operands import operand, write_to_ufunc_out
from pullback_plugins.numpy.rules.undifferentiated import primals

__all__ = ["array_clip", "array_where", "choose", "nan_to_num", "piecewise", "select"]


_MISSING: Any = object()

# By `where` again, and not by a product with a mask: one pass over the array, and no nan of 0 * inf.
_chosen: Primitive = primitive(
    lambda x, y, *, condition: where(condition, x, y),
    (
        lambda x, y, out, grad, *, condition: np.where(condition, grad, 0.0),
        lambda x, y, out, grad, *, condition: np.where(condition, 0.0, grad),
    ),
    pushforward=lambda x, y, out, x_tangent, y_tangent, *, condition: np.where(condition, x_tangent, y_tangent),
    name="chosen_by",
)


@composite(overloads=["numpy:where"])
def array_where(condition: Any, x: Any = _MISSING, y: Any = _MISSING, /) -> Any:
    """Return `x` where `condition` holds and `y` elsewhere, as `numpy.where` does; indices, plain, of a condition alone."""
    condition = primals(condition)
    if x is _MISSING and y is _MISSING:
        return np.where(condition)
    if x is _MISSING or y is _MISSING:
        raise ValueError("either both or neither of x and y should be given")
    return _chosen(operand(x), operand(y), condition=np.asarray(condition, dtype=bool))


@composite(overloads=["numpy:clip"])
def array_clip(
    a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None, **kwargs: Any
) -> Any:
    """Return `a` held between two bounds, as `numpy.clip` does: 1 to `a` on an edge."""
    if kwargs.keys() - {"casting", "order", "subok"}:
        raise TypeError(f"clip takes no {', '.join(sorted(kwargs))} on variables; use astype and np.where")
    low = a_min if min is None else min
    high = a_max if max is None else max
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise ValueError("Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden.")
    a = as_array(a)
    low = -math.inf if low is None else operand(low)
    high = math.inf if high is None else operand(high)
    return write_to_ufunc_out(clip(a, low, high), out)


@composite(overloads=["numpy:select"])
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Return the first of `choicelist` whose condition holds, as `numpy.select` does."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if len(condlist) == 0:
        raise ValueError("select with an empty condition list is not possible")
    result = operand(default)
    for condition, choice in zip(reversed(primals(list(condlist))), reversed(list(choicelist)), strict=True):
        if np.asarray(condition).dtype != bool:
            raise TypeError("invalid entry in condlist: should be boolean ndarray")
        result = _chosen(operand(choice), result, condition=np.asarray(condition))
    return result


@composite(overloads=["numpy:piecewise"])
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Return what the function of each condition makes of the elements of `x` for which it holds, as `numpy.piecewise` does."""
    x = as_array(x)
    shape = np.shape(plain(x))
    conditions = primals(condlist)
    if np.ndim(conditions) == 0 or (not isinstance(conditions[0], (list, np.ndarray)) and x.ndim != 0):
        conditions = [conditions]
    conditions = np.asarray(conditions, dtype=bool)
    if x.ndim == 0 and conditions.ndim == 1:
        conditions = conditions.reshape(-1, *shape)
    if len(funclist) == len(conditions) + 1:
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)])
    elif len(funclist) != len(conditions):
        raise ValueError(
            f"with {len(conditions)} condition(s), either {len(conditions)} or {len(conditions) + 1} functions are expected"
        )
    result: Any = np.zeros(shape, dtype=plain(x).dtype)
    for condition, function in zip(conditions, funclist, strict=True):
        if not callable(function):
            result = put(result, as_array(function), index=condition)
        elif condition.any():
            result = put(result, as_array(function(x[condition], *args, **kw)), index=condition)
    return result


@composite(overloads=["numpy:choose"])
def choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """Return, for each element of the integers `a`, that of the array of `choices` which it names, as `numpy.choose` does."""
    if isinstance(a, Tracked):
        raise TypeError("choose takes integers for its index, and a variable is no integer")
    each = [operand(choice) for choice in choices] if isinstance(choices, (list, tuple)) else list(as_array(choices))
    # NumPy says which element each place takes, or raises.
    place = np.choose(np.asarray(a), list(range(len(each))), mode=mode)
    shape = np.broadcast_shapes(np.shape(place), *(np.shape(plain(choice)) for choice in each))
    result = np.copy(np.broadcast_to(each[0], shape))
    for n, choice in enumerate(each[1:], 1):
        result = _chosen(choice, result, condition=np.equal(place, n))
    return write_to_ufunc_out(result, out)


@composite(overloads=["numpy:nan_to_num"])
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """Return `x` with finite numbers in the place of others, which have the gradient 0, as `numpy.nan_to_num` does."""
    x = as_array(x)

    def finite(part: Any) -> Any:
        numbers = plain(part)
        filled = np.nan_to_num(numbers, nan=primals(nan), posinf=primals(posinf), neginf=primals(neginf))
        found = np.where(np.isfinite(numbers), part, filled)
        for places, value in ((np.isnan(numbers), nan), (numbers == np.inf, posinf), (numbers == -np.inf, neginf)):
            fill: Any = None if value is None else as_array(value)
            varies: bool = isinstance(fill, Tracked)
            if varies:
                found = np.where(places, fill.astype(numbers.dtype), found)
        return found

    result = finite(np.real(x)) + 1j * finite(np.imag(x)) if plain(x).dtype.kind == "c" else finite(x)
    if not copy:
        x[...] = result
        return x
    return result


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_chosen, array_where, array_clip, select, piecewise, choose, nan_to_num]

"""Functions that choose between values: `where`, `clip`, `select`, `piecewise`, `choose`, `nan_to_num`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.extend import Tracked, plain
from pullback_plugins.arithmetic import clip
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.indexing import put
from pullback_plugins.numpy.forwards import where
from pullback_plugins.numpy.rules.operands import operand, write_to_ufunc_out
from pullback_plugins.numpy.rules.undifferentiated import primals

__all__ = ["array_clip", "array_where", "choose", "nan_to_num", "piecewise", "select"]


_NOT_GIVEN: Any = object()

# The gradient is chosen by `where` too, not by a product with a mask: that takes one pass over the array, and 0 * inf makes no nan.
_where: Primitive = primitive(
    lambda x, y, *, condition: where(condition, x, y),
    (
        lambda x, y, out, grad, *, condition: np.where(condition, grad, 0.0),
        lambda x, y, out, grad, *, condition: np.where(condition, 0.0, grad),
    ),
    pushforward=lambda x, y, out, x_tangent, y_tangent, *, condition: np.where(condition, x_tangent, y_tangent),
    name="where_condition",
)


@composite(overloads=["numpy:where"])
def array_where(condition: Any, x: Any = _NOT_GIVEN, y: Any = _NOT_GIVEN, /) -> Any:
    """Return `x` where `condition` is true and `y` elsewhere, as `numpy.where` does; the indices, plain, of a condition alone."""
    condition = primals(condition)
    if x is _NOT_GIVEN and y is _NOT_GIVEN:
        return np.where(condition)
    if x is _NOT_GIVEN or y is _NOT_GIVEN:
        raise ValueError("either both or neither of x and y should be given")
    return _where(operand(x), operand(y), condition=np.asarray(condition, dtype=bool))


@composite(overloads=["numpy:clip"])
def array_clip(
    a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None, **kwargs: Any
) -> Any:
    """Return `a` limited to an interval, as `numpy.clip` does; at a bound the whole gradient goes to `a`."""
    if kwargs.keys() - {"casting", "order", "subok"}:
        raise TypeError(f"clip does not support {', '.join(sorted(kwargs))} for variables; use astype and np.where")
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
    """Return elements of the first array in `choicelist` whose condition is true, as `numpy.select` does."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if len(condlist) == 0:
        raise ValueError("select with an empty condition list is not possible")
    result = operand(default)
    for condition, choice in zip(reversed(primals(list(condlist))), reversed(list(choicelist)), strict=True):
        if np.asarray(condition).dtype != bool:
            raise TypeError("invalid entry in condlist: should be boolean ndarray")
        result = _where(operand(choice), result, condition=np.asarray(condition))
    return result


@composite(overloads=["numpy:piecewise"])
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Return `x` with the function of each condition applied where that is true, as `numpy.piecewise` does."""
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
    """Return elements of the arrays in `choices`, taken from the array whose number `a` gives, as `numpy.choose` does."""
    if isinstance(a, Tracked):
        raise TypeError("choose needs an array of integers as its first argument, not a variable")
    arrays = [operand(choice) for choice in choices] if isinstance(choices, (list, tuple)) else list(as_array(choices))
    # NumPy checks the arguments and applies `mode`: the result says which array each element comes from.
    numbers = np.choose(np.asarray(a), list(range(len(arrays))), mode=mode)
    shape = np.broadcast_shapes(np.shape(numbers), *(np.shape(plain(choice)) for choice in arrays))
    result = np.copy(np.broadcast_to(arrays[0], shape))
    for n, choice in enumerate(arrays[1:], 1):
        result = _where(choice, result, condition=np.equal(numbers, n))
    return write_to_ufunc_out(result, out)


@composite(overloads=["numpy:nan_to_num"])
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """Return `x` with nan and inf replaced by finite numbers, as `numpy.nan_to_num` does; replaced elements have gradient 0."""
    x = as_array(x)

    def finite(part: Any) -> Any:
        numbers = plain(part)
        filled = np.nan_to_num(numbers, nan=primals(nan), posinf=primals(posinf), neginf=primals(neginf))
        filled_part = np.where(np.isfinite(numbers), part, filled)
        for mask, value in ((np.isnan(numbers), nan), (numbers == np.inf, posinf), (numbers == -np.inf, neginf)):
            fill: Any = None if value is None else as_array(value)
            is_variable: bool = isinstance(fill, Tracked)
            if is_variable:
                filled_part = np.where(mask, fill.astype(numbers.dtype), filled_part)
        return filled_part

    result = finite(np.real(x)) + 1j * finite(np.imag(x)) if plain(x).dtype.kind == "c" else finite(x)
    if not copy:
        x[...] = result
        return x
    return result


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_where, array_where, array_clip, select, piecewise, choose, nan_to_num]

"""Choices between values, and what is made of pieces: where, clip, interpolation, rounding, the functions of `numpy.emath`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import Primitive, composite, elementwise, hookimpl, primitive
from pullback.tracked import Tracked, plain
from pullback_plugins.arithmetic import clip, round
from pullback_plugins.numpy.arrays import as_array, refuse_plain_target
from pullback_plugins.numpy.elementwise import array_trunc
from pullback_plugins.numpy.forwards import common_dtype, where
from pullback_plugins.numpy.indexing import put
from pullback_plugins.numpy.plainly import bare

__all__ = [
    "array_clip", "array_round", "array_where", "choose", "fix", "interp", "nan_to_num", "piecewise", "select", "sinc",
    "unwrap",
]  # fmt: skip

_MISSING: Any = object()


def _operand(x: Any) -> Any:
    """Return `x` as an array; a bare number stays one, so that it does not decide the dtype."""
    return x if type(x) in (int, float, bool, complex) else as_array(x)


def _stored(result: Any, out: Any) -> Any:
    """Return `result`, in `out` if that is given."""
    if isinstance(out, tuple):
        (out,) = out
    if out is None:
        return result
    if isinstance(result, Tracked):
        refuse_plain_target(out)
    out[...] = result
    return out


# Choices.

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
    condition = bare(condition)
    if x is _MISSING and y is _MISSING:
        return np.where(condition)
    if x is _MISSING or y is _MISSING:
        raise ValueError("either both or neither of x and y should be given")
    return _chosen(_operand(x), _operand(y), condition=np.asarray(condition, dtype=bool))


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
    low = -math.inf if low is None else _operand(low)
    high = math.inf if high is None else _operand(high)
    return _stored(clip(a, low, high), out)


@composite(overloads=["numpy:select"])
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Return the first of `choicelist` whose condition holds, as `numpy.select` does."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if len(condlist) == 0:
        raise ValueError("select with an empty condition list is not possible")
    result = _operand(default)
    for condition, choice in zip(reversed(bare(list(condlist))), reversed(list(choicelist)), strict=True):
        if np.asarray(condition).dtype != bool:
            raise TypeError("invalid entry in condlist: should be boolean ndarray")
        result = _chosen(_operand(choice), result, condition=np.asarray(condition))
    return result


@composite(overloads=["numpy:piecewise"])
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Return what the function of each condition makes of the elements of `x` for which it holds, as `numpy.piecewise` does."""
    x = as_array(x)
    shape = np.shape(plain(x))
    conditions = bare(condlist)
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
    each = [_operand(choice) for choice in choices] if isinstance(choices, (list, tuple)) else list(as_array(choices))
    # NumPy says which element each place takes, or raises.
    place = np.choose(np.asarray(a), list(range(len(each))), mode=mode)
    shape = np.broadcast_shapes(np.shape(place), *(np.shape(plain(choice)) for choice in each))
    result = np.copy(np.broadcast_to(each[0], shape))
    for n, choice in enumerate(each[1:], 1):
        result = _chosen(choice, result, condition=np.equal(place, n))
    return _stored(result, out)


@composite(overloads=["numpy:nan_to_num"])
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """Return `x` with finite numbers in the place of others, which have the gradient 0, as `numpy.nan_to_num` does."""
    x = as_array(x)

    def finite(part: Any) -> Any:
        numbers = plain(part)
        filled = np.nan_to_num(numbers, nan=bare(nan), posinf=bare(posinf), neginf=bare(neginf))
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


# Steps.


@composite(overloads=["numpy:round", "numpy:around", "numpy:round_"])
def array_round(a: Any, decimals: Any = 0, out: Any = None) -> Any:
    """Return `a` rounded to some decimals; the gradient is 0."""
    return _stored(round(as_array(a), ndigits=bare(decimals)), out)


@composite(overloads=["numpy:fix"])
def fix(x: Any, out: Any = None) -> Any:
    """Return `x` rounded to the nearest integer towards zero; the gradient is 0."""
    return _stored(array_trunc(as_array(x)), out)


@composite(overloads=["numpy:unwrap"])
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * math.pi) -> Any:
    """Return `p` with jumps of more than half a period taken out, as `numpy.unwrap` does: it adds constants."""
    p = as_array(p)
    steps = np.unwrap(plain(p), bare(discont), axis, period=bare(period)) - plain(p)
    if isinstance(period, Tracked):
        return p + np.rint(steps / plain(period)) * period
    return p + steps


# Interpolation.


@composite(overloads=["numpy:interp"])
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """Return the piecewise linear function through the points (`xp`, `fp`) at `x`, as `numpy.interp` does.

    The slope at a point is that to its right, at the last point that to its left.
    """
    x, xp, fp = as_array(x), as_array(xp), as_array(fp)
    if period is not None:
        if plain(period) == 0:
            raise ValueError("period must be a non-zero value")
        period = abs(period)
        left = right = None
        x, xp = np.mod(x, period), np.mod(xp, period)
        order = np.argsort(plain(xp))
        turns = np.zeros(len(order) + 2)
        turns[0], turns[-1] = -1.0, 1.0
        order = np.concatenate([order[-1:], order, order[:1]])
        xp, fp = xp[order] + turns * period, fp[order]
    count = np.size(plain(xp))
    if np.ndim(plain(xp)) != 1 or np.shape(plain(xp)) != np.shape(plain(fp)):
        raise ValueError("fp and xp are not of the same length")
    if count == 0:
        raise ValueError("array of sample points is empty")
    place = np.searchsorted(plain(xp), plain(x), side="right") - 1
    if count == 1:
        result = fp[np.zeros_like(place)] + 0.0 * x
    else:
        n = np.clip(place, 0, count - 2)
        width = xp[n + 1] - xp[n]
        # Two points at one place leave a step, which no `x` falls into.
        slope = (fp[n + 1] - fp[n]) / np.where(np.equal(plain(width), 0.0), 1.0, width)
        begin = np.maximum(place, 0)
        result = slope * (x - xp[begin]) + fp[begin]
    result = np.where(np.less(plain(x), plain(xp)[0]), fp[0] if left is None else left, result)
    return np.where(np.greater(plain(x), plain(xp)[-1]), fp[-1] if right is None else right, result)


# sin(pi x) / (pi x), smooth at 0: its n-th derivative is pi**n s(n, pi x), where s(n, t) is that of sin(t) / t.


def _sinc_derivative(x: Any, *, order: int) -> Any:
    if order == 0:
        return np.sinc(x)
    t = np.asarray(x, dtype=common_dtype(np.float64, x)) * math.pi
    near = np.abs(t) < order + 1.5
    # From the series of sin(t) / t, the sum of (-1)**k t**(2k) / (2k+1)!.
    small = np.where(near, t, 0.0)
    series = np.zeros_like(t)
    for k in range((order + 1) // 2, (order + 1) // 2 + 14 + 2 * order):
        power = 2 * k - order
        series = series + (-1) ** k * small**power / (math.factorial(power) * (2 * k + 1))
    # From t s = sin(t), n times differentiated.
    large = np.where(near, 1.0, t)
    recurrence = np.sin(large) / large
    for n in range(1, order + 1):
        recurrence = (np.sin(large + 0.5 * math.pi * n) - n * recurrence) / large
    dtype = common_dtype(np.float16, x)
    return (math.pi**order * np.where(near, series, recurrence)).astype(dtype)[()]


_sinc: Primitive = elementwise(
    _sinc_derivative, name="sinc_derivative", derivative=lambda x, out, *, order: _sinc(x, order=order + 1)
)


@composite(overloads=["numpy:sinc"])
def sinc(x: Any) -> Any:
    """Return ``sin(pi x) / (pi x)``."""
    return _sinc(as_array(x), order=0)


# numpy.emath: complex where the real function is not defined.


def _extended(name: str, outside: Callable[[Any], Any]) -> Any:
    """Return the pair for ``numpy.emath.name``, which is ``numpy.name`` of complex numbers where some are `outside`."""
    function = getattr(np, name)

    def call(x: Any) -> Any:
        x = as_array(x)
        return function(_to_complex(x) if np.any(outside(plain(x))) else x)

    call.__doc__ = f"Return ``numpy.emath.{name}(x)``."
    return composite(call, name=f"emath_{name}", overloads=[f"numpy:emath.{name}"])


def _to_complex(x: Any) -> Any:
    dtype = np.result_type(plain(x).dtype, np.complex64)
    return x if plain(x).dtype == dtype else x.astype(dtype)


def _negative(x: Any) -> Any:
    return np.isrealobj(x) and x < 0


def _beyond_one(x: Any) -> Any:
    return np.isrealobj(x) and np.abs(x) > 1


_EXTENDED = [_extended(name, _negative) for name in ("sqrt", "log", "log2", "log10")]
_EXTENDED += [_extended(name, _beyond_one) for name in ("arccos", "arcsin", "arctanh")]
_emath_log = _EXTENDED[1]


@composite(overloads=["numpy:emath.logn"])
def emath_logn(n: Any, x: Any) -> Any:
    """Return ``numpy.emath.logn(n, x)``, the logarithm of `x` to the base `n`."""
    return _emath_log(x) / _emath_log(n)


@composite(overloads=["numpy:emath.power"])
def emath_power(x: Any, p: Any) -> Any:
    """Return ``numpy.emath.power(x, p)``."""
    x, p = as_array(x), _operand(p)
    if np.any(_negative(plain(x))):
        x = _to_complex(x)
    return np.power(x, p)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _chosen, array_where, array_clip, select, piecewise, choose, nan_to_num, array_round, fix, unwrap, interp, _sinc, sinc,
        *_EXTENDED, emath_logn, emath_power,
    ]  # fmt: skip

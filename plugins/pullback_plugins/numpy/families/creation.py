"""Arrays made like another one, ranges whose ends are variables, and grids."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.extend import Tracked, call_overload, plain
from pullback_plugins.numpy.array.objects import as_array

__all__ = [
    "empty_like",
    "full_like",
    "geomspace",
    "ix_",
    "linspace",
    "logspace",
    "meshgrid",
    "ones_like",
    "zeros_like",
]

# A constant at the level of x, so that variables can be assigned to its elements.
_constant = primitive(
    lambda x, *, whole: whole.copy(order="K"),
    lambda x, out, grad, *, whole: None,
    pushforward=lambda x, out, tangent, *, whole: np.zeros_like(whole),
    name="constant_beside",
)
_filled = primitive(
    lambda x, value, *, whole: _fill(whole, value),
    (lambda x, value, out, grad, *, whole: None, lambda x, value, out, grad, *, whole: grad),
    pushforward=lambda x, value, out, x_tangent, value_tangent, *, whole: np.broadcast_to(value_tangent, whole.shape),
    name="filled_beside",
)


def _fill(whole: Any, value: Any) -> Any:
    out = whole.copy(order="K")
    out[...] = value
    return out


def _like(function: Any, a: Any, dtype: Any, order: Any, shape: Any) -> Any:
    a = as_array(a)
    whole = np.asarray(function(plain(a), dtype=dtype, order=order, shape=shape))
    return _constant(a, whole=whole) if whole.dtype.kind in "fc" else whole


# Like another array.


@composite(overloads=["numpy:zeros_like"])
def zeros_like(
    a: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None, *, device: Any = None
) -> Any:
    """Return zeros of the shape and dtype of `a`: a constant that variables can be assigned to."""
    return _like(np.zeros_like, a, dtype, order, shape)


@composite(overloads=["numpy:ones_like"])
def ones_like(
    a: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None, *, device: Any = None
) -> Any:
    """Return ones of the shape and dtype of `a`: a constant that variables can be assigned to."""
    return _like(np.ones_like, a, dtype, order, shape)


@composite(overloads=["numpy:empty_like"])
def empty_like(
    prototype: Any, /, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None, *, device: Any = None
) -> Any:
    """Return an array of the shape and dtype of `prototype` to assign to; it begins as zeros."""
    return _like(np.zeros_like, prototype, dtype, order, shape)


@composite(overloads=["numpy:full_like"])
def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: Any = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> Any:
    """Return an array of the shape and dtype of `a` in which every element is `fill_value`."""
    a = as_array(a)
    whole = np.asarray(np.empty_like(plain(a), dtype=dtype, order=order, shape=shape))
    if whole.dtype.kind not in "fc":
        return _fill(whole, plain(fill_value))
    return _filled(a, as_array(fill_value), whole=whole)


# With `like=`: the functions of NumPy that make new arrays ask that argument alone.


@composite(name="made_like", overloads=["numpy:ndarray.__array_function__"])
def _made_like(like: Any, function: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Return the array that a function of NumPy makes for ``like=``: a constant at the level of the variable `like`, or a variable.

    Raises `UnknownPrimitiveError` for a function that makes no array.
    """
    name = getattr(function, "__name__", "")
    known: Any = getattr(np, name, None)
    if known is not function:
        return call_overload(function, args, params)
    makers: dict[str, Any] = {
        "array": _array,
        "full": _full,
        "arange": _arange,
        **dict.fromkeys(CONVERTERS, _converted),
    }
    made = makers[name](function, *args, **params) if name in makers else function(*args, **params)
    if not isinstance(made, np.ndarray) or made.dtype.kind not in "fcO":
        return made
    array: Any = as_array(made)
    return array if isinstance(array, Tracked) else _constant(like, whole=array)


CONVERTERS = ("asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "require")


def _converted(function: Any, a: Any, dtype: Any = None, *args: Any, **params: Any) -> Any:
    x: Any = as_array(a)
    if not isinstance(x, Tracked):
        return function(x, dtype, *args, **params)
    if function is np.ascontiguousarray and not np.ndim(plain(x)):
        x = np.reshape(x, (1,))
    return x if dtype is None else x.astype(dtype, copy=False)


def _array(function: Any, object: Any, dtype: Any = None, *, copy: Any = True, ndmin: Any = 0, **params: Any) -> Any:
    x: Any = as_array(object)
    if not isinstance(x, Tracked):
        return function(x, dtype, copy=copy, ndmin=ndmin, **params)
    x = np.copy(x) if copy else x
    x = x if dtype is None else x.astype(dtype, copy=False)
    shape = np.shape(plain(x))
    return np.reshape(x, (1,) * (ndmin - len(shape)) + shape) if ndmin > len(shape) else x


def _full(function: Any, shape: Any, fill_value: Any, dtype: Any = None, *args: Any, **params: Any) -> Any:
    value = as_array(fill_value)
    dtype = plain(value).dtype if dtype is None else np.dtype(dtype)
    whole = function(shape, 0, dtype, *args, **params)
    if not isinstance(value, Tracked) or dtype.kind not in "fc":
        return _fill(whole, plain(value))
    return _filled(value, value, whole=whole)


def _arange(function: Any, *args: Any, **params: Any) -> Any:
    numbers = function(*map(plain, args), **{name: plain(value) for name, value in params.items()})
    named = dict(zip(("start", "stop", "step", "dtype"), args, strict=False)) | params
    start, step = named.get("start"), named.get("step")
    # A single number is the end of the range.
    start = 0 if start is None or (len(args) == 1 and "stop" not in params) else start
    variable: Any = start + (1 if step is None else step) * np.arange(len(numbers))
    varies = isinstance(variable, Tracked)
    return variable.astype(numbers.dtype, copy=False) if varies else numbers


# Ranges, by NumPy's formulas.


def _in_common(start: Any, stop: Any) -> tuple[Any, Any]:
    """Return both ends as arrays of their common dtype, which Python's numbers do not decide."""
    ends = [end if isinstance(plain(end), (int, float, complex)) else as_array(end) for end in (start, stop)]
    dtype = np.result_type(*map(plain, ends), 1.0)
    first, last = (as_array(end).astype(dtype) for end in ends)
    return first, last


@composite(overloads=["numpy:linspace"])
def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: Any = True,
    retstep: Any = False,
    dtype: Any = None,
    axis: Any = 0,
    *,
    device: Any = None,
) -> Any:
    """Return `num` evenly spaced numbers from `start` to `stop`, along a new axis."""
    num = operator.index(plain(num))
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    start, stop = _in_common(start, stop)
    spaces = num - 1 if endpoint else num
    delta = stop - start
    count = np.reshape(np.arange(num, dtype=plain(delta).dtype), (-1,) + (1,) * np.ndim(plain(delta)))
    step: Any = np.nan
    if spaces > 0:
        step = delta / spaces
        # Where the step underflows to zero, dividing first does not.
        numbers = count / spaces * delta if np.any(plain(step) == 0) else count * step
        numbers = numbers + start
    else:
        numbers = count * delta + start
    if endpoint and num > 1:
        numbers[-1, ...] = stop
    numbers = np.moveaxis(numbers, 0, axis) if axis != 0 else numbers
    if dtype is not None:
        numbers = (np.floor(plain(numbers)) if np.dtype(dtype).kind in "iu" else numbers).astype(dtype, copy=False)
    return (numbers, step) if retstep else numbers


@composite(overloads=["numpy:logspace"])
def logspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: Any = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: Any = 0,
) -> Any:
    """Return the powers of `base` whose exponents are `num` evenly spaced numbers from `start` to `stop`."""
    start, stop, base = as_array(start), as_array(stop), as_array(base)
    ndim = max(np.ndim(plain(x)) for x in (start, stop, base))
    if np.ndim(plain(base)):
        # An array of bases is broadcast with the ends, then gets the new axis too.
        start, stop, base = (
            np.reshape(x, (1,) * (ndim - np.ndim(plain(x))) + np.shape(plain(x))) for x in (start, stop, base)
        )
        base = np.expand_dims(base, axis)
    numbers = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return numbers if dtype is None else numbers.astype(dtype, copy=False)


@composite(overloads=["numpy:geomspace"])
def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, dtype: Any = None, axis: Any = 0) -> Any:
    """Return `num` numbers from `start` to `stop`, each a constant multiple of the one before."""
    start, stop = _in_common(start, stop)
    if plain(start).dtype.kind == "c":
        raise TypeError("geomspace is not differentiable between complex numbers; use exp of linspace")
    if np.any(plain(start) == 0) or np.any(plain(stop) == 0):
        raise ValueError("Geometric sequence cannot include zero")
    sign = np.sign(plain(start))
    start, stop = start * sign, stop * sign
    numbers = logspace(np.log10(start), np.log10(stop), num, endpoint)
    if num > 0:
        numbers[0] = start
        if endpoint and num > 1:
            numbers[-1] = stop
    numbers = numbers * sign
    numbers = np.moveaxis(numbers, 0, axis) if axis != 0 else numbers
    return numbers if dtype is None else numbers.astype(dtype, copy=False)


# Grids.


@composite(overloads=["numpy:meshgrid"])
def meshgrid(*xi: Any, copy: Any = True, sparse: Any = False, indexing: Any = "xy") -> Any:
    """Return the coordinates of a grid from those along its axes."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    ndim = len(xi)
    axes = [1, 0, *range(2, ndim)] if indexing == "xy" and ndim > 1 else list(range(ndim))
    open_grid = [
        np.reshape(as_array(x), tuple(-1 if k == axis else 1 for k in range(ndim)))
        for x, axis in zip(xi, axes, strict=True)
    ]
    grids = open_grid if sparse else np.broadcast_arrays(*open_grid)
    sequence: Any = type(np.meshgrid(0))  # a tuple, a list before NumPy 2
    return sequence(np.copy(grid) if copy else grid for grid in grids)


@composite(overloads=["numpy:ix_"])
def ix_(*args: Any) -> tuple[Any, ...]:
    """Return an open grid of some sequences: (n_k,) -> (1, ..., n_k, ..., 1), each along an axis of its own."""
    grids = []
    for k, arg in enumerate(args):
        x: Any = as_array(arg)
        if np.ndim(plain(x)) != 1:
            raise ValueError("Cross index must be 1 dimensional")
        # From booleans, NumPy makes the indices where they are true.
        x = x if isinstance(x, Tracked) else np.ix_(x)[0]
        grids.append(np.reshape(x, (1,) * k + (-1,) + (1,) * (len(args) - k - 1)))
    return tuple(grids)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _constant, _filled, zeros_like, ones_like, empty_like, full_like, _made_like, linspace, logspace, geomspace,
        meshgrid, ix_,
    ]  # fmt: skip

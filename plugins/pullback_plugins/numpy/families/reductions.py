"""Sums, means, products and extrema along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, nondifferentiable, primitive
from pullback.primitive import Primitive
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.native import dispatch
from pullback_plugins.numpy.rules.axes import (
    NOT_GIVEN,
    broadcast_mask,
    broadcast_reduced,
    count_reduced,
    expand_reduced,
    flatten_to_last_axis,
    is_given,
    reduced_shape,
    reduction_arguments,
    strong_product,
    write_to_out,
)

__all__ = ["max", "mean", "min", "prod", "ptp", "sum"]

_sum: Primitive = primitive(
    lambda x, *, axis, keepdims: np.add.reduce(x, axis=axis, keepdims=keepdims),
    lambda x, out, grad, *, axis, keepdims: broadcast_reduced(grad, x, axis),
    pushforward=lambda x, out, tangent, *, axis, keepdims: _sum(tangent, axis=axis, keepdims=keepdims),
    name="sum_over",
    reads=(),
)
# The most frequent call of all, without parameters for the tape to look through.
_total: Primitive = primitive(
    lambda x: np.add.reduce(x, axis=None) if (found := dispatch.total(x)) is None else found,
    lambda x, out, grad: broadcast_reduced(grad, x, tuple(range(len(plain(x).shape)))),
    pushforward=lambda x, out, tangent: _total(tangent),
    name="sum_of_all",
    reads=(),
)
_mean: Primitive = primitive(
    lambda x, *, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    lambda x, out, grad, *, axis, keepdims: broadcast_reduced(grad / count_reduced(plain(x).shape, axis), x, axis),
    pushforward=lambda x, out, tangent, *, axis, keepdims: _mean(tangent, axis=axis, keepdims=keepdims),
    name="mean_over",
    reads=(),
)


def masked(a: Any, where: Any, fill: Any) -> Any:
    """Return `a` with `fill` where the argument `where` of a reduction leaves elements out."""
    mask = broadcast_mask(where, plain(a).shape)
    return a if mask is None else np.where(mask, a, plain(a).dtype.type(fill))


@composite(overloads=["numpy:sum"])
def sum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: Any = NOT_GIVEN,
    initial: Any = NOT_GIVEN,
    where: Any = NOT_GIVEN,
) -> Any:
    """Return the sum of `a` over some axes, as `numpy.sum` does."""
    if axis is None and dtype is None and out is None and keepdims is initial is where is NOT_GIVEN:
        return _total(as_array(a))
    a, axes, keepdims = reduction_arguments(a, axis, keepdims, dtype)
    if where is not NOT_GIVEN:
        a = masked(a, where, 0)
    total = _sum(a, axis=axes, keepdims=keepdims)
    if is_given(initial):
        total = total + initial
    return total if out is None else write_to_out(total, out)


@composite(overloads=["numpy:mean"])
def mean(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: Any = NOT_GIVEN,
    *,
    where: Any = NOT_GIVEN,
) -> Any:
    """Return the mean of `a` over some axes, as `numpy.mean` does."""
    a, axes, keepdims = reduction_arguments(a, axis, keepdims, dtype)
    mask = broadcast_mask(where, plain(a).shape)
    if mask is None:
        return write_to_out(_mean(a, axis=axes, keepdims=keepdims), out)
    if not np.all(np.any(mask, axis=axes)):
        np.mean(plain(a), axis=axes, where=mask)  # which warns of the empty slices as NumPy does
    return write_to_out(mean_under(a, mask, axes, keepdims), out)


def mean_under(a: Any, mask: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """Return the mean of the elements where `mask` holds; nan where it holds nowhere."""
    total = _sum(masked(a, mask, 0), axis=axes, keepdims=keepdims)
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / np.sum(mask, axis=axes, keepdims=keepdims).astype(plain(a).real.dtype)


# Products. A product of all others is what stands before times what stands after: no division, so zeros are harmless.

_shift: Primitive = primitive(
    lambda x, *, fill, back: _shifted(x, fill, back),
    lambda x, out, grad, *, fill, back: _shift(grad, fill=0.0, back=not back),
    pushforward=lambda x, out, tangent, *, fill, back: _shift(tangent, fill=0.0, back=back),
    name="shift_by_one",
)
"""Return `x` moved by one place along its last axis, to the front where `back`, with `fill` in the free place."""


def _shifted(x: Any, fill: float, back: bool) -> Any:
    out = np.full_like(x, fill)
    if back:
        out[..., :-1] = x[..., 1:]
    else:
        out[..., 1:] = x[..., :-1]
    return out


def _recur(a: Any, b: Any) -> Any:
    # By doubling, Blelloch (1990), section 1.4: after the step s, (a, b) at i is the composition of 2s maps that ends there.
    # An exact zero absorbs inf and nan, as in the chain: an overflow in a, where b is zero, the loop over i would never have seen.
    n, s = b.shape[-1], 1
    a, b = a.copy(), b.astype(np.result_type(a, b))
    with np.errstate(over="ignore", invalid="ignore"):
        while s < n:
            before = b[..., :-s]
            b[..., s:] += np.where((before == 0) | (a[..., s:] == 0), 0, a[..., s:] * before)
            a[..., s:] = a[..., s:] * a[..., :-s]
            s *= 2
    return b


def _recur_backward(a: Any, b: Any, out: Any, grad: Any) -> tuple[Any, Any]:
    from_behind = recurrence(_shift(a, fill=0.0, back=True)[..., ::-1], grad[..., ::-1])[..., ::-1]
    return from_behind * _shift(out, fill=0.0, back=False), from_behind


recurrence: Primitive = primitive(
    _recur,
    _recur_backward,
    pushforward=lambda a, b, out, a_tangent, b_tangent: recurrence(
        a, b_tangent + a_tangent * _shift(out, fill=0.0, back=False)
    ),
    name="linear_recurrence",
)
"""Return s with ``s[i] = b[i] + a[i] * s[i - 1]`` along the last axis."""


def _cumprod_backward(x: Any, out: Any, grad: Any) -> Any:
    rest = recurrence(_shift(x, fill=0.0, back=True)[..., ::-1], grad[..., ::-1])[..., ::-1]
    # A product that overflowed where nothing comes from is no reason for nan.
    return strong_product(rest, _shift(out, fill=1.0, back=False))


cumprod_last: Primitive = primitive(
    lambda x: np.multiply.accumulate(x, axis=-1),
    _cumprod_backward,
    pushforward=lambda x, out, tangent: recurrence(x, tangent * _shift(out, fill=1.0, back=False)),
    name="cumprod_last",
)
"""Return the cumulative product along the last axis."""


def _others(x: Any, axis: tuple[int, ...]) -> Any:
    """Return for each element of `x`, its reduced axes made one at the end, the product of the other ones."""
    flat = flatten_to_last_axis(x, axis)
    before = _shift(cumprod_last(flat), fill=1.0, back=False)
    after = _shift(cumprod_last(flat[..., ::-1]), fill=1.0, back=False)[..., ::-1]
    return before * after


def _unflattened(flat: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """Undo `flatten_to_last_axis`."""
    order = (*[n for n in range(len(shape)) if n not in axis], *axis)
    return np.transpose(np.reshape(flat, tuple([shape[n] for n in order])), np.argsort(order))


def _prod_backward(x: Any, out: Any, grad: Any, *, axis: tuple[int, ...], keepdims: Any) -> Any:
    shape = plain(x).shape
    return strong_product(broadcast_reduced(grad, x, axis), _unflattened(_others(x, axis), shape, axis))


_prod = primitive(
    lambda x, *, axis, keepdims: np.multiply.reduce(x, axis=axis, keepdims=keepdims),
    _prod_backward,
    name="prod_over",
)


@composite(name="array_prod", overloads=["numpy:prod", "numpy:product"])
def prod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: Any = NOT_GIVEN,
    initial: Any = NOT_GIVEN,
    where: Any = NOT_GIVEN,
) -> Any:
    """Return the product of `a` over some axes, as `numpy.prod` does."""
    a, axes, keepdims = reduction_arguments(a, axis, keepdims, dtype)
    product = _prod(masked(a, where, 1), axis=axes, keepdims=keepdims)
    if is_given(initial):
        product = product * initial
    return write_to_out(product, out)


# Extrema: the gradient is split evenly over the ties; nan ties with nan.


def _find_extreme(x: Any, *, axis: tuple[int, ...], keepdims: Any, mask: Any, least: bool) -> Any:
    if mask is not None:
        x = np.where(mask, x, _worst(x.dtype, least))
    return (np.minimum if least else np.maximum).reduce(x, axis=axis, keepdims=keepdims)


def _worst(dtype: Any, least: bool) -> Any:
    worst = np.inf if least else -np.inf
    return dtype.type(complex(worst, worst) if dtype.kind == "c" else worst)


def _shares(x: Any, out: Any, axis: tuple[int, ...], mask: Any) -> Any:
    """Return the part of the gradient that each element gets, plain."""
    x = plain(x)
    out = expand_reduced(plain(out), x.shape, axis)
    tied = (x == out) | ((x != x) & (out != out))
    if mask is not None:
        tied &= mask
    count = np.add.reduce(tied, axis=axis, keepdims=True)
    return tied / np.maximum(count, 1).astype(x.real.dtype)


def _shared(amount: Any, shares: Any) -> Any:
    # What has no share gets and gives nothing, not even an infinite or an undefined amount.
    return np.where(shares == 0, 0.0, amount) * shares


extreme: Primitive = primitive(
    _find_extreme,
    lambda x, out, grad, *, axis, keepdims, mask, least: _shared(
        broadcast_reduced(grad, x, axis), _shares(x, out, axis, mask)
    ),
    pushforward=lambda x, out, tangent, *, axis, keepdims, mask, least: _sum(
        _shared(tangent, _shares(x, out, axis, mask)), axis=axis, keepdims=keepdims
    ),
    name="extreme_over",
)
"""Return the minimum or the maximum under `mask`, which may be None; infinite where nothing is under it."""


def extreme_over(
    a: Any,
    axis: Any = None,
    out: Any = None,
    keepdims: Any = NOT_GIVEN,
    initial: Any = NOT_GIVEN,
    where: Any = NOT_GIVEN,
    *,
    least: bool,
) -> Any:
    """Return the maximum of `a` over some axes, or with `least` the minimum; the arguments are those of `numpy.max`."""
    a, axes, keepdims = reduction_arguments(a, axis, keepdims)
    shape = plain(a).shape
    mask = broadcast_mask(where, shape)
    if not is_given(initial):
        if mask is not None:
            raise ValueError(
                f"reduction operation '{'minimum' if least else 'maximum'}' does not have an identity, so to use a where mask one "
                "has to specify 'initial'"
            )
        return write_to_out(extreme(a, axis=axes, keepdims=keepdims, mask=None, least=least), out)
    if not plain(a).size:
        return write_to_out(np.broadcast_to(initial, reduced_shape(shape, axes, keepdims)), out)
    found = extreme(a, axis=axes, keepdims=keepdims, mask=mask, least=least)
    return write_to_out((np.minimum if least else np.maximum)(found, initial), out)


@composite(name="array_max", overloads=["numpy:max", "numpy:amax"])
def max(a: Any, *args: Any, **params: Any) -> Any:
    """Return the maximum of `a` over some axes, as `numpy.max` does; ties share the gradient."""
    return extreme_over(a, *args, **params, least=False)


@composite(name="array_min", overloads=["numpy:min", "numpy:amin"])
def min(a: Any, *args: Any, **params: Any) -> Any:
    """Return the minimum of `a` over some axes, as `numpy.min` does; ties share the gradient."""
    return extreme_over(a, *args, **params, least=True)


@composite(overloads=["numpy:ptp"])
def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN) -> Any:
    """Return the maximum of `a` over some axes minus the minimum."""
    a, axes, keepdims = reduction_arguments(a, axis, keepdims)
    return write_to_out(max(a, axes, None, keepdims) - min(a, axes, None, keepdims), out)


plain_results = [
    nondifferentiable(f"numpy:{name}", name=f"array_{name}", overloads=[f"numpy:{name}"])
    for name in ("all", "any", "alltrue", "sometrue", "argmax", "argmin", "count_nonzero", "nanargmax", "nanargmin")
]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        *[_sum, _total, sum, _mean, mean, _shift, recurrence, cumprod_last, _prod, prod, extreme, max, min, ptp],
        *plain_results,
    ]

"""Sums, means, products, maxima and minima over axes.

A reduction over `axis` drops these axes from the shape, or keeps them with length one if `keepdims`: (n, k, m) -> (n, m) or (n, 1, m).
A backward rule broadcasts the cotangent back to the shape of the input.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, nondifferentiable, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.array.variable import ArrayVariable
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
    residuals=(),
)
# The most frequent call by far: no parameters, so that recording it is cheaper.
_sum_all: Primitive = primitive(
    lambda x: (
        np.add.reduce(x, axis=None)
        if dispatch.total is None or (native_total := dispatch.total(x)) is None
        else native_total
    ),
    lambda x, out, grad: broadcast_reduced(grad, x, None),
    pushforward=lambda x, out, tangent: _sum_all(tangent),
    name="sum_all",
    residuals=(),
)
_mean: Primitive = primitive(
    lambda x, *, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    lambda x, out, grad, *, axis, keepdims: broadcast_reduced(grad / count_reduced(plain(x).shape, axis), x, axis),
    pushforward=lambda x, out, tangent, *, axis, keepdims: _mean(tangent, axis=axis, keepdims=keepdims),
    name="mean_over",
    residuals=(),
)


def masked(a: Any, where: Any, fill: Any) -> Any:
    """Return `a` with `fill` at the elements that the argument `where` of a reduction excludes."""
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
        return _sum_all(a if type(a) is ArrayVariable else as_array(a))
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
        np.mean(plain(a), axis=axes, where=mask)  # issues NumPy's warning of empty slices
    return write_to_out(masked_mean(a, mask, axes, keepdims), out)


def masked_mean(a: Any, mask: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """Return the mean of the elements under `mask`; nan where there are none."""
    total = _sum(masked(a, mask, 0), axis=axes, keepdims=keepdims)
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / np.sum(mask, axis=axes, keepdims=keepdims).astype(plain(a).real.dtype)


# Products. The derivative by an element is the product of the others: those before it times those after it. Nothing is divided, so
# zeros need no special case.

_shift: Primitive = primitive(
    lambda x, *, fill, back: _shifted(x, fill, back),
    lambda x, out, grad, *, fill, back: _shift(grad, fill=0.0, back=not back),
    pushforward=lambda x, out, tangent, *, fill, back: _shift(tangent, fill=0.0, back=back),
    name="shift_last_axis",
)
"""Return `x` shifted by one along its last axis, towards the start if `back`, with `fill` in the vacated place: (..., n) -> (..., n)."""


def _shifted(x: Any, fill: float, back: bool) -> Any:
    out = np.full_like(x, fill)
    if back:
        out[..., :-1] = x[..., 1:]
    else:
        out[..., 1:] = x[..., :-1]
    return out


def _recurrence_of(a: Any, b: Any) -> Any:
    # A scan by doubling, Blelloch (1990), section 1.4: after step s, (a, b) at i is the composition of the last 2s maps up to i.
    # With strong zeros, as in the chain: products of a may overflow that a loop over i would never have computed, where b is zero.
    n, s = b.shape[-1], 1
    a, b = a.copy(), b.astype(np.result_type(a, b))
    with np.errstate(over="ignore", invalid="ignore"):
        while s < n:
            before = b[..., :-s]
            b[..., s:] += np.where((before == 0) | (a[..., s:] == 0), 0, a[..., s:] * before)
            a[..., s:] = a[..., s:] * a[..., :-s]
            s *= 2
    return b


def _recurrence_backward(a: Any, b: Any, out: Any, grad: Any) -> tuple[Any, Any]:
    b_cotangent = recurrence(_shift(a, fill=0.0, back=True)[..., ::-1], grad[..., ::-1])[..., ::-1]
    return b_cotangent * _shift(out, fill=0.0, back=False), b_cotangent


recurrence: Primitive = primitive(
    _recurrence_of,
    _recurrence_backward,
    pushforward=lambda a, b, out, a_tangent, b_tangent: recurrence(
        a, b_tangent + a_tangent * _shift(out, fill=0.0, back=False)
    ),
    name="linear_recurrence",
)
"""Return s with ``s[i] = b[i] + a[i] * s[i - 1]`` along the last axis: (..., n), (..., n) -> (..., n)."""


def _cumprod_backward(x: Any, out: Any, grad: Any) -> Any:
    reverse_sum = recurrence(_shift(x, fill=0.0, back=True)[..., ::-1], grad[..., ::-1])[..., ::-1]
    # Strong zeros: a partial product may overflow where the cotangent is zero.
    return strong_product(reverse_sum, _shift(out, fill=1.0, back=False))


cumprod_last_axis: Primitive = primitive(
    lambda x: np.multiply.accumulate(x, axis=-1),
    _cumprod_backward,
    pushforward=lambda x, out, tangent: recurrence(x, tangent * _shift(out, fill=1.0, back=False)),
    name="cumprod_last_axis",
)
"""Return the cumulative product along the last axis: (..., n) -> (..., n)."""


def _products_of_others(x: Any, axis: tuple[int, ...]) -> Any:
    """Return for each element of `x` the product of the other ones; the reduced axes are flattened into the last."""
    flat = flatten_to_last_axis(x, axis)
    before = _shift(cumprod_last_axis(flat), fill=1.0, back=False)
    after = _shift(cumprod_last_axis(flat[..., ::-1]), fill=1.0, back=False)[..., ::-1]
    return before * after


def _unflatten(flat: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """Return the array of shape `shape` that `flatten_to_last_axis` flattened."""
    order = (*[n for n in range(len(shape)) if n not in axis], *axis)
    return np.transpose(np.reshape(flat, tuple([shape[n] for n in order])), np.argsort(order))


def _prod_backward(x: Any, out: Any, grad: Any, *, axis: tuple[int, ...], keepdims: Any) -> Any:
    shape = plain(x).shape
    return strong_product(broadcast_reduced(grad, x, axis), _unflatten(_products_of_others(x, axis), shape, axis))


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
    result = _prod(masked(a, where, 1), axis=axes, keepdims=keepdims)
    if is_given(initial):
        result = result * initial
    return write_to_out(result, out)


# Maxima and minima: ties share the gradient evenly; nan ties with nan.


def _extreme_of(x: Any, *, axis: tuple[int, ...], keepdims: Any, mask: Any, least: bool) -> Any:
    if mask is not None:
        x = np.where(mask, x, _identity_of_extreme(x.dtype, least))
    return (np.minimum if least else np.maximum).reduce(x, axis=axis, keepdims=keepdims)


def _identity_of_extreme(dtype: Any, least: bool) -> Any:
    infinity = np.inf if least else -np.inf
    return dtype.type(complex(infinity, infinity) if dtype.kind == "c" else infinity)


def _tie_weights(x: Any, out: Any, axis: tuple[int, ...], mask: Any) -> Any:
    """Return the share of the gradient that each element gets: 1 / (number of ties) where it is extreme, else 0; plain."""
    x = plain(x)
    out = expand_reduced(plain(out), x.shape, axis)
    tied = (x == out) | ((x != x) & (out != out))
    if mask is not None:
        tied &= mask
    count = np.add.reduce(tied, axis=axis, keepdims=True)
    return tied / np.maximum(count, 1).astype(x.real.dtype)


def _weighted(values: Any, weights: Any) -> Any:
    # Strong zeros: an element of weight zero contributes nothing, even if its value is infinite or nan.
    return np.where(weights == 0, 0.0, values) * weights


extreme: Primitive = primitive(
    _extreme_of,
    lambda x, out, grad, *, axis, keepdims, mask, least: _weighted(
        broadcast_reduced(grad, x, axis), _tie_weights(x, out, axis, mask)
    ),
    pushforward=lambda x, out, tangent, *, axis, keepdims, mask, least: _sum(
        _weighted(tangent, _tie_weights(x, out, axis, mask)), axis=axis, keepdims=keepdims
    ),
    name="max_or_min_over",
)
"""Return the maximum, or with `least` the minimum, of the elements under `mask` (None: all); infinite where there are none."""


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
    result = extreme(a, axis=axes, keepdims=keepdims, mask=mask, least=least)
    return write_to_out((np.minimum if least else np.maximum)(result, initial), out)


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
        *[_sum, _sum_all, sum, _mean, mean, _shift, recurrence, cumprod_last_axis, _prod, prod, extreme, max, min, ptp],
        *plain_results,
    ]

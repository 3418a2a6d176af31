"""The logarithm of a sum of exponentials, and its gradient, the softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.rules.axes import normalize_axes, reduced_shape

__all__ = ["log_softmax", "logsumexp", "softmax"]


def _shift_of(x: Any, axis: tuple[int, ...]) -> Any:
    """Return what is subtracted before exponentials to avoid overflow: the maximum over `axis`, or 0 if that is not finite."""
    greatest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(greatest), greatest, 0.0).astype(x.dtype)


def _logsumexp_of(x: Any, *, axis: tuple[int, ...]) -> Any:
    """Return log(sum(exp(x))) with the reduced axes kept, so that the result broadcasts against `x`: (..., n) -> (..., 1)."""
    shift = _shift_of(x, axis)
    with np.errstate(divide="ignore", over="ignore"):
        return np.log(np.sum(np.exp(x - shift), axis=axis, keepdims=True)) + shift


def _softmax_of(x: Any, *, axis: tuple[int, ...]) -> Any:
    with np.errstate(invalid="ignore", over="ignore"):
        parts = np.exp(x - _shift_of(x, axis))
        weights = parts / np.sum(parts, axis=axis, keepdims=True)
    if not np.isnan(weights).any():
        return weights
    # Elements that are infinite share evenly, the limit of equal elements that grow.
    is_greatest = (np.isinf(x) & (x == np.max(x, axis=axis, keepdims=True, initial=-np.inf))).astype(x.dtype)
    count = np.sum(is_greatest, axis=axis, keepdims=True)
    missing = np.isnan(x).any(axis=axis, keepdims=True)
    return np.where((count > 0) & ~missing, is_greatest / np.maximum(count, 1.0), weights)


def _softmax_jacobian_product(x: Any, out: Any, vector: Any, *, axis: tuple[int, ...]) -> Any:
    """Return the product of the Jacobian of the softmax, diag(out) - out out', which is symmetric, with `vector`."""
    return out * (vector - np.sum(out * vector, axis=axis, keepdims=True))


_softmax = primitive(
    _softmax_of,
    _softmax_jacobian_product,
    pushforward=lambda x, out, tangent, *, axis: _softmax_jacobian_product(x, out, tangent, axis=axis),
    name="softmax_over",
)
_logsumexp = primitive(
    _logsumexp_of,
    lambda x, out, grad, *, axis: grad * _softmax(x, axis=axis),
    pushforward=lambda x, out, tangent, *, axis: np.sum(tangent * _softmax(x, axis=axis), axis=axis, keepdims=True),
    name="logsumexp_over",
)


def _weighted_logsumexp(a: Any, b: Any, axes: tuple[int, ...]) -> Any:
    """Return log(sum(b * exp(a))) with the reduced axes kept."""
    # The shift cancels, so it is computed from plain values, as a constant.
    shift = np.max(np.where(plain(b) == 0, -np.inf, plain(a)), axis=axes, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(shift), shift, 0.0).astype(plain(a).dtype)
    # Elements of weight zero are excluded, even infinite ones.
    terms = b * np.exp(np.where((plain(b) == 0) & np.isposinf(plain(a)), 0.0, a) - shift)
    return np.log(np.sum(terms, axis=axes, keepdims=True)) + shift


@composite
def logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, *, initial: Any = None, where: Any = None
) -> Any:
    """Return ``log(sum(b * exp(a)))`` over some axes, as `scipy.special.logsumexp` does.

    SciPy's function is ordinary Python that does not dispatch on its arguments, so call this one instead. Elements where `where` is
    false are excluded; `initial` is one more element.
    """
    a = as_array(a)
    if plain(a).dtype.kind not in "f":
        a = a.astype(np.float64)
    if where is not None:
        a = np.where(where, a, -np.inf)
    if b is not None:
        b = as_array(b)
        a = np.broadcast_to(a, np.broadcast_shapes(np.shape(plain(a)), np.shape(plain(b))))
    axes = normalize_axes(axis, np.ndim(plain(a)))
    result = _logsumexp(a, axis=axes) if b is None else _weighted_logsumexp(a, b, axes)
    if initial is not None:
        result = np.logaddexp(result, initial)
    if keepdims:
        return result
    shape = reduced_shape(plain(a).shape, axes, False)
    return np.reshape(result, shape) if shape else np.reshape(result, shape)[()]


@composite
def softmax(x: Any, axis: Any = None) -> Any:
    """Return ``exp(x) / sum(exp(x))`` over some axes, as `scipy.special.softmax` does."""
    x = as_array(x)
    return _softmax(x, axis=normalize_axes(axis, np.ndim(plain(x))))


@composite
def log_softmax(x: Any, axis: Any = None) -> Any:
    """Return the logarithm of the softmax over some axes, as `scipy.special.log_softmax` does."""
    x = as_array(x)
    return x - _logsumexp(x, axis=normalize_axes(axis, np.ndim(plain(x))))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_softmax, _logsumexp, logsumexp, softmax, log_softmax]

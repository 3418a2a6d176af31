"""The logarithm of a sum of exponentials, and its gradient, the softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.rules.axes import normalize_axes, reduced_shape

__all__ = ["log_softmax", "logsumexp", "softmax"]


def _greatest(x: Any, axis: tuple[int, ...]) -> Any:
    """Return the greatest elements, 0 where they are not finite: what is taken off before an exponential."""
    greatest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(greatest), greatest, 0.0).astype(x.dtype)


def _logsumexp(x: Any, *, axis: tuple[int, ...]) -> Any:
    """Keep the axes, so that the result broadcasts against `x`."""
    shift = _greatest(x, axis)
    with np.errstate(divide="ignore", over="ignore"):
        return np.log(np.sum(np.exp(x - shift), axis=axis, keepdims=True)) + shift


def _softmax_of(x: Any, *, axis: tuple[int, ...]) -> Any:
    with np.errstate(invalid="ignore", over="ignore"):
        parts = np.exp(x - _greatest(x, axis))
        shares = parts / np.sum(parts, axis=axis, keepdims=True)
    if not np.isnan(shares).any():
        return shares
    # Infinite ones share evenly, as the numbers would on their way there.
    ties = (np.isinf(x) & (x == np.max(x, axis=axis, keepdims=True, initial=-np.inf))).astype(x.dtype)
    count = np.sum(ties, axis=axis, keepdims=True)
    missing = np.isnan(x).any(axis=axis, keepdims=True)
    return np.where((count > 0) & ~missing, ties / np.maximum(count, 1.0), shares)


def _through(x: Any, out: Any, vector: Any, *, axis: tuple[int, ...]) -> Any:
    """The product with the Jacobian of the softmax, which is symmetric."""
    return out * (vector - np.sum(out * vector, axis=axis, keepdims=True))


_softmax = primitive(
    _softmax_of,
    _through,
    pushforward=lambda x, out, tangent, *, axis: _through(x, out, tangent, axis=axis),
    name="softmax_over",
)
_logsumexp_over = primitive(
    _logsumexp,
    lambda x, out, grad, *, axis: grad * _softmax(x, axis=axis),
    pushforward=lambda x, out, tangent, *, axis: np.sum(tangent * _softmax(x, axis=axis), axis=axis, keepdims=True),
    name="logsumexp_over",
)


def _weighted(a: Any, b: Any, axes: tuple[int, ...]) -> Any:
    """The shift is a constant: it cancels."""
    shift = np.max(np.where(plain(b) == 0, -np.inf, plain(a)), axis=axes, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(shift), shift, 0.0).astype(plain(a).dtype)
    # A weight of zero leaves out what may be infinite.
    terms = b * np.exp(np.where((plain(b) == 0) & np.isposinf(plain(a)), 0.0, a) - shift)
    return np.log(np.sum(terms, axis=axes, keepdims=True)) + shift


@composite
def logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, *, initial: Any = None, where: Any = None
) -> Any:
    """Return ``log(sum(b * exp(a)))`` over some axes, as `scipy.special.logsumexp` does.

    An ordinary function of SciPy cannot be answered for, so this is called by its own name. Elements that are not `where`
    are left out; `initial` is one more to be added.
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
    found = _logsumexp_over(a, axis=axes) if b is None else _weighted(a, b, axes)
    if initial is not None:
        found = np.logaddexp(found, initial)
    if keepdims:
        return found
    shape = reduced_shape(plain(a).shape, axes, False)
    return np.reshape(found, shape) if shape else np.reshape(found, shape)[()]


@composite
def softmax(x: Any, axis: Any = None) -> Any:
    """Return ``exp(x) / sum(exp(x))`` over some axes, as `scipy.special.softmax` does."""
    x = as_array(x)
    return _softmax(x, axis=normalize_axes(axis, np.ndim(plain(x))))


@composite
def log_softmax(x: Any, axis: Any = None) -> Any:
    """Return the logarithm of the softmax over some axes, as `scipy.special.log_softmax` does."""
    x = as_array(x)
    return x - _logsumexp_over(x, axis=normalize_axes(axis, np.ndim(plain(x))))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_softmax, _logsumexp_over, logsumexp, softmax, log_softmax]

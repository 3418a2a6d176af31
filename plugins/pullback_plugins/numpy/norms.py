"""Norms of vectors and matrices in every order, and condition numbers; the gradient of the norm of zero is zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.tracked import plain
from pullback_plugins.numpy.arrays import as_array
from pullback_plugins.numpy.matrices import conjugate, is_complex, shape_of
from pullback_plugins.numpy.reductions import normal_axes, restored

__all__ = ["cond", "matrix_norm", "norm", "vector_norm"]


def _euclid_of(x: Any, *, axis: tuple[int, ...]) -> Any:
    if len(axis) == x.ndim:
        return np.linalg.norm(x.reshape(-1))
    return np.sqrt(np.sum(np.real(x * np.conj(x)), axis=axis))


def _direction(x: Any, out: Any, axis: tuple[int, ...]) -> Any:
    """Return the conjugate of ``x / |x|``, 0 where that is undefined."""
    length = restored(out, shape_of(x), axis)
    none = plain(length) == 0
    return conjugate(x) * np.where(none, 0.0, 1.0 / np.where(none, 1.0, length))


def _euclid_pushforward(x: Any, out: Any, tangent: Any, *, axis: tuple[int, ...]) -> Any:
    change = np.sum(_direction(x, out, axis) * tangent, axis=axis)
    return np.real(change) if is_complex(change) else change


_euclid: Primitive = primitive(
    _euclid_of,
    lambda x, out, grad, *, axis: restored(grad, shape_of(x), axis) * _direction(x, out, axis),
    pushforward=_euclid_pushforward,
    name="euclidean_norm",
)


def _smooth(s: Any) -> Any:
    """Return singular values, without a gradient where they are zero and have a kink."""
    return np.where(plain(s) > 0, s, 0.0)


def _of_vectors(x: Any, order: Any, axis: tuple[int, ...]) -> Any:
    if order is None or order == 2:
        return _euclid(x, axis=axis)
    if isinstance(order, str):
        raise ValueError(f"Invalid norm order '{order}' for vectors")
    if order == 0:
        return np.sum(plain(x) != 0, axis=axis).astype(plain(x).real.dtype)
    size = np.abs(x)
    if order == np.inf:
        return np.max(size, axis=axis)
    if order == -np.inf:
        return np.min(size, axis=axis)
    if order == 1:
        return np.sum(size, axis=axis)
    total = np.sum(size**order, axis=axis)
    if order < 0:
        return total ** (1.0 / order)
    none = plain(total) == 0
    return np.where(none, 0.0, np.where(none, 1.0, total) ** (1.0 / order))[()]


def _of_matrices(x: Any, order: Any, axis: tuple[int, int]) -> Any:
    if axis[0] == axis[1]:
        raise ValueError("Duplicate axes given.")
    if order in (None, "fro", "f"):
        return _euclid(x, axis=axis)
    x = np.moveaxis(x, axis, (-2, -1))
    if order in (2, -2, "nuc"):
        s = _smooth(np.linalg.svd(x, compute_uv=False))
        return np.sum(s, axis=-1) if order == "nuc" else s[..., 0 if order == 2 else -1]
    if order not in (1, -1, np.inf, -np.inf):
        raise ValueError("Invalid norm order for matrices.")
    sums = np.sum(np.abs(x), axis=-2 if abs(order) == 1 else -1)
    return np.max(sums, axis=-1) if order > 0 else np.min(sums, axis=-1)


def _kept(result: Any, x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    return restored(result, shape_of(x), axis) if keepdims else result


@composite(overloads=["numpy.linalg:norm"])
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Return a norm of vectors along one axis, or of matrices along two."""
    x = as_array(x)
    axes = normal_axes(axis, x.ndim)
    if axis is None and (ord is None or (ord in ("f", "fro") and x.ndim == 2)):
        found = _euclid(x, axis=axes)
    elif len(axes) == 1:
        found = _of_vectors(x, ord, axes)
    elif len(axes) == 2:
        found = _of_matrices(x, ord, (axes[0], axes[1]))
    else:
        raise ValueError("Improper number of dimensions to norm.")
    return _kept(found, x, axes, keepdims)


@composite(overloads=["numpy.linalg:vector_norm"])
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Return a norm of vectors, which may lie along several axes."""
    x = as_array(x)
    axes = normal_axes(axis, x.ndim)
    return _kept(_of_vectors(x, ord, axes), x, axes, keepdims)


@composite(overloads=["numpy.linalg:matrix_norm"])
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Return a norm of matrices."""
    x = as_array(x)
    axes = (x.ndim - 2, x.ndim - 1)
    return _kept(_of_matrices(x, ord, axes), x, axes, keepdims)


@composite(overloads=["numpy.linalg:cond"])
def cond(x: Any, p: Any = None) -> Any:
    """Return the condition numbers of matrices; of a singular one it is infinite, and has no gradient."""
    x = as_array(x)
    if x.ndim < 2:
        raise np.linalg.LinAlgError(f"{x.ndim}-dimensional array given. Array must be at least two-dimensional")
    infinite = np.isinf(np.linalg.cond(plain(x), p))
    if np.any(infinite):
        # Any regular matrix will do in the place of a singular one.
        x = np.where(np.asarray(infinite)[..., None, None], np.eye(*x.shape[-2:], dtype=x.dtype), x)
    if p is None or p in (2, -2):
        s = np.linalg.svd(x, compute_uv=False)
        found = s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    else:
        axes = (x.ndim - 2, x.ndim - 1)
        found = _of_matrices(x, p, axes) * _of_matrices(np.linalg.inv(x), p, axes)
    return np.where(infinite, np.inf, found)[()] if np.any(infinite) else found


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_euclid, norm, vector_norm, matrix_norm, cond]

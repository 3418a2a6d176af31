"""Products of vectors, matrices and stacks of them: `matmul`, `dot`, `tensordot` and related functions."""

from __future__ import annotations

import operator
from math import prod
from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.matrices import conjugate, is_zero_tangent, shape_of, transposed
from pullback_plugins.numpy.linalg.strong_zeros import strong_array_product, strong_contraction
from pullback_plugins.numpy.rules.axes import normalize_axes, write_to_out

__all__ = [
    "cross",
    "dot",
    "inner",
    "kron",
    "matmul",
    "matvec",
    "outer",
    "tensordot",
    "trace",
    "vdot",
    "vecdot",
    "vecmat",
]


# Matrix products: (..., n, k), (..., k, m) -> (..., n, m), with the gradients grad @ y' and x' @ grad, where ' is the transpose.
# A vector (k,) is a row on the left and a column on the right. The chain sums gradients over the axes along which an input was broadcast.


def _matmul_cotangent_left(x: Any, y: Any, out: Any, grad: Any) -> Any:
    if y.ndim == 1:  # (..., n), (k,) -> (..., n, k)
        return strong_array_product(grad if x.ndim == 1 else grad[..., None], y)
    if x.ndim == 1:  # (..., k, m), (..., m) -> (..., k)
        return _strong_matmul(y, grad[..., None])[..., 0]
    if x.ndim == 2 < y.ndim:  # the sum over the stack is part of the product
        return _strong_matmul(_stack_rows(transposed(grad)).T, _stack_rows(transposed(y)))
    return _strong_matmul(grad, transposed(y))  # (..., n, m), (..., m, k) -> (..., n, k)


def _matmul_cotangent_right(x: Any, y: Any, out: Any, grad: Any) -> Any:
    if x.ndim == 1:  # (..., m), (k,) -> (..., k, m)
        return strong_array_product(grad, x) if y.ndim == 1 else strong_array_product(grad[..., None, :], x[:, None])
    if y.ndim == 1:  # (..., n), (..., n, k) -> (..., k)
        return _strong_matmul(grad, x) if x.ndim == 2 else _strong_matmul(grad[..., None, :], x)[..., 0, :]
    if y.ndim == 2 < x.ndim:  # the sum over the stack is part of the product
        return _strong_matmul(_stack_rows(x).T, _stack_rows(grad))
    return _strong_matmul(transposed(x), grad)  # (..., k, n), (..., n, m) -> (..., k, m)


def _stack_rows(x: Any) -> Any:
    """Return the rows of a stack of matrices as one matrix, so that one product replaces many and their sum.

    (..., m, n) -> (prod(...) * m, n)
    """
    *stack, size = shape_of(x)
    return np.reshape(x, (prod(stack), size))


def _strong_matmul(x: Any, y: Any) -> Any:
    return strong_contraction(operator.matmul, x, y)


def _bilinear(function: Any) -> Any:
    """Return the pushforward of a bilinear function: the product rule, without the terms whose tangent is zero."""

    def pushforward(x: Any, y: Any, out: Any, x_tangent: Any, y_tangent: Any) -> Any:
        if is_zero_tangent(y_tangent):
            return function(x_tangent, y)
        if is_zero_tangent(x_tangent):
            return function(x, y_tangent)
        return function(x_tangent, y) + function(x, y_tangent)

    return pushforward


matmul: Primitive = primitive(
    operator.matmul,
    (_matmul_cotangent_left, _matmul_cotangent_right),
    pushforward=_bilinear(_strong_matmul),
    name="matmul",
    overloads=[operator.matmul],
)
"""Return the matrix product, as ``x @ y`` does."""


@composite(overloads=["numpy:matmul", "numpy.linalg:matmul"], name="numpy_matmul")
def _matmul(x1: Any, x2: Any, /, *, axes: Any = None) -> Any:
    """Return the matrix product of two arrays."""
    x1, x2 = as_array(x1), as_array(x2)
    return matmul(x1, x2) if axes is None else _apply_along_axes(matmul, x1, x2, axes)


def _apply_along_axes(function: Any, x1: Any, x2: Any, axes: Any) -> Any:
    """Return ``function(x1, x2)`` with other core axes than the last ones, as the argument `axes` of universal functions says."""
    x1_axes, x2_axes, *result_axes = map(_as_tuple, axes)
    x1 = np.moveaxis(x1, x1_axes, tuple(range(-len(x1_axes), 0)))
    x2 = np.moveaxis(x2, x2_axes, tuple(range(-len(x2_axes), 0)))
    result = function(x1, x2)
    if not result_axes or not result_axes[0]:
        return result
    return np.moveaxis(result, tuple(range(-len(result_axes[0]), 0)), result_axes[0])


@composite(overloads=["numpy:dot"])
def dot(a: Any, b: Any, out: Any = None) -> Any:
    """Return the sum of products over the last axis of `a` and the second-to-last of `b`."""
    a, b = as_array(a), as_array(b)
    if a.ndim == 0 or b.ndim == 0:
        result = a * b
    elif b.ndim <= 2:
        result = matmul(a, b)
    else:
        result = tensordot(a, b, axes=(-1, -2))
    return write_to_out(result, out)


@composite(overloads=["numpy:vdot"])
def vdot(a: Any, b: Any, /) -> Any:
    """Return the dot product of all elements of the conjugate of `a` with those of `b`."""
    return matmul(conjugate(np.reshape(as_array(a), -1)), np.reshape(as_array(b), -1))


@composite(overloads=["numpy:inner"])
def inner(a: Any, b: Any, /) -> Any:
    """Return the sum of products over the last axes: (..., k), (***, k) -> (..., ***)."""
    a, b = as_array(a), as_array(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return matmul(a, b) if b.ndim == 1 else tensordot(a, b, axes=(-1, -1))


@composite(overloads=["numpy:outer"])
def outer(a: Any, b: Any, out: Any = None) -> Any:
    """Return the outer product of the flattened arrays: (n,), (m,) -> (n, m)."""
    return write_to_out(np.reshape(as_array(a), (-1, 1)) * np.reshape(as_array(b), (1, -1)), out)


@composite(overloads=["numpy.linalg:outer"], name="linalg_outer")
def _outer(x1: Any, x2: Any, /) -> Any:
    """Return the outer product of two vectors."""
    x1, x2 = as_array(x1), as_array(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(f"Input arrays must be one-dimensional, but they are x1.ndim={x1.ndim} and x2.ndim={x2.ndim}.")
    return outer(x1, x2)


def _contracted_axes(axes: Any, x: Any, y: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the axes of `x` and of `y` that are summed over."""
    try:
        x_axes, y_axes = axes
    except TypeError:
        count = operator.index(axes)
        x_axes, y_axes = tuple(range(x.ndim - count, x.ndim)), tuple(range(count))
    x_axes, y_axes = normalize_axes(_as_tuple(x_axes), x.ndim), normalize_axes(_as_tuple(y_axes), y.ndim)
    if [x.shape[n] for n in x_axes] != [y.shape[n] for n in y_axes]:
        raise ValueError("shape-mismatch for sum")
    return x_axes, y_axes


def _as_tuple(axes: Any) -> tuple[int, ...]:
    return tuple(axes) if np.ndim(axes) else (axes,)


@composite(overloads=["numpy:tensordot"])
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Return the sum of products over given axes of both arrays."""
    a, b = as_array(a), as_array(b)
    a_axes, b_axes = _contracted_axes(axes, a, b)
    a_free = [n for n in range(a.ndim) if n not in a_axes]
    b_free = [n for n in range(b.ndim) if n not in b_axes]
    size = int(np.prod([a.shape[n] for n in a_axes], dtype=np.intp))
    rows, columns = [a.shape[n] for n in a_free], [b.shape[n] for n in b_free]
    left = np.reshape(np.transpose(a, (*a_free, *a_axes)), (prod(rows), size))
    right = np.reshape(np.transpose(b, (*b_axes, *b_free)), (size, prod(columns)))
    return np.reshape(matmul(left, right), (*rows, *columns))


@composite(overloads=["numpy.linalg:tensordot"], name="linalg_tensordot")
def _tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    """Return the sum of products over given axes of both arrays."""
    return tensordot(x1, x2, axes)


@composite(overloads=["numpy:kron"])
def kron(a: Any, b: Any) -> Any:
    """Return the Kronecker product: blocks of `b` scaled by the elements of `a`."""
    a, b = as_array(a), as_array(b)
    ndim = max(a.ndim, b.ndim)
    a_shape, b_shape = (1,) * (ndim - a.ndim) + a.shape, (1,) * (ndim - b.ndim) + b.shape
    spread_a = np.reshape(a, tuple(size for n in a_shape for size in (n, 1)))
    spread_b = np.reshape(b, tuple(size for n in b_shape for size in (1, n)))
    return np.reshape(spread_a * spread_b, tuple(m * n for m, n in zip(a_shape, b_shape, strict=True)))


# Products of vectors along an axis.


def _vecdot(x1: Any, x2: Any) -> Any:  # (..., k), (..., k) -> (...)
    if x1.shape[-1:] != x2.shape[-1:] or not x1.shape:
        raise ValueError(f"vecdot needs last axes of the same length, not arrays of shapes {x1.shape} and {x2.shape}")
    return np.sum(conjugate(x1) * x2, axis=-1)


@composite(overloads=["numpy:vecdot", "numpy.linalg:vecdot"])
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1, axes: Any = None, keepdims: bool = False) -> Any:
    """Return the dot product of the conjugate of `x1` with `x2` along an axis."""
    x1, x2 = as_array(x1), as_array(x2)
    result = _apply_along_axes(_vecdot, x1, x2, (axis, axis) if axes is None else axes)
    if not keepdims:
        return result
    return np.moveaxis(result[..., None], -1, axis if axes is None else _as_tuple(axes[-1])[0])


def _matvec(x1: Any, x2: Any) -> Any:  # (..., n, k), (..., k) -> (..., n)
    return matmul(x1, x2[..., None])[..., 0]


@composite(overloads=["numpy:matvec"])
def matvec(x1: Any, x2: Any, /, *, axes: Any = None) -> Any:
    """Return the products of matrices with vectors."""
    x1, x2 = as_array(x1), as_array(x2)
    return _matvec(x1, x2) if axes is None else _apply_along_axes(_matvec, x1, x2, axes)


def _vecmat(x1: Any, x2: Any) -> Any:  # (..., n), (..., n, m) -> (..., m)
    return matmul(conjugate(x1)[..., None, :], x2)[..., 0, :]


@composite(overloads=["numpy:vecmat"])
def vecmat(x1: Any, x2: Any, /, *, axes: Any = None) -> Any:
    """Return the products of the conjugates of vectors with matrices."""
    x1, x2 = as_array(x1), as_array(x2)
    return _vecmat(x1, x2) if axes is None else _apply_along_axes(_vecmat, x1, x2, axes)


def _cross(x: Any, y: Any) -> Any:  # (..., 3), (..., 3) -> (..., 3)
    x0, x1, x2 = x[..., 0], x[..., 1], x[..., 2]
    y0, y1, y2 = y[..., 0], y[..., 1], y[..., 2]
    return np.stack((x1 * y2 - x2 * y1, x2 * y0 - x0 * y2, x0 * y1 - x1 * y0), axis=-1)


_cross_3d: Primitive = primitive(
    _cross,
    (lambda x, y, out, grad: _cross_3d(y, grad), lambda x, y, out, grad: _cross_3d(grad, x)),
    pushforward=_bilinear(lambda x, y: _cross_3d(x, y)),
    name="cross_3d",
)
# (..., 2) -> (..., 3)
_pad_to_3d: Primitive = primitive(
    lambda x: np.concatenate((x, np.zeros_like(x[..., :1])), axis=-1),
    lambda x, out, grad: grad[..., :2],
    pushforward=lambda x, out, tangent: _pad_to_3d(tangent),
    name="cross_pad_to_3d",
)


@composite(overloads=["numpy:cross"])
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """Return the cross product of vectors of two or three components."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = as_array(a), as_array(b)
    if a.ndim < 1 or b.ndim < 1:
        raise ValueError("At least one array has zero dimension")
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    sizes = a.shape[-1], b.shape[-1]
    if not {*sizes} <= {2, 3}:
        raise ValueError(f"cross needs vectors of two or three components, not of {sizes[0]} and {sizes[1]}")
    if 2 in sizes:
        # NumPy itself decides about vectors of two components: a warning in version 2, an error from 2.5 on.
        np.cross(*map(np.zeros, sizes))
    if sizes == (2, 2):
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    result = _cross_3d(*(_pad_to_3d(x) if size == 2 else x for x, size in zip((a, b), sizes, strict=True)))
    return np.moveaxis(result, -1, axisc)


@composite(overloads=["numpy.linalg:cross"], name="linalg_cross")
def _linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """Return the cross product of vectors of three components."""
    x1, x2 = as_array(x1), as_array(x2)
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        raise ValueError(
            f"Both input arrays must be (arrays of) 3-dimensional vectors, but they are {x1.shape[axis]} and {x2.shape[axis]} dimensional."
        )
    return cross(x1, x2, axis=axis)


# Traces: the sum over the diagonal of two axes, (..., n, n) -> (...); the gradient spreads over that diagonal.


def _trace_backward(x: Any, out: Any, grad: Any, *, offset: int, axes: tuple[int, int]) -> Any:
    rows, columns = (plain(x).shape[n] for n in axes)
    spread = np.where(np.eye(rows, columns, k=offset, dtype=bool), grad[..., None, None], 0.0)
    return np.moveaxis(spread, (-2, -1), axes)


_trace = primitive(
    lambda x, *, offset, axes: np.trace(x, offset, *axes),
    _trace_backward,
    pushforward=lambda x, out, tangent, *, offset, axes: np.trace(tangent, offset, *axes),
    name="trace_over",
)


@composite(overloads=["numpy:trace"])
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Any:
    """Return the sum of a diagonal."""
    a = as_array(a)
    a = a if dtype is None else a.astype(dtype)
    if a.ndim < 2:
        raise ValueError("diag requires an array of at least two dimensions")
    axes = normalize_axes((axis1, axis2), a.ndim)
    if axes[0] == axes[1]:
        raise ValueError("axis1 and axis2 cannot be the same")
    return write_to_out(_trace(a, offset=operator.index(offset), axes=axes), out)


@composite(overloads=["numpy.linalg:trace"], name="linalg_trace")
def _linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """Return the traces of matrices."""
    return trace(x, offset, -2, -1, dtype)


@composite(overloads=["numpy.linalg:diagonal"], name="linalg_diagonal")
def _linalg_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """Return diagonals of matrices."""
    return np.diagonal(as_array(x), offset, -2, -1)


@composite(overloads=["numpy.linalg:matrix_transpose"], name="linalg_matrix_transpose")
def _linalg_matrix_transpose(x: Any, /) -> Any:
    """Return the transposes of matrices."""
    x = as_array(x)
    if x.ndim < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {x.ndim}")
    return transposed(x)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        matmul, _matmul, dot, vdot, inner, outer, _outer, tensordot, _tensordot, kron, vecdot, matvec, vecmat,
        _cross_3d, _pad_to_3d, cross, _linalg_cross, _trace, trace, _linalg_trace, _linalg_diagonal, _linalg_matrix_transpose,
    ]  # fmt: skip

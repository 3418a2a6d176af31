"""Determinants, inverses and linear systems, for matrices and stacks of matrices."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, nondifferentiable, primitive
from pullback.tracked import plain
from pullback_plugins.arithmetic import is_complex
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.matrices import (
    adjoint,
    as_hermitian,
    column,
    conjugate,
    hermitian,
    transposed,
)
from pullback_plugins.numpy.linalg.strong_zeros import scaled
from pullback_plugins.numpy.rules.axes import deliver

__all__ = [
    "det", "inv", "lstsq", "matrix_power", "matrix_rank", "multi_dot", "pinv", "slogdet", "solve", "tensorinv",
    "tensorsolve",
]  # fmt: skip


# Determinants. The gradient is the matrix of cofactors, which exists where the inverse does not. By the singular values,
# cof(U S V) = cof(U) cof(S) cof(V) with cof(U) = det(U) conj(U), and the cofactors of a diagonal matrix are products of the others.


def _products_of_others(s: Any) -> Any:
    """Return the products of all but one element along the last axis, which is sorted."""
    # Large ones and small ones by turns, so that no partial product overflows or vanishes before the whole does.
    size = s.shape[-1]
    turns = np.empty(size, dtype=np.intp)
    turns[::2], turns[1::2] = np.arange((size + 1) // 2), np.arange(size - 1, (size - 1) // 2, -1)
    mixed = s[..., turns]
    ones = np.ones_like(mixed[..., :1])
    before = np.cumprod(np.concatenate((ones, mixed[..., :-1]), axis=-1), axis=-1)
    after = np.cumprod(np.concatenate((ones, mixed[..., :0:-1]), axis=-1), axis=-1)[..., ::-1]
    return (before * after)[..., np.argsort(turns)]


def _turned_back(u: Any, inner: Any, vh: Any) -> Any:
    phase = np.linalg.det(u) * np.linalg.det(vh)
    return phase[..., None, None] * (np.conj(u) @ inner @ np.conj(vh))


def _balanced(x: Any) -> tuple[Any, Any, Any]:
    """Return `x` with rows and columns scaled to one, by powers of two, and the exponents taken out: of rows, of columns.

    Small singular values carry the rounding errors of the largest: what is small only by its units must not be among them.
    """
    rows = np.frexp(np.max(np.abs(x), axis=-1, keepdims=True, initial=0.0))[1]
    y = _shifted(x, -rows)
    columns = np.frexp(np.max(np.abs(y), axis=-2, keepdims=True, initial=0.0))[1]
    return _shifted(y, -columns), rows, columns


def _shifted(x: Any, exponent: Any) -> Any:
    """Return ``x * 2.0**exponent``, where that power alone may overflow."""
    return np.ldexp(x.real, exponent) + 1j * np.ldexp(x.imag, exponent) if is_complex(x) else np.ldexp(x, exponent)


def _unbalanced(cofactors: Any, rows: Any, columns: Any) -> Any:
    """Return the cofactors of the matrix that was balanced: each lacks the scales of its own row and column."""
    total = np.sum(rows, axis=-2, keepdims=True) + np.sum(columns, axis=-1, keepdims=True)
    return _shifted(cofactors, total - rows - columns)


def _cofactors_of(x: Any) -> Any:
    if not np.isfinite(x).all():
        return np.full_like(x, np.nan)
    y, rows, columns = _balanced(x)
    u, s, vh = np.linalg.svd(y)
    one = np.eye(s.shape[-1], dtype=bool)
    return _unbalanced(_turned_back(u, np.where(one, _products_of_others(s)[..., None], 0), vh), rows, columns)


def _change_of_cofactors(x: Any, change: Any) -> Any:
    if not np.isfinite(x).all():
        return np.full_like(x, np.nan)
    y, rows, columns = _balanced(x)
    u, s, vh = np.linalg.svd(y)
    scaled_change = _shifted(change, -rows - columns)
    inner = np.conj(np.swapaxes(u, -1, -2)) @ scaled_change @ np.conj(np.swapaxes(vh, -1, -2))
    # The products of all but two singular values; 0 on the diagonal.
    one = np.eye(s.shape[-1], dtype=bool)
    without = np.where(one, 0, _products_of_others(np.where(one, 1, s[..., None, :])))
    own = np.einsum("...ij,...jj->...i", without, inner)
    found = _turned_back(u, np.where(one, own[..., None], 0) - without * np.swapaxes(inner, -1, -2), vh)
    return _unbalanced(found, rows, columns)


def _third_change(x: Any, change: Any, out: Any, grad: Any) -> Any:
    """Return the gradient with respect to `x`, which must be regular, of the second derivative of its determinant.

    That is det(X) (tr(BG) tr(BC) - tr(BGBC)) along G and C, where B is the inverse.
    """
    b, d = np.linalg.inv(x), np.linalg.det(x)[..., None, None]
    bg, bc = b @ change, b @ grad
    g, c = (np.einsum("...ii", each)[..., None, None] for each in (bg, bc))
    both = bg @ bc
    crossed = np.einsum("...ii", both)[..., None, None]
    whole = (g * c - crossed) * b - c * (bg @ b) - g * (bc @ b) + both @ b + bc @ bg @ b
    return d * transposed(whole)


_cofactor_change: Primitive = primitive(
    _change_of_cofactors,
    (_third_change, lambda x, change, out, grad: _cofactor_change(x, grad)),
    name="cofactor_change",
)
# The second derivative of the determinant is symmetric, so one function serves both modes.
_cofactors = primitive(
    _cofactors_of,
    lambda x, out, grad: _cofactor_change(x, grad),
    pushforward=lambda x, out, tangent: _cofactor_change(x, tangent),
    name="cofactors",
)
det = primitive(
    lambda x: np.linalg.det(x),
    lambda x, out, grad: scaled(grad[..., None, None], _cofactors(x)),
    pushforward=lambda x, out, tangent: np.sum(_cofactors(x) * tangent, axis=(-2, -1)),
    name="det_of",
)


@composite(overloads=["numpy.linalg:det"], name="det")
def _det(a: Any) -> Any:
    """Return the determinants of square matrices."""
    return det(as_array(a))


def _slope(x: Any) -> Any:
    singular = np.linalg.slogdet(x)[0] == 0
    if not np.any(singular):
        return np.swapaxes(np.linalg.inv(x), -1, -2)
    singular = np.asarray(singular)[..., None, None]
    inverse = np.swapaxes(np.linalg.inv(np.where(singular, np.eye(x.shape[-1], dtype=x.dtype), x)), -1, -2)
    cofactors = _cofactors_of(x)
    return np.where(singular, np.where(cofactors == 0, 0, cofactors * np.inf), inverse)


_log_slope: Primitive = primitive(
    _slope,
    lambda x, out, grad: -(out @ transposed(grad) @ out),
    pushforward=lambda x, out, tangent: -(out @ transposed(tangent) @ out),
    name="log_slope",
)
"""Return the transposed inverse; where that does not exist, the infinite gradient of the logarithm of the determinant."""


def _slogdet_backward(x: Any, out: Any, grad: Any) -> Any:
    weight = grad[1]
    if is_complex(x):
        # The phase exp(it) of the determinant has the tangent i dt exp(it), and dt is the imaginary part of tr(inv(X) dX).
        weight = weight - 1j * np.real(1j * grad[0] * out[0])
    weight = weight[..., None, None]
    return scaled(weight, _log_slope(x))


def _slogdet_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    change = np.sum(_log_slope(x) * tangent, axis=(-2, -1))
    if is_complex(x):
        return 1j * np.imag(change) * out[0], np.real(change)
    return np.zeros_like(plain(out[0])), change


_slogdet = primitive(
    lambda x: np.linalg.slogdet(x), _slogdet_backward, pushforward=_slogdet_pushforward, name="slogdet_of"
)


@composite(overloads=["numpy.linalg:slogdet"])
def slogdet(a: Any) -> Any:
    """Return the signs, or phases, and the logarithms of the absolute values of determinants."""
    return _slogdet(as_array(a))


# Inverses. Giles (2008), section 2.2.3; Golub and Pereyra (1973), equation 4.12, for the pseudoinverse.


def _inv_backward(x: Any, out: Any, grad: Any) -> Any:
    t = transposed(out)
    return -(t @ grad @ t)


_inv = primitive(
    lambda x: np.linalg.inv(x), _inv_backward, pushforward=lambda x, out, tangent: -(out @ tangent @ out), name="inv_of"
)


@composite(overloads=["numpy.linalg:inv"])
def inv(a: Any) -> Any:
    """Return the inverses of square matrices."""
    return _inv(as_array(a))


def _pinv_backward(x: Any, p: Any, grad: Any, **options: Any) -> Any:
    g, ph = conjugate(grad), adjoint(p)
    gh = adjoint(g)
    across, along = gh @ p @ ph, ph @ p @ gh
    whole = across - x @ (p @ across) + along - (along @ p) @ x - ph @ g @ ph
    return conjugate(hermitian(whole) if options.get("hermitian") else whole)


def _pinv_pushforward(x: Any, p: Any, tangent: Any, **options: Any) -> Any:
    tangent = hermitian(tangent) if options.get("hermitian") else tangent
    ph, th = adjoint(p), adjoint(tangent)
    across, along = p @ ph @ th, th @ ph @ p
    return across - (across @ x) @ p + along - p @ (x @ along) - p @ tangent @ p


_pinv = primitive(
    lambda x, **options: np.linalg.pinv(x, **options), _pinv_backward, pushforward=_pinv_pushforward, name="pinv_of"
)


@composite(overloads=["numpy.linalg:pinv"])
def pinv(a: Any, *args: Any, **options: Any) -> Any:
    """Return the pseudoinverses of matrices, the rank of which must not change nearby."""
    options.update(zip(("rcond", "hermitian"), map(plain, args), strict=False))
    a = as_array(a)
    return _pinv(as_hermitian(a) if options.get("hermitian") else a, **options)


# Linear systems.


def _solve_backward(a: Any, b: Any, x: Any, grad: Any) -> Any:
    w = np.linalg.solve(transposed(a), grad)
    return -(w @ transposed(x)), w


_solve = primitive(
    lambda a, b: np.linalg.solve(a, b),
    _solve_backward,
    pushforward=lambda a, b, x, of_a, of_b: np.linalg.solve(a, of_b - of_a @ x),
    name="solve_of",
)
"""Return the solution of ``a @ x == b`` for matrices `b`."""

# NumPy 2 takes `b` for a vector only when it has one axis, NumPy 1 when it has one axis less than `a`.
_ONE_AXIS_IS_A_VECTOR = int(np.__version__.partition(".")[0]) >= 2


@composite(overloads=["numpy.linalg:solve"])
def solve(a: Any, b: Any) -> Any:
    """Return the solution of ``a @ x == b``."""
    a, b = as_array(a), as_array(b)
    is_vector = b.ndim == 1 if _ONE_AXIS_IS_A_VECTOR else b.ndim == a.ndim - 1
    return _solve(a, column(b))[..., 0] if is_vector else _solve(a, b)


def _lstsq_backward(a: Any, b: Any, out: Any, grad: Any, *, cutoff: float, **options: Any) -> Any:
    x = out[0]
    p, g = np.linalg.pinv(a, cutoff), conjugate(grad[0])
    back = adjoint(p) @ g
    rest = g - adjoint(a) @ back
    of_a = (b - a @ x) @ adjoint(p @ back) + (adjoint(p) @ x) @ adjoint(rest) - back @ adjoint(x)
    return conjugate(of_a), conjugate(back)


_lstsq = primitive(
    lambda a, b, *, cutoff, **options: np.linalg.lstsq(a, b, **options)[::2],
    _lstsq_backward,
    name="lstsq_of",
)
"""Return the least squares solution by the pseudoinverse, of which the derivative is that of `pinv`, and the rank."""


@composite(overloads=["numpy.linalg:lstsq"])
def lstsq(a: Any, b: Any, *args: Any, **options: Any) -> Any:
    """Return the least squares solution, the residuals, the rank and the singular values."""
    a, b = as_array(a), as_array(b)
    options.update(zip(("rcond",), map(plain, args), strict=False))
    rows, columns = a.shape
    eps = float(np.finfo(np.result_type(plain(a), plain(b), np.float32)).eps)
    chosen = options.get("rcond")
    # What numpy.linalg.lstsq makes of it.
    cutoff = eps * max(rows, columns) if chosen is None else eps if isinstance(chosen, str) or chosen == -1 else chosen
    x, rank = _lstsq(a, column(b) if b.ndim == 1 else b, cutoff=float(cutoff), **options)
    residuals: Any = np.empty(0, dtype=plain(x).real.dtype)
    if rank == columns and rows > columns:
        residuals = np.sum(np.abs((column(b) if b.ndim == 1 else b) - a @ x) ** 2, axis=0)
    values = np.linalg.svd(a, compute_uv=False)
    return x[..., 0] if b.ndim == 1 else x, residuals, rank, values


@composite(overloads=["numpy.linalg:tensorsolve"])
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """Return the solution of ``tensordot(a, x, x.ndim) == b``."""
    a, b = as_array(a), as_array(b)
    if axes is not None:
        moved = [int(axis) % a.ndim for axis in axes]
        a = np.transpose(a, (*(n for n in range(a.ndim) if n not in moved), *moved))
    shape = a.shape[b.ndim :]
    size = prod(shape)
    if a.size != size**2:
        raise np.linalg.LinAlgError(
            "Input arrays must satisfy the requirement prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])"
        )
    return np.reshape(solve(np.reshape(a, (size, size)), np.reshape(b, -1)), shape)


@composite(overloads=["numpy.linalg:tensorinv"])
def tensorinv(a: Any, ind: int = 2) -> Any:
    """Return the inverse of `a` as a map by `tensordot`."""
    a = as_array(a)
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    size = prod(a.shape[ind:])
    return np.reshape(inv(np.reshape(a, (size, -1))), a.shape[ind:] + a.shape[:ind])


# Products of matrices, which are differentiated as such.


@composite(overloads=["numpy.linalg:matrix_power"])
def matrix_power(a: Any, n: int) -> Any:
    """Return square matrices raised to an integer power."""
    a = as_array(a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    try:
        n = operator.index(n)
    except TypeError as error:
        raise TypeError("exponent must be an integer") from error
    if n == 0:
        return np.linalg.matrix_power(plain(a), 0)
    power = inv(a) if n < 0 else a
    n, result = abs(n), None
    while True:
        n, odd = divmod(n, 2)
        if odd:
            result = power if result is None else result @ power
        if n == 0:
            # The array itself must not come back: a view of it would be none in NumPy.
            return np.copy(result) if result is a else result
        power = power @ power


@composite(overloads=["numpy.linalg:multi_dot"])
def multi_dot(arrays: Sequence[Any], *, out: Any = None) -> Any:
    """Return the product of several matrices, multiplied in the order that takes the fewest operations."""
    factors = [as_array(each) for each in arrays]
    if len(factors) < 2:
        raise ValueError("Expecting at least two arrays.")
    first, last = factors[0].ndim == 1, factors[-1].ndim == 1
    if first:
        factors[0] = factors[0][None, :]
    if last:
        factors[-1] = column(factors[-1])
    if any(each.ndim != 2 for each in factors):
        raise np.linalg.LinAlgError("multi_dot takes matrices, and vectors at both ends only")
    sizes = [factors[0].shape[0], *(each.shape[1] for each in factors)]
    result = _chained(factors, _splits(sizes), 0, len(factors) - 1)
    result = result[0] if first else result
    return deliver(result[..., 0] if last else result, out)


def _splits(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Return after which factor each part of a chain is best split. Cormen et al. (2009), section 15.2."""
    count = len(sizes) - 1
    cost = {(i, i): 0 for i in range(count)}
    best = {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            cost[i, j], best[i, j] = min(
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)
            )
    return best


def _chained(factors: list[Any], best: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return factors[i]
    k = best[i, j]
    return _chained(factors, best, i, k) @ _chained(factors, best, k + 1, j)


matrix_rank = nondifferentiable("numpy.linalg:matrix_rank", overloads=["numpy.linalg:matrix_rank"])


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _cofactor_change, _cofactors, det, _det, _log_slope, _slogdet, slogdet, _inv, inv, _pinv, pinv, _solve, solve,
        _lstsq, lstsq, tensorsolve, tensorinv, matrix_power, multi_dot, matrix_rank,
    ]  # fmt: skip

"""Determinants, inverses and linear systems, for matrices and stacks of matrices."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, nondifferentiable, primitive
from pullback.extend import plain
from pullback_plugins.arithmetic import is_complex
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.matrices import (
    adjoint,
    as_hermitian,
    column,
    conjugate,
    hermitian_part,
    transposed,
)
from pullback_plugins.numpy.linalg.strong_zeros import strong_array_product
from pullback_plugins.numpy.rules.axes import write_to_out

__all__ = [
    "det", "inv", "lstsq", "matrix_power", "matrix_rank", "multi_dot", "pinv", "slogdet", "solve", "tensorinv",
    "tensorsolve",
]  # fmt: skip


# Determinants: (..., n, n) -> (...). The gradient is the matrix of cofactors (..., n, n), which exists even where the inverse does not.
# It is computed from the singular values: cof(U S V) = cof(U) cof(S) cof(V), with cof(U) = det(U) conj(U) for unitary U, and the cofactor
# of a diagonal element of S is the product of the other diagonal elements.


def _products_of_others(s: Any) -> Any:
    """Return for each element along the last axis, which is sorted, the product of the others: (..., n) -> (..., n)."""
    # Alternate large and small elements, so that no partial product overflows or underflows unless the whole product does.
    size = s.shape[-1]
    order = np.empty(size, dtype=np.intp)
    order[::2], order[1::2] = np.arange((size + 1) // 2), np.arange(size - 1, (size - 1) // 2, -1)
    mixed = s[..., order]
    ones = np.ones_like(mixed[..., :1])
    before = np.cumprod(np.concatenate((ones, mixed[..., :-1]), axis=-1), axis=-1)
    after = np.cumprod(np.concatenate((ones, mixed[..., :0:-1]), axis=-1), axis=-1)[..., ::-1]
    return (before * after)[..., np.argsort(order)]


def _rotate_back(u: Any, inner: Any, vh: Any) -> Any:
    """Return cof(U) `inner` cof(V) for unitary U and V."""
    phase = np.linalg.det(u) * np.linalg.det(vh)
    return phase[..., None, None] * (np.conj(u) @ inner @ np.conj(vh))


def _balance(x: Any) -> tuple[Any, Any, Any]:
    """Return `x` with rows and columns scaled to about one by powers of two, and the exponents of the rows and of the columns.

    Small singular values carry the rounding errors of the largest one. Balancing keeps elements from being small merely because
    of their units.
    """
    rows = np.frexp(np.max(np.abs(x), axis=-1, keepdims=True, initial=0.0))[1]
    y = _scale_by_power_of_two(x, -rows)
    columns = np.frexp(np.max(np.abs(y), axis=-2, keepdims=True, initial=0.0))[1]
    return _scale_by_power_of_two(y, -columns), rows, columns


def _scale_by_power_of_two(x: Any, exponent: Any) -> Any:
    """Return ``x * 2.0**exponent``, where the power by itself may overflow."""
    return np.ldexp(x.real, exponent) + 1j * np.ldexp(x.imag, exponent) if is_complex(x) else np.ldexp(x, exponent)


def _unbalance(cofactors: Any, rows: Any, columns: Any) -> Any:
    """Return the cofactors of the original matrix: the scales of all rows and columns apply, but for those of a cofactor's own."""
    total = np.sum(rows, axis=-2, keepdims=True) + np.sum(columns, axis=-1, keepdims=True)
    return _scale_by_power_of_two(cofactors, total - rows - columns)


def _cofactors_of(x: Any) -> Any:
    if not np.isfinite(x).all():
        return np.full_like(x, np.nan)
    y, rows, columns = _balance(x)
    u, s, vh = np.linalg.svd(y)
    on_diagonal = np.eye(s.shape[-1], dtype=bool)
    return _unbalance(_rotate_back(u, np.where(on_diagonal, _products_of_others(s)[..., None], 0), vh), rows, columns)


def _cofactors_tangent_of(x: Any, tangent: Any) -> Any:
    """Return the tangent of the cofactors: (..., n, n), (..., n, n) -> (..., n, n)."""
    if not np.isfinite(x).all():
        return np.full_like(x, np.nan)
    y, rows, columns = _balance(x)
    u, s, vh = np.linalg.svd(y)
    scaled_tangent = _scale_by_power_of_two(tangent, -rows - columns)
    inner = np.conj(np.swapaxes(u, -1, -2)) @ scaled_tangent @ np.conj(np.swapaxes(vh, -1, -2))
    # In row i and column j, the product of all singular values but the i-th and the j-th; 0 on the diagonal.
    on_diagonal = np.eye(s.shape[-1], dtype=bool)
    without = np.where(on_diagonal, 0, _products_of_others(np.where(on_diagonal, 1, s[..., None, :])))
    diagonal = np.einsum("...ij,...jj->...i", without, inner)
    cofactors_tangent = _rotate_back(
        u, np.where(on_diagonal, diagonal[..., None], 0) - without * np.swapaxes(inner, -1, -2), vh
    )
    return _unbalance(cofactors_tangent, rows, columns)


def _cofactors_tangent_cotangent(x: Any, tangent: Any, out: Any, grad: Any) -> Any:
    """Return the gradient by `x`, which must be regular, of the second derivative of its determinant.

    Along G and C, here `tangent` and `grad`, that is det(X) (tr(BG) tr(BC) - tr(BGBC)), where B is the inverse of X.
    """
    b, d = np.linalg.inv(x), np.linalg.det(x)[..., None, None]
    bg, bc = b @ tangent, b @ grad
    trace_bg, trace_bc = (np.einsum("...ii", factor)[..., None, None] for factor in (bg, bc))
    both = bg @ bc
    trace_both = np.einsum("...ii", both)[..., None, None]
    cotangent = (
        (trace_bg * trace_bc - trace_both) * b - trace_bc * (bg @ b) - trace_bg * (bc @ b) + both @ b + bc @ bg @ b
    )
    return d * transposed(cotangent)


_cofactors_tangent: Primitive = primitive(
    _cofactors_tangent_of,
    (_cofactors_tangent_cotangent, lambda x, tangent, out, grad: _cofactors_tangent(x, grad)),
    name="cofactors_tangent",
)
# The second derivative of the determinant is symmetric, so the backward and the pushforward are the same function.
_cofactors = primitive(
    _cofactors_of,
    lambda x, out, grad: _cofactors_tangent(x, grad),
    pushforward=lambda x, out, tangent: _cofactors_tangent(x, tangent),
    name="cofactors",
)
det = primitive(
    lambda x: np.linalg.det(x),
    lambda x, out, grad: strong_array_product(grad[..., None, None], _cofactors(x)),
    pushforward=lambda x, out, tangent: np.sum(_cofactors(x) * tangent, axis=(-2, -1)),
    name="det_of",
)


@composite(overloads=["numpy.linalg:det"], name="det")
def _det(a: Any) -> Any:
    """Return the determinants of square matrices."""
    return det(as_array(a))


def _slogdet_derivative_of(x: Any) -> Any:
    singular = np.linalg.slogdet(x)[0] == 0
    if not np.any(singular):
        return np.swapaxes(np.linalg.inv(x), -1, -2)
    singular = np.asarray(singular)[..., None, None]
    inverse = np.swapaxes(np.linalg.inv(np.where(singular, np.eye(x.shape[-1], dtype=x.dtype), x)), -1, -2)
    cofactors = _cofactors_of(x)
    return np.where(singular, np.where(cofactors == 0, 0, cofactors * np.inf), inverse)


_slogdet_derivative: Primitive = primitive(
    _slogdet_derivative_of,
    lambda x, out, grad: -(out @ transposed(grad) @ out),
    pushforward=lambda x, out, tangent: -(out @ transposed(tangent) @ out),
    name="slogdet_derivative",
)
"""Return the derivative of log(abs(det(x))): the transposed inverse, and infinite cofactors where `x` is singular."""


def _slogdet_backward(x: Any, out: Any, grad: Any) -> Any:
    weight = grad[1]
    if is_complex(x):
        # The phase exp(it) of the determinant has the tangent i dt exp(it), where dt is the imaginary part of tr(inv(X) dX).
        weight = weight - 1j * np.real(1j * grad[0] * out[0])
    weight = weight[..., None, None]
    return strong_array_product(weight, _slogdet_derivative(x))


def _slogdet_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    change = np.sum(_slogdet_derivative(x) * tangent, axis=(-2, -1))
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


# Inverses: (..., n, n) -> (..., n, n), and pseudoinverses: (..., m, n) -> (..., n, m).
# Giles (2008), section 2.2.3; Golub and Pereyra (1973), equation 4.12, for the pseudoinverse.


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
    cotangent = across - x @ (p @ across) + along - (along @ p) @ x - ph @ g @ ph
    return conjugate(hermitian_part(cotangent) if options.get("hermitian") else cotangent)


def _pinv_pushforward(x: Any, p: Any, tangent: Any, **options: Any) -> Any:
    tangent = hermitian_part(tangent) if options.get("hermitian") else tangent
    ph, th = adjoint(p), adjoint(tangent)
    across, along = p @ ph @ th, th @ ph @ p
    return across - (across @ x) @ p + along - p @ (x @ along) - p @ tangent @ p


_pinv = primitive(
    lambda x, **options: np.linalg.pinv(x, **options), _pinv_backward, pushforward=_pinv_pushforward, name="pinv_of"
)


@composite(overloads=["numpy.linalg:pinv"])
def pinv(a: Any, *args: Any, **options: Any) -> Any:
    """Return the pseudoinverses of matrices; the derivative assumes that the rank is constant in a neighbourhood."""
    options.update(zip(("rcond", "hermitian"), map(plain, args), strict=False))
    a = as_array(a)
    return _pinv(as_hermitian(a) if options.get("hermitian") else a, **options)


# Linear systems: (..., n, n), (..., n, k) -> (..., n, k). From da x + a dx = db follows dx = inv(a) (db - da x).


def _solve_backward(a: Any, b: Any, x: Any, grad: Any) -> Any:
    w = np.linalg.solve(transposed(a), grad)
    return -(w @ transposed(x)), w


_solve = primitive(
    lambda a, b: np.linalg.solve(a, b),
    _solve_backward,
    pushforward=lambda a, b, x, a_tangent, b_tangent: np.linalg.solve(a, b_tangent - a_tangent @ x),
    name="solve_of",
)
"""Return the solution of ``a @ x == b`` for matrices `b`."""

# NumPy 2 treats `b` as a vector only if it has one axis, NumPy 1 if it has one axis less than `a`.
_ONE_AXIS_IS_A_VECTOR = int(np.__version__.partition(".")[0]) >= 2


@composite(overloads=["numpy.linalg:solve"])
def solve(a: Any, b: Any) -> Any:
    """Return the solution of ``a @ x == b``."""
    a, b = as_array(a), as_array(b)
    is_vector = b.ndim == 1 if _ONE_AXIS_IS_A_VECTOR else b.ndim == a.ndim - 1
    return _solve(a, column(b))[..., 0] if is_vector else _solve(a, b)


def _lstsq_backward(a: Any, b: Any, out: Any, grad: Any, cutoff: float) -> Any:
    # (m, n), (m, k) -> (n, k). The solution is pinv(a) @ b, so this is the backward of pinv followed by a product.
    x = out[0]
    p, g = np.linalg.pinv(a, cutoff), conjugate(grad[0])
    back = adjoint(p) @ g
    rest = g - adjoint(a) @ back
    a_cotangent = (b - a @ x) @ adjoint(p @ back) + (adjoint(p) @ x) @ adjoint(rest) - back @ adjoint(x)
    return conjugate(a_cotangent), conjugate(back)


_lstsq = primitive(
    lambda a, b, *, cutoff, **options: np.linalg.lstsq(a, b, **options)[::2],
    lambda a, b, out, grad, *, cutoff, **options: _lstsq_backward(a, b, out, grad, cutoff),
    name="lstsq_of",
)
"""Return the least squares solution and the rank."""


@composite(overloads=["numpy.linalg:lstsq"])
def lstsq(a: Any, b: Any, *args: Any, **options: Any) -> Any:
    """Return the least squares solution, the residuals, the rank and the singular values."""
    a, b = as_array(a), as_array(b)
    options.update(zip(("rcond",), map(plain, args), strict=False))
    rows, columns = a.shape
    eps = float(np.finfo(np.result_type(plain(a), plain(b), np.float32)).eps)
    rcond = options.get("rcond")
    # The cutoff that numpy.linalg.lstsq derives from `rcond`.
    cutoff = eps * max(rows, columns) if rcond is None else eps if isinstance(rcond, str) or rcond == -1 else rcond
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
    """Return the inverse of `a`, regarded as the linear map ``x -> tensordot(a, x, ind)``."""
    a = as_array(a)
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    size = prod(a.shape[ind:])
    return np.reshape(inv(np.reshape(a, (size, -1))), a.shape[ind:] + a.shape[:ind])


# Powers and chains of matrix products, differentiated as sequences of products.


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
            # For n = 1 NumPy returns a copy, so the array itself must not be returned.
            return np.copy(result) if result is a else result
        power = power @ power


@composite(overloads=["numpy.linalg:multi_dot"])
def multi_dot(arrays: Sequence[Any], *, out: Any = None) -> Any:
    """Return the product of several matrices, multiplied in the order that takes the fewest operations."""
    factors = [as_array(array) for array in arrays]
    if len(factors) < 2:
        raise ValueError("Expecting at least two arrays.")
    first, last = factors[0].ndim == 1, factors[-1].ndim == 1
    if first:
        factors[0] = factors[0][None, :]
    if last:
        factors[-1] = column(factors[-1])
    if any(factor.ndim != 2 for factor in factors):
        raise np.linalg.LinAlgError("multi_dot takes matrices; only the first and the last array may be vectors")
    sizes = [factors[0].shape[0], *(factor.shape[1] for factor in factors)]
    result = _multiply_chain(factors, _optimal_splits(sizes), 0, len(factors) - 1)
    result = result[0] if first else result
    return write_to_out(result[..., 0] if last else result, out)


def _optimal_splits(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Return the factor after which to split each part (i, j) of a chain of products. Cormen et al. (2009), section 15.2."""
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


def _multiply_chain(factors: list[Any], best: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return factors[i]
    k = best[i, j]
    return _multiply_chain(factors, best, i, k) @ _multiply_chain(factors, best, k + 1, j)


matrix_rank = nondifferentiable("numpy.linalg:matrix_rank", overloads=["numpy.linalg:matrix_rank"])


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _cofactors_tangent, _cofactors, det, _det, _slogdet_derivative, _slogdet, slogdet, _inv, inv, _pinv, pinv, _solve, solve,
        _lstsq, lstsq, tensorsolve, tensorinv, matrix_power, multi_dot, matrix_rank,
    ]  # fmt: skip

"""The extension `linalg`: matrices in the last two axes, vectors in the last one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pullback_plugins.array_api.array import call
from pullback_plugins.array_api.statistics import sum as _sum

__all__ = [
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]


class EighResult(NamedTuple):
    """Eigenvalues and eigenvectors."""

    eigenvalues: Any
    eigenvectors: Any


class QRResult(NamedTuple):
    """The factors of `qr`."""

    Q: Any
    R: Any


class SlogdetResult(NamedTuple):
    """Sign and logarithm of the absolute value of a determinant."""

    sign: Any
    logabsdet: Any


class SVDResult(NamedTuple):
    """The factors of `svd`."""

    U: Any
    S: Any
    Vh: Any


def matmul(x1: Any, x2: Any, /) -> Any:
    """Return the product of matrices."""
    return call(np.matmul, x1, x2)


def matrix_transpose(x: Any, /) -> Any:
    """Return the transposed matrices."""
    if x.ndim < 2:
        raise ValueError(f"a matrix is transposed, not an array with {x.ndim} axes")
    return call(np.swapaxes, x, -1, -2)


def tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    """Return the product of two arrays, summed over `axes`: so many of each, or a pair of sequences of axes."""
    return call(np.tensordot, x1, x2, axes=axes)


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """Return the inner products of vectors along an axis, those of `x1` conjugated: (..., n), (..., n) -> (...)."""
    if x1.shape[axis] != x2.shape[axis]:
        raise ValueError(f"vectors of lengths {x1.shape[axis]} and {x2.shape[axis]} have no product")
    x1, x2 = (call(np.moveaxis, x, axis, -1) for x in (x1, x2))
    first = call(np.conjugate, x1) if x1.dtype.kind == "c" else x1
    return call(np.matmul, first[..., None, :], x2[..., :, None])[..., 0, 0]


def cholesky(x: Any, /, *, upper: bool = False) -> Any:
    """Return the triangular factors of positive definite matrices: (..., n, n) -> (..., n, n)."""
    factor = call(np.linalg.cholesky, x)
    if not upper:
        return factor
    factor = matrix_transpose(factor)
    return call(np.conjugate, factor) if factor.dtype.kind == "c" else factor


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """Return the cross products of vectors with three elements."""
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        raise ValueError("the cross product is one of vectors with three elements")
    return call(np.cross, x1, x2, axis=axis)


def det(x: Any, /) -> Any:
    """Return the determinants of matrices."""
    return call(np.linalg.det, x)


def diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """Return the diagonals of matrices."""
    return call(np.diagonal, x, offset=offset, axis1=-2, axis2=-1)


def eigh(x: Any, /) -> EighResult:
    """Return the eigenvalues and eigenvectors of Hermitian matrices."""
    return EighResult(*call(np.linalg.eigh, x))


def eigvalsh(x: Any, /) -> Any:
    """Return the eigenvalues of Hermitian matrices."""
    return call(np.linalg.eigvalsh, x)


def inv(x: Any, /) -> Any:
    """Return the inverses of matrices."""
    return call(np.linalg.inv, x)


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Return the norms of matrices."""
    return call(np.linalg.norm, x, ord=ord, axis=(-2, -1), keepdims=keepdims)


def matrix_power(x: Any, n: int, /) -> Any:
    """Return the powers of square matrices."""
    return call(np.linalg.matrix_power, x, n)


def matrix_rank(x: Any, /, *, rtol: Any = None) -> Any:
    """Return the number of singular values larger than `rtol` times the largest one: (..., m, n) -> (...)."""
    if x.ndim < 2:
        raise np.linalg.LinAlgError("a matrix has a rank, not an array with fewer than two axes")
    values = call(np.linalg.svd, x, compute_uv=False)
    if rtol is None:
        rtol = max(x.shape[-2:]) * np.finfo(values.dtype).eps
    largest = call(np.max, values, axis=-1, keepdims=True)
    rtol = call(np.expand_dims, rtol, -1) if np.ndim(rtol) else rtol
    return call(np.count_nonzero, values > largest * rtol, axis=-1)


def outer(x1: Any, x2: Any, /) -> Any:
    """Return the outer product of two vectors: (m,), (n,) -> (m, n)."""
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError("the outer product is one of two vectors")
    return call(np.multiply, x1[:, None], x2[None, :])


def pinv(x: Any, /, *, rtol: Any = None) -> Any:
    """Return the pseudo-inverses of matrices."""
    if rtol is None:
        rtol = max(x.shape[-2:]) * np.finfo(x.dtype).eps
    return call(np.linalg.pinv, x, rtol)


def qr(x: Any, /, *, mode: Any = "reduced") -> QRResult:
    """Return an orthogonal and a triangular factor."""
    return QRResult(*call(np.linalg.qr, x, mode=mode))


def slogdet(x: Any, /) -> SlogdetResult:
    """Return the sign and the logarithm of the absolute value of determinants."""
    return SlogdetResult(*call(np.linalg.slogdet, x))


def solve(x1: Any, x2: Any, /) -> Any:
    """Return the solutions of linear equations: (..., n, n), (n,) -> (..., n), or (..., n, n), (..., n, k) -> (..., n, k)."""
    if x2.ndim == 1:
        return solve(x1, x2[:, None])[..., 0]
    if x2.ndim < x1.ndim:
        # NumPy 1 takes an array with one axis fewer for vectors.
        x2 = x2[(None,) * (x1.ndim - x2.ndim)]
    return call(np.linalg.solve, x1, x2)


def svd(x: Any, /, *, full_matrices: bool = True) -> SVDResult:
    """Return the singular value decomposition."""
    return SVDResult(*call(np.linalg.svd, x, full_matrices=full_matrices))


def svdvals(x: Any, /) -> Any:
    """Return the singular values."""
    return call(np.linalg.svd, x, compute_uv=False)


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """Return the sums along the diagonals of matrices."""
    return _sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Return the norms of vectors, which may extend along several axes."""
    if isinstance(axis, int):
        return call(np.linalg.norm, x, ord=ord, axis=axis, keepdims=keepdims)
    axes = range(x.ndim) if axis is None else [n % x.ndim for n in axis]
    rest = [n for n in range(x.ndim) if n not in axes]
    flat = call(np.transpose, x, (*rest, *axes))
    flat = call(np.reshape, flat, (*(x.shape[n] for n in rest), -1 if x.size else 0))
    norm = call(np.linalg.norm, flat, ord=ord, axis=-1)
    if keepdims:
        return call(np.reshape, norm, tuple(1 if n in axes else x.shape[n] for n in range(x.ndim)))
    return norm

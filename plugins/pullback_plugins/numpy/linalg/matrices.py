"""Helpers that the rules for matrices share; all of them take variables, and stacks of matrices (..., m, n)."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback.extend import Tracked, plain
from pullback_plugins.arithmetic import is_complex

__all__ = [
    "adjoint",
    "as_hermitian",
    "column",
    "conjugate",
    "diagonal",
    "diagonal_matrix",
    "hermitian_from_lower",
    "hermitian_part",
    "is_zero_tangent",
    "lower_triangle",
    "relative_rounding_error",
    "shape_of",
    "skew_hermitian_part",
    "transposed",
]


def shape_of(x: Any) -> tuple[int, ...]:
    """Return the shape of `x`: a variable, an array or a number."""
    shape: tuple[int, ...] = np.shape(plain(x))
    return shape


def is_zero_tangent(tangent: Any) -> bool:
    """Whether a tangent is a constant zero, so that products with it need not be computed."""
    return not isinstance(tangent, Tracked) and not np.any(tangent)


def transposed(x: Any) -> Any:
    """Return the transposes of the matrices in `x`: (..., m, n) -> (..., n, m)."""
    ndim = x.ndim
    return x.T if ndim == 2 else np.transpose(x, (*range(ndim - 2), ndim - 1, ndim - 2))


def conjugate(x: Any) -> Any:
    """Return the complex conjugate of `x`, `x` itself where that is real."""
    return np.conj(x) if is_complex(x) else x


def adjoint(x: Any) -> Any:
    """Return the conjugate transposes of the matrices in `x`: (..., m, n) -> (..., n, m)."""
    return conjugate(transposed(x))


def hermitian_part(x: Any) -> Any:
    """Return the Hermitian part of square matrices."""
    return (x + adjoint(x)) * 0.5


def skew_hermitian_part(x: Any) -> Any:
    """Return the skew-Hermitian part of square matrices."""
    return (x - adjoint(x)) * 0.5


def column(x: Any) -> Any:
    """Return vectors as matrices of one column."""
    return x[..., None]


def diagonal(x: Any) -> Any:
    """Return the diagonals of square matrices: (..., n, n) -> (..., n)."""
    return np.einsum("...ii->...i", x)


def diagonal_matrix(x: Any) -> Any:
    """Return diagonal matrices, the diagonals of which are the vectors in `x`: (..., n) -> (..., n, n)."""
    size = shape_of(x)[-1]
    return np.where(np.eye(size, dtype=bool), column(x), 0.0)


def lower_triangle(x: Any, weight: float = 1.0) -> Any:
    """Return the lower triangles of square matrices, their diagonals multiplied by `weight`."""
    size = shape_of(x)[-1]
    dtype = plain(x).real.dtype
    return x * (np.tri(size, k=-1, dtype=dtype) + weight * np.eye(size, dtype=dtype))


def hermitian_from_lower(x: Any) -> Any:
    """Return the Hermitian matrices whose lower triangles are those of `x`."""
    below = lower_triangle(x, 0.5)
    return below + adjoint(below)


def as_hermitian(x: Any, uplo: str = "L") -> Any:
    """Return the Hermitian matrices that NumPy sees when it reads one triangle of `x`; `x` itself if it is Hermitian.

    Thus the gradient of a Hermitian matrix is Hermitian, and that of any other matrix is nonzero only in the triangle that was read.
    """
    x_primal = plain(x)
    if x_primal.ndim < 2 or x_primal.shape[-1] != x_primal.shape[-2] or not x_primal.size:
        return x
    if np.all(np.abs(x_primal - adjoint(x_primal)) <= relative_rounding_error(x_primal) * np.max(np.abs(x_primal))):
        return x
    # np.where, not a product with the mask: the triangle that is not read may hold nan.
    in_triangle = np.tri(x_primal.shape[-1], dtype=bool)
    return hermitian_from_lower(np.where(in_triangle, x if uplo in "Ll" else adjoint(x), 0.0))


def relative_rounding_error(x: Any) -> float:
    """Return the relative rounding error of an orthogonal decomposition of `x` in its dtype."""
    x_primal = plain(x)
    eps = float(np.finfo(x_primal.dtype).eps)
    return 8.0 * eps * int(max(x_primal.shape[-2:]))

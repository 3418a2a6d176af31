"""Small parts of which the rules for matrices are made; all of them take variables, and stacks of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback.tracked import Tracked, plain
from pullback_plugins.arithmetic import is_complex

__all__ = [
    "absent",
    "adjoint",
    "as_hermitian",
    "column",
    "conjugate",
    "diagonal",
    "diagonal_matrix",
    "hermitian",
    "lower",
    "mirrored",
    "resolution",
    "shape_of",
    "skew",
    "transposed",
]


def shape_of(x: Any) -> tuple[int, ...]:
    """Return the shape of `x`, whatever it is."""
    shape: tuple[int, ...] = np.shape(plain(x))
    return shape


def absent(tangent: Any) -> bool:
    """Whether a tangent is zero whatever is differentiated next, so that a product with it need not be computed."""
    return not isinstance(tangent, Tracked) and not np.any(tangent)


def transposed(x: Any) -> Any:
    """Return the transposes of the matrices in `x`."""
    ndim = x.ndim
    return x.T if ndim == 2 else np.transpose(x, (*range(ndim - 2), ndim - 1, ndim - 2))


def conjugate(x: Any) -> Any:
    """Return the complex conjugate of `x`, `x` itself where that is real."""
    return np.conj(x) if is_complex(x) else x


def adjoint(x: Any) -> Any:
    """Return the conjugate transposes of the matrices in `x`."""
    return conjugate(transposed(x))


def hermitian(x: Any) -> Any:
    """Return the Hermitian part of square matrices."""
    return (x + adjoint(x)) * 0.5


def skew(x: Any) -> Any:
    """Return the skew-Hermitian part of square matrices."""
    return (x - adjoint(x)) * 0.5


def column(x: Any) -> Any:
    """Return vectors as matrices of one column."""
    return x[..., None]


def diagonal(x: Any) -> Any:
    """Return the diagonals of square matrices."""
    return np.einsum("...ii->...i", x)


def diagonal_matrix(x: Any) -> Any:
    """Return diagonal matrices, the diagonals of which are the vectors in `x`."""
    size = shape_of(x)[-1]
    return np.where(np.eye(size, dtype=bool), column(x), 0.0)


def lower(x: Any, weight: float = 1.0) -> Any:
    """Return the lower triangles of square matrices, with `weight` times the diagonal."""
    size = shape_of(x)[-1]
    dtype = plain(x).real.dtype
    return x * (np.tri(size, k=-1, dtype=dtype) + weight * np.eye(size, dtype=dtype))


def mirrored(x: Any) -> Any:
    """Return the Hermitian matrices of which the lower triangles are those of `x`."""
    below = lower(x, 0.5)
    return below + adjoint(below)


def as_hermitian(x: Any, uplo: str = "L") -> Any:
    """Return the Hermitian matrices that NumPy takes `x` for when it reads one triangle; `x` as it is where that is Hermitian.

    So the gradient of a Hermitian matrix is Hermitian, and that of any other lies in the triangle that was read.
    """
    bare = plain(x)
    if bare.ndim < 2 or bare.shape[-1] != bare.shape[-2] or not bare.size:
        return x
    if np.all(np.abs(bare - adjoint(bare)) <= resolution(bare) * np.max(np.abs(bare))):
        return x
    # Not by a product: what is not read may be nan.
    read = np.tri(bare.shape[-1], dtype=bool)
    return mirrored(np.where(read, x if uplo in "Ll" else adjoint(x), 0.0))


def resolution(x: Any) -> float:
    """Return the relative error that the dtype of `x` brings into the result of an orthogonal decomposition of `x`."""
    bare = plain(x)
    eps = float(np.finfo(bare.dtype).eps)
    return 8.0 * eps * int(max(bare.shape[-2:]))

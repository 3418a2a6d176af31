"""Decompositions of matrices: eig, eigh, svd, qr and cholesky.

A symmetric (Hermitian) input is differentiated along symmetric tangents, and its gradient is symmetric, as in JAX and PyTorch.
NumPy reads only one triangle of a matrix that is not symmetric, and the gradient is nonzero only in that triangle. The literature
cited below writes cotangents as the complex conjugates of ours, hence the calls of `conjugate`.

Shapes: a stack of matrices is ``(..., m, n)``, and k is the smaller of m and n.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, UnknownPrimitiveError, composite, hookimpl, primitive
from pullback.extend import Tracked, plain, user_location
from pullback_plugins.arithmetic import is_complex
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.degeneracy import (
    ARBITRARY_ORDER,
    ARBITRARY_PHASE,
    ARBITRARY_VECTORS,
    UNKNOWN_IN_FORWARD_MODE,
    ZERO_SINGULAR_VALUE,
    Reciprocals,
    differences,
    off_diagonal,
    phase_changes,
    reciprocal_differences,
    warn_nonzero,
)
from pullback_plugins.numpy.linalg.matrices import (
    adjoint,
    as_hermitian,
    conjugate,
    diagonal,
    diagonal_matrix,
    hermitian_from_lower,
    hermitian_part,
    lower_triangle,
    relative_rounding_error,
    shape_of,
    skew_hermitian_part,
    transposed,
)

__all__ = ["cholesky", "eig", "eigh", "eigvals", "eigvalsh", "qr", "svd", "svdvals"]

# What the warnings at equal eigenvalues and singular values say.
_EIGENVALUE_ORDER = ARBITRARY_ORDER.format("eigenvalues")
_EIGENVECTORS = ARBITRARY_VECTORS.format("eigenvalues")
_EIGENVECTORS_FORWARD = UNKNOWN_IN_FORWARD_MODE.format("eigenvalues")
_SINGULAR_VALUE_ORDER = ARBITRARY_ORDER.format("singular values")
_SINGULAR_VECTORS = ARBITRARY_VECTORS.format("singular values")
_SINGULAR_VECTORS_FORWARD = UNKNOWN_IN_FORWARD_MODE.format("singular values")
_NULL_SPACES = ARBITRARY_VECTORS.format("null spaces")

# Eigenvalues: (..., n, n) -> w (..., n), v (..., n, n).
# Giles (2008), "An extended collection of matrix derivative results", sections 2.3.1 and 3.1; with the
# normalisation of the eigenvectors, Boeddeker et al. (2017), "On the computation of complex-valued gradients", section 4.


def _eigh_with_vectors(x: Any, out: Any, uplo: str, vectors: bool) -> Any:
    # Under `eigvalsh` nobody is warned that the tangents of the vectors are arbitrary where eigenvalues are equal. A rule that is
    # differentiated once more needs these tangents, so it computes the decomposition again, with vectors.
    return out if vectors or not isinstance(x, Tracked) else _eigh(x, uplo=uplo, vectors=True)


def _eigh_backward(x: Any, out: Any, grad: Any, *, uplo: str, vectors: bool) -> Any:
    w, v = _eigh_with_vectors(x, out, uplo, vectors)
    inner = diagonal_matrix(grad[0])
    tolerance = relative_rounding_error(x)
    reciprocal, equal = reciprocal_differences(w, tolerance)
    warn_nonzero("eigh", differences(plain(grad[0])), equal, grad[0], tolerance, _EIGENVALUE_ORDER)
    if vectors:
        v_cotangent = conjugate(grad[1])
        turn = adjoint(v) @ v_cotangent
        warn_nonzero("eigh", turn, off_diagonal(equal), v_cotangent, tolerance, _EIGENVECTORS)
        warn_nonzero("eigh", phase_changes(turn), True, v_cotangent, tolerance, ARBITRARY_PHASE)
        inner = inner + reciprocal * turn
    return conjugate(hermitian_part(v @ inner @ adjoint(v)))


def _eigh_pushforward(x: Any, out: Any, tangent: Any, *, uplo: str, vectors: bool) -> Any:
    w, v = _eigh_with_vectors(x, out, uplo, vectors)
    change = adjoint(v) @ hermitian_part(tangent) @ v
    tolerance = relative_rounding_error(x)
    reciprocal, equal = reciprocal_differences(w, tolerance)
    if vectors:
        warn_nonzero("eigh", change, off_diagonal(equal), change, tolerance, _EIGENVECTORS_FORWARD)
    return np.real(diagonal(change)), v @ (reciprocal * change)


_eigh: Primitive = primitive(
    lambda x, *, uplo, vectors: np.linalg.eigh(x, uplo),
    _eigh_backward,
    pushforward=_eigh_pushforward,
    name="eigh_of",
)


@composite(overloads=["numpy.linalg:eigh"])
def eigh(a: Any, UPLO: Any = "L") -> Any:  # noqa: N803
    """Return the eigenvalues and eigenvectors of Hermitian matrices."""
    return _eigh(as_hermitian(as_array(a), UPLO), uplo=UPLO, vectors=True)


@composite(overloads=["numpy.linalg:eigvalsh"])
def eigvalsh(a: Any, UPLO: Any = "L") -> Any:  # noqa: N803
    """Return the eigenvalues of Hermitian matrices."""
    return _eigh(as_hermitian(as_array(a), UPLO), uplo=UPLO, vectors=False)[0]


def _eig_with_vectors(x: Any, out: Any, vectors: bool) -> Any:
    return out if vectors or not isinstance(x, Tracked) else _eig(x, vectors=True)


def _eig_backward(x: Any, out: Any, grad: Any, *, vectors: bool) -> Any:
    w, v = _eig_with_vectors(x, out, vectors)
    inner = diagonal_matrix(conjugate(grad[0]))
    dual = adjoint(v)
    tolerance = relative_rounding_error(x)
    reciprocal, equal = reciprocal_differences(w, tolerance)
    warn_nonzero("eig", differences(plain(grad[0])), equal, grad[0], tolerance, _EIGENVALUE_ORDER)
    if vectors:
        v_cotangent = conjugate(grad[1])
        turn = dual @ v_cotangent
        warn_nonzero("eig", turn, off_diagonal(equal), v_cotangent, tolerance, _EIGENVECTORS)
        warn_nonzero("eig", phase_changes(turn), True, v_cotangent, tolerance, ARBITRARY_PHASE)
        length = diagonal(turn)
        inner = inner + conjugate(reciprocal) * (turn - (dual @ v) * np.real(length)[..., None, :])
    return conjugate(np.linalg.solve(dual, inner @ dual))


def _eig_pushforward(x: Any, out: Any, tangent: Any, *, vectors: bool) -> Any:
    w, v = _eig_with_vectors(x, out, vectors)
    change = np.linalg.solve(v, tangent @ v)
    tolerance = relative_rounding_error(x)
    reciprocal, equal = reciprocal_differences(w, tolerance)
    if vectors:
        warn_nonzero("eig", change, off_diagonal(equal), change, tolerance, _EIGENVECTORS_FORWARD)
    turned = v @ (reciprocal * change)
    length = np.sum(conjugate(v) * turned, axis=-2)
    return diagonal(change), turned - v * np.real(length)[..., None, :]


_eig: Primitive = primitive(
    lambda x, *, vectors: np.linalg.eig(x), _eig_backward, pushforward=_eig_pushforward, name="eig_of"
)


@composite(overloads=["numpy.linalg:eig"])
def eig(a: Any) -> Any:
    """Return the eigenvalues and right eigenvectors of square matrices."""
    return _eig(as_array(a), vectors=True)


@composite(overloads=["numpy.linalg:eigvals"])
def eigvals(a: Any) -> Any:
    """Return the eigenvalues of square matrices."""
    return _eig(as_array(a), vectors=False)[0]


# Singular values: (..., m, n) -> u (..., m, k), s (..., k), vh (..., k, n).
# Townsend (2016), "Differentiating the singular value decomposition", with the fractions split: the symmetric part of U' dA V rotates
# both bases in the same direction and is divided by s[j] - s[i]; the skew part rotates them in opposite directions and is divided by
# s[j] + s[i].


def _svd_with_vectors(x: Any, out: Any, vectors: bool, symmetric: bool) -> Any:
    return out if vectors or not isinstance(x, Tracked) else _svd(x, vectors=True, symmetric=symmetric)


def _svd_backward(x: Any, out: Any, grad: Any, *, vectors: bool, symmetric: bool) -> Any:
    u, s, vh = _svd_with_vectors(x, out, vectors, symmetric)
    inner = diagonal_matrix(grad[1])
    outside: Any = 0.0
    q = Reciprocals(x, s)
    warn_nonzero("svd", differences(plain(grad[1])), q.equal, grad[1], q.tolerance, _SINGULAR_VALUE_ORDER)
    warn_nonzero("svd", grad[1], q.is_zero, grad[1], q.tolerance, ZERO_SINGULAR_VALUE)
    if vectors:
        rows, columns = shape_of(x)[-2:]
        v, u_cotangent, v_cotangent = adjoint(vh), conjugate(grad[0]), transposed(grad[2])
        turn_u, turn_v = adjoint(u) @ u_cotangent, vh @ v_cotangent
        _warn_where_arbitrary(q, turn_u, turn_v, u_cotangent, v_cotangent)
        inner = (
            inner
            + hermitian_part(q.reciprocal_differences * (turn_u + turn_v))
            + skew_hermitian_part(q.reciprocal_sums * (turn_u - turn_v))
        )
        if rows > columns:
            rest = u_cotangent - u @ turn_u
            warn_nonzero("svd", rest, q.is_zero[..., None, :], u_cotangent, q.tolerance, _SINGULAR_VECTORS)
            outside = (rest * q.reciprocals[..., None, :]) @ vh
        elif columns > rows:
            rest = v_cotangent - v @ turn_v
            warn_nonzero("svd", rest, q.is_zero[..., None, :], v_cotangent, q.tolerance, _SINGULAR_VECTORS)
            outside = u @ adjoint(rest * q.reciprocals[..., None, :])
    cotangent = u @ inner @ vh + outside
    return conjugate(hermitian_part(cotangent) if symmetric else cotangent)


def _warn_where_arbitrary(q: Reciprocals, turn_u: Any, turn_v: Any, u_cotangent: Any, v_cotangent: Any) -> None:
    """Warn where the output depends on the choice of singular vectors."""
    scale = np.concatenate(
        [np.max(np.abs(plain(x)), axis=(-2, -1), keepdims=True, initial=0.0) for x in (u_cotangent, v_cotangent)]
    )
    turn_u, turn_v, equal = plain(turn_u), plain(turn_v), off_diagonal(q.equal)
    for part in (turn_u + turn_v, hermitian_part(turn_u)):
        warn_nonzero("svd", part, equal, scale, q.tolerance, _SINGULAR_VECTORS)
    warn_nonzero("svd", skew_hermitian_part(turn_u - turn_v), q.both_zero, scale, q.tolerance, _SINGULAR_VECTORS)
    warn_nonzero("svd", phase_changes(turn_u + turn_v), True, scale, q.tolerance, ARBITRARY_PHASE)


def _svd_pushforward(x: Any, out: Any, tangent: Any, *, vectors: bool, symmetric: bool) -> Any:
    u, s, vh = _svd_with_vectors(x, out, vectors, symmetric)
    tangent = hermitian_part(tangent) if symmetric else tangent
    rows, columns = shape_of(x)[-2:]
    q = Reciprocals(x, s)
    v, uh = adjoint(vh), adjoint(u)
    change = uh @ tangent @ v
    same_turn, opposite_turn = (
        q.reciprocal_differences * hermitian_part(change),
        q.reciprocal_sums * skew_hermitian_part(change),
    )
    if vectors:
        warn_nonzero(
            "svd", hermitian_part(change), off_diagonal(q.equal), tangent, q.tolerance, _SINGULAR_VECTORS_FORWARD
        )
        warn_nonzero("svd", skew_hermitian_part(change), q.both_zero, tangent, q.tolerance, _SINGULAR_VECTORS_FORWARD)
    u_tangent, v_tangent = u @ (same_turn + opposite_turn), v @ (same_turn - opposite_turn)
    if rows > columns:
        u_tangent = u_tangent + (tangent @ v - u @ change) * q.reciprocals[..., None, :]
    elif columns > rows:
        v_tangent = v_tangent + (adjoint(tangent) @ u - v @ adjoint(change)) * q.reciprocals[..., None, :]
    return u_tangent, np.real(diagonal(change)), adjoint(v_tangent)


_svd: Primitive = primitive(
    lambda x, *, vectors, symmetric: np.linalg.svd(x, full_matrices=False, hermitian=symmetric),
    _svd_backward,
    pushforward=_svd_pushforward,
    name="svd_of",
)


def _fold_complement(known: Any, grad: Any, extra: Any, extra_grad: Any, tolerance: float) -> Any:
    """Return the cotangent of the thin factor `known` that accounts for the cotangent of `extra`, its orthogonal complement.

    known: (..., m, k), extra: (..., m, m - k). A rotation that tilts `known` into the complement tilts the complement back by the
    same angle, so a tangent of `known` determines that of `extra` (see `_complement_tangent`); this is the transpose.
    """
    extra_cotangent = conjugate(extra_grad)
    warn_nonzero(
        "full basis",
        skew_hermitian_part(adjoint(extra) @ extra_cotangent),
        True,
        extra_cotangent,
        tolerance,
        _NULL_SPACES,
    )
    return grad - conjugate(extra @ (adjoint(extra_cotangent) @ known))


def _complement_tangent(known: Any, tangent: Any, extra: Any) -> Any:
    """Return the tangent of `extra`, the orthogonal complement of `known`, for a tangent of `known`."""
    return -known @ (adjoint(tangent) @ extra)


def _full_svd_backward(x: Any, out: Any, grad: Any) -> Any:
    u, s, vh = out
    u_cotangent, s_cotangent, vh_cotangent = grad
    count = shape_of(s)[-1]
    tolerance = relative_rounding_error(x)
    thin = u[..., :count], s, vh[..., :count, :]
    thin_u_cotangent, thin_vh_cotangent = u_cotangent[..., :count], vh_cotangent[..., :count, :]
    if shape_of(u)[-1] > count:
        thin_u_cotangent = _fold_complement(
            thin[0], thin_u_cotangent, u[..., count:], u_cotangent[..., count:], tolerance
        )
    if shape_of(vh)[-1] > count:
        v, v_cotangent = adjoint(vh), adjoint(vh_cotangent)
        thin_vh_cotangent = adjoint(
            _fold_complement(
                v[..., :count], v_cotangent[..., :count], v[..., count:], v_cotangent[..., count:], tolerance
            )
        )
    return _svd_backward(x, thin, (thin_u_cotangent, s_cotangent, thin_vh_cotangent), vectors=True, symmetric=False)


def _full_svd_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    u, s, vh = out
    count = shape_of(s)[-1]
    thin = u[..., :count], s, vh[..., :count, :]
    u_tangent, s_tangent, vh_tangent = _svd_pushforward(x, thin, tangent, vectors=True, symmetric=False)
    if shape_of(u)[-1] > count:
        u_tangent = np.concatenate((u_tangent, _complement_tangent(thin[0], u_tangent, u[..., count:])), axis=-1)
    if shape_of(vh)[-1] > count:
        v = adjoint(vh)
        rest = _complement_tangent(v[..., :count], adjoint(vh_tangent), v[..., count:])
        vh_tangent = np.concatenate((vh_tangent, adjoint(rest)), axis=-2)
    return u_tangent, s_tangent, vh_tangent


_full_svd = primitive(
    lambda x: np.linalg.svd(x), _full_svd_backward, pushforward=_full_svd_pushforward, name="full_svd_of"
)


@composite(overloads=["numpy.linalg:svd"])
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """Return the singular value decomposition of matrices."""
    a = as_hermitian(as_array(a)) if hermitian else as_array(a)
    if not compute_uv:
        return _svd(a, vectors=False, symmetric=bool(hermitian))[1]
    if full_matrices and not hermitian and a.ndim >= 2 and a.shape[-1] != a.shape[-2]:
        return _full_svd(a)
    return _svd(a, vectors=True, symmetric=bool(hermitian))


@composite(overloads=["numpy.linalg:svdvals"])
def svdvals(x: Any, /) -> Any:
    """Return the singular values of matrices."""
    return _svd(as_array(x), vectors=False, symmetric=False)[1]


# Triangular factors. QR: (..., m, n) -> q (..., m, k), r (..., k, n); Cholesky: (..., n, n) -> (..., n, n).
# Walter and Lehmann (2018), "Algorithmic differentiation of linear algebra functions with application in optimum
# experimental design", section 4, for QR; Murray (2016), "Differentiation of the Cholesky decomposition", section 3.


def _right_divide(x: Any, r: Any) -> Any:
    """Return ``x @ inv(r)``: (..., m, n), (..., n, n) -> (..., m, n)."""
    return transposed(np.linalg.solve(transposed(r), transposed(x)))


def _qr_backward(x: Any, out: Any, grad: Any) -> Any:
    q, r = out
    q_cotangent, r_cotangent = conjugate(grad[0]), conjugate(grad[1])
    inner = hermitian_from_lower(r @ adjoint(r_cotangent) - adjoint(q_cotangent) @ q)
    return conjugate(_right_divide(q_cotangent + q @ inner, adjoint(r)))


def _qr_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    q, r = out
    change = _right_divide(tangent, r)
    inside = adjoint(q) @ change
    below = lower_triangle(inside, 0.0)
    turn = below - adjoint(below)
    if is_complex(x):
        turned = diagonal(inside)
        turn = turn + diagonal_matrix((turned - conjugate(turned)) * 0.5)
    return change - q @ (inside - turn), (inside - turn) @ r


_qr = primitive(lambda x: np.linalg.qr(x), _qr_backward, pushforward=_qr_pushforward, name="qr_of")
"""Return the QR decomposition of matrices that have at least as many rows as columns."""


def _full_qr_backward(x: Any, out: Any, grad: Any) -> Any:
    q, r = out
    count = shape_of(x)[-1]
    thin_q_cotangent = _fold_complement(
        q[..., :count], grad[0][..., :count], q[..., count:], grad[0][..., count:], relative_rounding_error(x)
    )
    return _qr_backward(x, (q[..., :count], r[..., :count, :]), (thin_q_cotangent, grad[1][..., :count, :]))


def _full_qr_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    q, r = out
    count = shape_of(x)[-1]
    q_tangent, r_tangent = _qr_pushforward(x, (q[..., :count], r[..., :count, :]), tangent)
    rest = _complement_tangent(q[..., :count], q_tangent, q[..., count:])
    return np.concatenate((q_tangent, rest), axis=-1), np.concatenate(
        (r_tangent, plain(r)[..., count:, :] * 0.0), axis=-2
    )


_full_qr = primitive(
    lambda x: np.linalg.qr(x, "complete"), _full_qr_backward, pushforward=_full_qr_pushforward, name="full_qr_of"
)


@composite(overloads=["numpy.linalg:qr"])
def qr(a: Any, mode: str = "reduced") -> Any:
    """Return the QR decomposition of matrices."""
    a = as_array(a)
    if mode not in ("reduced", "complete", "r"):
        raise UnknownPrimitiveError(
            f"np.linalg.qr is differentiable in the modes 'reduced', 'complete' and 'r', not {mode!r}, at "
            f"{user_location()}; use one of these, "
            "or, to leave the chain, np.linalg.qr(v.primal, mode)"
        )
    if a.ndim < 2:
        raise np.linalg.LinAlgError(f"{a.ndim}-dimensional array given. Array must be at least two-dimensional")
    rows, columns = a.shape[-2:]
    if rows > columns and mode == "complete":
        return _full_qr(a)
    if rows >= columns:
        factors = _qr(a)
    else:
        # q depends on the first m columns alone; the other columns of r are linear in those of a.
        q, r = first = _qr(a[..., :rows])
        factors = type(first)(q, np.concatenate((r, adjoint(q) @ a[..., rows:]), axis=-1))
    return factors[1] if mode == "r" else factors


def _cholesky_backward(x: Any, out: Any, grad: Any) -> Any:
    upper = adjoint(out)
    inner = lower_triangle(upper @ conjugate(grad), 0.5)
    return conjugate(hermitian_part(np.linalg.solve(upper, _right_divide(inner, out))))


def _cholesky_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    inner = _right_divide(np.linalg.solve(out, hermitian_part(tangent)), adjoint(out))
    return out @ lower_triangle(inner, 0.5)


_cholesky = primitive(
    lambda x: np.linalg.cholesky(x), _cholesky_backward, pushforward=_cholesky_pushforward, name="cholesky_of"
)


@composite(overloads=["numpy.linalg:cholesky"])
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """Return the lower, or upper, triangular factors of positive definite matrices."""
    a = as_array(a)
    return adjoint(_cholesky(as_hermitian(adjoint(a)))) if upper else _cholesky(as_hermitian(a))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _eigh, eigh, eigvalsh, _eig, eig, eigvals, _svd, _full_svd, svd, svdvals, _qr, _full_qr, qr, _cholesky, cholesky,
    ]  # fmt: skip

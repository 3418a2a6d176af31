"""Decompositions of matrices: eig, eigh, svd, qr and cholesky.

Symmetric (Hermitian) inputs are differentiated along symmetric changes, and their gradients are symmetric, as JAX and PyTorch have it.
Of a matrix that is not symmetric NumPy reads one triangle, and there the gradient lies. The cotangents of the rules below, as these are
written in the literature, are the complex conjugates of ours.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, UnknownPrimitiveError, composite, hookimpl, primitive
from pullback.errors import where
from pullback.tracked import Tracked, plain
from pullback_plugins.arithmetic import is_complex
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.degeneracy import (
    EQUAL,
    KINK,
    ORDER,
    PHASE,
    UNKNOWN,
    Quotients,
    differences,
    gaps,
    off_diagonal,
    phases,
    warn_of,
)
from pullback_plugins.numpy.linalg.matrices import (
    adjoint,
    as_hermitian,
    conjugate,
    diagonal,
    diagonal_matrix,
    hermitian,
    lower,
    mirrored,
    resolution,
    shape_of,
    skew,
    transposed,
)

__all__ = ["cholesky", "eig", "eigh", "eigvals", "eigvalsh", "qr", "svd", "svdvals"]

# Eigenvalues. Giles (2008), "An extended collection of matrix derivative results", sections 2.3.1 and 3.1; with the
# normalisation of the eigenvectors, Boeddeker et al. (2017), "On the computation of complex-valued gradients", section 4.


def _eigh_of(x: Any, out: Any, uplo: str, vectors: bool) -> Any:
    # Without vectors, their tangents are wrong in silence where eigenvalues are equal: a rule that uses them asks again.
    return out if vectors or not isinstance(x, Tracked) else _eigh(x, uplo=uplo, vectors=True)


def _eigh_backward(x: Any, out: Any, grad: Any, *, uplo: str, vectors: bool) -> Any:
    w, v = _eigh_of(x, out, uplo, vectors)
    inner = diagonal_matrix(grad[0])
    tolerance = resolution(x)
    apart, equal = gaps(w, tolerance)
    warn_of("eigh", differences(plain(grad[0])), equal, grad[0], tolerance, ORDER.format("eigenvalues"))
    if vectors:
        given = conjugate(grad[1])
        turn = adjoint(v) @ given
        warn_of("eigh", turn, off_diagonal(equal), given, tolerance, EQUAL.format("eigenvalues"))
        warn_of("eigh", phases(turn), True, given, tolerance, PHASE)
        inner = inner + apart * turn
    return conjugate(hermitian(v @ inner @ adjoint(v)))


def _eigh_pushforward(x: Any, out: Any, tangent: Any, *, uplo: str, vectors: bool) -> Any:
    w, v = _eigh_of(x, out, uplo, vectors)
    change = adjoint(v) @ hermitian(tangent) @ v
    tolerance = resolution(x)
    apart, equal = gaps(w, tolerance)
    if vectors:
        warn_of("eigh", change, off_diagonal(equal), change, tolerance, UNKNOWN.format("eigenvalues"))
    return np.real(diagonal(change)), v @ (apart * change)


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


def _eig_of(x: Any, out: Any, vectors: bool) -> Any:
    return out if vectors or not isinstance(x, Tracked) else _eig(x, vectors=True)


def _eig_backward(x: Any, out: Any, grad: Any, *, vectors: bool) -> Any:
    w, v = _eig_of(x, out, vectors)
    inner = diagonal_matrix(conjugate(grad[0]))
    dual = adjoint(v)
    tolerance = resolution(x)
    apart, equal = gaps(w, tolerance)
    warn_of("eig", differences(plain(grad[0])), equal, grad[0], tolerance, ORDER.format("eigenvalues"))
    if vectors:
        given = conjugate(grad[1])
        turn = dual @ given
        warn_of("eig", turn, off_diagonal(equal), given, tolerance, EQUAL.format("eigenvalues"))
        warn_of("eig", phases(turn), True, given, tolerance, PHASE)
        length = diagonal(turn)
        inner = inner + conjugate(apart) * (turn - (dual @ v) * np.real(length)[..., None, :])
    return conjugate(np.linalg.solve(dual, inner @ dual))


def _eig_pushforward(x: Any, out: Any, tangent: Any, *, vectors: bool) -> Any:
    w, v = _eig_of(x, out, vectors)
    change = np.linalg.solve(v, tangent @ v)
    tolerance = resolution(x)
    apart, equal = gaps(w, tolerance)
    if vectors:
        warn_of("eig", change, off_diagonal(equal), change, tolerance, UNKNOWN.format("eigenvalues"))
    turned = v @ (apart * change)
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


# Singular values. Townsend (2016), "Differentiating the singular value decomposition", with the quotients taken apart: the symmetric
# part of U' dA V turns both bases alike, over s[j] - s[i], the skew part turns them against each other, over s[j] + s[i].


def _svd_of(x: Any, out: Any, vectors: bool, symmetric: bool) -> Any:
    return out if vectors or not isinstance(x, Tracked) else _svd(x, vectors=True, symmetric=symmetric)


def _svd_backward(x: Any, out: Any, grad: Any, *, vectors: bool, symmetric: bool) -> Any:
    u, s, vh = _svd_of(x, out, vectors, symmetric)
    inner = diagonal_matrix(grad[1])
    outside: Any = 0.0
    q = Quotients(x, s)
    warn_of("svd", differences(plain(grad[1])), q.equal, grad[1], q.tolerance, ORDER.format("singular values"))
    warn_of("svd", grad[1], q.none, grad[1], q.tolerance, KINK)
    if vectors:
        rows, columns = shape_of(x)[-2:]
        v, of_u, of_v = adjoint(vh), conjugate(grad[0]), transposed(grad[2])
        turn_u, turn_v = adjoint(u) @ of_u, vh @ of_v
        _doubt_svd(q, turn_u, turn_v, of_u, of_v)
        inner = inner + hermitian(q.apart * (turn_u + turn_v)) + skew(q.together * (turn_u - turn_v))
        if rows > columns:
            rest = of_u - u @ turn_u
            warn_of("svd", rest, q.none[..., None, :], of_u, q.tolerance, EQUAL.format("singular values"))
            outside = (rest * q.one[..., None, :]) @ vh
        elif columns > rows:
            rest = of_v - v @ turn_v
            warn_of("svd", rest, q.none[..., None, :], of_v, q.tolerance, EQUAL.format("singular values"))
            outside = u @ adjoint(rest * q.one[..., None, :])
    whole = u @ inner @ vh + outside
    return conjugate(hermitian(whole) if symmetric else whole)


def _doubt_svd(q: Quotients, turn_u: Any, turn_v: Any, of_u: Any, of_v: Any) -> None:
    """Warn where the output depends on the choice of singular vectors."""
    scale = np.concatenate([np.max(np.abs(plain(x)), axis=(-2, -1), keepdims=True, initial=0.0) for x in (of_u, of_v)])
    turn_u, turn_v, equal = plain(turn_u), plain(turn_v), off_diagonal(q.equal)
    for part in (turn_u + turn_v, hermitian(turn_u)):
        warn_of("svd", part, equal, scale, q.tolerance, EQUAL.format("singular values"))
    warn_of("svd", skew(turn_u - turn_v), q.both_none, scale, q.tolerance, EQUAL.format("singular values"))
    warn_of("svd", phases(turn_u + turn_v), True, scale, q.tolerance, PHASE)


def _svd_pushforward(x: Any, out: Any, tangent: Any, *, vectors: bool, symmetric: bool) -> Any:
    u, s, vh = _svd_of(x, out, vectors, symmetric)
    tangent = hermitian(tangent) if symmetric else tangent
    rows, columns = shape_of(x)[-2:]
    q = Quotients(x, s)
    v, uh = adjoint(vh), adjoint(u)
    change = uh @ tangent @ v
    alike, against = q.apart * hermitian(change), q.together * skew(change)
    if vectors:
        warn_of(
            "svd", hermitian(change), off_diagonal(q.equal), tangent, q.tolerance, UNKNOWN.format("singular values")
        )
        warn_of("svd", skew(change), q.both_none, tangent, q.tolerance, UNKNOWN.format("singular values"))
    of_u, of_v = u @ (alike + against), v @ (alike - against)
    if rows > columns:
        of_u = of_u + (tangent @ v - u @ change) * q.one[..., None, :]
    elif columns > rows:
        of_v = of_v + (adjoint(tangent) @ u - v @ adjoint(change)) * q.one[..., None, :]
    return of_u, np.real(diagonal(change)), adjoint(of_v)


_svd: Primitive = primitive(
    lambda x, *, vectors, symmetric: np.linalg.svd(x, full_matrices=False, hermitian=symmetric),
    _svd_backward,
    pushforward=_svd_pushforward,
    name="svd_of",
)


def _completed(known: Any, grad: Any, extra: Any, extra_grad: Any, tolerance: float) -> Any:
    """Return the cotangent of `known` columns and of `extra` ones, which make the basis complete, as one of `known`.

    What is known turns by some angle into the rest, so the rest turns back by it.
    """
    given = conjugate(extra_grad)
    warn_of("full basis", skew(adjoint(extra) @ given), True, given, tolerance, EQUAL.format("null spaces"))
    return grad - conjugate(extra @ (adjoint(given) @ known))


def _complete_change(known: Any, tangent: Any, extra: Any) -> Any:
    return -known @ (adjoint(tangent) @ extra)


def _full_svd_backward(x: Any, out: Any, grad: Any) -> Any:
    u, s, vh = out
    of_u, of_s, of_vh = grad
    count = shape_of(s)[-1]
    tolerance = resolution(x)
    thin = u[..., :count], s, vh[..., :count, :]
    of_thin_u, of_thin_vh = of_u[..., :count], of_vh[..., :count, :]
    if shape_of(u)[-1] > count:
        of_thin_u = _completed(thin[0], of_thin_u, u[..., count:], of_u[..., count:], tolerance)
    if shape_of(vh)[-1] > count:
        v, of_v = adjoint(vh), adjoint(of_vh)
        of_thin_vh = adjoint(
            _completed(v[..., :count], of_v[..., :count], v[..., count:], of_v[..., count:], tolerance)
        )
    return _svd_backward(x, thin, (of_thin_u, of_s, of_thin_vh), vectors=True, symmetric=False)


def _full_svd_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    u, s, vh = out
    count = shape_of(s)[-1]
    thin = u[..., :count], s, vh[..., :count, :]
    of_u, of_s, of_vh = _svd_pushforward(x, thin, tangent, vectors=True, symmetric=False)
    if shape_of(u)[-1] > count:
        of_u = np.concatenate((of_u, _complete_change(thin[0], of_u, u[..., count:])), axis=-1)
    if shape_of(vh)[-1] > count:
        v = adjoint(vh)
        rest = _complete_change(v[..., :count], adjoint(of_vh), v[..., count:])
        of_vh = np.concatenate((of_vh, adjoint(rest)), axis=-2)
    return of_u, of_s, of_vh


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


# Triangular factors. Walter and Lehmann (2018), "Algorithmic differentiation of linear algebra functions with application in optimum
# experimental design", section 4, for qr; Murray (2016), "Differentiation of the Cholesky decomposition", section 3.


def _divided(x: Any, r: Any) -> Any:
    """Return ``x @ inv(r)``."""
    return transposed(np.linalg.solve(transposed(r), transposed(x)))


def _qr_backward(x: Any, out: Any, grad: Any) -> Any:
    q, r = out
    of_q, of_r = conjugate(grad[0]), conjugate(grad[1])
    inner = mirrored(r @ adjoint(of_r) - adjoint(of_q) @ q)
    return conjugate(_divided(of_q + q @ inner, adjoint(r)))


def _qr_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    q, r = out
    change = _divided(tangent, r)
    inside = adjoint(q) @ change
    below = lower(inside, 0.0)
    turn = below - adjoint(below)
    if is_complex(x):
        turned = diagonal(inside)
        turn = turn + diagonal_matrix((turned - conjugate(turned)) * 0.5)
    return change - q @ (inside - turn), (inside - turn) @ r


_qr = primitive(lambda x: np.linalg.qr(x), _qr_backward, pushforward=_qr_pushforward, name="qr_of")
"""Return the QR decomposition of matrices that are not wider than high."""


def _full_qr_backward(x: Any, out: Any, grad: Any) -> Any:
    q, r = out
    count = shape_of(x)[-1]
    of_thin = _completed(q[..., :count], grad[0][..., :count], q[..., count:], grad[0][..., count:], resolution(x))
    return _qr_backward(x, (q[..., :count], r[..., :count, :]), (of_thin, grad[1][..., :count, :]))


def _full_qr_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    q, r = out
    count = shape_of(x)[-1]
    of_q, of_r = _qr_pushforward(x, (q[..., :count], r[..., :count, :]), tangent)
    rest = _complete_change(q[..., :count], of_q, q[..., count:])
    return np.concatenate((of_q, rest), axis=-1), np.concatenate((of_r, plain(r)[..., count:, :] * 0.0), axis=-2)


_full_qr = primitive(
    lambda x: np.linalg.qr(x, "complete"), _full_qr_backward, pushforward=_full_qr_pushforward, name="full_qr_of"
)


@composite(overloads=["numpy.linalg:qr"])
def qr(a: Any, mode: str = "reduced") -> Any:
    """Return the QR decomposition of matrices."""
    a = as_array(a)
    if mode not in ("reduced", "complete", "r"):
        raise UnknownPrimitiveError(
            f"np.linalg.qr is differentiable in the modes 'reduced', 'complete' and 'r', not {mode!r}, at {where()}; use one of these, "
            "or, to leave the chain, np.linalg.qr(v.primal, mode)"
        )
    if a.ndim < 2:
        raise np.linalg.LinAlgError(f"{a.ndim}-dimensional array given. Array must be at least two-dimensional")
    rows, columns = a.shape[-2:]
    if rows > columns and mode == "complete":
        return _full_qr(a)
    if rows >= columns:
        found = _qr(a)
    else:
        # The first columns decide; the others follow linearly.
        q, r = first = _qr(a[..., :rows])
        found = type(first)(q, np.concatenate((r, adjoint(q) @ a[..., rows:]), axis=-1))
    return found[1] if mode == "r" else found


def _cholesky_backward(x: Any, out: Any, grad: Any) -> Any:
    upper = adjoint(out)
    inner = lower(upper @ conjugate(grad), 0.5)
    return conjugate(hermitian(np.linalg.solve(upper, _divided(inner, out))))


def _cholesky_pushforward(x: Any, out: Any, tangent: Any) -> Any:
    inner = _divided(np.linalg.solve(out, hermitian(tangent)), adjoint(out))
    return out @ lower(inner, 0.5)


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

"""Decompositions and their derivatives. What is arbitrary in an output, signs and phases, is taken out before it is compared."""

import numpy as np
import pytest

from pullback import UnknownPrimitiveError, Variable, check_grads, grad, jvp
from pullback.tracked import plain

from ..draws import BOTH, cplx, real, same_numbers  # noqa: F401


def mt(x):
    return np.moveaxis(x, -1, -2)


def ct(x):
    return np.conj(mt(x))


def square(z):
    """Return the squares of absolute values."""
    return np.real(z * np.conj(z))


def symmetric(x):
    return x + ct(x)


def definite(x):
    return x @ ct(x) + 2.0 * np.eye(x.shape[-1])


def agrees(f, x, order=2, rtol=1e-6, **options):
    expected, found = f(x), f(Variable(x))
    np.testing.assert_allclose(plain(found), expected, rtol=1e-10, atol=1e-10)
    assert np.shape(plain(found)) == np.shape(expected)
    check_grads(f, (x,), order=order, rtol=rtol, **options)


# eigh


@BOTH
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 2, 2)])
def test_eigh(shape, numbers):
    weight = cplx(*shape) if numbers is cplx else real(*shape)
    agrees(lambda x: np.linalg.eigh(symmetric(x))[0], numbers(*shape))
    agrees(lambda x: square(ct(weight) @ np.linalg.eigh(symmetric(x))[1]), numbers(*shape), rtol=1e-5, step=1e-3)
    agrees(lambda x: np.linalg.eigvalsh(symmetric(x)), numbers(*shape))


@BOTH
def test_a_function_of_a_matrix_by_its_eigenvalues(numbers):
    def exponential(x):
        w, v = np.linalg.eigh(symmetric(x))
        return (v * np.exp(w)) @ ct(v)

    agrees(exponential, numbers(3, 3) * 0.5, rtol=1e-5, step=1e-3)


def test_eigh_reads_the_triangle_that_is_asked_for_and_has_a_symmetric_gradient():
    x = real(3, 3)
    for uplo in "LU":
        agrees(lambda x: np.linalg.eigh(symmetric(x), uplo)[0], x)
        full = np.tril(x) + np.tril(x, -1).T if uplo == "L" else np.triu(x) + np.triu(x, 1).T
        assert np.allclose(plain(np.linalg.eigh(Variable(x), uplo)[0]), np.linalg.eigvalsh(full))
        assert np.allclose(plain(np.linalg.eigvalsh(Variable(x), uplo)), np.linalg.eigvalsh(full))
    found = grad(lambda x: np.linalg.eigvalsh(x)[0])(symmetric(x))
    v = np.linalg.eigh(symmetric(x))[1][:, 0]
    assert np.allclose(found, np.outer(v, v))
    with pytest.raises(ValueError, match="UPLO"):
        np.linalg.eigh(Variable(x), "X")


@pytest.mark.parametrize("uplo", ["L", "U"])
@BOTH
def test_eigh_of_one_triangle_is_differentiated_by_it(numbers, uplo):
    x = numbers(2, 3, 3)
    agrees(lambda x: np.linalg.eigh(x, uplo)[0], x)
    agrees(lambda x: np.linalg.eigvalsh(x, uplo), x)
    unread = np.triu(np.full((3, 3), np.nan), 1)
    triangle = np.tril(x) + unread if uplo == "L" else np.triu(x) + unread.T
    found = grad(lambda x: np.sum(np.linalg.eigvalsh(x, uplo) ** 2))(triangle)
    assert np.all(found[np.isnan(triangle)] == 0.0)
    # The sum of squares of all elements, those that are not read being copies of those that are.
    place = (0, 2, 0) if uplo == "L" else (0, 0, 2)
    assert np.allclose(found[place], 4.0 * np.conj(triangle[place]))


def test_a_matrix_that_is_symmetric_but_for_rounding_has_a_symmetric_gradient():
    x = symmetric(real(3, 3))
    x[0, 1] = np.nextafter(x[0, 1], 9.0)
    found = grad(lambda x: np.linalg.eigvalsh(x)[0])(x)
    assert np.allclose(found, found.T)


def test_the_outputs_have_names():
    x = symmetric(real(2, 2))
    assert np.linalg.eigh(Variable(x)).eigenvalues.shape == (2,)
    assert np.linalg.eig(Variable(x)).eigenvectors.shape == (2, 2)
    assert np.linalg.svd(Variable(x)).S.shape == (2,)
    assert np.linalg.qr(Variable(x)).R.shape == (2, 2)


# eig


@BOTH
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 2, 2)])
def test_eig(shape, numbers):
    x = numbers(*shape) + 3 * np.diag(np.arange(shape[-1])) if numbers is real else cplx(*shape)
    weight = cplx(*shape)
    agrees(lambda x: np.linalg.eig(x)[0], x, rtol=1e-5, step=1e-3)
    agrees(lambda x: np.linalg.eigvals(x), x, rtol=1e-5, step=1e-3)
    agrees(lambda x: square(ct(weight) @ np.linalg.eig(x)[1]), x, rtol=1e-5, step=1e-3)


def test_eig_of_a_real_matrix_with_complex_eigenvalues():
    x = np.array([[0.2, 2.0, 0.1], [-2.0, 0.5, 0.3], [0.1, 0.2, 1.0]])
    weight = cplx(3, 3)
    agrees(lambda x: square(np.linalg.eig(x)[0]), x, rtol=1e-5, step=1e-3)
    agrees(lambda x: square(ct(weight) @ np.linalg.eig(x)[1]), x, rtol=1e-5, step=1e-3)
    assert grad(lambda x: np.sum(np.imag(np.linalg.eigvals(x)) ** 2))(x).dtype == np.float64


def test_eig_rebuilds_its_matrix():
    def rebuilt(x):
        w, v = np.linalg.eig(x)
        return np.real((v * w) @ np.linalg.inv(v))

    x = real(3, 3)
    assert np.allclose(jvp(rebuilt, (x,), (np.ones((3, 3)),))[1], 1.0)


# svd


@BOTH
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (4, 2), (2, 4), (3, 1), (2, 3, 2)])
def test_svd(shape, full, numbers):
    def projectors(x):
        u, s, vh = np.linalg.svd(x, full_matrices=full)
        u, vh = ct(left) @ u, vh @ right
        k = min(shape[-2:])
        known = square(u[..., :k]), s, square(mt(vh)[..., :k])
        rest = [np.sum(square(each[..., k:]), axis=-1, keepdims=True) for each in (u, mt(vh))]
        return known, rest

    left, right = numbers(shape[-2], shape[-2]), numbers(shape[-1], shape[-1])
    x = numbers(*shape)
    check_grads(projectors, (x,), rtol=1e-5, step=1e-3)
    for a, b in zip(projectors(x)[0], projectors(Variable(x))[0]):
        np.testing.assert_allclose(plain(b), a, rtol=1e-10, atol=1e-10)


@BOTH
@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4)])
def test_svd_with_both_bases_together(shape, numbers):
    def rebuilt(x):
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        return (u * s**2) @ vh, u @ vh

    check_grads(rebuilt, (numbers(*shape),), rtol=1e-5, step=1e-3)


@BOTH
def test_singular_values(numbers):
    for shape in [(3, 3), (4, 2), (2, 2, 3)]:
        agrees(lambda x: np.linalg.svd(x, compute_uv=False), numbers(*shape), rtol=1e-5)
        if hasattr(np.linalg, "svdvals"):
            agrees(lambda x: np.linalg.svdvals(x), numbers(*shape), rtol=1e-5)


@BOTH
def test_svd_of_hermitian_matrices(numbers):
    x = numbers(3, 3)
    agrees(lambda x: np.linalg.svd(symmetric(x), compute_uv=False, hermitian=True), x, rtol=1e-5)
    agrees(lambda x: np.linalg.svd(x, compute_uv=False, hermitian=True), x, rtol=1e-5)
    weight = numbers(3, 3)
    agrees(lambda x: square(weight @ np.linalg.svd(symmetric(x), hermitian=True)[0]), x, rtol=1e-5, step=1e-3)


# qr


@BOTH
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (4, 2), (2, 4), (2, 3, 2), (2, 2, 3)])
@pytest.mark.parametrize("mode", ["reduced", "r", "complete"])
def test_qr(mode, shape, numbers):
    k = min(shape[-2:])

    def f(x):
        if mode == "r":
            return np.linalg.qr(x, mode="r")
        q, r = np.linalg.qr(x, mode=mode)
        rest = q[..., k:]
        return q[..., :k], r, rest @ ct(rest)

    x = numbers(*shape)
    for a, b in zip(f(x) if mode != "r" else (f(x),), f(Variable(x)) if mode != "r" else (f(Variable(x)),)):
        np.testing.assert_allclose(plain(b), a, rtol=1e-10, atol=1e-10)
    check_grads(f, (x,), rtol=1e-5, step=1e-3)


def test_qr_in_other_modes():
    with pytest.raises(UnknownPrimitiveError, match="'reduced', 'complete' and 'r', not 'raw'"):
        np.linalg.qr(Variable(real(2, 2)), mode="raw")
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.qr(Variable(real(2)))


# cholesky


@BOTH
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 2, 2)])
def test_cholesky(shape, numbers):
    agrees(lambda x: np.linalg.cholesky(definite(x)), numbers(*shape), rtol=1e-5)
    if not np.__version__.startswith("1."):
        agrees(lambda x: np.linalg.cholesky(definite(x), upper=True), numbers(*shape), rtol=1e-5)


def test_cholesky_has_a_symmetric_gradient():
    found = grad(lambda x: np.sum(np.linalg.cholesky(x)))(definite(real(3, 3)))
    assert np.allclose(found, found.T)


@BOTH
def test_cholesky_of_one_triangle_is_differentiated_by_it(numbers):
    x = np.tril(definite(numbers(3, 3)))
    agrees(lambda x: np.linalg.cholesky(x), x, rtol=1e-5)
    assert np.all(np.triu(grad(lambda x: np.sum(np.abs(np.linalg.cholesky(x))))(x), 1) == 0.0)
    if not np.__version__.startswith("1."):
        agrees(lambda x: np.linalg.cholesky(x, upper=True), x.conj().T, rtol=1e-5)


def test_cholesky_of_what_is_not_definite():
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        np.linalg.cholesky(Variable(-np.eye(2)))


# All of them.


@pytest.mark.parametrize("f", [
    lambda x: np.sum(np.linalg.eigh(x)[0] ** 2), lambda x: np.sum(np.linalg.svd(x)[1]), lambda x: np.sum(np.linalg.qr(x)[1] ** 2),
    lambda x: np.sum(np.linalg.cholesky(x)), lambda x: np.sum(np.real(np.linalg.eigvals(x)) ** 2),
])  # fmt: skip
def test_float32_stays(f):
    x = definite(real(3, 3))
    found = grad(f)(x.astype(np.float32))
    assert found.dtype == np.float32
    assert np.allclose(found, grad(f)(x), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", ["eig", "eigh", "eigvals", "eigvalsh", "cholesky"])
def test_matrices_that_are_not_square(name):
    with pytest.raises(np.linalg.LinAlgError, match="square"):
        getattr(np.linalg, name)(Variable(real(2, 3)))

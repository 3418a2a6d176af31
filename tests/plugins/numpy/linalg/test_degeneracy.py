"""Equal eigenvalues, singular values of zero and phases: finite where the function is smooth, and a warning elsewhere."""

import warnings

import numpy as np
import pytest

from pullback import PullbackWarning, grad, hessian, jvp

from ..draws import cplx, real, same_numbers  # noqa: F401


def symmetric(x):
    return x + np.conj(x).T


SMOOTH = [
    lambda x: np.sum(np.linalg.eigvalsh(x)),
    lambda x: np.sum(np.linalg.eigh(x)[0] ** 2),
    lambda x: np.sum(np.exp(np.linalg.eigh(x)[0])),
    lambda x: np.trace((np.linalg.eigh(x)[1] * np.exp(np.linalg.eigh(x)[0])) @ np.transpose(np.linalg.eigh(x)[1])),
]


@pytest.mark.parametrize("f", SMOOTH)
def test_equal_eigenvalues_and_a_function_that_is_smooth_there(f):
    q = np.linalg.qr(real(3, 3))[0]
    for x in (np.eye(3), np.zeros((3, 3)), (q * [1.0, 1.0, 2.0]) @ q.T):
        tangent = symmetric(real(3, 3))
        found = grad(f)(x)
        assert np.isfinite(found).all()
        numerical = (f(x + 1e-5 * tangent) - f(x - 1e-5 * tangent)) / 2e-5
        assert np.isclose(np.sum(found * tangent), numerical)


def test_equal_eigenvalues_and_a_function_that_is_not_smooth_there():
    q = np.linalg.qr(real(3, 3))[0]

    def f(x):
        # Not one component: in the basis that LAPACK chooses, it may turn by nothing.
        return np.linalg.eigh(x)[1][:, 1] @ np.array([1.0, 2.0, 4.0])

    for x in (np.eye(3), (q * [1.0, 1.0, 2.0]) @ q.T):
        with pytest.warns(PullbackWarning, match="equal eigenvalues"):
            found = grad(f)(x)
        assert np.isfinite(found).all()
        with pytest.warns(PullbackWarning, match="equal eigenvalues"):
            jvp(f, (x,), (symmetric(real(3, 3)),))


def test_the_second_derivative_of_equal_eigenvalues_is_not_wrong_in_silence():
    with pytest.warns(PullbackWarning, match="equal eigenvalues"):
        hessian(lambda x: np.sum(np.linalg.eigvalsh(x) ** 3))(np.eye(2))
    with pytest.warns(PullbackWarning, match="equal singular values"):
        hessian(lambda x: np.sum(np.linalg.svd(x, compute_uv=False) ** 3))(np.eye(2))


def test_forward_mode_of_equal_eigenvalues_alone_does_not_warn():
    assert np.isclose(jvp(lambda x: np.sum(np.linalg.eigvalsh(x)), (np.eye(2),), (np.ones((2, 2)),))[1], 2.0)


def test_a_phase_that_is_arbitrary_is_named():
    x = symmetric(cplx(3, 3))
    with pytest.warns(PullbackWarning, match="phase"):
        grad(lambda x: np.sum(np.imag(np.linalg.eigh(x)[1])))(x)
    with pytest.warns(PullbackWarning, match="phase"):
        grad(lambda x: np.sum(np.imag(np.linalg.svd(x)[0])))(x)


def test_equal_singular_values():
    assert np.allclose(grad(lambda x: np.sum(np.linalg.svd(x)[1]))(np.eye(3)), np.eye(3))
    assert np.allclose(grad(lambda x: np.sum(np.linalg.svd(x)[1] ** 2))(np.eye(3)), 2 * np.eye(3))
    with pytest.warns(PullbackWarning, match="equal singular values"):
        found = grad(lambda x: np.linalg.svd(x)[0][0, 1])(np.eye(3))
    assert np.isfinite(found).all()


def test_a_singular_value_of_zero():
    for x in (np.diag([2.0, 0.0]), np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])):
        with pytest.warns(PullbackWarning, match="singular value of zero"):
            found = grad(lambda x: np.sum(np.linalg.svd(x)[1]))(x)
        assert np.isfinite(found).all()
        assert np.allclose(grad(lambda x: np.sum(np.linalg.svd(x)[1] ** 2))(x), 2 * x)
    with pytest.warns(PullbackWarning, match="singular values"):
        found = grad(lambda x: np.linalg.svd(x, full_matrices=False)[0][2, 1])(x)
    assert np.isfinite(found).all()


def test_a_matrix_rebuilt_where_its_eigenvalues_are_zero_is_not_wrong_in_silence():
    # All of the cotangents of the vectors are zero there: only those of the values tell.
    weight = real(3, 3)

    def by_eigenvalues(x):
        w, v = np.linalg.eigh(x)
        return np.sum(weight * ((v * w) @ v.T))

    def by_singular_values(x):
        u, s, vh = np.linalg.svd(x)
        return np.sum(weight * ((u * s) @ vh))

    for f in (by_eigenvalues, by_singular_values):
        with pytest.warns(PullbackWarning):
            grad(f)(np.zeros((3, 3)))
        with pytest.warns(PullbackWarning):
            jvp(f, (np.zeros((3, 3)),), (np.ones((3, 3)),))


def test_one_of_equal_values_is_named():
    for f in (
        lambda x: np.linalg.eigvalsh(x)[0],
        lambda x: np.linalg.svd(x)[1][0],
        lambda x: np.real(np.linalg.eigvals(x)[0]),
    ):
        with pytest.warns(PullbackWarning, match="which of equal"):
            found = grad(f)(np.eye(2))
        assert np.isclose(np.trace(found), 1.0)


def test_the_rest_of_a_full_basis_is_arbitrary():
    x = real(4, 2)
    with pytest.warns(PullbackWarning, match="null spaces"):
        grad(lambda x: np.linalg.qr(x, mode="complete")[0][0, 3])(x)


def test_an_output_that_nothing_uses_costs_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grad(lambda x: np.linalg.eigh(x)[0][0] + np.linalg.svd(x)[1][0] + np.linalg.qr(x)[1][0, 0])(np.diag([1.0, 2.0]))

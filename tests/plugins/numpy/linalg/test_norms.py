"""Norms in every order and condition numbers, and their derivatives, with the points where they are not smooth."""

import numpy as np
import pytest

from pullback import Variable, check_grads, grad, hessian
from pullback.tracked import plain

from ..draws import BOTH, cplx, real, same_numbers  # noqa: F401


def agrees(f, x, order=2, rtol=1e-6):
    expected, found = f(x), f(Variable(x))
    if expected.dtype.kind == "c":
        # NumPy 1 returns condition numbers of complex matrices as complex numbers.
        expected = expected.real
    np.testing.assert_allclose(plain(found), expected, rtol=1e-13)
    assert plain(found).dtype == expected.dtype
    assert np.shape(plain(found)) == np.shape(expected)
    check_grads(f, (x,), order=order, rtol=rtol)


def away_from_zero(x):
    return x + 0.5 * x / np.abs(x)


VECTOR_ORDERS = [None, 2, 1, 3, 2.5, 0.5, -1, -2, np.inf, -np.inf, 0]


@BOTH
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("order", VECTOR_ORDERS)
def test_norms_of_vectors(order, keepdims, numbers):
    agrees(lambda x: np.linalg.norm(x, order, keepdims=keepdims) * 1.0, away_from_zero(numbers(4)))
    agrees(lambda x: np.linalg.norm(x, order, axis=-2, keepdims=keepdims) * 1.0, away_from_zero(numbers(2, 3, 2)))


MATRIX_ORDERS = [None, "fro", "nuc", np.inf, -np.inf, 1, -1, 2, -2]


@BOTH
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("order", MATRIX_ORDERS)
def test_norms_of_matrices(order, keepdims, numbers):
    agrees(lambda x: np.linalg.norm(x, order, keepdims=keepdims), numbers(3, 2), rtol=1e-5)
    agrees(lambda x: np.linalg.norm(x, order, axis=(0, -1), keepdims=keepdims), numbers(2, 2, 3), rtol=1e-5)


def test_the_norm_of_a_whole_array():
    agrees(lambda x: np.linalg.norm(x), real(2, 3, 2))
    agrees(lambda x: np.linalg.norm(x, keepdims=True), real(2, 3, 2))


@pytest.mark.skipif(not hasattr(np.linalg, "vector_norm"), reason="new in NumPy 2")
@BOTH
def test_vector_norm_and_matrix_norm(numbers):
    for order in (2, 1, 3, np.inf):
        agrees(lambda x: np.linalg.vector_norm(x, ord=order), numbers(2, 3))
        agrees(lambda x: np.linalg.vector_norm(x, axis=(0, 2), keepdims=True, ord=order), numbers(2, 3, 2))
    for order in MATRIX_ORDERS[1:]:
        agrees(lambda x: np.linalg.matrix_norm(x, ord=order, keepdims=True), numbers(2, 3, 2), rtol=1e-5)


@pytest.mark.parametrize("order", [None, 2, 1, 3, 1.5, np.inf])
def test_the_gradient_of_the_norm_of_the_zero_vector_is_zero(order):
    assert (grad(lambda x: np.linalg.norm(x, order))(np.zeros(3)) == 0).all()
    assert (grad(lambda x: np.linalg.norm(x, order))(np.zeros(3, complex)) == 0).all()
    x = np.array([[3.0, 4.0], [0.0, 0.0]])
    found = grad(lambda x: np.sum(np.linalg.norm(x, order, axis=1)))(x)
    assert (found[1] == 0).all()
    assert np.allclose(found[0], grad(lambda x: np.linalg.norm(x, order))(x[0]))


@pytest.mark.parametrize("order", MATRIX_ORDERS)
def test_the_gradient_of_the_norm_of_the_zero_matrix_is_zero(order):
    assert (grad(lambda x: np.linalg.norm(x, order))(np.zeros((3, 2))) == 0).all()


SQUARED = [
    lambda x: np.linalg.norm(x) ** 2,
    lambda x: np.linalg.norm(x) ** 2.0,
    lambda x: np.linalg.norm(x) * np.linalg.norm(x) * 0.0 + np.power(np.linalg.norm(x), 2),
    lambda x: np.square(np.linalg.norm(x)),
    lambda x: (lambda n: n * n)(np.linalg.norm(x)),
    lambda x: np.sum(np.linalg.norm(x.reshape(1, 3), axis=1, keepdims=True) ** 2),
]


@pytest.mark.parametrize("f", SQUARED)
def test_the_hessian_of_the_squared_norm_at_zero(f):
    assert np.allclose(grad(f)(np.zeros(3)), 0.0)
    assert np.allclose(hessian(f)(np.zeros(3)), 2.0 * np.eye(3))
    assert np.allclose(hessian(f)(np.ones(3)), 2.0 * np.eye(3))


def test_the_square_of_the_norm_of_a_free_variable_that_is_zero():
    x = Variable(np.zeros(2))
    n = np.linalg.norm(x)
    y = n**2 + 3.0 * n
    y.backprop()
    assert (x.grad == 0.0).all()


def test_a_norm_that_was_assigned_to_is_one_no_more():
    def f(x):
        n = np.linalg.norm(x, axis=1)
        n[0] = 5.0
        return np.sum(n**2)

    x = np.array([[3.0, 4.0], [0.0, 0.0], [1.0, 0.0]])
    assert np.allclose(grad(f)(x), [[0.0, 0.0], [0.0, 0.0], [2.0, 0.0]])


SQUARED_SIZES = [
    lambda x: np.sum(np.abs(x) ** 2),
    lambda x: np.sum(abs(x) ** 2.0),
    lambda x: np.sum(np.square(np.absolute(x))),
    lambda x: np.sum(np.power(np.abs(x), 2)),
    lambda x: (lambda size: np.sum(size * size))(np.abs(x)),
    lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2) / 3.0,
    lambda x: np.sum(np.abs(x * np.exp(1j * np.arange(3.0))) ** 2),
    lambda x: np.abs(x[0]) ** 2 + np.abs(x[1] + 1j * x[2]) ** 2,
]


@pytest.mark.parametrize("f", SQUARED_SIZES)
@pytest.mark.parametrize("x", [np.zeros(3), np.ones(3), np.array([0.0, -2.0, 0.0])])
def test_the_hessian_of_a_squared_absolute_value(f, x):
    assert np.allclose(f(x), np.sum(x**2))
    assert np.allclose(grad(f)(x), 2.0 * x)
    assert np.allclose(hessian(f)(x), 2.0 * np.eye(3))
    assert np.allclose(grad(lambda x: np.sum(grad(f)(x)[:2]))(x), [2.0, 2.0, 0.0])


def test_other_powers_of_an_absolute_value_at_zero():
    x = np.array([0.0, -2.0])
    assert np.allclose(hessian(lambda x: np.sum(np.abs(x) ** 3))(x), np.diag([0.0, 12.0]))
    assert np.allclose(grad(lambda x: np.sum(np.abs(x)))(x), [0.0, -1.0])
    assert np.allclose(hessian(lambda x: np.sum(np.abs(x)))(x), 0.0)


def test_an_absolute_value_that_was_assigned_to_is_one_no_more():
    def f(x):
        size = np.abs(x)
        size[0] = 5.0
        x[1] = 7.0
        return np.sum(size**2)

    x = np.array([3.0, 0.0, -2.0])
    assert np.allclose(grad(f)(x), [0.0, 0.0, -4.0])
    assert np.allclose(hessian(f)(x)[2], [0.0, 0.0, 2.0])


def test_what_is_assigned_to_later_does_not_change_the_square_of_a_norm():
    def f(x):
        y = x * 1.0
        n = np.linalg.norm(y)
        y[0] = 100.0
        return n**2

    assert np.allclose(grad(f)(np.zeros(2)), 0.0)
    assert np.allclose(hessian(f)(np.zeros(2)), 2.0 * np.eye(2))


def test_ties_of_the_largest_are_split():
    assert np.allclose(grad(lambda x: np.linalg.norm(x, np.inf))(np.array([2.0, -2.0, 1.0])), [0.5, -0.5, 0.0])


def test_equal_singular_values_share_the_spectral_norm():
    assert np.allclose(grad(lambda x: np.linalg.norm(x, 2))(np.eye(2)), np.eye(2) / 2)
    assert np.allclose(grad(lambda x: np.linalg.cond(x))(np.eye(2)), 0.0)


def test_the_nuclear_norm_of_a_matrix_of_low_rank_is_finite():
    assert np.isfinite(grad(lambda x: np.linalg.norm(x, "nuc"))(np.ones((3, 3)))).all()


def test_float32_stays():
    x = real(2, 2).astype(np.float32)
    for order in MATRIX_ORDERS:
        assert plain(np.linalg.norm(Variable(x), order)).dtype == np.float32
        assert grad(lambda x: np.linalg.norm(x, order))(x).dtype == np.float32


def test_tiny_vectors_have_a_direction():
    assert np.allclose(grad(np.linalg.norm)(np.array([3e-150, 4e-150])), [0.6, 0.8])


@pytest.mark.parametrize(("shape", "options"), [
    ((3,), {"ord": "fro"}), ((3,), {"ord": "nuc"}), ((2, 2), {"ord": 3}), ((2, 2), {"ord": "max"}),
    ((2, 2, 2), {"axis": (0, 1, 2)}), ((2, 2), {"axis": (0, 0)}), ((2, 2, 2), {"ord": 1}),
])  # fmt: skip
def test_what_numpy_refuses(shape, options):
    with pytest.raises(ValueError, match=r"."):
        np.linalg.norm(real(*shape), **options)
    with pytest.raises(ValueError, match=r"."):
        np.linalg.norm(Variable(real(*shape)), **options)


@BOTH
@pytest.mark.parametrize("p", [None, 2, -2, "fro", "nuc", 1, -1, np.inf, -np.inf])
def test_cond(p, numbers):
    agrees(lambda x: np.linalg.cond(x, p), numbers(3, 3), rtol=1e-4)
    agrees(lambda x: np.linalg.cond(x, p), numbers(2, 2, 2) + 2 * np.eye(2), rtol=1e-4)


def test_cond_of_other_shapes():
    agrees(lambda x: np.linalg.cond(x), real(3, 2), rtol=1e-5)
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.cond(Variable(real(3, 2)), 1)


@pytest.mark.parametrize("p", [None, -2, 1])
def test_cond_of_a_singular_matrix(p):
    x = np.stack([np.zeros((2, 2)), np.diag([1.0, 2.0])])
    with np.errstate(all="ignore"):
        expected = np.linalg.cond(x, p)
    found = np.linalg.cond(Variable(x), p)
    assert np.array_equal(plain(found), expected, equal_nan=True)
    assert np.isfinite(grad(lambda x: np.linalg.cond(x, p)[1])(x)).all()

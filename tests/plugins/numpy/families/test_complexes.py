"""Parts, conjugates and angles of complex numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.testing import check_grads
from pullback.transforms import grad, jvp

Z = np.array([[0.3 + 0.4j, -0.5 + 1.2j], [1.0 - 2.0j, -0.7 - 0.1j]])
X = np.array([0.5, -1.5, 0.0])


@pytest.mark.parametrize(
    "function",
    [
        lambda z: np.real(z) * np.imag(z),
        lambda z: np.conj(z) * z * z,
        lambda z: np.conjugate(z) ** 2,
        np.angle,
        lambda z: np.angle(z, deg=True),
        lambda z: np.abs(z) ** 2,
        lambda z: np.real(z) + 1j * np.imag(z) ** 2,
    ],
)
def test_derivatives(function: object) -> None:
    check_grads(function, (Z,))  # type: ignore[arg-type]
    np.testing.assert_allclose(function(pb.Variable(Z)).primal, function(Z))  # type: ignore[operator]


def test_the_convention() -> None:
    # For a real f of z = x + iy, the gradient is df/dx - i df/dy.
    np.testing.assert_allclose(grad(lambda z: np.sum(np.real(z)))(Z), 1.0)
    np.testing.assert_allclose(grad(lambda z: np.sum(np.imag(z)))(Z), -1j)
    np.testing.assert_allclose(grad(lambda z: np.sum(np.abs(z) ** 2))(Z), 2 * np.conj(Z))
    np.testing.assert_allclose(grad(lambda z: np.sum(np.real(np.conj(z) * 1j)))(Z), np.conj(-1j) * -1j * -1j)


def test_real_numbers() -> None:
    x = pb.Variable(X)
    assert np.real(x) is x
    assert type(np.imag(x)) is np.ndarray
    assert not np.imag(x).any()
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.conj(x) * x))(X), 2 * X)
    np.testing.assert_array_equal(np.angle(x).primal, np.angle(X))
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.angle(x)))(X), 0.0)


def test_the_angle_of_zero() -> None:
    np.testing.assert_array_equal(grad(lambda z: np.sum(np.angle(z)))(np.zeros(2, dtype=complex)), 0.0)


def test_from_real_to_complex_and_back() -> None:
    check_grads(lambda x: np.real(np.exp(1j * x) * (1.0 + x)), (X,))
    assert grad(lambda x: np.sum(np.real(np.exp(1j * x))))(X).dtype == np.float64
    assert grad(lambda z: np.sum(np.real(z) ** 2))(Z.astype(np.complex64)).dtype == np.complex64


def test_both_modes_and_scalars() -> None:
    z = np.complex128(1.0 + 2.0j)
    value, pushed = jvp(np.imag, (z,), (np.complex128(3.0 - 4.0j),))
    assert (value, pushed) == (2.0, -4.0)
    assert grad(lambda z: np.abs(z))(z) == pytest.approx(np.conj(z) / abs(z))
    assert np.real(pb.Variable(z)).primal == 1.0


def test_a_part_is_a_view() -> None:
    def written(z: Any, x: Any) -> Any:
        z = z * 1.0
        part = np.imag(z)
        part[0] = x
        z[1, 0] = 5.0 + 2.0j
        return z * z + part

    np.testing.assert_allclose(written(pb.Variable(Z), pb.Variable(X[:2])).primal, written(Z, X[:2]))
    check_grads(written, (Z, X[:2]))


def test_real_if_close() -> None:
    almost = np.array([1.0 + 1e-15j, 2.0])
    assert np.real_if_close(pb.Variable(almost)).dtype == np.float64
    assert np.real_if_close(pb.Variable(Z)).dtype == np.complex128
    np.testing.assert_allclose(grad(lambda z: np.sum(np.real_if_close(z) ** 2))(almost), [2.0, 4.0])


def test_questions() -> None:
    z = pb.Variable(Z)
    assert np.iscomplexobj(z) is True
    assert np.isrealobj(z) is False
    np.testing.assert_array_equal(np.iscomplex(z), np.iscomplex(Z))
    np.testing.assert_array_equal(np.isreal(z), np.isreal(Z))


@pytest.mark.parametrize(("wide", "narrow"), [(np.complex128, np.float64), (np.complex64, np.float32)])
def test_views_of_numbers_of_the_other_kind(wide: Any, narrow: Any) -> None:
    z = (Z + np.arange(Z.size).reshape(Z.shape)).astype(wide)
    x = z.view(narrow)
    for f, given in (
        (lambda z: z.view(narrow), z),
        (lambda x: x.view(wide), x),
        (lambda z: np.sum(z.view(narrow) ** 3), z),
        (lambda x: np.sum(np.abs(x.view(wide)) ** 3), x),
        (lambda z: (z.view(narrow) * np.arange(x.shape[-1], dtype=narrow)).view(wide), z),
    ):
        value, pull = pb.vjp(f, given)
        np.testing.assert_allclose(value, f(given))
        assert value.dtype == f(given).dtype
        assert pull(np.ones_like(value))[0].dtype == given.dtype
        if narrow is np.float64:
            check_grads(f, (given,))


def test_views_keep_the_gradients_of_a_real_function() -> None:
    # An optimiser of real numbers sees z as x: df/dx - i df/dy of the one are the two numbers of the other.
    z = Z.ravel()
    direct = grad(lambda z: np.sum(np.abs(np.exp(z)) ** 2 + np.real(z)))(z)
    seen = grad(lambda x: np.sum(np.abs(np.exp(x.view(complex))) ** 2 + np.real(x.view(complex))))(z.view(float))
    np.testing.assert_allclose(seen, np.conj(direct).view(float))


def test_views_follow_and_refuse() -> None:
    def followed(z: Any) -> Any:
        y = z * 1.0
        parts = y.view(float)
        y[0] = 3.0 + 4.0j
        return np.sum(parts**2)

    z = Z.ravel()
    assert grad(followed)(z)[0] == 0.0
    np.testing.assert_allclose(grad(followed)(z)[1:], 2 * np.conj(z[1:]))
    with pytest.raises(pb.ChainBrokenError, match="copy"):
        grad(lambda z: (lambda y: (y.view(float).__setitem__(0, 1.0), np.sum(np.real(y)))[1])(z * 1.0))(z)
    v = pb.Variable(np.ones((2, 4)))
    for dtype in (np.int64, np.float32, np.complex64):
        with pytest.raises(pb.ChainBrokenError, match="astype"):
            v.view(dtype)
    for wrong in (v[:, :3], v.T, v[0, 0]):
        with pytest.raises(ValueError):
            wrong.view(complex)
    assert v.view(complex).shape == (2, 2)
    assert grad(lambda x: np.sum(np.real(x.view(complex))))(np.ones((0, 4))).shape == (0, 4)

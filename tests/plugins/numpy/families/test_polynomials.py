"""Polynomials by their coefficients, and `numpy.polynomial`."""

from __future__ import annotations

import types
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

import pullback as pb
from pullback import check_grads, grad, jacobian, vjp
from pullback_plugins.numpy.families.polynomials import RankWarning

from ..agreement import check as check_closely

RNG = np.random.default_rng(10)
P = np.array([2.0, -1.0, 0.5, 3.0])
Q = np.array([1.5, 0.7])
X = np.array([-1.0, 0.0, 0.4, 1.1, 1.9])
Y = RNG.normal(size=5)
W = RNG.uniform(0.5, 1.5, size=5)
check = partial(check_closely, rtol=1e-10, atol=1e-12)


def test_values() -> None:
    check(np.polyval, P, X)
    check(lambda x: np.polyval([1, 2, 3], x), X.reshape(1, 5))
    check(lambda p: np.polyval(p, 0.5), P)
    check(lambda p: np.polyval(p, [1, 2]), P)
    check(lambda x: np.polyval(np.poly1d(P), x), X)
    check(lambda x: np.polyval(P, x), X + 1j)
    assert vjp(lambda x: np.polyval([], x), X)[0].shape == X.shape
    assert grad(lambda x: np.sum(np.polyval(P.astype(np.float32), x)))(X.astype(np.float32)).dtype == np.float32


def test_arithmetic() -> None:
    for f in (np.polyadd, np.polysub, np.polymul, lambda p, q: np.polydiv(p, q)):
        check(f, P, Q)
        check(lambda p: f(p, Q), P)
        check(lambda q: f(P, q), Q)
    check(np.polyadd, Q, P)
    check(lambda p, q: np.polydiv(p, q), Q, P)
    check(lambda p: np.polyadd(p, 2.0), P)
    # A remainder that loses its leading zeros.
    check(lambda p: np.polydiv(p, [1.0, 0.0, 0.0])[0], P)


@pytest.mark.parametrize("m", [0, 1, 2, 5])
def test_derivatives_and_integrals(m: int) -> None:
    check(lambda p: np.polyder(p, m) * 1.0, P)
    check(lambda p: np.polyint(p, m) * 1.0, P)
    if m:
        check(lambda p, k: np.polyint(p, m, k), P, np.arange(1.0, m + 1.0))
        check(lambda p: np.polyint(p, m, 3.0 if m == 1 else [3.0]), P)
    with pytest.raises(ValueError, match="positive"):
        vjp(lambda p: np.polyder(p, -1), P)
    with pytest.raises(ValueError, match="positive"):
        vjp(lambda p: np.polyint(p, -1), P)
    with pytest.raises(ValueError, match="scalar or a rank-1"):
        vjp(lambda p: np.polyint(p, 3, [1.0, 2.0]), P)


def test_poly() -> None:
    check(np.poly, P)
    check(np.poly, P + 1j * P[::-1])
    with pytest.raises(ValueError, match="square"):
        vjp(np.poly, np.ones((2, 3)))
    np.testing.assert_array_equal(jacobian(np.poly)(np.array([3.0, 5.0])), [[0, 0], [-1, -1], [5, 3]])


def test_poly_of_conjugate_pairs_and_of_matrices() -> None:
    roots = np.array([1 + 2j, 1 - 2j, 3.0])
    value, pull = vjp(np.poly, roots)
    assert value.dtype == np.float64
    np.testing.assert_allclose(value, np.poly(roots))
    matrix = RNG.normal(size=(3, 3))
    check(np.poly, matrix + matrix.T)
    check(np.poly, matrix)


def test_roots() -> None:
    p = np.array([1.0, -6.0, 11.0, -6.0])
    check(np.roots, p)
    check(lambda p: np.sum(np.roots(p) ** 3).real, P)
    check(np.roots, P + 1j * P[::-1])
    # Vieta: the sum of the roots is -p[1] / p[0].
    np.testing.assert_allclose(
        grad(lambda p: np.sum(np.roots(p)).real)(P), [P[1] / P[0] ** 2, -1 / P[0], 0, 0], atol=1e-14
    )


def test_roots_with_zero_coefficients() -> None:
    found = jacobian(lambda p: np.sort(np.roots(p)))(np.array([1.0, -3.0, 2.0, 0.0]))
    np.testing.assert_allclose(found[0], [0.0, 0.0, 0.0, -0.5], atol=1e-14)  # of the root at zero
    found = jacobian(lambda p: np.roots(p))(np.array([0.0, 2.0, -6.0]))
    np.testing.assert_allclose(found, [[-4.5, -1.5, -0.5]])
    assert vjp(np.roots, np.zeros(3))[0].shape == (0,)
    assert vjp(np.roots, np.ones(1))[0].shape == (0,)
    with pytest.raises(ValueError, match="rank-1"):
        vjp(np.roots, np.ones((2, 2)))


@pytest.mark.parametrize("increasing", [False, True])
def test_vandermonde(increasing: bool) -> None:
    check(lambda x: np.vander(x, 4, increasing), X)
    check(lambda x: np.vander(x, increasing=increasing), X)
    x = X.astype(np.float32)
    assert vjp(np.vander, x)[0].dtype == np.vander(x).dtype
    with pytest.raises(ValueError, match="one-dimensional"):
        vjp(np.vander, np.ones((2, 2)))


def test_fits() -> None:
    check(lambda y: np.polyfit(X, y, 2), Y)
    check(lambda x, y: np.polyfit(x, y, 1), X, Y)
    check(lambda x, y, w: np.polyfit(x, y, 2, w=w), X, Y, W)
    check(lambda y: np.polyfit(X, y, 1), np.stack([Y, W], axis=1))
    check(lambda y: np.polyfit(X, y, 1, cov="unscaled")[0], Y)
    check(lambda x, y: np.polyfit(x, y, 1, cov=True), X, Y)
    check(lambda y: np.polyfit(X, y, 1, cov=True)[1], np.stack([Y, W], axis=1))
    check(lambda y: np.polyfit(X, y, 1, full=True)[:2], Y)
    np.testing.assert_allclose(grad(lambda y: np.polyfit([0.0, 1.0], y, 1)[0])(np.array([2.0, 5.0])), [-1.0, 1.0])


def test_misuse_of_fits() -> None:
    with pytest.raises(ValueError, match="deg"):
        vjp(lambda y: np.polyfit(X, y, -1), Y)
    with pytest.raises(TypeError, match="same length"):
        vjp(lambda y: np.polyfit(X, y, 1), Y[1:])
    with pytest.raises(TypeError, match="1D vector"):
        vjp(lambda x: np.polyfit(x, Y, 1), np.ones((5, 1)))
    with pytest.warns(RankWarning):
        vjp(lambda y: np.polyfit(np.ones(5), y, 1), Y)


def test_objects_called_on_variables() -> None:
    check(lambda x: np.poly1d(P)(x), X)
    for cls in (np.polynomial.Polynomial, np.polynomial.Chebyshev, np.polynomial.HermiteE):
        check(lambda x: cls(P)(x), X)
        check(lambda x: cls(P, domain=[0.0, 3.0]).deriv()(x), X)


def test_objects_made_of_variables() -> None:
    check_grads(lambda p: np.sum(np.poly1d(p)(X) ** 2), (P,))
    check_grads(lambda p: np.sum((np.poly1d(p) * np.poly1d(Q)).deriv()(X)), (P,))
    check_grads(lambda p: np.sum(np.polynomial.Polynomial(p)(X) ** 2), (P,))
    check_grads(lambda p: np.sum((np.polynomial.Legendre(p).integ() * np.polynomial.Legendre(Q))(X)), (P,))


MODULES = {
    "poly": polynomial, "cheb": chebyshev, "leg": legendre, "herm": hermite, "herme": hermite_e, "lag": laguerre,
}  # fmt: skip


@pytest.mark.parametrize("prefix", MODULES)
def test_polynomial_modules(prefix: str) -> None:
    module = MODULES[prefix]

    def get(name: str) -> Any:
        return getattr(module, prefix + name)

    for f, args in [
        (get("val"), (X, P)),
        (lambda x: get("val")(x, P), (X,)),
        (lambda c: get("val")(X, c), (P,)),
        (lambda c: get("val")(0.5, c), (P,)),
        (get("der"), (P,)),
        (get("int"), (P,)),
        (get("add"), (P, Q)),
        (get("sub"), (P, Q)),
        (get("mul"), (P, Q)),
        (lambda x: get("vander")(x, 3), (X,)),
        (get("fromroots"), (P,)),
        (lambda x, y: get("val2d")(x, y, P.reshape(2, 2)), (X, Y)),
        (lambda c: get("val2d")(X, Y, c), (P.reshape(2, 2),)),
        (lambda x: get("val3d")(x, x, x, np.ones((2, 2, 2))), (X,)),
        (lambda x, c: get("grid2d")(np.asarray(x), Y[:3], c), (X, P.reshape(2, 2))),
    ]:

        def total(*args: Any) -> Any:
            return np.sum(f(*args) ** 2)

        np.testing.assert_allclose(vjp(total, *args)[0], np.sum(f(*args) ** 2), rtol=1e-12)
        check_grads(total, args, order=1, step=1e-3)


@pytest.mark.parametrize("prefix", MODULES)
def test_what_polynomial_modules_cannot_do_is_refused(prefix: str) -> None:
    module = MODULES[prefix]
    with pytest.raises((pb.ChainBrokenError, TypeError)):
        grad(lambda c: np.sum(getattr(module, prefix + "roots")(c)).real)(np.array([2.0, -3.0, 1.0]))
    with pytest.raises((pb.ChainBrokenError, TypeError)):
        grad(lambda y: np.sum(getattr(module, prefix + "fit")(X, y, 1)))(Y)


@pytest.mark.skipif(isinstance(polynomial.polyval2d, types.FunctionType), reason="an ordinary function in this NumPy")
def test_values_in_two_dimensions_are_arrays() -> None:
    c = RNG.normal(size=(2, 3))
    check(lambda x, y, c: polynomial.polyval2d(x, y, c), X, Y, c)
    check(lambda x, y, c: polynomial.polygrid2d(x, y, c), X, Y[:3], c)
    check(lambda c: polynomial.polyval2d(0.5, 2.0, c), RNG.normal(size=(2, 3, 2)))
    with pytest.raises(ValueError, match="incompatible"):
        vjp(lambda x: polynomial.polyval2d(x, Y[:3], c), X)


CLASSES = [
    np.polynomial.Polynomial,
    np.polynomial.Chebyshev,
    np.polynomial.Legendre,
    np.polynomial.Hermite,
    np.polynomial.HermiteE,
    np.polynomial.Laguerre,
]
SERIES: dict[str, Callable[[Any, Any], Any]] = {
    "value": lambda cls, c: cls(c)(0.3),
    "values": lambda cls, c: np.sum(cls(c)(np.array([0.3, 0.5])) ** 2),
    "values at its coefficients": lambda cls, c: np.sum(cls(c)(c) ** 2),
    "values of plain coefficients": lambda cls, c: np.sum(cls([1.0, 2.0, 3.0])(c) ** 2),
    "domain": lambda cls, c: cls([1.0, 2.0, 3.0], domain=[c[0], c[2]])(0.4),
    "coefficients in a list": lambda cls, c: cls([c[0], 2.0, c[1] * c[2]])(0.3),
    "sum": lambda cls, c: (cls(c) + cls(c[:2]) - c[1])(0.3),
    "product": lambda cls, c: (c[0] * cls(c) * cls(c[:2]))(0.3),
    "power": lambda cls, c: (cls(c) ** 3)(0.3),
    "quotient": lambda cls, c: (cls(c) // cls(c[:2]))(0.3),
    "rest": lambda cls, c: (cls(c) % cls(c[:2]))(0.3),
    "derivative": lambda cls, c: cls(c).deriv(2)(0.3),
    "integral": lambda cls, c: cls(c).integ(2, k=[c[0], 1.0], lbnd=c[1])(0.3),
    "composition": lambda cls, c: cls(c)(cls(c[:2]))(0.3),
    "other basis": lambda cls, c: cls(c).convert(kind=np.polynomial.Chebyshev, domain=[0.0, 2.0])(0.3),
    "of roots": lambda cls, c: cls.fromroots(c)(0.3),
    "on a grid": lambda cls, c: np.sum(cls(c).linspace(3)[1] ** 2),
    "shorter": lambda cls, c: cls(c).cutdeg(1)(0.3),
}


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("name", SERIES)
def test_series(cls: Any, name: str) -> None:
    c = np.array([0.7, -1.3, 2.1])
    f = SERIES[name]
    np.testing.assert_allclose(vjp(lambda c: f(cls, c), c)[0], f(cls, c), rtol=1e-12)
    check_grads(lambda c: f(cls, c), (c,))


def test_a_quotient_by_a_variable_is_a_product() -> None:
    with pytest.raises(TypeError, match="true division"):
        grad(lambda c: (np.polynomial.Polynomial(c) / c[0])(0.3))(np.array([0.7, -1.3]))
    check_grads(lambda c: (np.polynomial.Polynomial(c) * (1.0 / c[0]))(0.3), (np.array([0.7, -1.3]),))

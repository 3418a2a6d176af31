"""`polyval`, `polyfit`, `roots` and `np.polynomial`."""

from __future__ import annotations

import numpy as np

from ..row import A, P, Row, U, X, Y

_T = np.array([-1.0, -0.3, 0.4, 1.1, 1.9])
_POLY = np.polynomial.Polynomial([1.0, -2.0, 0.5])

ROWS = [
    Row("polyval_at", lambda x: np.polyval([2.0, -1.0, 0.5], x), (X,)),
    Row("polyval_coefficients", lambda p: np.polyval(p, X), (Y[:3],)),
    Row("polyval_both", lambda p, x: np.polyval(p, x), (Y, X[:3])),
    Row("polyval_of_list", lambda x: np.polyval([x[0], x[1] ** 2, 1.0], 0.7), (X,)),
    Row("polyfit", lambda y: np.polyfit(_T, y, 2), (X,)),
    Row("polyfit_by_x", lambda t: np.polyfit(t, X, 1), (_T,)),
    Row("polyfit_weights", lambda y: np.polyfit(_T, y, 1, w=P), (X,)),
    Row("polyder_polyint", lambda p: np.polyval(np.polyder(p), 0.5) * np.polyval(np.polyint(p), 0.5), (Y,)),
    Row("polymul_polyadd", lambda p, q: np.polyadd(np.polymul(p, q), [1.0, 2.0]), (X[:3], Y[:2])),
    Row("polysub", lambda p, q: np.polysub(p, q) ** 2, (X[:3], Y[:2])),
    Row("polydiv_quotient", lambda p, q: np.polydiv(p, q)[0], (X, Y[:2]), may_refuse=True),
    Row("roots", lambda p: np.sort(np.roots(p).real), (np.array([1.0, -3.5, 1.0, 2.0]),)),
    Row("roots_sum_of_squares", lambda p: np.sum(np.roots(p) ** 2).real, (np.array([1.0, 0.4, 2.0, -0.7]),)),
    Row("poly_from_roots", lambda r: np.poly(r), (X[:3],)),
    Row("poly1d_at", lambda x: np.poly1d([1.0, -2.0, 0.5])(x), (X,)),
    Row("polynomial_polyval", lambda x: np.polynomial.polynomial.polyval(x, [1.0, -2.0, 0.5]), (X,)),
    Row("polynomial_polyval_c", lambda c: np.polynomial.polynomial.polyval(X, c), (Y[:3],)),
    Row("polynomial_class_at", lambda x: _POLY(x), (X,)),
    Row("polynomial_class_derivative", lambda x: _POLY.deriv()(x) * x, (X,)),
    Row("chebval", lambda x, c: np.polynomial.chebyshev.chebval(x, c), (X, Y[:4])),
    Row("chebyshev_class", lambda x: np.polynomial.Chebyshev([1.0, 0.5, -0.2, 0.1])(x), (X,)),
    Row("legval", lambda x, c: np.polynomial.legendre.legval(x, c), (X, Y[:4])),
    Row("hermval", lambda x: np.polynomial.hermite.hermval(x, [1.0, 0.5, -0.2]), (X,)),
    Row("hermeval", lambda x: np.polynomial.hermite_e.hermeval(x, [1.0, 0.5, -0.2]), (X,)),
    Row("lagval", lambda x: np.polynomial.laguerre.lagval(x, [1.0, 0.5, -0.2]), (X,)),
    Row("polyvander", lambda x: np.polynomial.polynomial.polyvander(x, 3), (X,), may_refuse=True),
    Row(
        "polyval2d",
        lambda x, y: np.polynomial.polynomial.polyval2d(x, y, [[1.0, 2.0], [0.5, -1.0]]),
        (X, Y),
        may_refuse=True,
    ),
    # numpy.polynomial asks isinstance(x, np.ndarray) before it broadcasts; the room that it does not make is made beside it.
    Row("polyvalfromroots", lambda x: np.polynomial.polynomial.polyvalfromroots(x, [1.0, -0.5]), (X,)),
    Row("polyvalfromroots_of_array", lambda x: np.polynomial.polynomial.polyvalfromroots(x, P), (X,)),
    Row("chebval_of_matrix", lambda x: np.polynomial.chebyshev.chebval(x, A), (Y[:3],)),
    Row("polynomial_from_roots", lambda r: np.polynomial.Polynomial.fromroots(r)(0.3), (X,), may_refuse=True),
    Row("polynomial_product_at", lambda x: (_POLY * _POLY + 1.0)(x), (X,)),
    Row("polynomial_integral", lambda x: _POLY.integ()(x) - _POLY.integ()(0.0), (X,)),
    Row("polynomial_of_coefficients", lambda c: np.polynomial.Polynomial(c)(0.7), (Y[:3],), may_refuse=True),
    Row("chebyshev_interpolation", lambda x: np.polynomial.chebyshev.chebval(2 * x - 1, P), (U,)),
    Row("horner_by_hand", lambda p: _horner(p, 0.7), (Y,)),
    Row("vandermonde_fit", lambda y: np.linalg.lstsq(np.vander(_T, 3), y, rcond=None)[0], (X,)),
    Row(
        "gauss_quadrature",
        lambda a: np.sum(np.polynomial.legendre.leggauss(4)[1] * np.exp(a * np.polynomial.legendre.leggauss(4)[0])),
        (0.7,),
    ),
]


def _horner(p, t):  # type: ignore[no-untyped-def]
    total = 0.0
    for c in p:
        total = total * t + c
    return total

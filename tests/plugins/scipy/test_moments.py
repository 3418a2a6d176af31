"""The functions that the derivatives of SciPy's are made of, against their integrals and formulas in many digits."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp, mpf

pytest.importorskip("scipy.special")

from scipy import special

from pullback_plugins.scipy.moments import beta_density, erfcx_slope, exp_moment, gamma_density


@pytest.mark.parametrize("order", [0, 1, 3, 6])
@pytest.mark.parametrize("u", [-300.0, -7.0, -1e-9, 0.0, 0.5, 1.999, 2.001, 7.9, 8.1, 50.0])
def test_moments_of_the_exponential_function(order: int, u: float) -> None:
    with mp.workdps(50):
        # By parts from the moment 0; 50 digits outlast what cancels.
        if abs(u) < 1e-3:
            expected = mp.nsum(lambda k: mpf(u) ** k / (mp.factorial(k) * (order + k + 1)), [0, mp.inf])
        else:
            expected = mp.expm1(u) / u
            for n in range(1, order + 1):
                expected = (mp.exp(u) - n * expected) / u
        expected = float(expected)
    assert exp_moment(u, order=order) == pytest.approx(expected, rel=1e-11)


def test_moments_keep_the_shape_and_the_precision() -> None:
    u = np.array([[0.0, 50.0, -3.0]], dtype=np.float32)
    assert exp_moment(u, order=2).shape == u.shape
    assert exp_moment(u, order=2).dtype == np.float32
    assert isinstance(exp_moment(0.5, order=0), np.float64)
    with np.errstate(all="raise", under="ignore"):
        assert exp_moment(np.array([1e4, 0.0]), order=0).tolist() == [np.inf, 1.0]


@pytest.mark.parametrize(("a", "x"), [(2.5, 0.7), (0.5, 1e-10), (30.0, 25.0), (-0.5, 2.0), (-1.5, 0.3)])
def test_the_density_of_gamma(a: float, x: float) -> None:
    with mp.workdps(40):
        expected = float(mpf(x) ** (mpf(a) - 1) * mp.exp(-mpf(x)) / mp.gamma(mpf(a)))
    assert gamma_density(a, x) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("a", "b", "x"), [(2.0, 3.0, 0.4), (0.5, 0.5, 0.999), (40.0, 2.0, 0.9), (-0.5, 2.2, 0.3)])
def test_the_density_of_beta(a: float, b: float, x: float) -> None:
    with mp.workdps(40):
        gammas = mp.gamma(mpf(a)) * mp.gamma(mpf(b)) / mp.gamma(mpf(a) + mpf(b))
        expected = float(mpf(x) ** (mpf(a) - 1) * (1 - mpf(x)) ** (mpf(b) - 1) / gammas)
    assert beta_density(a, b, x) == pytest.approx(expected, rel=1e-12)


def test_densities_vanish_at_the_poles_of_gamma() -> None:
    np.testing.assert_array_equal(gamma_density(np.array([0.0, -1.0, -7.0]), 0.5), 0.0)
    np.testing.assert_array_equal(beta_density(np.array([0.0, 2.0]), np.array([2.0, -3.0]), 0.5), 0.0)
    assert gamma_density(1.0, 0.0) == 1.0  # 0**0 is 1


@pytest.mark.parametrize("x", [-3.0, 0.0, 5.0, 29.0, 31.0, 1e3, 1e8])
def test_the_slope_of_the_scaled_error_function(x: float) -> None:
    with mp.workdps(60):
        exact = 2 * mpf(x) * mp.exp(mpf(x) ** 2) * mp.erfc(mpf(x)) - 2 / mp.sqrt(mp.pi) if x < 1e3 else None
        # DLMF 7.12.1, two terms: the next is smaller by 1/x**4.
        series = -(1 / mpf(x) ** 2 - mpf(3) / (2 * mpf(x) ** 4)) / mp.sqrt(mp.pi) if exact is None else exact
    found = erfcx_slope(np.float64(x), special.erfcx(x))
    assert found == pytest.approx(float(series), rel=1e-12 if 30.0 < x < 1e3 or x < 5.0 else 1e-10)


def test_the_slope_of_the_scaled_error_function_of_complex_numbers_is_the_formula() -> None:
    z = np.array([40.0 + 1.0j, 0.5j])
    y = special.wofz(1j * z)
    np.testing.assert_array_equal(erfcx_slope(z, y), 2.0 * z * y - 2.0 / np.sqrt(np.pi))

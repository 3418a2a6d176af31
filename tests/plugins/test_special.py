"""Error functions and the gamma function: far tails, poles, and the chain of polygamma functions."""

from __future__ import annotations

import math

import pytest
from mpmath import mp, mpf

import pullback as pb
from pullback import grad
from pullback_plugins.special import digamma, gaussian, polygamma


@pytest.mark.parametrize("x", [-27.9, -5.123456789, 0.0, 1e-9, 3.3333333, 25.987654321])
def test_the_bell_curve_has_all_its_digits_far_out(x: float) -> None:
    with mp.workdps(60):
        expected = float(mp.exp(-(mpf(x) ** 2)))
    assert gaussian(x) == pytest.approx(expected, rel=4e-16 if expected > 1e-300 else 1e-10)
    assert gaussian(-x) == gaussian(x)


@pytest.mark.parametrize("x", [28.1, 1e200, math.inf, -math.inf])
def test_where_the_bell_curve_underflows_all_its_derivatives_do(x: float) -> None:
    f = gaussian
    for _ in range(4):
        assert f(x) == 0.0
        f = grad(lambda x, f=f: f(x))
    assert math.isnan(gaussian(math.nan))


def test_the_two_error_functions_have_opposite_slopes() -> None:
    for x in (-3.0, 0.0, 0.5, 6.0, 30.0):
        assert grad(pb.math.erf)(x) == -grad(pb.math.erfc)(x)
    assert grad(pb.math.erf)(0.0) == 2.0 / math.sqrt(math.pi)


def test_the_logarithm_of_gamma_leads_to_the_polygamma_functions() -> None:
    x = 2.5
    assert grad(pb.math.lgamma)(x) == digamma(x)
    assert grad(grad(pb.math.lgamma))(x) == polygamma(1, x)
    assert grad(grad(grad(pb.math.lgamma)))(x) == polygamma(2, x)
    assert grad(pb.math.gamma)(x) == math.gamma(x) * digamma(x)


def test_at_a_pole_there_is_an_error_and_no_gradient() -> None:
    for x in (0.0, -1.0):
        with pytest.raises(ValueError, match=r"."):
            grad(pb.math.gamma)(x)
        with pytest.raises(ValueError, match=r"."):
            grad(pb.math.lgamma)(x)

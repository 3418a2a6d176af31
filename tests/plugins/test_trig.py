"""Trigonometric functions: large arguments, the ends of the domains, branch cuts, and angles of vectors of any length."""

from __future__ import annotations

import cmath
import math

import pytest

import pullback as pb
from pullback import grad, value_and_grad
from pullback_plugins.trig import acos, asin, atan2, cauchy


def test_four_derivatives_of_the_sine_bring_it_back() -> None:
    f = pb.math.sin
    for sign, function in ((1, math.sin), (1, math.cos), (-1, math.sin), (-1, math.cos), (1, math.sin)):
        assert f(1e5) == sign * function(1e5)
        f = grad(f)


@pytest.mark.parametrize("x", [0.3, math.nextafter(1.0, 0.0), -math.nextafter(1.0, 0.0)])
def test_the_slopes_of_arcsine_and_arccosine_keep_their_digits_at_the_edge(x: float) -> None:
    expected = 1.0 / math.sqrt((1.0 - x) * (1.0 + x))
    assert grad(pb.math.asin)(x) == expected
    assert grad(pb.math.acos)(x) == -expected


def test_outside_the_domain_is_pythons_error_and_infinity_has_no_angle() -> None:
    for function in (pb.math.asin, pb.math.acos):
        with pytest.raises(ValueError, match=r"."):
            grad(function)(1.5)
    for function in (pb.math.sin, pb.math.cos, pb.math.tan):
        with pytest.raises(ValueError, match=r"."):
            grad(function)(math.inf)


@pytest.mark.parametrize("z", [2.0 + 1e-9j, 2.0 - 1e-9j, -2.0 + 1e-9j, -2.0 - 1e-9j, 0.3 + 0.4j])
def test_slopes_beside_the_branch_cuts_are_those_of_their_side(z: complex) -> None:
    np = pytest.importorskip("numpy")
    h = 1e-6
    for pair, function in ((asin, cmath.asin), (acos, cmath.acos)):
        expected = (function(z + h) - function(z - h)) / (2 * h)
        found = grad(lambda z, pair=pair: np.sum(np.real(pair(z))))(np.array([z]))[0]
        assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("scale", [1e-200, 1e-20, 1.0, 1e150, 1e300])
def test_the_angle_of_a_vector_of_any_length(scale: float) -> None:
    dy, dx = grad(lambda y, x: atan2(y, x), argnums=(0, 1))(3.0 * scale, 4.0 * scale)
    assert dy * scale == pytest.approx(4.0 / 25.0)
    assert dx * scale == pytest.approx(-3.0 / 25.0)


def test_the_zero_vector_has_an_angle_and_no_slope() -> None:
    assert value_and_grad(lambda y, x: pb.math.atan2(y, x), (0, 1))(0.0, 0.0) == (0.0, (0.0, 0.0))
    assert value_and_grad(lambda y: pb.math.atan2(y, -0.0))(-0.0)[0] == -math.pi


@pytest.mark.parametrize("x", [1e-200, 1.0, 1e100, 1e150])
def test_the_slope_of_the_arctangent_and_its_own(x: float) -> None:
    expected = -2.0 / x / x / x if x > 1e10 else -2.0 * x / (1.0 + x * x) ** 2
    assert grad(pb.math.atan)(x) == cauchy(x)
    assert grad(grad(pb.math.atan))(x) == pytest.approx(expected)


def test_units_of_angles_undo_each_other() -> None:
    assert grad(lambda x: pb.math.radians(pb.math.degrees(x)))(0.7) == pytest.approx(1.0, rel=1e-15)
    assert grad(pb.math.degrees)(0.7) == 180.0 / math.pi

"""Hyperbolic functions: slopes where a naive formula cancels or overflows, and the ends of the domains."""

from __future__ import annotations

import math
from typing import Any

import pytest
from mpmath import mp, mpf

import pullback as pb
from pullback import grad, value_and_grad
from pullback_plugins.hyperbolic import sech


def exact(function: Any, x: float) -> float:
    with mp.workdps(60):
        return float(function(mpf(x)))


@pytest.mark.parametrize("x", [-40.0, -19.5, -1e-9, 0.0, 0.3, 19.5, 300.0])
def test_the_slope_of_tanh_keeps_its_digits_where_its_square_rounds_to_one(x: float) -> None:
    assert grad(pb.math.tanh)(x) == pytest.approx(exact(lambda x: mp.sech(x) ** 2, x), rel=1e-14)
    second = exact(lambda x: -2 * mp.tanh(x) * mp.sech(x) ** 2, x)
    assert grad(grad(pb.math.tanh))(x) == pytest.approx(second, rel=1e-13)


@pytest.mark.parametrize("x", [0.0, -2.0, 700.0, 1e4, math.inf])
def test_the_hyperbolic_secant_underflows_and_never_overflows(x: float) -> None:
    assert sech(x) == sech(-x) == pytest.approx(0.0 if math.isinf(x) else exact(mp.sech, x), rel=1e-14)
    assert grad(lambda x: sech(x))(x) == pytest.approx(
        0.0 if math.isinf(x) else exact(lambda x: -mp.sech(x) * mp.tanh(x), x), rel=1e-13
    )


@pytest.mark.parametrize("x", [1e200, -1e200, 1e-200, 0.0])
def test_the_slope_of_asinh_does_not_overflow_before_the_result(x: float) -> None:
    assert grad(pb.math.asinh)(x) == pytest.approx(exact(lambda x: 1 / mp.sqrt(1 + x * x), x), rel=1e-15)


def test_slopes_near_the_ends_of_the_domains() -> None:
    near = math.nextafter(1.0, 2.0)
    assert grad(pb.math.acosh)(near) == pytest.approx(exact(lambda x: 1 / mp.sqrt(x * x - 1), near), rel=1e-15)
    below = math.nextafter(1.0, 0.0)
    assert grad(pb.math.atanh)(below) == pytest.approx(exact(lambda x: 1 / (1 - x * x), below), rel=1e-15)
    assert grad(pb.math.acosh)(1.0) == math.inf
    for outside in (0.5, -1.0):
        with pytest.raises(ValueError, match=r"."):
            grad(pb.math.acosh)(outside)
    for outside in (1.0, -1.0, 2.0):
        with pytest.raises(ValueError, match=r"."):
            grad(pb.math.atanh)(outside)


def test_sine_and_cosine_are_each_others_derivative() -> None:
    for x in (-3.0, 0.0, 0.5):
        assert value_and_grad(pb.math.sinh)(x) == (math.sinh(x), math.cosh(x))
        assert value_and_grad(pb.math.cosh)(x) == (math.cosh(x), math.sinh(x))
    with pytest.raises(OverflowError):
        grad(pb.math.sinh)(1e3)

"""What a gradient is where calculus does not say: the table of the design, on floats, through the doors that users take."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import pullback as pb
from pullback import grad, jvp
from pullback.math import asin, atan2, cbrt, fabs, hypot, log, prod, sin, sqrt
from pullback_plugins.arithmetic import clip, divide, maximum, minimum, sign, where

INF = math.inf

TABLE: list[tuple[str, Callable[[Any], Any], float, float]] = [
    ("a masked root", lambda x: where(x > 0, sqrt(x), 0.0), 0.0, 0.0),
    ("a masked quotient", lambda x: where(x != 0, divide(sin(x), x), 1.0), 0.0, 0.0),
    ("the same with a conditional expression", lambda x: sin(x) / x if x != 0 else 1.0, 0.0, 0.0),
    ("sqrt", sqrt, 0.0, INF),
    ("cbrt", cbrt, 0.0, INF),
    ("abs", abs, 0.0, 0.0),
    ("fabs", fabs, 0.0, 0.0),
    ("sign", sign, 0.0, 0.0),
    ("round", lambda x: round(x, 1), 0.25, 0.0),
    ("floor", lambda x: math.floor(x) * x, 2.0, 2.0),
    ("maximum at a tie", lambda x: maximum(x, 1.0), 1.0, 0.5),
    ("minimum at a tie", lambda x: minimum(x, 1.0), 1.0, 0.5),
    ("maximum of x and x", lambda x: maximum(x, x), 1.0, 1.0),
    ("hypot", lambda x: hypot(x, 0.0), 0.0, 0.0),
    ("hypot of two zeros", lambda x: hypot(x, x), 0.0, 0.0),
    ("atan2", lambda x: atan2(x, x), 0.0, 0.0),
    ("x ** 0", lambda x: x**0, 0.0, 0.0),
    ("x ** 1", lambda x: x**1, 0.0, 1.0),
    ("x ** 2", lambda x: x**2, 0.0, 0.0),
    ("0 ** x", lambda x: 0**x, 0.0, -INF),
    ("x ** x", lambda x: x**x, 0.0, -INF),
    ("0 ** x, x above zero", lambda x: 0.0**x, 1.0, 0.0),
    ("clip at its lower edge", lambda x: clip(x, 0.0, 1.0), 0.0, 1.0),
    ("clip at its upper edge", lambda x: clip(x, 0.0, 1.0), 1.0, 1.0),
    ("clip outside", lambda x: clip(x, 0.0, 1.0), 2.0, 0.0),
    ("the bound of a clip at its edge", lambda x: clip(0.0, x, 1.0), 0.0, 0.0),
    ("the bound of a clip that holds", lambda x: clip(-1.0, x, 1.0), 0.0, 1.0),
    ("a product with one zero", lambda x: prod([x, 3.0, 5.0]), 0.0, 15.0),
    ("a product with two zeros", lambda x: prod([x, 0.0, 5.0]), 0.0, 0.0),
    ("a square of zeros", lambda x: prod([x, x, 5.0]), 0.0, 0.0),
    ("a root squared", lambda x: sqrt(x) ** 2, 0.0, 0.0),
    ("asin at its edge", asin, 1.0, INF),
    ("a negative base", lambda x: x**3, -2.0, 12.0),
    ("a negative base, odd negative exponent", lambda x: x**-1, -2.0, -0.25),
    ("the logarithm to a base", lambda x: log(8.0, x), 2.0, -math.log(8) / (2 * math.log(2) ** 2)),
]  # fmt: skip


@pytest.mark.parametrize(("function", "point", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_table(function: Callable[[Any], Any], point: float, expected: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(function)(point) == pytest.approx(expected, rel=1e-15)
        assert jvp(function, (point,), (1.0,))[1] == pytest.approx(expected, rel=1e-15)
        x = pb.Variable(point)
        y = function(x)
        if isinstance(y, pb.Variable):
            y.backprop()
            assert x.grad == pytest.approx(expected, rel=1e-15)


def test_an_exponent_of_a_negative_base_has_no_derivative() -> None:
    assert math.isnan(grad(lambda x: (-1.0) ** x)(2.0))


@pytest.mark.parametrize(("function", "point", "expected"), [
    (lambda x: x**2, 0.0, 2.0),
    (lambda x: x**3, 0.0, 0.0),
    (lambda x: x**1, 0.0, 0.0),
    (lambda x: x**0, 0.0, 0.0),
    (lambda x: x**1.5, 0.0, INF),
    (lambda x: x**0.5, 0.0, -INF),
    (sqrt, 0.0, -INF),
    (abs, 0.0, 0.0),
    (lambda x: where(x > 0, sqrt(x), 0.0), 0.0, 0.0),
    (lambda x: where(x > 0, sqrt(x), x), 0.0, 0.0),
])  # fmt: skip
def test_second_order(function: Callable[[Any], Any], point: float, expected: float) -> None:
    assert grad(grad(function))(point) == expected
    assert jvp(grad(function), (point,), (1.0,))[1] == expected


def test_mixed_second_derivatives_of_a_power() -> None:
    # d2/dxdy x**y = x**(y-1) (1 + y log x)
    for x, y in ((2.0, 0.0), (0.5, 1.0), (3.0, -1.5)):
        expected = x ** (y - 1) * (1 + y * math.log(x))
        assert grad(grad(lambda x, y: x**y, 0), 1)(x, y) == pytest.approx(expected, rel=1e-14)
        assert grad(grad(lambda x, y: x**y, 1), 0)(x, y) == pytest.approx(expected, rel=1e-14)


def test_the_price_of_zero_times_infinity_is_a_setting() -> None:
    root_squared = grad(lambda x: sqrt(x) ** 2)
    assert root_squared(0.0) == 0.0
    with pb.indeterminate("nan"):
        assert math.isnan(root_squared(0.0))
    with pb.indeterminate("warn"), pytest.warns(pb.PullbackWarning, match="0 \\* inf"):
        assert root_squared(0.0) == 0.0

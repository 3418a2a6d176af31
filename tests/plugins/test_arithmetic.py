"""Operators, division by zero, choices, powers, remainders and sums: the edges that the table of pairs does not reach."""

from __future__ import annotations

import math
import operator
from fractions import Fraction
from typing import Any

import pytest

import pullback as pb
from pullback import grad, value_and_grad
from pullback_plugins import arithmetic
from pullback_plugins.arithmetic import clip, divide, is_complex, maximum, minimum, power, ratio, sign, where, xlogy

INF, NAN = math.inf, math.nan


def same(found: float, expected: float) -> bool:
    """Whether two numbers are equal, the sign of a zero included; nan is equal to nan."""
    return (found != found and expected != expected) or (
        found == expected and math.copysign(1.0, found) == math.copysign(1.0, expected)
    )


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (1.0, 0.0, INF), (1.0, -0.0, -INF), (-1.0, 0.0, -INF), (-1.0, -0.0, INF), (0.0, 0.0, NAN), (NAN, 0.0, NAN),
        (INF, 0.0, INF), (6.0, 3.0, 2.0), (-0.0, 2.0, -0.0),
    ],
)  # fmt: skip
def test_division_is_that_of_ieee_754(x: float, y: float, expected: float) -> None:
    assert same(divide(x, y), expected)
    assert same(ratio(x, y), 0.0 if x == y == 0.0 else expected)


def test_an_operator_still_raises_where_python_does() -> None:
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: 1.0 / x)(0.0)
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: x % 0.0)(1.0)
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: x // 0.0)(1.0)


@pytest.mark.parametrize(("choose", "python"), [(maximum, max), (minimum, min)], ids=["maximum", "minimum"])
def test_the_larger_and_the_smaller_are_pythons_and_nan_wins(choose: Any, python: Any) -> None:
    for x, y in [(1.0, 2.0), (2.0, 1.0), (-INF, 3.0), (0.5, 0.5)]:
        assert choose(x, y) == python(x, y)
    assert math.isnan(choose(NAN, 1.0))
    assert math.isnan(choose(1.0, NAN))


def test_where_the_bounds_of_clip_cross_the_upper_one_holds() -> None:
    for x in (-1.0, 1.5, 5.0):
        assert clip(x, 2.0, 1.0) == 1.0
        assert grad(lambda *args: clip(*args), argnums=(0, 1, 2))(x, 2.0, 1.0) == (0.0, 0.0, 1.0)
    assert math.isnan(clip(NAN, 0.0, 1.0))


def test_the_sign_of_nan_is_nan_and_of_zero_zero() -> None:
    assert [sign(x) for x in (-2.0, -0.0, 0.0, 3.0)] == [-1.0, 0.0, 0.0, 1.0]
    assert math.isnan(sign(NAN))


def test_a_branch_that_is_not_chosen_costs_no_gradient() -> None:
    assert grad(lambda x: where(True, x * 2.0, divide(1.0, x)))(0.0) == 2.0
    assert grad(lambda x: where(x > 1.0, divide(1.0, x), 5.0))(0.0) == 0.0


@pytest.mark.parametrize("exponent", [2, 2.0, 3, 0, 1, -1, -2, 0.5, Fraction(3, 2)])
def test_powers_by_the_base_whatever_the_type_of_the_exponent(exponent: Any) -> None:
    value, slope = value_and_grad(lambda x: x**exponent)(1.7)
    assert value == 1.7**exponent
    assert slope == pytest.approx(float(exponent) * 1.7 ** (float(exponent) - 1.0), rel=1e-15)


def test_powers_that_overflow_or_leave_the_reals() -> None:
    assert arithmetic.ieee_power(10.0, 400.0) == INF
    assert arithmetic.ieee_power(-10.0, 401.0) == -INF
    assert arithmetic.ieee_power(0.0, -1.0) == INF
    assert arithmetic.ieee_power(-0.0, -1.0) == -INF
    assert arithmetic.ieee_power(-0.0, -2.0) == INF
    assert math.isnan(arithmetic.ieee_power(-8.0, 1.0 / 3.0))
    assert arithmetic.ieee_power(Fraction(2, 3), 2) == Fraction(4, 9)


def test_the_power_of_a_variable_exponent() -> None:
    assert grad(lambda y: 2.0**y)(3.0) == 8.0 * math.log(2.0)
    assert grad(lambda y: power(2, y))(3.0) == 8.0 * math.log(2.0)
    assert math.isnan(grad(lambda y: (-2.0) ** y)(2.0))


def test_a_power_of_complex_numbers_has_complex_slopes() -> None:
    assert grad(lambda z: (z**3).real)(2.0 + 1.0j) == pytest.approx(3.0 * (2.0 + 1.0j) ** 2)


@pytest.mark.parametrize(
    ("x", "y", "expected"), [(0.0, 0.0, 0.0), (0.0, INF, 0.0), (1.0, 0.0, -INF), (2.0, math.e, 2.0)]
)
def test_zero_times_a_logarithm_is_zero(x: float, y: float, expected: float) -> None:
    assert xlogy(x, y) == pytest.approx(expected)
    assert math.isnan(xlogy(1.0, -1.0))
    assert math.isnan(xlogy(0.0, NAN))


def test_a_quotient_that_rounding_has_moved_is_a_whole_number_in_the_gradient() -> None:
    x, y = 0.3, 0.1  # 0.3 / 0.1 is 2.999..., and 0.3 % 0.1 is nearly 0.1
    assert grad(operator.mod, 1)(x, y) == -2.0
    assert grad(pb.math.fmod, 1)(x, y) == -2.0
    assert grad(pb.math.remainder, 1)(x, y) == -3.0
    assert grad(lambda y: 1e300 % y)(0.7) == -math.floor(1e300 / 0.7 + 0.5)


def test_a_fraction_and_an_exponent_are_put_together_again() -> None:
    def f(x: Any) -> Any:
        mantissa, exponent = pb.math.frexp(x)
        assert isinstance(exponent, int)
        return pb.math.ldexp(mantissa * mantissa, exponent)

    assert grad(f)(6.0) == 2 * 0.75


@pytest.mark.parametrize("x", [-2.75, -0.0, 3.5])
def test_the_parts_of_a_number(x: float) -> None:
    assert grad(lambda x: pb.math.modf(x)[0] * 3.0)(x) == 3.0
    assert grad(lambda x: pb.math.modf(x)[1] * 3.0)(x) == 0.0


def test_sums_and_products_of_many_numbers() -> None:
    numbers = [1e16, 1.0, -1e16]
    value, slopes = value_and_grad(lambda xs: pb.math.fsum(xs))(numbers)
    assert (value, slopes) == (1.0, [1.0, 1.0, 1.0])
    assert grad(lambda xs: pb.math.prod(xs, start=2.0))([3.0, 0.0]) == [0.0, 6.0]
    assert pb.math.fsum([]) == 0.0
    assert grad(lambda p: pb.math.dist(p, (0.0, 4.0)))([3.0, 0.0]) == pytest.approx([0.6, -0.8])
    with pytest.raises(ValueError, match="same number of dimensions"):
        pb.math.dist((pb.Variable(1.0),), (1.0, 2.0))
    with pytest.raises(ValueError, match="same length"):
        arithmetic.sumprod([pb.Variable(1.0)], [])


@pytest.mark.parametrize(("x", "expected"), [(1e200, 1e200), (1e-200, 1.0), (-3.0, math.sqrt(10.0))])
def test_the_root_of_one_and_a_square_does_not_overflow(x: float, expected: float) -> None:
    assert arithmetic.hypot_one(x) == pytest.approx(expected)
    assert grad(lambda x: arithmetic.hypot_one(x))(x) == pytest.approx(x / expected)


def test_a_type_says_whether_a_number_is_complex() -> None:
    np = pytest.importorskip("numpy")
    for x in (1j, np.complex64(1.0), np.ones(2, complex), pb.Variable(1j), pb.Variable(np.ones(2, complex))):
        assert is_complex(x)
    for x in (1, 1.0, np.float64(1.0), np.ones(2), pb.Variable(1.0), "1j"):
        assert not is_complex(x)


@pytest.mark.parametrize(
    "pair", [pair for pair in arithmetic.pullback_register_primitives() if pair.name in {"floor", "ceil", "trunc"}],
    ids=lambda pair: pair.name,
)  # fmt: skip
def test_a_step_gives_an_integer_that_is_plain(pair: Any) -> None:
    result = pair(pb.Variable(-1.5))
    assert type(result) is int
    assert result == getattr(math, pair.name)(-1.5)

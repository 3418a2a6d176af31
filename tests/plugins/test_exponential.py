"""Exponentials, logarithms and powers: where they overflow, at the ends of their domains, and in their several forms."""

from __future__ import annotations

import math
from typing import Any

import pytest

import pullback as pb
from pullback import grad, value_and_grad
from pullback_plugins import exponential


def nth(function: Any, order: int) -> Any:
    for _ in range(order):
        function = grad(function)
    return function


@pytest.mark.parametrize("order", range(5))
def test_the_exponential_is_its_own_derivative(order: int) -> None:
    assert nth(pb.math.exp, order)(0.7) == math.exp(0.7)
    assert nth(pb.math.expm1, order + 1)(0.7) == math.exp(0.7)
    assert nth(pb.math.exp2, order)(0.7) == pytest.approx(2.0**0.7 * math.log(2.0) ** order, rel=1e-15)


def test_small_numbers_lose_no_digits() -> None:
    assert value_and_grad(pb.math.expm1)(1e-20) == (1e-20, 1.0)
    assert value_and_grad(pb.math.log1p)(1e-20) == (1e-20, 1.0)


@pytest.mark.parametrize("name", ["exp", "expm1", "exp2"])
def test_an_overflow_is_pythons_error(name: str) -> None:
    with pytest.raises(OverflowError):
        getattr(math, name)(1e4)
    with pytest.raises(OverflowError):
        grad(getattr(pb.math, name))(1e4)
    assert grad(getattr(pb.math, name))(-1e4) == 0.0


@pytest.mark.parametrize(("name", "outside"), [("log", 0.0), ("log2", -1.0), ("log10", 0.0), ("log1p", -1.0)])
def test_a_logarithm_outside_its_domain_is_pythons_error(name: str, outside: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        getattr(math, name)(outside)
    with pytest.raises(ValueError, match=r"."):
        grad(getattr(pb.math, name))(outside)


@pytest.mark.parametrize(("name", "base"), [("log2", 2.0), ("log10", 10.0)])
def test_logarithms_to_fixed_bases_agree_with_the_one_to_any(name: str, base: float) -> None:
    x = 3.7
    assert grad(getattr(pb.math, name))(x) == pytest.approx(1.0 / (x * math.log(base)), rel=1e-15)
    assert grad(lambda x: pb.math.log(x, base))(x) == pytest.approx(1.0 / (x * math.log(base)), rel=1e-15)


def test_the_logarithm_takes_at_most_one_base_and_differentiates_by_it() -> None:
    assert grad(lambda b: pb.math.log(8.0, b))(2.0) == pytest.approx(-3.0 / (2.0 * math.log(2.0)))
    assert exponential.log(8.0, 2.0) == math.log(8.0, 2.0)
    with pytest.raises(ZeroDivisionError):
        pb.math.log(pb.Variable(8.0), 1.0)
    with pytest.raises((TypeError, ValueError)):
        pb.math.log(pb.Variable(8.0), 2.0, 3.0)


def test_pow_of_math_refuses_what_the_operator_makes_complex() -> None:
    assert grad(lambda x: pb.math.pow(x, 3))(-2.0) == 12.0
    with pytest.raises(ValueError, match=r"."):
        pb.math.pow(pb.Variable(-8.0), 1.0 / 3.0)


@pytest.mark.parametrize("x", [-8.0, -1e-300, 27.0])
def test_the_cube_root_of_negative_numbers(x: float) -> None:
    value, slope = value_and_grad(pb.math.cbrt)(x)
    assert value == math.cbrt(x)
    assert slope == pytest.approx(value / (3.0 * x), rel=1e-14)

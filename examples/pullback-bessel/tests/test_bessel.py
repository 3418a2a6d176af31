"""Every pair against mpmath, which sums its own series and differentiates them numerically in 40 digits."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import mpmath
import pullback_bessel
import pytest
import scipy.special

import pullback
from pullback import Primitive, check_grads, grad, jvp
from pullback.testing import check_points

INTEGER: dict[str, Callable[[Any], Any]] = {
    "j0": lambda x: mpmath.besselj(0, x),
    "j1": lambda x: mpmath.besselj(1, x),
    "y0": lambda x: mpmath.bessely(0, x),
    "y1": lambda x: mpmath.bessely(1, x),
    "i0": lambda x: mpmath.besseli(0, x),
    "i1": lambda x: mpmath.besseli(1, x),
    "k0": lambda x: mpmath.besselk(0, x),
    "k1": lambda x: mpmath.besselk(1, x),
}
REAL: dict[str, Callable[[Any, Any], Any]] = {
    "jv": mpmath.besselj,
    "yv": mpmath.bessely,
    "iv": mpmath.besseli,
    "kv": mpmath.besselk,
}
POINTS = [0.01, 0.7, 1.9, 5.0, 12.5]
ORDERS = [0.0, 1.0, 2.5, -0.5, 4.0]


def _check(derivative: float, oracle: Callable[[Any], Any], x: float, order: int, rtol: float) -> None:
    with mpmath.workdps(40):
        exact = mpmath.diff(oracle, mpmath.mpf(x), order)
        # Near a zero of the derivative, the error is relative to the function instead.
        assert abs(derivative - exact) <= rtol * (abs(exact) + abs(oracle(mpmath.mpf(x))))


@pytest.mark.parametrize("name", INTEGER)
@pytest.mark.parametrize("x", POINTS)
def test_integer_order(name: str, x: float) -> None:
    pair, oracle = getattr(pullback_bessel, name), INTEGER[name]
    assert pair(x) == pytest.approx(float(oracle(x)), rel=1e-13)
    _check(grad(pair)(x), oracle, x, 1, 1e-13)
    _check(jvp(pair, (x,), (1.0,))[1], oracle, x, 1, 1e-13)
    _check(grad(grad(pair))(x), oracle, x, 2, 1e-12)
    _check(grad(lambda x: jvp(pair, (x,), (1.0,))[1])(x), oracle, x, 2, 1e-12)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("x", POINTS)
def test_real_order(name: str, order: float, x: float) -> None:
    pair = getattr(pullback_bessel, name)

    def oracle(x: Any) -> Any:
        return REAL[name](order, x)

    _check(grad(pair, argnums=1)(order, x), oracle, x, 1, 1e-12)
    _check(grad(grad(pair, argnums=1), argnums=1)(order, x), oracle, x, 2, 1e-11)


@pytest.mark.parametrize("name", INTEGER)
def test_against_differences_in_both_modes(name: str) -> None:
    check_grads(getattr(pullback_bessel, name), (2.3,), order=2)


@pytest.mark.parametrize("pair", pullback_bessel.pullback_register_primitives(), ids=lambda pair: pair.name)
def test_declared_points(pair: Primitive) -> None:
    check_points(pair)


@pytest.mark.parametrize("name", INTEGER)
def test_calls_of_scipy_are_differentiated(name: str) -> None:
    assert grad(getattr(scipy.special, name))(1.3) == grad(getattr(pullback_bessel, name))(1.3)


@pytest.mark.parametrize("name", REAL)
def test_calls_of_scipy_with_an_order_are_differentiated(name: str) -> None:
    function = getattr(scipy.special, name)
    assert grad(lambda x: function(1.5, x))(1.3) == grad(getattr(pullback_bessel, name), argnums=1)(1.5, 1.3)


def test_a_gradient_by_the_order_is_refused() -> None:
    with pytest.raises(pullback.ChainBrokenError, match="by their order"):
        grad(pullback_bessel.jv)(1.5, 2.0)


def test_the_index_names_every_pair_and_every_overload() -> None:
    text = files(pullback_bessel).joinpath("index.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    expected: set[str] = set()
    for pair in pullback_bessel.pullback_register_primitives():
        expected |= {pair.name, *(str(target).replace(":", ".") for target in pair.overloads)}
    assert lines == [f"{key} = bessel" for key in sorted(expected)], "run pullback plugins index pullback-bessel"

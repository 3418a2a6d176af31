"""The digamma and polygamma functions against mpmath, over the whole domain: near poles, tiny, large, negative, of huge order."""

from __future__ import annotations

import math
from typing import Any

import pytest
from mpmath import mp, mpf

from pullback import grad
from pullback.math import gamma, lgamma
from pullback_plugins.polygamma import digamma, polygamma

from .cases import spread

ORDERS = [1, 2, 3, 5, 9, 20, 50, 100, 169, 170, 171]
NEAR_POLES = [
    -(k + side * 10.0**-e) for k in (0, 1, 2, 7, 20) for e in (3, 7, 11, 14) for side in (1, -1) if k or side > 0
]
HALVES = [-0.5, -1.5, -2.5, -10.5]
POSITIVE = [*spread(0.0, 30.0, 20), 1.0, 2.0, 5.5, 100.25, 1e3, 1e6]
NEGATIVE = [*(-x for x in spread(0.0, 12.0, 20)), *HALVES, *NEAR_POLES]
TINY = [5e-324, 1e-300, 1e-100, 1e-20, 1e-10]


def exact(n: int, x: float) -> Any:
    """The Hurwitz zeta function (DLMF 25.11.12), after as many steps of the recurrence as lead out of the negative numbers."""
    # The zeta function is as small as x**-n; next to a negative half, terms of 2**n cancel to less than |x|**-n.
    digits = (n + 1) * (max(0.0, math.log10(x)) if x > 0 else math.log10(2.0 * (1.5 - x)))
    with mp.workdps(60 + int(digits)):
        start, steps = mpf(x), max(0, math.ceil(0.5 - x))
        terms = sum((start + k) ** (-n - 1) for k in range(steps))
        return (-1) ** (n + 1) * mp.factorial(n) * (terms + mp.zeta(n + 1, start + steps))


def close(found: float, wanted: Any, rtol: float) -> bool:
    if abs(wanted) >= mpf(2) ** 1024:
        return math.isinf(found) and (found > 0) == (wanted > 0)
    return math.isfinite(found) and abs(mpf(found) - wanted) <= rtol * abs(wanted) + mpf(2) ** -1074


@pytest.mark.parametrize("n", ORDERS)
@pytest.mark.parametrize("xs", [POSITIVE, NEGATIVE, TINY], ids=["positive", "negative", "tiny"])
def test_polygamma(n: int, xs: list[float]) -> None:
    for x in xs:
        wanted = exact(n, x)
        assert close(polygamma(n, x), wanted, 3e-14), (x, polygamma(n, x), wanted)


def test_digamma() -> None:
    for x in [*POSITIVE, *TINY, 1e15, 1e100, 1.7e308]:
        wanted = mp.digamma(mpf(x))
        assert close(digamma(x), wanted, 4e-15), (x, digamma(x), wanted)


def test_digamma_at_negative_numbers() -> None:
    """Near its zeros there the reflection cancels: what is left is exact to the rounding of its terms."""
    for x in [*NEGATIVE, -1e5 - 0.3, -1e10 - 0.7]:
        with mp.workdps(60):
            wanted = mp.digamma(mpf(x))
            scale = abs(mp.pi * mp.cot(mp.pi * mpf(x))) + abs(mp.digamma(1 - mpf(x)))
        assert abs(mpf(digamma(x)) - wanted) <= 4e-15 * (abs(wanted) + scale), (x, digamma(x), wanted)


def test_digamma_near_its_positive_zero() -> None:
    with mp.workdps(50):
        zero = mp.findroot(mp.digamma, 1.4616)
    for distance in (0.0, 1e-16, 1e-12, 1e-6, 1e-3, 0.1, 0.1249, 0.1251, 0.2):
        for x in (float(zero) - distance, float(zero) + distance):
            with mp.workdps(50):
                wanted = mp.digamma(mpf(x))
            assert close(digamma(x), wanted, 6e-15), (x, digamma(x), wanted)


@pytest.mark.parametrize("n", [1, 2, 5, 20])
@pytest.mark.parametrize("x", [1e10, 1e15, 1e100, 1e300])
def test_large_arguments(n: int, x: float) -> None:
    """There it is (n-1)!/x**n (1 + n/(2x)), to the last digit."""
    with mp.workdps(60):
        wanted = (-1) ** (n + 1) * mp.factorial(n - 1) / mpf(x) ** n * (1 + n / (2 * mpf(x)))
    assert close(polygamma(n, x), wanted, 1e-15)


@pytest.mark.parametrize("n", [200, 201, 500, 1000, 10_000, 100_001])
def test_huge_orders(n: int) -> None:
    sign = 1.0 if n % 2 else -1.0
    assert polygamma(n, 0.5) == sign * math.inf
    assert polygamma(n, 1e-300) == sign * math.inf
    assert polygamma(n, -1.25) == math.inf
    assert polygamma(n, -1.75) == sign * math.inf
    assert polygamma(n, math.inf) == 0.0


@pytest.mark.parametrize("n", [180, 199, 200, 201, 220])
def test_huge_orders_of_large_arguments_are_finite(n: int) -> None:
    for x in (200.0, 1000.5, 1e4):
        assert close(polygamma(n, x), exact(n, x), 3e-14)


@pytest.mark.parametrize("n", [200, 201, 202, 203])
@pytest.mark.parametrize(
    "x", [-0.5, -20.5, math.nextafter(-0.5, 0), math.nextafter(-0.5, -1), math.nextafter(-20.5, 0)]
)
def test_huge_orders_at_and_beside_halves(n: int, x: float) -> None:
    digits = 60 + 3 * n
    with mp.workdps(digits):
        start, steps = mpf(x), math.ceil(0.5 - x)
        terms = sum((start + k) ** (-n - 1) for k in range(steps))
        wanted = (-1) ** (n + 1) * mp.factorial(n) * (terms + mp.zeta(n + 1, start + steps))
    assert close(polygamma(n, x), wanted, 1e-13), (polygamma(n, x), wanted)


@pytest.mark.parametrize("x", [0.0, -0.0, -1.0, -2.0, -1e15, -1e300])
def test_poles_are_refused(x: float) -> None:
    for n in (0, 1, 2, 300):
        with pytest.raises(ValueError, match="has a pole at"):
            polygamma(n, x)
    with pytest.raises(ValueError, match="digamma has a pole at"):
        digamma(x)


@pytest.mark.parametrize("n", [-1, 1.5, math.nan, math.inf, -math.inf])
def test_orders_that_are_none(n: Any) -> None:
    with pytest.raises(ValueError, match="non-negative integer"):
        polygamma(n, 1.0)


def test_what_is_no_number() -> None:
    for n in (0, 1, 2, 300):
        assert math.isnan(polygamma(n, math.nan))
        assert math.isnan(polygamma(n, -math.inf))
    assert digamma(math.inf) == math.inf
    assert polygamma(1, math.inf) == 0.0


def test_gradients_of_every_order_are_the_next() -> None:
    slope: Any = lgamma
    for n in range(6):
        slope = grad(slope)
        for x in (0.3, 2.5, 40.0, -1.7):
            assert slope(x) == pytest.approx(polygamma(n, x), rel=1e-14)


def test_the_gradient_of_gamma_where_it_overflows() -> None:
    for x in (170.0, 171.6, 1e-300, -170.5):
        with mp.workdps(40):
            wanted = mp.gamma(mpf(x)) * mp.digamma(mpf(x))
        assert close(grad(gamma)(x), wanted, 1e-11), (x, grad(gamma)(x), wanted)

"""Digamma and polygamma, the derivatives of the logarithm of the gamma function, for plain floats."""

from __future__ import annotations

import math

__all__ = ["digamma", "polygamma"]

# The Bernoulli numbers B_2, B_4, ..., B_20 (DLMF table 24.2.1).
_BERNOULLI = (1/6, -1/30, 1/42, -1/30, 5/66, -691/2730, 7/6, -3617/510, 43867/798, -174611/330)  # fmt: skip

# The positive zero of digamma: the nearest float, and the remainder.
_ZERO, _ZERO_REST = 1.4616321449683622, 9.549995429965697e-17


def digamma(x: float) -> float:
    """Return the logarithmic derivative of the gamma function at `x`.

    Overflows to inf, as in IEEE 754. Raises `ValueError` at the poles 0, -1, -2, ...

    >>> digamma(1.0)
    -0.5772156649015329
    """
    x = float(x)
    if x <= 0.0:
        _refuse_poles("digamma", x)
        return digamma(1.0 - x) - math.pi * _cot_pi(x)  # DLMF 5.5.4
    if abs(x - _ZERO) < 0.125:
        return _digamma_near_zero(x)
    # psi(x) = psi(x + steps) - 1/x - 1/(x+1) - ... (DLMF 5.5.2), summed with a single rounding.
    steps = _steps(x, 10)
    high = x + steps
    square = 1.0 / (high * high)
    return math.fsum(
        [
            math.log(high),
            -0.5 / high,
            *(-b / (2 * k) * square**k for k, b in enumerate(_BERNOULLI, 1)),  # DLMF 5.11.2
            *(-1.0 / (x + k) for k in range(steps)),
        ]
    )


def polygamma(n: int, x: float) -> float:
    """Return the `n`-th derivative of digamma at `x`.

    Overflows to inf, as in IEEE 754. Raises `ValueError` at the poles 0, -1, -2, ... and if `n` is not a non-negative integer.

    >>> polygamma(1, 1.0), math.pi ** 2 / 6
    (1.6449340668482264, 1.6449340668482264)
    """
    x = float(x)
    if not (math.isfinite(n) and n >= 0 and n == int(n)):
        raise ValueError(f"polygamma takes a non-negative integer for its order, not {n!r}")
    order = int(n)
    if order == 0:
        return digamma(x)
    sign = 1.0 if order % 2 else -1.0
    if x <= 0.0:
        _refuse_poles("polygamma", x)
        nearest = sign * _cot_pi_derivative(order, _cot_pi(x))
        return nearest if math.isinf(nearest) else nearest - _polygamma_magnitude(order, 1.0 - x)  # DLMF 5.15.6
    return sign * _polygamma_magnitude(order, x)


def _refuse_poles(name: str, x: float) -> None:
    if x == 0.0 or x.is_integer():
        raise ValueError(f"{name} has a pole at {x}")


def _steps(x: float, floor: int) -> int:
    """Return the number of unit steps from `x` to `floor` or above."""
    return math.ceil(floor - x) if x < floor else 0


def _digamma_near_zero(x: float) -> float:
    """Return digamma by its Taylor series around the positive zero, where the recurrence would cancel."""
    away = (x - _ZERO) - _ZERO_REST
    value = 0.0
    for coefficient in reversed(_TAYLOR):
        value = (value + coefficient) * away
    return value


def _polygamma_magnitude(n: int, x: float) -> float:
    """Return ``n! * zeta(n + 1, x)``, the absolute value of the n-th derivative of digamma, for n > 0 and x > 0.

    Computed as a multiple of ``(n-1)! / x**n``, so that no intermediate result overflows before the final one.
    """
    if not math.isfinite(x):
        return 1.0 / x
    steps = _steps(x, n + 12)
    high = x + steps
    square = 1.0 / (high * high)
    # DLMF 5.15.9, with (n+2k-1)! / ((n-1)! (2k)!) written as a binomial coefficient.
    series = (b * math.comb(n + 2 * k - 1, 2 * k) * square**k for k, b in enumerate(_BERNOULLI, 1))
    tail = (x / high) ** n * math.fsum([1.0, 0.5 * n / high, *series])
    # DLMF 5.15.5: each step of the recurrence adds n! / (x+k)**(n+1).
    multiple = math.fsum([tail, *(n / (x + k) * (x / (x + k)) ** n for k in range(steps))])
    return _factorial_over_power(n - 1, x, n) * multiple


def _factorial_over_power(m: int, x: float, n: int) -> float:
    """Return ``m! / x**n`` for positive `x`, in exact integers: the factors overflow long before the quotient does."""
    numerator, denominator = x.as_integer_ratio()
    try:
        return float(math.factorial(m) * denominator**n / numerator**n)
    except OverflowError:
        return math.inf


def _cot_pi(x: float) -> float:
    """Return cot(pi x), from the exact distance of x to the nearest multiple of 1/2."""
    distance = math.remainder(x, 1.0) if math.isfinite(x) else math.nan
    if abs(distance) <= 0.25:
        return 1.0 / math.tan(math.pi * distance)
    return math.tan(math.pi * (math.copysign(0.5, distance) - distance))


def _cot_pi_derivative(n: int, c: float) -> float:
    """Return ``(-1)**n`` times the n-th derivative of ``pi cot(pi x)``, where ``c = cot(pi x)``.

    It is a polynomial in c with non-negative coefficients, so nothing cancels: cot' = -(1 + cot**2).
    """
    if c != c:
        return c
    if n > 200:
        # The smallest nonzero value, at the float next to 1/2, exceeds 2e-16 * 200! * 2**200.
        return math.inf if n % 2 else math.copysign(math.inf, c) if c else 0.0
    coefficients = [0.0, 1.0]
    for order in range(1, n + 1):
        slope = [k / order * coefficients[k] for k in range(1, order + 1)]
        coefficients = [a + b for a, b in zip([*slope, 0.0, 0.0], [0.0, 0.0, *slope], strict=True)]
    value = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        value = value * c + coefficient
    value *= math.pi
    for order in range(1, n + 1):
        value *= order * math.pi
    return value


_TAYLOR = [polygamma(n, _ZERO) / math.factorial(n) for n in range(1, 18)]

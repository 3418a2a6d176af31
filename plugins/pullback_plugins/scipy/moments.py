"""Functions that SciPy does not have and the derivatives of its functions need; they are internal."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from pullback_plugins.numpy.dtypes import common_dtype

__all__ = ["beta_density", "erfcx_slope", "exp_moment", "gamma_density"]

_ROOT_PI = math.sqrt(math.pi)


def exp_moment(u: Any, *, order: int) -> Any:
    """Return the integral of ``s**order * exp(u * s)`` over s from 0 to 1."""
    dtype = common_dtype(np.float16, u)
    u = np.asarray(u, dtype=common_dtype(np.float64, u))
    near = np.abs(u) < order + 2.0
    small, large = np.where(near, u, 0.0), np.where(near, 1.0, u)
    term: Any = np.ones_like(u)
    series = term / (order + 1)
    for k in range(1, 40 + 4 * order):
        term = term * small / k
        series = series + term / (order + k + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        moment = np.expm1(large) / large
        for n in range(1, order + 1):
            # Integration by parts, which is stable for u > n.
            moment = (np.exp(large) - n * moment) / large
    return np.where(near, series, moment).astype(dtype)[()]


def _is_pole(a: Any) -> Any:
    """Return whether the gamma function has a pole at `a`, where its reciprocal is zero."""
    return (np.asarray(a) <= 0) & (np.asarray(a) == np.floor(a))


def gamma_density(a: Any, x: Any) -> Any:
    """Return ``x**(a-1) exp(-x) / Gamma(a)``."""
    with np.errstate(all="ignore"):
        size = np.exp(special.xlogy(a - 1.0, x) - x - special.gammaln(a))
        return np.where(_is_pole(a), 0.0, special.gammasgn(a) * size)[()]


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """Return ``x**(a-1) (1-x)**(b-1) / B(a, b)``."""
    with np.errstate(all="ignore"):
        size = np.exp(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - special.betaln(a, b))
        signs = special.gammasgn(a) * special.gammasgn(b) * special.gammasgn(a + b)
        return np.where(_is_pole(a) | _is_pole(b), 0.0, signs * size)[()]


def erfcx_slope(x: Any, y: Any) -> Any:
    """Return the derivative of ``y = erfcx(x)``; for large real `x` by the asymptotic series of `y` (DLMF 7.12.1)."""
    with np.errstate(all="ignore"):
        slope = 2.0 * x * y - 2.0 / _ROOT_PI
    if np.iscomplexobj(x) or not np.any(x > 30.0):
        return slope
    term = 1.0 / (_ROOT_PI * np.square(np.where(x > 30.0, x, 1.0)))
    square = 0.5 / np.square(np.where(x > 30.0, x, 1.0))
    tail = -term
    for k in range(1, 7):
        term = -term * (2 * k - 1) * square
        tail = tail - (2 * k + 1) * term
    return np.where(x > 30.0, tail, slope).astype(np.result_type(slope))[()]

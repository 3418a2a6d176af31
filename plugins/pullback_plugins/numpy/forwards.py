"""Array forwards of pairs whose rules the families of scalar functions write; they are called by no user."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["gaussian", "ieee_power", "quotient", "ratio", "sech", "sign_of", "tanh_slope", "where", "xlogy"]


def where(condition: Any, x: Any, y: Any) -> Any:
    """Return `x` or `y`; a NumPy scalar where all are scalars."""
    return np.where(condition, x, y)[()]


def ratio(x: Any, y: Any) -> Any:
    """Return ``x / y`` with 0 for 0 / 0."""
    out = np.divide(x, y)
    undefined = (x == 0) & (y == 0)
    return np.where(undefined, 0.0, out)[()] if np.any(undefined) else out


def xlogy(x: Any, y: Any) -> Any:
    """Return ``x * log(y)`` with 0 where `x` is 0 and the logarithm exists or is infinite."""
    out = x * np.log(y)
    absorbed = (x == 0) & (np.equal(y, 0) | ~np.isnan(np.log(y)))
    return np.where(absorbed, 0.0, out)[()] if np.any(absorbed) else out


def ieee_power(x: Any, y: Any) -> Any:
    """Return ``x ** y`` in floating point, whatever the dtype of `x`."""
    return np.asarray(x, dtype=np.result_type(x, np.float16)) ** y


def quotient(x: Any, y: Any, out: Any) -> Any:
    """Return the integer n of ``x = n * y + out``."""
    return np.rint((x - out) / y)


def sign_of(x: Any) -> Any:
    """Return one with the sign bit of `x`."""
    return np.copysign(np.ones_like(x), x)


def sech(x: Any) -> Any:
    """Return ``1 / cosh(x)``, by the exponential that underflows where cosh would overflow."""
    e = np.exp(-np.abs(x))
    return 2.0 * e / (1.0 + e * e)


def tanh_slope(x: Any, y: Any) -> Any:
    """Return ``1 - y * y`` for ``y = tanh(x)``, from `x` where `y` is too near one."""
    slope = 1.0 - y * y
    if slope.dtype.kind == "c":
        return slope
    near = slope < 0.01
    if near.any():
        if not slope.ndim:
            return sech(x) ** 2
        slope[near] = sech(np.broadcast_to(x, slope.shape)[near]) ** 2
    return slope


def gaussian(x: Any) -> Any:
    """Return ``exp(-x**2)``, without the rounding of the square: Moshier, Cephes, expx2."""
    if np.iscomplexobj(x):
        return np.exp(-x * x)
    m = np.round(128.0 * x) / 128.0
    m = np.where(np.isfinite(m), m, x)
    return np.exp(-m * m) * np.exp(-np.where(np.isinf(x), 0.0, (x - m) * (x + m)))

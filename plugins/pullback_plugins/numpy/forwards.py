"""Array forwards of pairs whose rules the families of scalar functions write; they are called by no user."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from pullback_plugins.numpy.dtypes import common_dtype
from pullback_plugins.numpy.native import dispatch

__all__ = [
    "fma", "gaussian", "hypot", "hypot_one", "ieee_power", "quotient", "ratio", "remainder", "round", "scale", "sech",
    "share", "sign_of", "tanh_slope", "where", "xlogy",
]  # fmt: skip


def where(condition: Any, x: Any, y: Any) -> Any:
    """Return `x` or `y`; a NumPy scalar where all are scalars."""
    found = np.where(condition, x, y)
    return found if found.ndim else found[()]


def _mended(out: Any, x: Any, y: Any, undefined: Any) -> Any:
    """Return `out` with 0 for nan where ``undefined(x, y)``, which is asked only where there is a nan at all."""
    total = np.add.reduce(out, None)
    if total == total:
        return out
    return np.where(np.isnan(out) & undefined(x, y), 0.0, out).astype(out.dtype)[()]


def ratio(x: Any, y: Any) -> Any:
    """Return ``x / y`` with 0 for 0 / 0."""
    return _mended(np.divide(x, y), x, y, lambda x, y: np.equal(x, 0) & np.equal(y, 0))


def xlogy(x: Any, y: Any) -> Any:
    """Return ``x * log(y)`` with 0 where `x` is 0 and the logarithm exists or is infinite."""
    log = np.log(y)
    return _mended(x * log, x, log, lambda x, log: np.equal(x, 0) & ~np.isnan(log))


def ieee_power(x: Any, y: Any) -> Any:
    """Return ``x ** y`` in floating point, whatever the dtype of `x`."""
    if isinstance(x, int):
        x = float(x)
    elif getattr(getattr(x, "dtype", None), "kind", "") in ("i", "u", "b"):
        x = x.astype(np.float64)
    return x**y


def share(x: Any, y: Any) -> Any:
    """Return one where `x` is greater than `y`, one half where they are equal."""
    found = dispatch.share(x, y)
    if found is not None:
        return found
    equal = np.equal(x, y)
    greater = np.greater(x, y).astype(common_dtype(np.float16, x, y))
    return np.where(equal, 0.5, greater).astype(greater.dtype)[()] if np.any(equal) else greater


def quotient(x: Any, y: Any, out: Any) -> Any:
    """Return the integer n of ``x = n * y + out``."""
    return np.rint((x - out) / y)


def remainder(x: Any, y: Any) -> Any:
    """Return ``x - n * y`` for the integer n nearest to ``x / y``, even at a tie: IEEE 754, exact as `math.remainder` is."""
    size = np.abs(y)
    rest = np.fmod(np.abs(x), 2.0 * size)
    rest = np.where(rest >= 1.5 * size, rest - 2.0 * size, np.where(rest > 0.5 * size, rest - size, rest))
    return np.where(np.isinf(y) & np.isfinite(x), x, np.copysign(1.0, x) * rest)[()]


def sign_of(x: Any) -> Any:
    """Return one with the sign bit of `x`."""
    return np.copysign(np.ones_like(x), x)


def scale(exponent: Any) -> Any:
    """Return two to the power of some integers."""
    return np.ldexp(1.0, exponent)


def fma(x: Any, y: Any, z: Any) -> Any:
    """Return ``x * y + z``, with a rounding more than `math.fma` has: NumPy knows no better."""
    return x * y + z


def round(x: Any, *, ndigits: int | None = None) -> Any:
    """Return `x` rounded to a number of decimals."""
    return np.round(x, 0 if ndigits is None else ndigits)


def hypot(*xs: Any) -> Any:
    """Return the square root of the sum of squares, of any number of arrays."""
    return reduce(np.hypot, xs) if len(xs) > 1 else np.fabs(*xs)


def hypot_one(x: Any) -> Any:
    """Return ``sqrt(1 + x**2)``."""
    return np.sqrt(1.0 + x * x) if np.iscomplexobj(x) else np.hypot(1.0, x).astype(x.dtype)


def sech(x: Any) -> Any:
    """Return ``1 / cosh(x)``, by the exponential that underflows where cosh would overflow."""
    if np.iscomplexobj(x):
        return 1.0 / np.cosh(x)
    e = np.exp(-np.abs(x))
    return 2.0 * e / (1.0 + e * e)


def tanh_slope(x: Any, y: Any) -> Any:
    """Return ``1 - y * y`` for ``y = tanh(x)``, from `x` where `y` is too near one."""
    slope = dispatch.tanh_slope(y)
    if slope is not None:
        return slope
    slope = y * y
    slope = np.subtract(1.0, slope, out=slope) if slope.ndim else 1.0 - slope
    if slope.dtype.kind == "c":
        return slope
    near = slope < 0.01
    if not np.count_nonzero(near):
        return slope
    if not slope.shape:
        return sech(x) ** 2
    slope[near] = sech(x[near]) ** 2
    return slope


def gaussian(x: Any) -> Any:
    """Return ``exp(-x**2)``, without the rounding of the square: Moshier, Cephes, expx2."""
    if np.iscomplexobj(x):
        return np.exp(-x * x)
    m = np.round(128.0 * x) / 128.0
    m = np.where(np.isfinite(m), m, x)
    return np.exp(-m * m) * np.exp(-np.where(np.isinf(x), 0.0, (x - m) * (x + m)))

"""Array forwards of the pairs that the families of scalar functions define; they are internal."""

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
    """Return `x` or `y` by `condition`; a NumPy scalar if all three are scalars."""
    chosen = np.where(condition, x, y)
    return chosen if chosen.ndim else chosen[()]


def _mended(out: Any, x: Any, y: Any, undefined: Any) -> Any:
    """Return `out` with nan replaced by 0 where ``undefined(x, y)``, which is called only if `out` has a nan."""
    total = np.add.reduce(out, None)
    if total == total:
        return out
    return np.where(np.isnan(out) & undefined(x, y), 0.0, out).astype(out.dtype)[()]


def ratio(x: Any, y: Any) -> Any:
    """Return ``x / y``, and 0 for 0 / 0."""
    return _mended(np.divide(x, y), x, y, lambda x, y: np.equal(x, 0) & np.equal(y, 0))


def xlogy(x: Any, y: Any) -> Any:
    """Return ``x * log(y)``, and 0 where `x` is 0 and the logarithm is not nan."""
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
    """Return 1 where `x` is greater than `y`, 1/2 where they are equal, 0 elsewhere."""
    shares = dispatch.share(x, y)
    if shares is not None:
        return shares
    equal = np.equal(x, y)
    greater = np.greater(x, y).astype(common_dtype(np.float16, x, y))
    return np.where(equal, 0.5, greater).astype(greater.dtype)[()] if np.any(equal) else greater


def quotient(x: Any, y: Any, out: Any) -> Any:
    """Return the integer n of ``x = n * y + out``."""
    return np.rint((x - out) / y)


def remainder(x: Any, y: Any) -> Any:
    """Return ``x - n * y`` for the integer n nearest to ``x / y``, the even one at a tie; exact, as `math.remainder` is (IEEE 754)."""
    size = np.abs(y)
    rest = np.fmod(np.abs(x), 2.0 * size)
    rest = np.where(rest >= 1.5 * size, rest - 2.0 * size, np.where(rest > 0.5 * size, rest - size, rest))
    return np.where(np.isinf(y) & np.isfinite(x), x, np.copysign(1.0, x) * rest)[()]


def sign_of(x: Any) -> Any:
    """Return 1 with the sign bit of `x`."""
    return np.copysign(np.ones_like(x), x)


def scale(exponent: Any) -> Any:
    """Return ``2.0 ** exponent`` for integer exponents."""
    return np.ldexp(1.0, exponent)


def fma(x: Any, y: Any, z: Any) -> Any:
    """Return ``x * y + z``, rounded twice, unlike `math.fma`: NumPy has no fused multiply-add."""
    return x * y + z


def round(x: Any, *, ndigits: int | None = None) -> Any:
    """Return `x` rounded to a number of decimals."""
    return np.round(x, 0 if ndigits is None else ndigits)


def hypot(*xs: Any) -> Any:
    """Return the square root of the sum of the squares of any number of arrays."""
    return reduce(np.hypot, xs) if len(xs) > 1 else np.fabs(*xs)


def hypot_one(x: Any) -> Any:
    """Return ``sqrt(1 + x**2)``."""
    return np.sqrt(1.0 + x * x) if np.iscomplexobj(x) else np.hypot(1.0, x).astype(x.dtype)


def sech(x: Any) -> Any:
    """Return ``1 / cosh(x)``, computed from exp(-|x|), which underflows where cosh would overflow."""
    if np.iscomplexobj(x):
        return 1.0 / np.cosh(x)
    e = np.exp(-np.abs(x))
    return 2.0 * e / (1.0 + e * e)


def tanh_slope(x: Any, y: Any) -> Any:
    """Return ``1 - y * y`` for ``y = tanh(x)``, computed from `x` where `y` is close to 1."""
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
    """Return ``exp(-x**2)`` without the error of rounding the square (Moshier, Cephes, expx2)."""
    if np.iscomplexobj(x):
        return np.exp(-x * x)
    m = np.round(128.0 * x) / 128.0
    m = np.where(np.isfinite(m), m, x)
    return np.exp(-m * m) * np.exp(-np.where(np.isinf(x), 0.0, (x - m) * (x + m)))

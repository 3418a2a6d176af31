"""`numpy.i0`, and the modified Bessel functions of the first kind of higher order, which its derivatives need and NumPy lacks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import Primitive, composite, elementwise, hookimpl
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.dtypes import common_dtype

__all__ = ["i0"]

_SERIES_UP_TO = 15.0
_NODES = 160


def _bessel_i(x: Any, *, order: int) -> Any:
    """Return the modified Bessel function of the first kind of an integer order at real `x`."""
    if order == 0:
        return np.i0(x).reshape(np.shape(x)).astype(common_dtype(np.float16, x))[()]
    size = np.abs(np.asarray(x, dtype=common_dtype(np.float64, x)))
    near = size <= _SERIES_UP_TO
    # DLMF 10.25.2: all terms have the same sign, so nothing cancels.
    half = 0.5 * np.where(near, size, 0.0)
    term = half**order / math.factorial(order)
    series = term
    for k in range(1, 60):
        term = term * half * half / (k * (k + order))
        series = series + term
    # DLMF 10.32.3 by the trapezoidal rule, which converges geometrically for periodic functions.
    angles = (np.arange(_NODES) + 0.5) * (math.pi / _NODES)
    far = np.where(near, _SERIES_UP_TO, size)
    with np.errstate(over="ignore"):
        waves = np.exp(far[..., None] * (np.cos(angles) - 1.0)) * np.cos(order * angles)
        integral = np.mean(waves, axis=-1) * np.exp(far)
    result = np.where(near, series, integral)
    if order % 2:
        result = np.copysign(result, x)
    return result.astype(common_dtype(np.float16, x))[()]


def _bessel_i_derivative(x: Any, out: Any, *, order: int) -> Any:
    # DLMF 10.29.1, and DLMF 10.27.1: I of order -1 equals I of order 1.
    if order == 0:
        return bessel_i(x, order=1)
    return 0.5 * (bessel_i(x, order=order - 1) + bessel_i(x, order=order + 1))


bessel_i: Primitive = elementwise(_bessel_i, name="bessel_i", derivative=_bessel_i_derivative)


@composite(overloads=["numpy:i0"], name="array_i0")
def i0(x: Any) -> Any:
    """Return the modified Bessel function of the first kind of order zero."""
    return bessel_i(as_array(x), order=0)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [bessel_i, i0]

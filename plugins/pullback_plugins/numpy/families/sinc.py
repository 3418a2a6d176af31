"""The normalized sinc function, smooth at zero to every order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import Primitive, composite, elementwise, hookimpl
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.dtypes import common_dtype

__all__ = ["sinc"]


# sin(pi x) / (pi x), smooth at 0: its n-th derivative is pi**n s(n, pi x), where s(n, t) is that of sin(t) / t.


def _sinc_derivative(x: Any, *, order: int) -> Any:
    if order == 0:
        return np.sinc(x)
    t = np.asarray(x, dtype=common_dtype(np.float64, x)) * math.pi
    near = np.abs(t) < order + 1.5
    # From the series of sin(t) / t, the sum of (-1)**k t**(2k) / (2k+1)!.
    small = np.where(near, t, 0.0)
    series = np.zeros_like(t)
    for k in range((order + 1) // 2, (order + 1) // 2 + 14 + 2 * order):
        power = 2 * k - order
        series = series + (-1) ** k * small**power / (math.factorial(power) * (2 * k + 1))
    # From t s = sin(t), n times differentiated.
    large = np.where(near, 1.0, t)
    recurrence = np.sin(large) / large
    for n in range(1, order + 1):
        recurrence = (np.sin(large + 0.5 * math.pi * n) - n * recurrence) / large
    dtype = common_dtype(np.float16, x)
    return (math.pi**order * np.where(near, series, recurrence)).astype(dtype)[()]


_sinc: Primitive = elementwise(
    _sinc_derivative, name="sinc_derivative", derivative=lambda x, out, *, order: _sinc(x, order=order + 1)
)


@composite(overloads=["numpy:sinc"])
def sinc(x: Any) -> Any:
    """Return ``sin(pi x) / (pi x)``."""
    return _sinc(as_array(x), order=0)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_sinc, sinc]

"""The normalized sinc function, with derivatives of every order that are accurate at and near zero."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import Primitive, composite, elementwise, hookimpl
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.dtypes import common_dtype

__all__ = ["sinc"]


# The n-th derivative of sin(pi x) / (pi x) is pi**n s(n, pi x), where s(n, t) is the n-th derivative of sin(t) / t.


def _sinc_derivative(x: Any, *, order: int) -> Any:
    if order == 0:
        return np.sinc(x)
    t = np.asarray(x, dtype=common_dtype(np.float64, x)) * math.pi
    near = np.abs(t) < order + 1.5
    # Near zero, differentiate the series of sin(t) / t term by term: the sum of (-1)**k t**(2k) / (2k+1)!.
    small = np.where(near, t, 0.0)
    series = np.zeros_like(t)
    for k in range((order + 1) // 2, (order + 1) // 2 + 14 + 2 * order):
        power = 2 * k - order
        series = series + (-1) ** k * small**power / (math.factorial(power) * (2 * k + 1))
    # Elsewhere, differentiate t s(0, t) = sin(t) n times: t s(n, t) + n s(n - 1, t) = sin(t + n pi / 2).
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

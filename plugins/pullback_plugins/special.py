"""Special functions: the error functions, the gamma function, and the derivatives of its logarithm."""

from __future__ import annotations

import math
from typing import Any

from pullback import Primitive, elementwise, hookimpl
from pullback_plugins.arithmetic import where

__all__ = ["digamma", "erf", "erfc", "gamma", "gaussian", "lgamma", "polygamma"]

_TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)


def _gaussian(x: float) -> float:
    # Rounding x*x would cost up to 700 units in the last place. Instead x*x = m*m + (x-m)*(x+m), where m is the
    # multiple of 1/128 nearest to x, so that m*m is exact (Moshier, Cephes, expx2).
    if not abs(x) <= 28.0:
        return x if x != x else 0.0
    m = round(128.0 * x) / 128.0
    return math.exp(-m * m) * math.exp(-(x - m) * (x + m))


# exp(-x**2). Where it underflows to zero, so do all its derivatives, at infinity too.
gaussian: Primitive = elementwise(
    {"float": _gaussian, "array": "pullback_plugins.numpy.forwards:gaussian"},
    name="gaussian",
    derivative=lambda x, y: where(y == 0, 0.0, -2.0 * x * y),
)

# DLMF 7.2.1 and 7.2.2
erf = elementwise(
    {"float": "math:erf", "array": "scipy.special:erf"},
    derivative=lambda x, y: _TWO_OVER_ROOT_PI * gaussian(x),
    overloads=["math:erf", "scipy.special:erf"],
)
erfc = elementwise(
    {"float": "math:erfc", "array": "scipy.special:erfc"},
    derivative=lambda x, y: -_TWO_OVER_ROOT_PI * gaussian(x),
    overloads=["math:erfc", "scipy.special:erfc"],
)

# DLMF 5.2.2
gamma = elementwise(
    {"float": "math:gamma", "array": "scipy.special:gamma"},
    derivative=lambda x, y: y * digamma(x),
    overloads=["math:gamma", "scipy.special:gamma"],
)
lgamma = elementwise(
    {"float": "math:lgamma", "array": "scipy.special:gammaln"},
    derivative=lambda x, y: digamma(x),
    overloads=["math:lgamma", "scipy.special:gammaln"],
)
# DLMF 5.15
digamma: Primitive = elementwise(
    {"float": "pullback_plugins.polygamma:digamma", "array": "scipy.special:digamma"},
    derivative=lambda x, y: polygamma(1, x),
    overloads=["scipy.special:digamma"],
)
polygamma: Primitive = elementwise(
    {"float": "pullback_plugins.polygamma:polygamma", "array": "scipy.special:polygamma"},
    derivative=(None, lambda n, x, y: polygamma(n + 1, x)),
)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [gaussian, erf, erfc, gamma, lgamma, digamma, polygamma]

"""Hyperbolic functions and their inverses."""

from __future__ import annotations

import math
from typing import Any

from pullback import Primitive, elementwise, hookimpl
from pullback_plugins.arithmetic import divide, hypot, sqrt

__all__ = ["acosh", "asinh", "atanh", "cosh", "sech", "sinh", "tanh"]


def _sech(x: float) -> float:
    # By exp(-|x|), which underflows where cosh would overflow.
    e = math.exp(-abs(x))
    return 2.0 * e / (1.0 + e * e)


sinh = elementwise("math:sinh", derivative=lambda x, y: cosh(x), overloads=["math:sinh", "numpy:sinh"])
cosh: Primitive = elementwise("math:cosh", derivative=lambda x, y: sinh(x), overloads=["math:cosh", "numpy:cosh"])
sech = elementwise(_sech, name="sech", derivative=lambda x, y: -y * tanh(x))
# 1 - y*y would cancel to nothing for |x| > 19.
tanh: Primitive = elementwise(
    "math:tanh", derivative=lambda x, y: sech(x) * sech(x), overloads=["math:tanh", "numpy:tanh"]
)

# By hypot: x*x overflows long before the result underflows.
asinh = elementwise(
    "math:asinh", derivative=lambda x, y: 1.0 / hypot(1.0, x), overloads=["math:asinh", "numpy:arcsinh"]
)
acosh = elementwise(
    "math:acosh",
    derivative=lambda x, y: divide(1.0, sqrt(x - 1.0) * sqrt(x + 1.0)),
    overloads=["math:acosh", "numpy:arccosh"],
    points={1.0: math.inf},
)
atanh = elementwise(
    "math:atanh", derivative=lambda x, y: 1.0 / ((1.0 - x) * (1.0 + x)), overloads=["math:atanh", "numpy:arctanh"]
)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [sinh, cosh, sech, tanh, asinh, acosh, atanh]

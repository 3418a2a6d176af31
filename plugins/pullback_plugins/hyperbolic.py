"""Hyperbolic functions and their inverses."""

from __future__ import annotations

import math
from typing import Any

from pullback import Primitive, elementwise, hookimpl
from pullback_plugins.arithmetic import divide, hypot_one, sqrt

__all__ = ["acosh", "asinh", "atanh", "cosh", "sech", "sinh", "tanh"]


def _sech(x: float) -> float:
    # Computed from exp(-|x|), which underflows where cosh would overflow.
    e = math.exp(-abs(x))
    return 2.0 * e / (1.0 + e * e)


sinh = elementwise(
    {"float": "math:sinh", "array": "numpy:sinh"},
    derivative=lambda x, y: cosh(x),
    overloads=["math:sinh", "numpy:sinh"],
    kernel="pullback_plugins._kernels:sinh",
)
cosh: Primitive = elementwise(
    {"float": "math:cosh", "array": "numpy:cosh"},
    derivative=lambda x, y: sinh(x),
    overloads=["math:cosh", "numpy:cosh"],
    kernel="pullback_plugins._kernels:cosh",
)
sech = elementwise(
    {"float": _sech, "array": "pullback_plugins.numpy.forwards:sech"}, name="sech", derivative=lambda x, y: -y * tanh(x)
)
# 1 - tanh(x)**2 = sech(x)**2; the difference would cancel to zero for |x| > 19.
_tanh_slope: Primitive = elementwise(
    {"float": lambda x, y: _sech(x) ** 2, "array": "pullback_plugins.numpy.forwards:tanh_slope"},
    name="tanh_slope",
    derivative=(lambda x, y, out: -2.0 * y * out, None),
)
tanh: Primitive = elementwise(
    {"float": "math:tanh", "array": "numpy:tanh"},
    derivative=lambda x, y: _tanh_slope(x, y),
    overloads=["math:tanh", "numpy:tanh"],
    kernel="pullback_plugins._kernels:tanh",
)

# 1 / sqrt(1 + x**2), by hypot: x*x overflows long before the result underflows.
asinh = elementwise(
    {"float": "math:asinh", "array": "numpy:arcsinh"},
    derivative=lambda x, y: 1.0 / hypot_one(x),
    overloads=["math:asinh", "numpy:arcsinh"],
    kernel="pullback_plugins._kernels:asinh",
)
acosh = elementwise(
    {"float": "math:acosh", "array": "numpy:arccosh"},
    derivative=lambda x, y: divide(1.0, sqrt(x - 1.0) * sqrt(x + 1.0)),
    overloads=["math:acosh", "numpy:arccosh"],
    points={1.0: math.inf},
    kernel="pullback_plugins._kernels:acosh",
)
atanh = elementwise(
    {"float": "math:atanh", "array": "numpy:arctanh"},
    derivative=lambda x, y: 1.0 / ((1.0 - x) * (1.0 + x)),
    overloads=["math:atanh", "numpy:arctanh"],
    kernel="pullback_plugins._kernels:atanh",
)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [sinh, cosh, sech, _tanh_slope, tanh, asinh, acosh, atanh]

"""Exponentials, logarithms, powers and the cube root."""

from __future__ import annotations

import math
from typing import Any

from pullback import composite, elementwise, hookimpl
from pullback_plugins.arithmetic import divide, power

__all__ = ["cbrt", "exp", "exp2", "expm1", "ln", "log", "log1p", "log2", "log10", "pow"]

exp = elementwise(
    {"float": "math:exp", "array": "numpy:exp"},
    derivative=lambda x, y: y,
    overloads=["math:exp", "numpy:exp"],
    kernel="pullback_plugins._kernels:exp",
)
expm1 = elementwise(
    {"float": "math:expm1", "array": "numpy:expm1"},
    derivative=lambda x, y: exp(x),
    overloads=["math:expm1", "numpy:expm1"],
    kernel="pullback_plugins._kernels:expm1",
)
exp2 = elementwise(
    {"float": "math:exp2", "array": "numpy:exp2"},
    derivative=lambda x, y: y * math.log(2),
    overloads=["math:exp2", "numpy:exp2"],
    kernel="pullback_plugins._kernels:exp2",
)

ln = elementwise(
    {"float": "math:log", "array": "numpy:log"},
    name="ln",
    derivative=lambda x, y: 1.0 / x,
    overloads=["numpy:log"],
    kernel="pullback_plugins._kernels:ln",
)
log1p = elementwise(
    {"float": "math:log1p", "array": "numpy:log1p"},
    derivative=lambda x, y: 1.0 / (1.0 + x),
    overloads=["math:log1p", "numpy:log1p"],
    kernel="pullback_plugins._kernels:log1p",
)
log2 = elementwise(
    {"float": "math:log2", "array": "numpy:log2"},
    derivative=lambda x, y: 1.0 / (x * math.log(2)),
    overloads=["math:log2", "numpy:log2"],
    kernel="pullback_plugins._kernels:log2",
)
log10 = elementwise(
    {"float": "math:log10", "array": "numpy:log10"},
    derivative=lambda x, y: 1.0 / (x * math.log(10)),
    overloads=["math:log10", "numpy:log10"],
    kernel="pullback_plugins._kernels:log10",
)

pow = elementwise(
    {"float": "math:pow", "array": "numpy:power"},
    derivative=power.derivative,
    overloads=["math:pow"],
    points=power.points,
)
cbrt = elementwise(
    {"float": "math:cbrt", "array": "numpy:cbrt"},
    derivative=lambda x, y: divide(1.0, 3.0 * y * y),
    overloads=["math:cbrt", "numpy:cbrt"],
    points={0.0: math.inf},
    kernel="pullback_plugins._kernels:cbrt",
)


@composite(forward=math.log, overloads=["math:log"])
def log(x: Any, *base: Any) -> Any:
    """Return the logarithm of `x` to the base e, or to `base`, as `math.log` does."""
    if not base:
        return ln(x)
    (base,) = base
    return ln(x) / ln(base)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [exp, expm1, exp2, ln, log, log1p, log2, log10, pow, cbrt]

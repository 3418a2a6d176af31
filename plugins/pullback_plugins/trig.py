"""Trigonometric functions, their inverses, and conversions between degrees and radians."""

from __future__ import annotations

import math
from typing import Any

from pullback import Primitive, elementwise, hookimpl
from pullback_plugins.arithmetic import divide, hypot, is_complex, ratio, sqrt

__all__ = ["acos", "asin", "atan", "atan2", "cauchy", "cos", "degrees", "radians", "sin", "tan"]

sin = elementwise(
    {"float": "math:sin", "array": "numpy:sin"},
    derivative=lambda x, y: cos(x),
    overloads=["math:sin", "numpy:sin"],
    kernel="pullback_plugins._kernels:sin",
)
cos: Primitive = elementwise(
    {"float": "math:cos", "array": "numpy:cos"},
    derivative=lambda x, y: -sin(x),
    overloads=["math:cos", "numpy:cos"],
    kernel="pullback_plugins._kernels:cos",
)
tan = elementwise(
    {"float": "math:tan", "array": "numpy:tan"},
    derivative=lambda x, y: 1.0 + y * y,
    overloads=["math:tan", "numpy:tan"],
    kernel="pullback_plugins._kernels:tan",
)


def _asin_slope(x: Any) -> Any:
    # 1 - x**2 as a product, which is accurate near 1; the complex form stays on the right side of the branch cut.
    return divide(1.0, sqrt(-((x - 1.0) * (x + 1.0)) if is_complex(x) else (1.0 - x) * (1.0 + x)))


asin = elementwise(
    {"float": "math:asin", "array": "numpy:arcsin"},
    derivative=lambda x, y: _asin_slope(x),
    overloads=["math:asin", "numpy:arcsin"],
    points={-1.0: math.inf, 1.0: math.inf},
    kernel="pullback_plugins._kernels:asin",
)
acos = elementwise(
    {"float": "math:acos", "array": "numpy:arccos"},
    derivative=lambda x, y: -_asin_slope(x),
    overloads=["math:acos", "numpy:arccos"],
    points={-1.0: -math.inf, 1.0: -math.inf},
    kernel="pullback_plugins._kernels:acos",
)
# 1 / (1 + x**2). The factors of its derivative are ordered so that none overflows or underflows before their product does.
cauchy: Primitive = elementwise(
    lambda x: 1.0 / (1.0 + x * x), name="cauchy", derivative=lambda x, y: -2.0 * (x * y) * y
)
atan = elementwise(
    {"float": "math:atan", "array": "numpy:arctan"},
    derivative=lambda x, y: cauchy(x),
    overloads=["math:atan", "numpy:arctan"],
    kernel="pullback_plugins._kernels:atan",
)


def _over_square(x: Any, radius: Any) -> Any:
    """Return ``x / radius**2``, dividing twice: the square overflows and underflows long before the quotient does."""
    return ratio(ratio(x, radius), radius)


atan2 = elementwise(
    {"float": "math:atan2", "array": "numpy:arctan2"},
    derivative=(
        lambda y, x, out: _over_square(x, hypot(x, y)),
        lambda y, x, out: -_over_square(y, hypot(x, y)),
    ),
    overloads=["math:atan2", "numpy:arctan2"],
    points={(0.0, 0.0): (0.0, 0.0)},
)

degrees = elementwise(
    {"float": "math:degrees", "array": "numpy:degrees"},
    derivative=180.0 / math.pi,
    overloads=["math:degrees", "numpy:degrees", "numpy:rad2deg"],
    kernel="pullback_plugins._kernels:degrees",
)
radians = elementwise(
    {"float": "math:radians", "array": "numpy:radians"},
    derivative=math.pi / 180.0,
    overloads=["math:radians", "numpy:radians", "numpy:deg2rad"],
    kernel="pullback_plugins._kernels:radians",
)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [sin, cos, tan, asin, acos, cauchy, atan, atan2, degrees, radians]

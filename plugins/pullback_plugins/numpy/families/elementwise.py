"""The elementwise functions of NumPy that `math` does not have."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import Primitive, composite, elementwise, hookimpl
from pullback.extend import plain
from pullback_plugins.arithmetic import abs, floordiv, mod, power, ratio, sign, where
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.rules.undifferentiated import on_primals

__all__ = [
    "array_ceil", "array_floor", "array_sign", "array_trunc", "divmod", "float_power", "fmax", "fmin",
    "heaviside", "logaddexp", "logaddexp2", "logaddexp_derivative", "nextafter", "reciprocal", "rint", "spacing", "square",
]  # fmt: skip

square = elementwise(
    {"*": lambda x: x * x, "array": "numpy:square"},
    name="square",
    derivative=lambda x, y: 2.0 * x,
    overloads=["numpy:square"],
    points={0.0: 0.0},
)
reciprocal = elementwise(
    {"*": lambda x: 1.0 / x, "array": "numpy:reciprocal"},
    name="reciprocal",
    derivative=lambda x, y: -(y * y),
    overloads=["numpy:reciprocal"],
)


# As `power`, but at least in double precision.
float_power = elementwise(
    "numpy:float_power",
    name="float_power",
    derivative=power.derivative,
    overloads=["numpy:float_power"],
    points=power.points,
)


@composite(overloads=["numpy:divmod"])
def divmod(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Return the quotient, rounded down, and the remainder."""
    return floordiv(x1, x2), mod(x1, x2)


# Step functions: the derivative is 0 wherever it exists, and is taken as 0 at the steps too.

array_floor = elementwise(
    "numpy:floor", name="array_floor", derivative=0.0, overloads=["numpy:floor"], points={1.0: 0.0}
)
array_ceil = elementwise("numpy:ceil", name="array_ceil", derivative=0.0, overloads=["numpy:ceil"], points={1.0: 0.0})
array_trunc = elementwise(
    "numpy:trunc", name="array_trunc", derivative=0.0, overloads=["numpy:trunc"], points={1.0: 0.0}
)
rint = elementwise("numpy:rint", name="rint", derivative=0.0, overloads=["numpy:rint"], points={0.5: 0.0})
spacing = elementwise("numpy:spacing", name="spacing", derivative=0.0, overloads=["numpy:spacing"])
nextafter = elementwise("numpy:nextafter", name="nextafter", derivative=(1.0, 0.0), overloads=["numpy:nextafter"])
heaviside = elementwise(
    "numpy:heaviside",
    name="heaviside",
    derivative=(0.0, lambda x, half, out: where(x == 0, 1.0, 0.0)),
    overloads=["numpy:heaviside"],
    points={(0.0, 0.5): (0.0, 1.0)},
)


@composite(overloads=["numpy:sign"])
def array_sign(x: Any) -> Any:
    """Return the sign of `x`; of a complex number as the installed version of NumPy defines it."""
    x = as_array(x)
    # In NumPy 2 it is z / |z|, before that the sign of the real part.
    is_smooth = plain(x).dtype.kind == "c" and np.sign(1j) == 1j
    return ratio(x, abs(x)) if is_smooth else sign(x)


# The maximum and the minimum that ignore nan.

_fmax_derivative = elementwise(
    lambda x, y: np.where(
        np.isnan(x), np.where(np.isnan(y), 0.5, 0.0), np.where((x > y) | np.isnan(y), 1.0, 0.5 * (x == y))
    )[()],
    name="fmax_derivative",
    derivative=(0.0, 0.0),
)
fmax = elementwise(
    "numpy:fmax",
    name="fmax",
    derivative=(lambda x, y, out: _fmax_derivative(x, y), lambda x, y, out: _fmax_derivative(y, x)),
    overloads=["numpy:fmax"],
    points={(1.0, 1.0): (0.5, 0.5), (math.nan, 1.0): (0.0, 1.0), (1.0, math.nan): (1.0, 0.0)},
)
fmin = elementwise(
    "numpy:fmin",
    name="fmin",
    derivative=(lambda x, y, out: _fmax_derivative(-x, -y), lambda x, y, out: _fmax_derivative(-y, -x)),
    overloads=["numpy:fmin"],
    points={(1.0, 1.0): (0.5, 0.5), (math.nan, 1.0): (0.0, 1.0), (1.0, math.nan): (1.0, 0.0)},
)


# Logarithms of sums of exponentials: log(exp(x) + exp(y)), whose derivative by x is exp(x) / (exp(x) + exp(y)).


def _logaddexp_derivative(x: Any, y: Any) -> Any:
    with np.errstate(over="ignore", invalid="ignore"):
        weight = 1.0 / (1.0 + np.exp(y - x))
    # Equal arguments share the gradient, infinite ones too.
    return np.where(np.equal(x, y), 0.5, weight).astype(weight.dtype)[()]


# The derivative by `x`: exp(x) / (exp(x) + exp(y)) = 1 / (1 + exp(y - x)).
logaddexp_derivative: Primitive = elementwise(
    _logaddexp_derivative,
    name="logaddexp_derivative",
    derivative=(
        lambda x, y, out: out * logaddexp_derivative(y, x),
        lambda x, y, out: -out * logaddexp_derivative(y, x),
    ),
    points={(-math.inf, -math.inf): (0.25, -0.25)},
)
_LOG_2 = math.log(2.0)
logaddexp = elementwise(
    "numpy:logaddexp",
    name="logaddexp",
    derivative=(lambda x, y, out: logaddexp_derivative(x, y), lambda x, y, out: logaddexp_derivative(y, x)),
    overloads=["numpy:logaddexp"],
    points={(-math.inf, -math.inf): (0.5, 0.5), (math.inf, math.inf): (0.5, 0.5), (-math.inf, 0.0): (0.0, 1.0)},
)
logaddexp2 = elementwise(
    "numpy:logaddexp2",
    name="logaddexp2",
    derivative=(
        lambda x, y, out: logaddexp_derivative(x * _LOG_2, y * _LOG_2),
        lambda x, y, out: logaddexp_derivative(y * _LOG_2, x * _LOG_2),
    ),
    overloads=["numpy:logaddexp2"],
    points={(-math.inf, -math.inf): (0.5, 0.5), (math.inf, math.inf): (0.5, 0.5)},
)


# Comparisons, predicates and integer functions: no derivative, and a plain result.

_PREDICATES = (
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
    "logical_and", "logical_or", "logical_xor", "logical_not", "signbit", "isnat", "isposinf", "isneginf",
    "bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift", "bitwise_count", "gcd", "lcm",
    "allclose", "array_equal", "array_equiv",
)  # fmt: skip
predicates = [on_primals(name) for name in _PREDICATES]
# Families for `math` have pairs of these names already.
predicates += [on_primals(f"array_{name}", name) for name in ("isnan", "isinf", "isfinite", "isclose")]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        square, reciprocal, float_power, divmod, array_floor, array_ceil, array_trunc, rint, spacing, nextafter, heaviside,
        array_sign, _fmax_derivative, fmax, fmin, logaddexp_derivative, logaddexp, logaddexp2, *predicates,
    ]  # fmt: skip

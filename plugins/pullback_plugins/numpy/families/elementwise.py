"""The universal functions of NumPy that `math` does not have."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import Primitive, composite, elementwise, hookimpl
from pullback.tracked import plain
from pullback_plugins.arithmetic import abs, floordiv, mod, power, ratio, sign, where
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.rules.undifferentiated import on_primals

__all__ = [
    "array_ceil", "array_floor", "array_sign", "array_trunc", "divmod", "exp_share", "float_power", "fmax", "fmin",
    "heaviside", "logaddexp", "logaddexp2", "nextafter", "reciprocal", "rint", "spacing", "square",
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


# As `power`, in double precision at least.
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


# Steps: flat wherever they have a derivative, and the gradient is 0 on the edges too.

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
    """Return the sign of `x`; of a complex number what this NumPy means by it."""
    x = as_array(x)
    # NumPy 2 has z / |z|, earlier ones the sign of the real part.
    moving = plain(x).dtype.kind == "c" and np.sign(1j) == 1j
    return ratio(x, abs(x)) if moving else sign(x)


# The greater and the less, where nan counts as missing.

_filled_share = elementwise(
    lambda x, y: np.where(
        np.isnan(x), np.where(np.isnan(y), 0.5, 0.0), np.where((x > y) | np.isnan(y), 1.0, 0.5 * (x == y))
    )[()],
    name="filled_share",
    derivative=(0.0, 0.0),
)
fmax = elementwise(
    "numpy:fmax",
    name="fmax",
    derivative=(lambda x, y, out: _filled_share(x, y), lambda x, y, out: _filled_share(y, x)),
    overloads=["numpy:fmax"],
    points={(1.0, 1.0): (0.5, 0.5), (math.nan, 1.0): (0.0, 1.0), (1.0, math.nan): (1.0, 0.0)},
)
fmin = elementwise(
    "numpy:fmin",
    name="fmin",
    derivative=(lambda x, y, out: _filled_share(-x, -y), lambda x, y, out: _filled_share(-y, -x)),
    overloads=["numpy:fmin"],
    points={(1.0, 1.0): (0.5, 0.5), (math.nan, 1.0): (0.0, 1.0), (1.0, math.nan): (1.0, 0.0)},
)


# Sums of exponentials, by their logarithms.


def _exp_share(x: Any, y: Any) -> Any:
    with np.errstate(over="ignore", invalid="ignore"):
        share = 1.0 / (1.0 + np.exp(y - x))
    # Of infinite numbers too.
    return np.where(np.equal(x, y), 0.5, share).astype(share.dtype)[()]


# exp(x) / (exp(x) + exp(y))
exp_share: Primitive = elementwise(
    _exp_share,
    name="exp_share",
    derivative=(
        lambda x, y, out: out * exp_share(y, x),
        lambda x, y, out: -out * exp_share(y, x),
    ),
    points={(-math.inf, -math.inf): (0.25, -0.25)},
)
_LOG_2 = math.log(2.0)
logaddexp = elementwise(
    "numpy:logaddexp",
    name="logaddexp",
    derivative=(lambda x, y, out: exp_share(x, y), lambda x, y, out: exp_share(y, x)),
    overloads=["numpy:logaddexp"],
    points={(-math.inf, -math.inf): (0.5, 0.5), (math.inf, math.inf): (0.5, 0.5), (-math.inf, 0.0): (0.0, 1.0)},
)
logaddexp2 = elementwise(
    "numpy:logaddexp2",
    name="logaddexp2",
    derivative=(
        lambda x, y, out: exp_share(x * _LOG_2, y * _LOG_2),
        lambda x, y, out: exp_share(y * _LOG_2, x * _LOG_2),
    ),
    overloads=["numpy:logaddexp2"],
    points={(-math.inf, -math.inf): (0.5, 0.5), (math.inf, math.inf): (0.5, 0.5)},
)


# What says something of numbers without a derivative: plain arrays.

_QUESTIONS = (
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
    "logical_and", "logical_or", "logical_xor", "logical_not", "signbit", "isnat", "isposinf", "isneginf",
    "bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift", "bitwise_count", "gcd", "lcm",
    "allclose", "array_equal", "array_equiv",
)  # fmt: skip
questions = [on_primals(name) for name in _QUESTIONS]
# Names that functions of `math` have already.
questions += [on_primals(f"array_{name}", name) for name in ("isnan", "isinf", "isfinite", "isclose")]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        square, reciprocal, float_power, divmod, array_floor, array_ceil, array_trunc, rint, spacing, nextafter, heaviside,
        array_sign, _filled_share, fmax, fmin, exp_share, logaddexp, logaddexp2, *questions,
    ]  # fmt: skip

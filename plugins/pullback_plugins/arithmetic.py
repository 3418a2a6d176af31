"""Arithmetic: Python's operators, the related functions of `math`, and building blocks for the rules of other families.

`divide`, `ratio`, `ieee_power` and `xlogy` follow IEEE 754 where Python raises: rules need the limit, not the error.
"""

from __future__ import annotations

import math
import numbers
import operator
from typing import Any

from pullback import Primitive, composite, elementwise, hookimpl, nondifferentiable, primitive
from pullback.extend import float_kind, plain

__all__ = [
    "abs", "add", "ceil", "clip", "copysign", "dist", "divide", "fabs", "floor", "floordiv", "fma", "fmod", "frexp",
    "fsum", "hypot", "hypot_one", "ieee_power", "is_complex", "isclose", "isfinite", "isinf", "isnan", "ldexp", "maximum", "minimum", "mod",
    "modf", "mul", "neg", "pos", "power", "prod", "ratio", "remainder", "round", "sign", "sqrt", "sub", "sumprod", "truediv",
    "trunc", "ulp", "where", "xlogy",
]  # fmt: skip


# The four operations. Their constant derivatives are integers, which every value kind accepts: Decimal rejects 1.0.

add = elementwise(
    operator.add,
    derivative=(1, 1),
    overloads=[operator.add, "numpy:add"],
    kernel="pullback_plugins._kernels:add",
)
sub = elementwise(
    operator.sub,
    derivative=(1, -1),
    overloads=[operator.sub, "numpy:subtract"],
    kernel="pullback_plugins._kernels:sub",
)
mul = elementwise(
    operator.mul,
    derivative=(lambda x, y, out: y, lambda x, y, out: x),
    overloads=[operator.mul, "numpy:multiply"],
    kernel="pullback_plugins._kernels:mul",
)
truediv = elementwise(
    operator.truediv,
    derivative=(lambda x, y, out: 1 / y, lambda x, y, out: -(out / y)),
    overloads=[operator.truediv, "numpy:divide"],
    kernel="pullback_plugins._kernels:truediv",
)
neg = elementwise(
    operator.neg,
    derivative=-1,
    overloads=[operator.neg, "numpy:negative"],
    kernel="pullback_plugins._kernels:neg",
)
pos = elementwise(operator.pos, derivative=1, overloads=[operator.pos, "numpy:positive"])


# Division by the rules of IEEE 754.


def _divide(x: float, y: float) -> float:
    if y != 0:
        return x / y
    return math.nan if x == 0 or x != x else math.copysign(math.inf, x) * math.copysign(1.0, y)


def _ratio(x: float, y: float) -> float:
    return 0.0 if x == 0 and y == 0 else _divide(x, y)


divide: Primitive = elementwise(
    {"*": _divide, "array": "numpy:divide"},
    name="divide",
    derivative=(lambda x, y, out: divide(1.0, y), lambda x, y, out: -divide(out, y)),
    points={(1.0, 0.0): (math.inf, -math.inf)},
)
ratio: Primitive = elementwise(
    {"*": _ratio, "array": "pullback_plugins.numpy.forwards:ratio"},
    name="ratio",
    derivative=(lambda x, y, out: divide(1.0, y), lambda x, y, out: -ratio(out, y)),
    points={(0.0, 0.0): (math.inf, 0.0)},
)


# Choices. A rule chooses by `where`, never by `if`, so that it works on arrays and can be recorded.

where: Primitive = elementwise(
    {"*": lambda condition, x, y: x if condition else y, "array": "pullback_plugins.numpy.forwards:where"},
    name="where",
    derivative=(
        None,
        lambda condition, x, y, out: where(condition, 1.0, 0.0),
        lambda condition, x, y, out: where(condition, 0.0, 1.0),
    ),
)
sign = elementwise(
    {"*": lambda x: x if x != x else float((x > 0) - (x < 0)), "array": "numpy:sign"},
    name="sign",
    derivative=0.0,
    points={0.0: 0.0},
)


def is_complex(x: Any) -> bool:
    """Return whether the type or dtype of `x` is complex."""
    value = plain(x)
    return isinstance(value, complex) or getattr(getattr(value, "dtype", None), "kind", "") == "c"


def _abs_slope(x: Any, out: Any) -> Any:
    return ratio(x.conjugate(), out) if is_complex(x) else sign(x)


abs = elementwise(
    operator.abs,
    derivative=_abs_slope,
    overloads=[operator.abs],
    points={0.0: 0.0},
    kernel="pullback_plugins._kernels:abs",
)
fabs = elementwise(
    {"float": "math:fabs", "array": "numpy:fabs"},
    derivative=lambda x, out: sign(x),
    overloads=["math:fabs", "numpy:fabs"],
    points={0.0: 0.0},
    kernel="pullback_plugins._kernels:abs",
)
# 1 where x is greater, 1/2 where the two are equal, 0 elsewhere.
_share = elementwise(
    {
        "*": lambda x, y: 1.0 if x > y else 0.5 if x == y else 0.0,
        "array": "pullback_plugins.numpy.forwards:share",
    },
    name="share",
    derivative=(0.0, 0.0),
    points={(1.0, 1.0): (0.0, 0.0)},
)
maximum = elementwise(
    {"*": lambda x, y: x if x != x or x >= y else y, "array": "numpy:maximum"},
    name="maximum",
    derivative=(lambda x, y, out: _share(x, y), lambda x, y, out: _share(y, x)),
    overloads=["numpy:maximum"],
    points={(1.0, 1.0): (0.5, 0.5)},
    kernel="pullback_plugins._kernels:maximum",
)
minimum = elementwise(
    {"*": lambda x, y: x if x != x or x <= y else y, "array": "numpy:minimum"},
    name="minimum",
    derivative=(lambda x, y, out: _share(y, x), lambda x, y, out: _share(x, y)),
    overloads=["numpy:minimum"],
    points={(1.0, 1.0): (0.5, 0.5)},
    kernel="pullback_plugins._kernels:minimum",
)
# Where the bounds cross, the result is the upper one, as in NumPy.
clip = elementwise(
    {"*": lambda x, low, high: high if x > high or low > high else low if x < low else x, "array": "numpy:clip"},
    name="clip",
    derivative=(
        lambda x, low, high, out: where((x < low) | (x > high), 0.0, 1.0),
        lambda x, low, high, out: where((x < low) & (low <= high), 1.0, 0.0),
        lambda x, low, high, out: where((x > high) | (low > high), 1.0, 0.0),
    ),
    points={
        (0.0, 0.0, 1.0): (1.0, 0.0, 0.0),
        (1.0, 0.0, 1.0): (1.0, 0.0, 0.0),
        (0.0, 2.0, 1.0): (0.0, 0.0, 1.0),
    },
)


# Powers and the square root.


def _power(x: float, y: float) -> float:
    if not (isinstance(x, (float, int)) and isinstance(y, (float, int))):
        return x**y  # a type with more precision than `math` has, such as Fraction or Decimal
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and y % 2 == 1 else math.inf
    except ValueError:
        if x != 0:
            return math.nan
        return math.copysign(math.inf, x) if y % 2 == 1 else math.inf


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def _power_by_base(x: Any, y: Any, out: Any) -> Any:
    # A plain number is the same every time the rule runs, so branching on it is safe, and it makes x**2 cheap.
    static = type(y) is float or type(y) is int or isinstance(y, numbers.Number)
    if static and y == 2:
        return x + x  # equal to 2 * x, without converting the 2 to an array
    if is_complex(out) and not is_complex(x):
        x = x + 0j  # a complex power of a negative number, for which ieee_power gives nan
    if static:
        return y if y == 0 or y == 1 else y * ieee_power(x, y - 1)
    if getattr(getattr(y, "dtype", None), "kind", "") in "ub":
        y = 1.0 * y  # y - 1 would wrap around in unsigned integers
    return where((x == 0) & (y == 0), 0.0, y * ieee_power(x, y - 1))


def _power_by_exponent(x: Any, y: Any, out: Any) -> Any:
    if (type(x) is float or type(x) is int) and x > 0 and not isinstance(out, numbers.Rational):
        return out * math.log(x)
    if is_complex(out) and not is_complex(x):
        x = x + 0j
    return xlogy(out, x)


_POWER_POINTS = {
    (0.0, 0.0): (0.0, -math.inf),
    (0.0, 1.0): (1.0, 0.0),
    (0.0, 2.0): (0.0, 0.0),
    (0.0, 0.5): (math.inf, 0.0),
    (-1.0, 2.0): (-2.0, math.nan),
}
_ieee_log = elementwise({"*": _log, "array": "numpy:log"}, name="ieee_log", derivative=lambda x, out: divide(1.0, x))
xlogy = elementwise(
    {"*": lambda x, y: 0.0 if x == 0 and y >= 0 else x * _log(y), "array": "pullback_plugins.numpy.forwards:xlogy"},
    name="xlogy",
    derivative=(lambda x, y, out: _ieee_log(y), lambda x, y, out: ratio(x, y)),
    points={(0.0, 0.0): (-math.inf, 0.0)},
)
ieee_power = elementwise(
    {"*": _power, "array": "pullback_plugins.numpy.forwards:ieee_power"},
    name="ieee_power",
    derivative=(_power_by_base, _power_by_exponent),
    points=_POWER_POINTS,
)
power = elementwise(
    operator.pow,
    name="power",
    derivative=(_power_by_base, _power_by_exponent),
    overloads=[operator.pow, "numpy:power"],
    points=_POWER_POINTS,
    kernel="pullback_plugins._kernels:power",
)
sqrt = elementwise(
    {"float": "math:sqrt", "array": "numpy:sqrt"},
    derivative=lambda x, y: divide(0.5, y),
    overloads=["math:sqrt", "numpy:sqrt"],
    points={0.0: math.inf},
    kernel="pullback_plugins._kernels:sqrt",
)


# Remainders. x = n * y + out, where the quotient n is piecewise constant.

_quotient = elementwise(
    {"*": lambda x, y, out: _nearest((x - out) / y), "array": "pullback_plugins.numpy.forwards:quotient"},
    name="quotient",
    derivative=(0.0, 0.0, 0.0),
)


def _nearest(x: float) -> float:
    return float(math.floor(x + 0.5)) if math.isfinite(x) else x


floordiv = elementwise(
    operator.floordiv,
    derivative=(lambda x, y, out: 0.0, lambda x, y, out: 0.0),
    overloads=[operator.floordiv, "numpy:floor_divide"],
)
mod = elementwise(
    operator.mod,
    derivative=(lambda x, y, out: 1.0, lambda x, y, out: -_quotient(x, y, out)),
    overloads=[operator.mod, "numpy:remainder"],
)
fmod = elementwise(
    {"float": "math:fmod", "array": "numpy:fmod"},
    derivative=(lambda x, y, out: 1.0, lambda x, y, out: -_quotient(x, y, out)),
    overloads=["math:fmod", "numpy:fmod"],
)
remainder = elementwise(
    {"float": "math:remainder", "array": "pullback_plugins.numpy.forwards:remainder"},
    derivative=(lambda x, y, out: 1.0, lambda x, y, out: -_quotient(x, y, out)),
    overloads=["math:remainder"],
)


# The representation of floating-point numbers.

_sign_of = elementwise(
    {"*": lambda x: math.copysign(1.0, x), "array": "pullback_plugins.numpy.forwards:sign_of"},
    name="sign_of",
    derivative=0.0,
)
_scale = elementwise(
    {"*": lambda exponent: math.ldexp(1.0, exponent), "array": "pullback_plugins.numpy.forwards:scale"},
    name="scale",
    derivative=(None,),
)

copysign = elementwise(
    {"float": "math:copysign", "array": "numpy:copysign"},
    derivative=(lambda x, y, out: sign(x) * _sign_of(y), lambda x, y, out: 0.0),
    overloads=["math:copysign", "numpy:copysign"],
    points={(0.0, 1.0): (0.0, 0.0)},
)
ldexp = elementwise(
    {"float": "math:ldexp", "array": "numpy:ldexp"},
    derivative=(lambda x, exponent, out: _scale(exponent), None),
    overloads=["math:ldexp", "numpy:ldexp"],
)
frexp = primitive(
    {"float": "math:frexp", "array": "numpy:frexp"},
    lambda x, out, grad: ldexp(grad[0], -out[1]),
    overloads=["math:frexp", "numpy:frexp"],
)
modf = primitive(
    {"float": "math:modf", "array": "numpy:modf"},
    lambda x, out, grad: grad[0],
    overloads=["math:modf", "numpy:modf"],
)
fma = elementwise(
    {"float": "math:fma", "array": "pullback_plugins.numpy.forwards:fma"},
    derivative=(lambda x, y, z, out: y, lambda x, y, z, out: x, lambda x, y, z, out: 1.0),
    overloads=["math:fma"],
)


def _round(x: float, *, ndigits: int | None = None) -> float:
    return float(x.__round__(ndigits))


round = elementwise(
    {"*": _round, "array": "pullback_plugins.numpy.forwards:round"},
    name="round",
    derivative=0.0,
    overloads=["builtins:round"],
    points={0.5: 0.0},
)


# Sums, products and lengths of many numbers.

_fsum = primitive(
    lambda *xs: math.fsum(xs),
    lambda *xs: (xs[-1],) * (len(xs) - 2),
    name="fsum_of",
)
_sumprod = primitive(
    lambda *xs: math.sumprod(xs[: len(xs) // 2], xs[len(xs) // 2 :]),  # type: ignore[attr-defined,unused-ignore]
    lambda *xs: tuple(xs[-1] * x for x in (*xs[len(xs) // 2 - 1 : -2], *xs[: len(xs) // 2 - 1])),
    name="sumprod_of",
)
hypot = primitive(
    {"float": "math:hypot", "array": "pullback_plugins.numpy.forwards:hypot"},
    lambda *xs: tuple(xs[-1] * ratio(x, xs[-2]) for x in xs[:-2]),
    overloads=["math:hypot", "numpy:hypot"],
    points={(0.0, 0.0): (0.0, 0.0), (0.0,): (0.0,)},
)
# sqrt(1 + x**2), computed by hypot because x*x overflows long before the result does.
hypot_one = elementwise(
    {"float": lambda x: math.hypot(1.0, x), "array": "pullback_plugins.numpy.forwards:hypot_one"},
    name="hypot_one",
    derivative=lambda x, out: x / out,
)


@composite(overloads=["math:fsum"])
def fsum(seq: Any, /) -> Any:
    """Return an accurate sum of the numbers in `seq`, as `math.fsum` does."""
    return _fsum(*seq)


@composite(name="math_prod", overloads=["math:prod"])
def prod(iterable: Any, /, *, start: Any = 1) -> Any:
    """Return the product of the elements of `iterable`, times `start`, as `math.prod` does for any objects that multiply."""
    return math.prod(iterable, start=start)


@composite(overloads=["math:sumprod"])
def sumprod(p: Any, q: Any, /) -> Any:
    """Return the sum of products of the numbers in `p` and `q`, as `math.sumprod` does."""
    p, q = tuple(p), tuple(q)
    if len(p) != len(q):
        raise ValueError("Inputs are not the same length")
    return _sumprod(*p, *q)


@composite(overloads=["math:dist"])
def dist(p: Any, q: Any, /) -> Any:
    """Return the Euclidean distance between two points, as `math.dist` does."""
    p, q = tuple(p), tuple(q)
    if len(p) != len(q):
        raise ValueError("both points must have the same number of dimensions")
    return hypot(*(a - b for a, b in zip(p, q, strict=True)))


# Functions whose results carry no derivative.

isfinite = nondifferentiable("math:isfinite", overloads=["math:isfinite"])
isinf = nondifferentiable("math:isinf", overloads=["math:isinf"])
isnan = nondifferentiable("math:isnan", overloads=["math:isnan"])
isclose = nondifferentiable("math:isclose", overloads=["math:isclose"])
floor = nondifferentiable("math:floor", overloads=["math:floor"])
ceil = nondifferentiable("math:ceil", overloads=["math:ceil"])
trunc = nondifferentiable("math:trunc", overloads=["math:trunc"])
ulp = nondifferentiable("math:ulp", overloads=["math:ulp"])


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        add, sub, mul, truediv, neg, pos, divide, ratio, where, sign, abs, fabs, _share, maximum, minimum, clip, _ieee_log,
        xlogy, ieee_power, power, sqrt, floordiv, mod, fmod, remainder, _sign_of, copysign, ldexp, frexp, modf, fma, round, _fsum,
        _sumprod, hypot, hypot_one, fsum, prod, sumprod, dist, isfinite, isinf, isnan, isclose, floor, ceil, trunc, ulp,
    ]  # fmt: skip


@hookimpl
def pullback_register_value_kinds() -> list[Any]:
    return [float_kind]

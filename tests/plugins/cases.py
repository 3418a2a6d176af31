"""The table of pairs: for each, its formula in mpmath and inputs from all over its domain. Every test of pairs reads it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mpmath import mp, mpf

from pullback import math as pb_math

Inputs = tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """`formula` is the pair in mpmath; `examples` are tuples of inputs; `call` calls the pair on them."""

    formula: Callable[..., Any]
    examples: Sequence[Inputs]
    call: Callable[..., Any] = lambda pair, *inputs: pair(*inputs)
    fixed: frozenset[int] = field(default=frozenset())
    """The places of inputs that are not differentiated."""
    rtol: float = 2e-14
    second_rtol: float = 1e-12


def spread(low: float, high: float, count: int = 6, seed: int = 1) -> list[float]:
    """Numbers from all over an interval."""
    chooser = random.Random(seed)
    return [chooser.uniform(low, high) for _ in range(count)]


def scales(low: float, high: float, *, signed: bool = False, seed: int = 2) -> list[float]:
    """Positive numbers of every magnitude between two powers of ten; with `signed` their negatives too."""
    chooser = random.Random(seed)
    found = [10.0 ** chooser.uniform(e, e + (high - low) / 6) for e in (low + (high - low) * k / 6 for k in range(6))]
    return [*found, *(-x for x in found)] if signed else found


def ones(*numbers: Iterable[float]) -> list[Inputs]:
    return [(x,) for group in numbers for x in group]


def pairs(xs: Iterable[float], ys: Iterable[float]) -> list[Inputs]:
    return [(x, y) for x in xs for y in ys]


REALS = [-7.3, -0.4, 1e-3, 2.5]
NONZERO = [-3.1, 0.02, 1.7, 40.0]


def _floor_quotient(x: Any, y: Any) -> Any:
    return mp.floor(x / y)


def _nearest_even(x: Any) -> Any:
    return mp.nint(x)


def _constant(value: float) -> Callable[..., Any]:
    return lambda *_: mpf(value)


CASES: dict[str, Case] = {
    # arithmetic
    "add": Case(lambda x, y: x + y, pairs(REALS, REALS)),
    "sub": Case(lambda x, y: x - y, pairs(REALS, REALS)),
    "mul": Case(lambda x, y: x * y, pairs(REALS, [*REALS, 0.0])),
    "truediv": Case(lambda x, y: x / y, pairs([*REALS, 0.0], NONZERO)),
    "divide": Case(lambda x, y: x / y, pairs([*REALS, 0.0], NONZERO)),
    "ratio": Case(lambda x, y: x / y, pairs([*REALS, 0.0], NONZERO)),
    "neg": Case(lambda x: -x, ones(REALS)),
    "pos": Case(lambda x: +x, ones(REALS)),
    "abs": Case(abs, ones(REALS)),
    "fabs": Case(abs, ones(REALS)),
    "sign": Case(mp.sign, ones(REALS)),
    "round": Case(_constant(0.0), ones(REALS), call=lambda pair, x: pair(x, ndigits=1) * 0.0),
    "where": Case(lambda c, x, y: x if c else y, [(True, 1.5, 2.5), (False, 1.5, 2.5)], fixed=frozenset({0})),
    "share": Case(lambda x, y: mpf(x > y), pairs(REALS, [-1.0, 2.0])),
    "sign_of": Case(mp.sign, ones(REALS)),
    "maximum": Case(max, pairs(REALS, [-1.0, 2.0])),
    "minimum": Case(min, pairs(REALS, [-1.0, 2.0])),
    "clip": Case(lambda x, low, high: min(max(x, low), high), [(x, -1.0, 2.0) for x in (*REALS, 0.5)] + [(0.5, 2.0, 1.0), (3.0, 2.0, 1.0)]),
    "ieee_log": Case(mp.log, ones(scales(-300, 300))),
    "xlogy": Case(lambda x, y: x * mp.log(y), pairs(REALS, [1e-200, 0.3, 8.0, 1e200])),
    "power": Case(lambda x, y: x**y, [*pairs([1e-30, 0.3, 2.0, 1e30], [-2.0, 0.0, 0.5, 1.0, 2.0, 3.7])]),
    "ieee_power": Case(lambda x, y: x**y, [*pairs([1e-30, 0.3, 2.0, 1e30], [-2.0, 0.0, 0.5, 1.0, 2.0, 3.7])]),
    "floordiv": Case(_floor_quotient, pairs([-7.3, 2.5, 31.0], [-3.1, 1.7])),
    "mod": Case(lambda x, y: x - y * mp.floor(x / y), pairs([-7.3, 2.5, 31.0], [-3.1, 1.7, 0.02])),
    "fmod": Case(lambda x, y: x - y * (mp.floor(abs(x / y)) * mp.sign(x / y)), pairs([-7.3, 2.5, 31.0], [-3.1, 1.7, 0.02])),
    "remainder": Case(lambda x, y: x - y * _nearest_even(x / y), pairs([-7.3, 2.5, 31.0], [-3.1, 1.7, 0.02])),
    "copysign": Case(lambda x, y: abs(x) * mp.sign(y), pairs(REALS, [-2.0, 3.0])),
    "ldexp": Case(lambda x, e: x * mpf(2) ** e, [(x, e) for x in REALS for e in (-4, 0, 9)], fixed=frozenset({1})),
    "frexp": Case(
        lambda x: x * mpf(2) ** (-math.frexp(float(x))[1]), ones([-7.3, 0.4, 1e-3, 2.5]), call=lambda pair, x: pair(x)[0]
    ),
    "modf": Case(lambda x: x - int(x), ones([-7.3, 0.4, 2.5]), call=lambda pair, x: pair(x)[0]),
    "fma": Case(lambda x, y, z: x * y + z, [(1.5, -2.5, 3.5), (0.0, 4.0, -1.0)]),
    "fsum_of": Case(lambda *xs: sum(xs), [(1.5,), (1e16, 1.0, -1e16)]),
    "fsum": Case(lambda *xs: sum(xs), [(1.5,), (1e16, 1.0, -1e16)], call=lambda pair, *xs: pair(xs)),
    "math_prod": Case(
        lambda *xs: mp.fprod(xs),
        [(1.5,), (2.0, -3.0, 0.25), (0.0, 3.0, 5.0)],
        call=lambda pair, *xs: pair(xs[1:], start=xs[0]),
    ),
    "sumprod_of": Case(lambda a, b, c, d: a * c + b * d, [(1.5, 2.0, -3.0, 0.25)]),
    "sumprod": Case(lambda a, b, c, d: a * c + b * d, [(1.5, 2.0, -3.0, 0.25)], call=lambda pair, a, b, c, d: pair([a, b], [c, d])),
    "hypot": Case(
        lambda *xs: mp.sqrt(sum(x * x for x in xs)),
        [(3.0,), (3.0, -4.0), (1e200, 1e199), (1e-200, 2e-200), (0.0, 2.0), (1.0, 2.0, 3.0)],
    ),
    "hypot_one": Case(lambda x: mp.sqrt(1 + x * x), ones(scales(-300, 100, signed=True), [0.0])),
    "dist": Case(
        lambda a, b, c, d: mp.sqrt((a - c) ** 2 + (b - d) ** 2),
        [(1.0, 2.0, 4.5, -2.0)],
        call=lambda pair, a, b, c, d: pair((a, b), (c, d)),
    ),
    # exponential
    "exp": Case(mp.exp, ones([-700.0, -1.0, 0.0, 1e-9, 1.0, 700.0])),
    "expm1": Case(mp.expm1, ones([-40.0, -1e-9, 0.0, 1e-300, 1.0, 700.0])),
    "exp2": Case(lambda x: mpf(2) ** x, ones([-1000.0, -1.0, 0.0, 0.5, 1000.0])),
    "ln": Case(mp.log, ones(scales(-300, 300))),
    "log": Case(
        lambda x, base: mp.log(x) / mp.log(base), pairs([1e-9, 0.5, 3.0, 1e9], [0.5, 2.0, 10.0])
    ),
    "log1p": Case(mp.log1p, ones([-0.999999, -1e-12, 0.0, 1e-300, 3.0, 1e300])),
    "log2": Case(lambda x: mp.log(x, 2), ones(scales(-300, 300))),
    "log10": Case(mp.log10, ones(scales(-300, 300))),
    "pow": Case(lambda x, y: x**y, pairs([1e-30, 0.3, 2.0, 1e30], [-2.0, 0.0, 0.5, 1.0, 2.0, 3.7])),
    "sqrt": Case(mp.sqrt, ones(scales(-200, 300))),
    "cbrt": Case(lambda x: mp.sign(x) * mp.cbrt(abs(x)), ones(scales(-150, 300, signed=True))),
    # trig
    "sin": Case(mp.sin, ones([-1e5, -2.0, 0.0, 1e-300, 0.7, 3.0, 1e5])),
    "cos": Case(mp.cos, ones([-1e5, -2.0, 0.0, 1e-300, 0.7, 3.0, 1e5])),
    "tan": Case(mp.tan, ones([-1e5, -1.5, 0.0, 1e-300, 0.7, 1.57])),
    "asin": Case(mp.asin, ones([-1.0 + 1e-12, -0.5, 0.0, 1e-300, 0.7, 1.0 - 1e-12])),
    "acos": Case(mp.acos, ones([-1.0 + 1e-12, -0.5, 0.0, 1e-300, 0.7, 1.0 - 1e-12])),
    "cauchy": Case(lambda x: 1 / (1 + x * x), ones(scales(-300, 75, signed=True), [0.0])),
    "atan": Case(mp.atan, ones(scales(-300, 100, signed=True), [0.0])),
    "atan2": Case(mp.atan2, pairs([-2.0, 1e-120, 1.0, 3e100], [-1.0, 2e-120, 0.5, 1e100])),
    "degrees": Case(mp.degrees, ones(REALS)),
    "radians": Case(mp.radians, ones(REALS)),
    # hyperbolic
    "sinh": Case(mp.sinh, ones([-700.0, -1.0, 0.0, 1e-300, 2.0, 700.0])),
    "cosh": Case(mp.cosh, ones([-700.0, -1.0, 0.0, 1e-300, 2.0, 700.0])),
    # Its second input is tanh of the first, always.
    "tanh_slope": Case(
        lambda x: mp.sech(x) ** 2,
        ones([-20.0, -1.0, 0.0, 1e-3, 2.0, 15.0]),
        call=lambda pair, x: pair(x, pb_math.tanh(x)),
    ),
    "sech": Case(mp.sech, ones([-300.0, -1.0, 0.0, 1e-300, 2.0, 300.0])),
    "tanh": Case(mp.tanh, ones([-150.0, -20.0, -1.0, 0.0, 1e-300, 0.3, 20.0, 150.0])),
    "asinh": Case(mp.asinh, ones(scales(-300, 150, signed=True), [0.0])),
    "acosh": Case(mp.acosh, ones([1.0 + 1e-12, 1.5, 20.0, 1e100])),
    "atanh": Case(mp.atanh, ones([-1.0 + 1e-12, -0.5, 0.0, 1e-300, 0.7, 1.0 - 1e-12])),
    # special
    "gaussian": Case(lambda x: mp.exp(-x * x), ones([-27.5, -5.1, -1.0, 0.0, 1e-300, 0.5, 3.3, 12.7, 26.2])),
    "erf": Case(mp.erf, ones([-20.0, -1.0, 0.0, 1e-300, 0.5, 3.0, 20.0]), rtol=1e-13),
    "erfc": Case(mp.erfc, ones([-20.0, -1.0, 0.0, 1e-300, 0.5, 3.0, 20.0]), rtol=1e-13),
    "gamma": Case(mp.gamma, ones([-5.5, -0.5, 1e-5, 0.5, 3.3, 20.0, 150.0]), rtol=1e-12, second_rtol=1e-11),
    "lgamma": Case(lambda x: mp.log(abs(mp.gamma(x))), ones([-5.5, -0.5, 1e-5, 0.5, 3.3, 20.0, 1e10]), rtol=1e-12, second_rtol=1e-11),
    "digamma": Case(mp.digamma, ones([-5.5, -0.5, 1e-5, 0.5, 3.3, 20.0, 1e10]), rtol=1e-12, second_rtol=1e-11),
    "polygamma": Case(
        mp.polygamma,
        [(n, x) for n in (0, 1, 3) for x in (-5.5, -0.5, 1e-3, 0.5, 20.0)],
        fixed=frozenset({0}), rtol=1e-12, second_rtol=1e-11,
    ),
}  # fmt: skip

NONDIFFERENTIABLE = {"isfinite", "isinf", "isnan", "isclose", "floor", "ceil", "trunc", "ulp"}

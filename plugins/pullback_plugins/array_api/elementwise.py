"""Functions of one element or of two, which NumPy knows by the names of the standard or by older ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pullback.tracked import plain
from pullback_plugins.array_api.array import call

ONE: dict[str, Callable[..., Any]] = {
    "abs": np.absolute,
    "acos": np.arccos,
    "acosh": np.arccosh,
    "asin": np.arcsin,
    "asinh": np.arcsinh,
    "atan": np.arctan,
    "atanh": np.arctanh,
    "bitwise_invert": np.invert,
    "ceil": np.ceil,
    "conj": np.conjugate,
    "cos": np.cos,
    "cosh": np.cosh,
    "exp": np.exp,
    "expm1": np.expm1,
    "floor": np.floor,
    "imag": np.imag,
    "isfinite": np.isfinite,
    "isinf": np.isinf,
    "isnan": np.isnan,
    "log": np.log,
    "log1p": np.log1p,
    "log2": np.log2,
    "log10": np.log10,
    "logical_not": np.logical_not,
    "negative": np.negative,
    "positive": np.positive,
    "real": np.real,
    "reciprocal": np.reciprocal,
    "round": np.round,
    "sign": np.sign,
    "signbit": np.signbit,
    "sin": np.sin,
    "sinh": np.sinh,
    "square": np.square,
    "sqrt": np.sqrt,
    "tan": np.tan,
    "tanh": np.tanh,
    "trunc": np.trunc,
}
"""Functions of `x`, by their name in the standard."""

TWO: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "atan2": np.arctan2,
    "bitwise_and": np.bitwise_and,
    "bitwise_left_shift": np.left_shift,
    "bitwise_or": np.bitwise_or,
    "bitwise_right_shift": np.right_shift,
    "bitwise_xor": np.bitwise_xor,
    "copysign": np.copysign,
    "divide": np.divide,
    "equal": np.equal,
    "floor_divide": np.floor_divide,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "hypot": np.hypot,
    "less": np.less,
    "less_equal": np.less_equal,
    "logaddexp": np.logaddexp,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "multiply": np.multiply,
    "nextafter": np.nextafter,
    "not_equal": np.not_equal,
    "pow": np.power,
    "remainder": np.remainder,
    "subtract": np.subtract,
}
"""Functions of `x1` and `x2`, by their name in the standard."""

KEEP_INTEGERS = frozenset({"ceil", "floor", "round", "trunc"})
"""What leaves integers and their dtype alone; NumPy before 2.1 gave floats."""

BLIND = frozenset(
    {
        *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"),
        *("isfinite", "isinf", "isnan", "signbit", "nextafter"),
        *("logical_and", "logical_not", "logical_or", "logical_xor"),
    }
)
"""What says nothing differentiable: asked of plain values."""


def _of_one(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    blind = name in BLIND

    def answer(x: Any, /) -> Any:
        if name in KEEP_INTEGERS and x.dtype.kind in "iub":
            return call(np.copy, x)
        return call(function, plain(x) if blind else x)

    return answer


def _of_two(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    blind = name in BLIND

    def answer(x1: Any, x2: Any, /) -> Any:
        return call(function, plain(x1), plain(x2)) if blind else call(function, x1, x2)

    return answer


def clip(x: Any, /, min: Any = None, max: Any = None) -> Any:
    """Return `x` with what is below `min` or above `max` replaced by these."""
    if min is None and max is None:
        return call(np.copy, x)
    # On an edge `clip` gives all to `x`, as `minimum` does not.
    if min is None:
        return call(np.minimum if x.dtype.kind not in "f" else _clip_above, x, max)
    if max is None:
        return call(np.maximum if x.dtype.kind not in "f" else _clip_below, x, min)
    return call(np.clip, x, min, max)


def _clip_above(x: Any, bound: Any) -> Any:
    return np.clip(x, -np.inf, bound)


def _clip_below(x: Any, bound: Any) -> Any:
    return np.clip(x, bound, np.inf)


def functions() -> dict[str, Callable[..., Any]]:
    """Return the functions of this module by their name in the standard."""
    found: dict[str, Callable[..., Any]] = {"clip": clip}
    for name, function in ONE.items():
        found[name] = _of_one(name, function)
    for name, function in TWO.items():
        found[name] = _of_two(name, function)
    for name, answer in found.items():
        if name != "clip":
            answer.__name__ = answer.__qualname__ = name
            answer.__module__ = "pullback_plugins.array_api"
            answer.__doc__ = f"Return `{name}` of every element, as the array API standard defines it."
    return found

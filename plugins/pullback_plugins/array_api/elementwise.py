"""Elementwise functions of one and two arrays, which NumPy has by the names of the standard or by older ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pullback.extend import plain
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
"""Functions of one array `x`, by their names in the standard."""

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
"""Functions of two arrays `x1` and `x2`, by their names in the standard."""

KEEP_INTEGERS = frozenset({"ceil", "floor", "round", "trunc"})
"""Functions that return integers as they are; NumPy before 2.1 returned floats."""

NONDIFFERENTIABLE = frozenset(
    {
        *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"),
        *("isfinite", "isinf", "isnan", "signbit", "nextafter"),
        *("logical_and", "logical_not", "logical_or", "logical_xor"),
    }
)
"""Functions whose results have no derivative; they are called on plain values."""


def _of_one(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    nondifferentiable = name in NONDIFFERENTIABLE

    def answer(x: Any, /) -> Any:
        if name in KEEP_INTEGERS and x.dtype.kind in "iub":
            return call(np.copy, x)
        return call(function, plain(x) if nondifferentiable else x)

    return answer


def _of_two(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    nondifferentiable = name in NONDIFFERENTIABLE

    def answer(x1: Any, x2: Any, /) -> Any:
        return call(function, plain(x1), plain(x2)) if nondifferentiable else call(function, x1, x2)

    return answer


def clip(x: Any, /, min: Any = None, max: Any = None) -> Any:
    """Return `x` with what is below `min` or above `max` replaced by these."""
    if min is None and max is None:
        return call(np.copy, x)
    # Where x equals the bound, `clip` gives the whole gradient to x; `minimum` and `maximum` divide it.
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
    named: dict[str, Callable[..., Any]] = {"clip": clip}
    for name, function in ONE.items():
        named[name] = _of_one(name, function)
    for name, function in TWO.items():
        named[name] = _of_two(name, function)
    for name, answer in named.items():
        if name != "clip":
            answer.__name__ = answer.__qualname__ = name
            answer.__module__ = "pullback_plugins.array_api"
            answer.__doc__ = f"Return `{name}` of every element, as the array API standard defines it."
    return named

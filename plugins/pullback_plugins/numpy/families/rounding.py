"""Rounding, whose gradient is zero, and `unwrap`, which adds multiples of the period."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.extend import Tracked, plain
from pullback_plugins.arithmetic import round
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.elementwise import array_trunc
from pullback_plugins.numpy.rules.operands import write_to_ufunc_out
from pullback_plugins.numpy.rules.undifferentiated import primals

__all__ = ["array_round", "fix", "unwrap"]


@composite(overloads=["numpy:round", "numpy:around", "numpy:round_"])
def array_round(a: Any, decimals: Any = 0, out: Any = None) -> Any:
    """Return `a` rounded to the given number of decimals; the gradient is 0."""
    return write_to_ufunc_out(round(as_array(a), ndigits=primals(decimals)), out)


@composite(overloads=["numpy:fix"])
def fix(x: Any, out: Any = None) -> Any:
    """Return `x` rounded to the nearest integer towards zero; the gradient is 0."""
    return write_to_ufunc_out(array_trunc(as_array(x)), out)


@composite(overloads=["numpy:unwrap"])
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * math.pi) -> Any:
    """Return `p` with jumps of more than half a period removed, as `numpy.unwrap` does: it adds multiples of the period."""
    p = as_array(p)
    steps = np.unwrap(plain(p), primals(discont), axis, period=primals(period)) - plain(p)
    if isinstance(period, Tracked):
        return p + np.rint(steps / plain(period)) * period
    return p + steps


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [array_round, fix, unwrap]

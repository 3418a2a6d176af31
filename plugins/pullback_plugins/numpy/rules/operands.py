"""The arguments of composites: operands, and the argument `out` of universal functions."""

from __future__ import annotations

from typing import Any

from pullback.extend import Tracked
from pullback_plugins.numpy.array.objects import as_array, refuse_plain_target

__all__ = ["operand", "write_to_ufunc_out"]


def operand(x: Any) -> Any:
    """Return `x` as an array; a Python number stays a number, so that it does not affect the dtype of the result."""
    return x if type(x) in (int, float, bool, complex) else as_array(x)


def write_to_ufunc_out(result: Any, out: Any) -> Any:
    """Return `result`, written to `out` if that is given: an array or, as for universal functions, a tuple with one array."""
    if isinstance(out, tuple):
        (out,) = out
    if out is None:
        return result
    if isinstance(result, Tracked):
        refuse_plain_target(out)
    out[...] = result
    return out

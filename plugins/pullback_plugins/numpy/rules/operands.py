"""The operands of a composite: arrays, and the place where its result goes."""

from __future__ import annotations

from typing import Any

from pullback.tracked import Tracked
from pullback_plugins.numpy.array.objects import as_array, refuse_plain_target

__all__ = ["operand", "stored"]


def operand(x: Any) -> Any:
    """Return `x` as an array; a bare number stays one, so that it does not decide the dtype."""
    return x if type(x) in (int, float, bool, complex) else as_array(x)


def stored(result: Any, out: Any) -> Any:
    """Return `result`, in `out` if that is given."""
    if isinstance(out, tuple):
        (out,) = out
    if out is None:
        return result
    if isinstance(result, Tracked):
        refuse_plain_target(out)
    out[...] = result
    return out

"""What is asked of arrays at every call: in C, by `compiled`, where the compiled core runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pullback import core
from pullback.extend import Arena

__all__ = ["ArrayKindCore", "arena", "repeated", "share", "specialized", "tanh_slope", "total"]


class ArrayKindCore:
    """What stands before the methods of the kind of arrays, to shorten them: nothing, in Python."""

    def __init__(self, large_from: int):
        pass


repeated: Callable[[Any, Any], Any] | None = None
"""Returns an array of the shape of its second argument that has the first in all places, where C is faster, else None."""
total: Callable[[Any], Any] | None = None
"""Returns the sum of an array, where C is faster, else None."""


def specialized(function: Any) -> Any:
    """Return `function` as small arrays are given to it fastest: itself, in Python."""
    return function


def share(x: Any, y: Any) -> Any:
    """Return one where `x` is greater than `y`, one half where they are equal, and zero, where C is faster, else None."""
    return None


def tanh_slope(y: Any) -> Any:
    """Return ``1 - y * y`` where C is faster and nothing cancels, else None."""
    return None


def arena(smallest: int, most: int) -> Arena:
    """Return where arrays of at least `smallest` bytes take the memory that others leave: as ever, in Python."""
    return Arena()


if not TYPE_CHECKING and core() == "compiled":
    with suppress(ImportError):
        arena = import_module("pullback_plugins.numpy.native.arena").Arena
        _compiled = import_module("pullback_plugins.numpy.native.kernels")
        globals().update({_name: getattr(_compiled, _name) for _name in __all__ if _name != "arena"})

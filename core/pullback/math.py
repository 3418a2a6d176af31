"""A drop-in replacement for `math` whose functions accept variables.

Write ``from pullback.math import sin`` instead of ``from math import sin``. The names, the results on plain numbers and the
domain errors are those of `math`. A function that a registered primitive overloads is differentiable. Any other calls `math`, and
raises an error on variables, because its result would lose their gradient.
"""

from __future__ import annotations

import math as _math
from functools import wraps as _wraps
from typing import Any as _Any

from pullback.errors import ChainBrokenError as _ChainBrokenError
from pullback.errors import UnknownPrimitiveError as _UnknownPrimitiveError
from pullback.location import user_location
from pullback.tables import changes as _changes
from pullback.tables import overloads as _overloads
from pullback.tracked import Tracked as _Tracked

__all__ = [name for name in dir(_math) if not name.startswith("_")]


def __getattr__(name: str) -> _Any:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        function = getattr(_math, name)
    except AttributeError:
        raise AttributeError(f"module 'math' of this Python has no attribute {name!r}") from None
    if not callable(function):
        globals()[name] = function
        return function
    while True:
        pair = _overloads.find(function)
        with _changes:
            if _overloads.get(function) is pair:  # no other thread has just replaced it
                answer = globals()[name] = pair or _passed_through(function)
                return answer


def __dir__() -> list[str]:
    return __all__


def forget() -> None:
    """Clear the cache of which primitive overloads which name. The host calls this whenever a family is added or removed."""
    for name in __all__:
        globals().pop(name, None)


def _passed_through(function: _Any) -> _Any:
    @_wraps(function)
    def call(*args: _Any, **kwargs: _Any) -> _Any:
        for arg in (*args, *kwargs.values()):
            if isinstance(arg, _Tracked):
                if absent := _overloads.absent(function):
                    raise _UnknownPrimitiveError(
                        f"no primitive answers for math.{function.__name__}, called on a variable at {user_location()}: {absent}"
                    )
                raise _ChainBrokenError(
                    f"math.{function.__name__} is not differentiable, and was called on a variable at {user_location()}; "
                    "leave the chain on purpose with v.primal or stop_gradient(v)"
                )
        return function(*args, **kwargs)

    call.__module__ = __name__  # where pickle looks it up
    return call

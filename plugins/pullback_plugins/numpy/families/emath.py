"""The functions of `numpy.emath`: the result is complex where the real function is not defined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.rules.operands import operand

__all__ = ["emath_logn", "emath_power"]


def _extended(name: str, outside: Callable[[Any], Any]) -> Any:
    """Return the pair for ``numpy.emath.name``: ``numpy.name``, of complex numbers if any is `outside` the real domain."""
    function = getattr(np, name)

    def call(x: Any) -> Any:
        x = as_array(x)
        return function(_to_complex(x) if np.any(outside(plain(x))) else x)

    call.__doc__ = f"Return ``numpy.emath.{name}(x)``."
    return composite(call, name=f"emath_{name}", overloads=[f"numpy:emath.{name}"])


def _to_complex(x: Any) -> Any:
    dtype = np.result_type(plain(x).dtype, np.complex64)
    return x if plain(x).dtype == dtype else x.astype(dtype)


def _is_negative(x: Any) -> Any:
    return np.isrealobj(x) and x < 0


def _is_beyond_one(x: Any) -> Any:
    return np.isrealobj(x) and np.abs(x) > 1


_EXTENDED = [_extended(name, _is_negative) for name in ("sqrt", "log", "log2", "log10")]
_EXTENDED += [_extended(name, _is_beyond_one) for name in ("arccos", "arcsin", "arctanh")]
_emath_log = _EXTENDED[1]


@composite(overloads=["numpy:emath.logn"])
def emath_logn(n: Any, x: Any) -> Any:
    """Return ``numpy.emath.logn(n, x)``, the logarithm of `x` to the base `n`."""
    return _emath_log(x) / _emath_log(n)


@composite(overloads=["numpy:emath.power"])
def emath_power(x: Any, p: Any) -> Any:
    """Return ``numpy.emath.power(x, p)``."""
    x, p = as_array(x), operand(p)
    if np.any(_is_negative(plain(x))):
        x = _to_complex(x)
    return np.power(x, p)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [*_EXTENDED, emath_logn, emath_power]

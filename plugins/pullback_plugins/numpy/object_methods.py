"""What NumPy calls on the elements of an array of objects: for `np.sin` of one, the method `sin` of each element.

So `np.sin(np.asarray(v))` keeps its chain. An ndarray has none of these methods, hence they stand apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pullback.variable import call_overload

__all__ = ["ObjectMethods"]


def _unary(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any) -> Any:
        return call_overload(function, (self,))

    return _named(method, function)


def _binary(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        return function(self, other)

    return _named(method, function)


def _named(method: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    method.__name__ = method.__qualname__ = function.__name__
    method.__doc__ = f"Return ``numpy.{function.__name__}`` of the array."
    return method


class ObjectMethods:
    """The ufuncs that NumPy looks up on objects by name."""

    __slots__ = ()

    arccos = _unary(np.arccos)
    arccosh = _unary(np.arccosh)
    arcsin = _unary(np.arcsin)
    arcsinh = _unary(np.arcsinh)
    arctan = _unary(np.arctan)
    arctanh = _unary(np.arctanh)
    cbrt = _unary(np.cbrt)
    cos = _unary(np.cos)
    cosh = _unary(np.cosh)
    deg2rad = _unary(np.deg2rad)
    degrees = _unary(np.degrees)
    exp = _unary(np.exp)
    exp2 = _unary(np.exp2)
    expm1 = _unary(np.expm1)
    fabs = _unary(np.fabs)
    log = _unary(np.log)
    log10 = _unary(np.log10)
    log1p = _unary(np.log1p)
    log2 = _unary(np.log2)
    rad2deg = _unary(np.rad2deg)
    radians = _unary(np.radians)
    rint = _unary(np.rint)
    sin = _unary(np.sin)
    sinh = _unary(np.sinh)
    sqrt = _unary(np.sqrt)
    tan = _unary(np.tan)
    tanh = _unary(np.tanh)

    arctan2 = _binary(np.arctan2)
    fmod = _binary(np.fmod)
    hypot = _binary(np.hypot)
    logical_xor = _binary(np.logical_xor)

"""The methods that NumPy calls on the elements of an object array: `np.sin` calls the method `sin` of each element."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = ["ObjectMethods"]


class _Ufunc:
    """A descriptor: the ufunc of NumPy by the name of the attribute, bound to the variable as its first input."""

    # A `__getattr__` would need no list of names, but would slow down every attribute access of a variable.
    __slots__ = ("name",)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Callable[..., Any]:
        if instance is None or "numpy" not in sys.modules:
            raise AttributeError(f"{owner.__name__!r} object has no attribute {self.name!r}")
        return partial(getattr(sys.modules["numpy"], self.name), instance)


class ObjectMethods:
    """The ufuncs that NumPy looks up as methods of objects; for all others it uses Python's operators."""

    __slots__ = ()

    arccos = _Ufunc()
    arccosh = _Ufunc()
    arcsin = _Ufunc()
    arcsinh = _Ufunc()
    arctan = _Ufunc()
    arctan2 = _Ufunc()
    arctanh = _Ufunc()
    cbrt = _Ufunc()
    cos = _Ufunc()
    cosh = _Ufunc()
    deg2rad = _Ufunc()
    degrees = _Ufunc()
    exp = _Ufunc()
    exp2 = _Ufunc()
    expm1 = _Ufunc()
    fabs = _Ufunc()
    fmod = _Ufunc()
    hypot = _Ufunc()
    log = _Ufunc()
    log10 = _Ufunc()
    log1p = _Ufunc()
    log2 = _Ufunc()
    logical_xor = _Ufunc()
    rad2deg = _Ufunc()
    radians = _Ufunc()
    rint = _Ufunc()
    sin = _Ufunc()
    sinh = _Ufunc()
    sqrt = _Ufunc()
    tan = _Ufunc()
    tanh = _Ufunc()

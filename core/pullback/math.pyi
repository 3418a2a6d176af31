"""The functions of `math` for type checkers: a number gives a number, a variable a variable of its class."""

import sys
from collections.abc import Iterable
from math import comb as comb
from math import e as e
from math import factorial as factorial
from math import gcd as gcd
from math import inf as inf
from math import isqrt as isqrt
from math import lcm as lcm
from math import nan as nan
from math import nextafter as nextafter
from math import perm as perm
from math import pi as pi
from math import tau as tau
from typing import Any, Protocol, TypeVar, overload

from pullback.tracked import Tracked

_V = TypeVar("_V", bound=Tracked)

class _OfOne(Protocol):
    @overload
    def __call__(self, x: _V, /) -> _V: ...
    @overload
    def __call__(self, x: float, /) -> float: ...

class _OfTwo(Protocol):
    @overload
    def __call__(self, x: _V, y: float | _V, /) -> _V: ...
    @overload
    def __call__(self, x: float, y: _V, /) -> _V: ...
    @overload
    def __call__(self, x: float, y: float, /) -> float: ...

class _OfMany(Protocol):
    @overload
    def __call__(self, *xs: float) -> float: ...
    @overload
    def __call__(self, *xs: float | Tracked) -> Any: ...

class _Tells(Protocol):
    def __call__(self, x: float | Tracked, /) -> bool: ...

class _Rounds(Protocol):
    def __call__(self, x: float | Tracked, /) -> int: ...

acos: _OfOne
acosh: _OfOne
asin: _OfOne
asinh: _OfOne
atan: _OfOne
atanh: _OfOne
cbrt: _OfOne
cos: _OfOne
cosh: _OfOne
degrees: _OfOne
erf: _OfOne
erfc: _OfOne
exp: _OfOne
exp2: _OfOne
expm1: _OfOne
fabs: _OfOne
gamma: _OfOne
lgamma: _OfOne
log10: _OfOne
log1p: _OfOne
log2: _OfOne
radians: _OfOne
sin: _OfOne
sinh: _OfOne
sqrt: _OfOne
tan: _OfOne
tanh: _OfOne
atan2: _OfTwo
copysign: _OfTwo
fmod: _OfTwo
pow: _OfTwo
remainder: _OfTwo
hypot: _OfMany
isfinite: _Tells
isinf: _Tells
isnan: _Tells
ceil: _Rounds
floor: _Rounds
trunc: _Rounds

@overload
def log(x: _V, base: float | _V = ..., /) -> _V: ...
@overload
def log(x: float, base: _V, /) -> _V: ...
@overload
def log(x: float, base: float = ..., /) -> float: ...
@overload
def ldexp(x: _V, i: int, /) -> _V: ...
@overload
def ldexp(x: float, i: int, /) -> float: ...
@overload
def modf(x: _V, /) -> tuple[_V, Any]: ...
@overload
def modf(x: float, /) -> tuple[float, float]: ...
@overload
def frexp(x: _V, /) -> tuple[_V, int]: ...
@overload
def frexp(x: float, /) -> tuple[float, int]: ...
def ulp(x: float | Tracked, /) -> float: ...
def isclose(
    a: float | Tracked, b: float | Tracked, *, rel_tol: float | Tracked = 1e-09, abs_tol: float | Tracked = 0.0
) -> bool: ...
@overload
def dist(p: Iterable[float], q: Iterable[float], /) -> float: ...
@overload
def dist(p: Iterable[Any], q: Iterable[Any], /) -> Any: ...
@overload
def fsum(seq: Iterable[float], /) -> float: ...
@overload
def fsum(seq: Iterable[Any], /) -> Any: ...
@overload
def prod(iterable: Iterable[float], /, *, start: float = 1) -> float: ...
@overload
def prod(iterable: Iterable[Any], /, *, start: Any = 1) -> Any: ...

if sys.version_info >= (3, 12):
    @overload
    def sumprod(p: Iterable[float], q: Iterable[float], /) -> float: ...
    @overload
    def sumprod(p: Iterable[Any], q: Iterable[Any], /) -> Any: ...

if sys.version_info >= (3, 13):
    @overload
    def fma(x: float, y: float, z: float, /) -> float: ...
    @overload
    def fma(x: float | Tracked, y: float | Tracked, z: float | Tracked, /) -> Any: ...

def forget() -> None: ...

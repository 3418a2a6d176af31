"""The namespace with a variable wherever a function makes numbers that are differentiable: what the conformance suite is run on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import pullback as pb
from pullback.tracked import plain
from pullback_plugins import array_api
from pullback_plugins.array_api.array import unwrap, wrap
from pullback_plugins.array_api.creation import __all__ as MAKERS
from pullback_plugins.numpy.array.variable import ArrayVariable

__array_api_version__ = array_api.__array_api_version__


def variable(x: Any) -> Any:
    """Return a constant of floating-point numbers as a variable; other things as they are."""
    if isinstance(x, (list, tuple)):
        return type(x)(map(variable, x))
    bare = unwrap(x)
    if bare is not x and bare.dtype.kind in "fc":
        # A copy, since a variable whose gradient is wanted refuses assignments in place.
        return wrap(pb.Variable(bare).copy())
    return x


def making(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def made(*args: Any, **params: Any) -> Any:
        return variable(function(*args, **params))

    return made


globals().update({name: value for name, value in vars(array_api).items() if not name.startswith("__")})
globals().update({name: making(getattr(array_api, name)) for name in (*MAKERS, "astype")})
__array_namespace_info__ = array_api.__array_namespace_info__

# The suite reads every number with float() and complex(), which a variable refuses for good reasons; only here it may.
ArrayVariable.__float__ = lambda self: float(plain(self))
ArrayVariable.__complex__ = lambda self: complex(plain(self))
ArrayVariable.__int__ = lambda self: int(plain(self))

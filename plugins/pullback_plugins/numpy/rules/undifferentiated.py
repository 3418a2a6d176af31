"""Pairs for functions whose results have no derivative: they are called on the primals of variables, however nested."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import nondifferentiable
from pullback.extend import Nondifferentiable, plain, resolve
from pullback_plugins.numpy.array.flat import Flat
from pullback_plugins.numpy.array.objects import as_array

__all__ = ["on_primals", "primals"]


def primals(x: Any) -> Any:
    """Return `x` with variables replaced by their primals, also inside lists, tuples, dicts and arrays of objects."""
    if isinstance(x, np.ndarray):
        return plain(as_array(x)) if x.dtype.kind == "O" else x
    if isinstance(x, (list, tuple)) and not hasattr(x, "_fields"):
        return type(x)(map(primals, x))
    if isinstance(x, dict):
        return {key: primals(item) for key, item in x.items()}
    return plain(x.base).flat if isinstance(x, Flat) else plain(x)


def on_primals(name: str, qualname: str | None = None) -> Nondifferentiable:
    """Return the pair called `name` for ``numpy:qualname``, which calls NumPy on the primals and returns a plain result."""
    target = f"numpy:{qualname or name}"

    def call(*args: Any, **params: Any) -> Any:
        return resolve(target)(*primals(args), **primals(params))

    call.__doc__ = f"Return ``{target.replace(':', '.')}`` of the primals."
    return nondifferentiable(call, name=name, overloads=[target])

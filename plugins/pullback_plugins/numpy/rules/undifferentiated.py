"""Pairs for functions whose results have no derivative, whatever holds the variables: nests of lists and arrays of objects too."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import nondifferentiable
from pullback.primitive import Nondifferentiable, resolve
from pullback.tracked import plain
from pullback_plugins.numpy.array.flat import Flat
from pullback_plugins.numpy.array.objects import as_array

__all__ = ["bare", "plainly"]


def bare(x: Any) -> Any:
    """Return `x` with plain values in the place of variables, inside lists, tuples, dicts and arrays of objects too."""
    if isinstance(x, np.ndarray):
        return plain(as_array(x)) if x.dtype.kind == "O" else x
    if isinstance(x, (list, tuple)) and not hasattr(x, "_fields"):
        return type(x)(map(bare, x))
    if isinstance(x, dict):
        return {key: bare(each) for key, each in x.items()}
    return plain(x.base).flat if isinstance(x, Flat) else plain(x)


def plainly(name: str, qualname: str | None = None) -> Nondifferentiable:
    """Return the pair called `name` that answers for ``numpy:qualname`` on plain values, with a plain result."""
    target = f"numpy:{qualname or name}"

    def call(*args: Any, **params: Any) -> Any:
        return resolve(target)(*bare(args), **bare(params))

    call.__doc__ = f"Return ``{target.replace(':', '.')}`` of the plain values."
    return nondifferentiable(call, name=name, overloads=[target])

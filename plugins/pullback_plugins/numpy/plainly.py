"""Pairs for functions whose results have no derivative, whatever holds the variables: nests of lists and arrays of objects too."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback.primitive import Composite, resolve
from pullback.tracked import Tracked, plain
from pullback_plugins.numpy.arrays import as_array

__all__ = ["bare", "plainly"]


def bare(x: Any) -> Any:
    """Return `x` with plain values in the place of variables."""
    if isinstance(x, Tracked):
        return plain(x)
    if isinstance(x, np.ndarray):
        return plain(as_array(x)) if x.dtype.kind == "O" else x
    if type(x) in (list, tuple):
        return type(x)(map(bare, x))
    return x


def plainly(name: str, qualname: str | None = None) -> Composite:
    """Return the pair called `name` that answers for ``numpy:qualname`` on plain values, with a plain result."""
    target = f"numpy:{qualname or name}"

    def call(*args: Any, **kwargs: Any) -> Any:
        return resolve(target)(*map(bare, args), **{key: bare(value) for key, value in kwargs.items()})

    call.__doc__ = f"Return ``{target.replace(':', '.')}`` of the plain values."
    return Composite(call, name=name, overloads=[target])

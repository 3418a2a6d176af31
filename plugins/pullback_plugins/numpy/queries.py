"""Questions about arrays whose answers carry no derivative: they are asked of the plain values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import hookimpl, nondifferentiable
from pullback.primitive import resolve
from pullback.tracked import plain
from pullback_plugins.numpy.flat import Flat

__all__ = ["bare"]

NAMES = [
    "argwhere", "array2string", "array_repr", "array_str", "can_cast",
    "common_type", "diag_indices_from", "flatnonzero", "in1d", "isin", "may_share_memory",
    "min_scalar_type", "ndim", "nonzero", "ravel_multi_index", "result_type", "shape", "shares_memory", "size",
    "tril_indices_from", "triu_indices_from", "unravel_index",
]  # fmt: skip


def bare(x: Any) -> Any:
    """Return `x` with plain values in the place of variables, inside lists, tuples, dicts and arrays of objects too."""
    if isinstance(x, (list, tuple)) and not hasattr(x, "_fields"):
        return type(x)(bare(each) for each in x)
    if isinstance(x, dict):
        return {key: bare(each) for key, each in x.items()}
    if isinstance(x, np.ndarray) and x.dtype.kind == "O":
        return np.array([bare(each) for each in x.reshape(-1)]).reshape(x.shape)
    if isinstance(x, Flat):
        return plain(x.base).flat
    return plain(x)


def _asked(name: str) -> Callable[..., Any]:
    target = f"numpy:{name}"

    def ask(*args: Any, **params: Any) -> Any:
        return resolve(target)(*map(bare, args), **{key: bare(each) for key, each in params.items()})

    ask.__doc__ = f"Return ``numpy.{name}`` of the plain values."
    return ask


QUERIES = [nondifferentiable(_asked(name), name=f"array_{name}", overloads=[f"numpy:{name}"]) for name in NAMES]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return list(QUERIES)

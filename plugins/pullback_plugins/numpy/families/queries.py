"""Functions that return indices, shapes, dtypes and text: they have no derivative and are called on primals."""

from __future__ import annotations

from typing import Any

from pullback import hookimpl
from pullback_plugins.numpy.rules.undifferentiated import on_primals

__all__ = ["NAMES"]

NAMES = [
    "argwhere", "array2string", "array_repr", "array_str", "can_cast",
    "common_type", "diag_indices_from", "flatnonzero", "in1d", "isin", "may_share_memory",
    "min_scalar_type", "ndim", "nonzero", "ravel_multi_index", "result_type", "shape", "shares_memory", "size",
    "tril_indices_from", "triu_indices_from", "unravel_index",
]  # fmt: skip

_QUERIES = [on_primals(f"array_{name}", name) for name in NAMES]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return list(_QUERIES)

"""Sums of products in which an exact zero absorbs inf and nan, as it does everywhere in the chain."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import PullbackWarning
from pullback.errors import where
from pullback.product import policy
from pullback.tracked import plain
from pullback_plugins.numpy.array.kind import array_kind

__all__ = ["absorbing", "scaled"]

scaled = array_kind.multiply
"""Return the product of two arrays, element by element."""


def absorbing(product: Callable[..., Any], *factors: Any) -> Any:
    """Return ``product(*factors)``, a sum of products of one element of each factor.

    Only a nan in the result asks for more than that; then the terms that are not finite are counted apart from the others.
    """
    out = product(*factors)
    return out if not array_kind.has_nan(out) or policy() == "nan" else _counted(product, factors, out)


def _counted(product: Callable[..., Any], factors: tuple[Any, ...], out: Any) -> Any:
    bare = [np.asarray(plain(x)) for x in factors]
    infinite = [np.isinf(x) & (x.dtype.kind != "c") for x in bare]
    undefined = [~np.isfinite(x) & ~inf for x, inf in zip(bare, infinite, strict=True)]
    if not any(np.any(a) or np.any(b) for a, b in zip(infinite, undefined, strict=True)):
        return out
    sizes = [(x != 0).astype(float) for x in bare]
    signs = [
        np.sign(np.where(np.isnan(x), 0, x).real) if x.dtype.kind != "c" else size
        for x, size in zip(bare, sizes, strict=True)
    ]

    def total(chosen: list[Any], of: list[Any]) -> Any:
        """Return the sum of `of` over the terms of which a factor is chosen."""
        return sum(
            product(*(x * mask if n == m else x for m, x in enumerate(of)))
            for n, mask in enumerate(chosen)
            if mask.any()
        )

    nans, infs, balance = total(undefined, sizes), total(infinite, sizes), total(infinite, signs)
    one_sided = (nans == 0) & (np.abs(balance) == infs)
    whole = np.where(one_sided, np.where(balance > 0, np.inf, -np.inf), np.nan)
    finite = product(*(np.where(np.isfinite(x), factor, 0) for x, factor in zip(bare, factors, strict=True)))
    none = np.asarray((nans == 0) & (infs == 0))
    if policy() == "warn" and none.any():
        warnings.warn(f"0 * inf in the chain taken as 0, at {where()}", PullbackWarning, stacklevel=2)
    return np.where(none, finite, whole)[()]

"""Products and contractions with strong zeros: an exact zero times inf or nan is zero, as everywhere in the chain.

`Strong zero` is the term of ChainRules and Enzyme.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import PullbackWarning
from pullback.extend import plain, policy, user_location
from pullback_plugins.numpy.array.kind import array_kind

__all__ = ["strong_array_product", "strong_contraction"]

strong_array_product = array_kind.strong_product
"""Return the elementwise product of two arrays, with strong zeros."""


def strong_contraction(contract: Callable[..., Any], *factors: Any) -> Any:
    """Return ``contract(*factors)``, sums of products of one element from each factor, with strong zeros.

    If the plain result holds no nan it is returned as it is. Otherwise the terms that are not finite are counted separately.
    """
    out = contract(*factors)
    return (
        out if not array_kind.has_nan(out) or policy() == "nan" else _contract_with_strong_zeros(contract, factors, out)
    )


def _contract_with_strong_zeros(contract: Callable[..., Any], factors: tuple[Any, ...], out: Any) -> Any:
    """Return the contraction by its finite terms, or inf or nan where other terms, without a zero among their factors, remain."""
    factor_primals = [np.asarray(plain(x)) for x in factors]
    infinite = [np.isinf(x) & (x.dtype.kind != "c") for x in factor_primals]
    undefined = [~np.isfinite(x) & ~inf for x, inf in zip(factor_primals, infinite, strict=True)]
    if not any(np.any(a) or np.any(b) for a, b in zip(infinite, undefined, strict=True)):
        return out
    nonzeros = [(x != 0).astype(float) for x in factor_primals]
    signs = [
        np.sign(np.where(np.isnan(x), 0, x).real) if x.dtype.kind != "c" else nonzero
        for x, nonzero in zip(factor_primals, nonzeros, strict=True)
    ]

    def total(masks: list[Any], operands: list[Any]) -> Any:
        """Return the contraction of `operands`, restricted to terms in which some factor is in its mask."""
        return sum(
            contract(*(x * mask if n == m else x for m, x in enumerate(operands)))
            for n, mask in enumerate(masks)
            if mask.any()
        )

    nans, infs, balance = total(undefined, nonzeros), total(infinite, nonzeros), total(infinite, signs)
    one_sided = (nans == 0) & (np.abs(balance) == infs)
    nonfinite = np.where(one_sided, np.where(balance > 0, np.inf, -np.inf), np.nan)
    finite = contract(*(np.where(np.isfinite(x), factor, 0) for x, factor in zip(factor_primals, factors, strict=True)))
    all_finite = np.asarray((nans == 0) & (infs == 0))
    if policy() == "warn" and all_finite.any():
        warnings.warn(f"0 * inf in the chain taken as 0, at {user_location()}", PullbackWarning, stacklevel=2)
    return np.where(all_finite, finite, nonfinite)[()]

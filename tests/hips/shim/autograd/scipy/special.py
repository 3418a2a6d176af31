"""SciPy's special functions, and those of them that are plain Python made of differentiable ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special as _special

from pullback_plugins.special import polygamma

__all__ = ["logsumexp", "multigammaln", "polygamma"]


def logsumexp(a: Any, axis: Any = None, b: Any = 1.0, keepdims: bool = False) -> Any:
    """Return ``log(sum(b * exp(a)))`` over some axes."""
    # The shift cancels out of the derivative, so it may be a constant.
    from pullback import stop_gradient

    top = np.max(stop_gradient(a), axis=axis, keepdims=True)
    total = np.log(np.sum(b * np.exp(a - top), axis=axis, keepdims=keepdims))
    return total + (top if keepdims else np.squeeze(top, axis=axis))


def multigammaln(a: Any, d: int) -> Any:
    """Return the logarithm of the multivariate gamma function (Muirhead 1982, theorem 2.1.12)."""
    constant = d * (d - 1) / 4 * math.log(math.pi)
    return constant + sum(_special.gammaln(a - n / 2) for n in range(d))


def __getattr__(name: str) -> Any:
    return getattr(_special, name)

"""The beta distribution."""

from typing import Any

import numpy as np
from scipy.special import betainc, betaln

__all__ = ["cdf", "logpdf", "pdf"]


def logpdf(x: Any, a: Any, b: Any) -> Any:
    return (a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - betaln(a, b)


def pdf(x: Any, a: Any, b: Any) -> Any:
    return np.exp(logpdf(x, a, b))


def cdf(x: Any, a: Any, b: Any) -> Any:
    return betainc(a, b, x)

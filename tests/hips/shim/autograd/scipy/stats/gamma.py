"""The gamma distribution with scale one."""

from typing import Any

import numpy as np
from scipy.special import gammainc, gammaln

__all__ = ["cdf", "logpdf", "pdf"]


def logpdf(x: Any, a: Any) -> Any:
    return (a - 1) * np.log(x) - x - gammaln(a)


def pdf(x: Any, a: Any) -> Any:
    return np.exp(logpdf(x, a))


def cdf(x: Any, a: Any) -> Any:
    return gammainc(a, x)

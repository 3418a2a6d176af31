"""The chi-squared distribution."""

from typing import Any

import numpy as np

from autograd.scipy.stats import gamma

__all__ = ["cdf", "logpdf", "pdf"]


def logpdf(x: Any, df: Any) -> Any:
    return gamma.logpdf(x / 2, df / 2) - np.log(2.0)


def pdf(x: Any, df: Any) -> Any:
    return np.exp(logpdf(x, df))


def cdf(x: Any, df: Any) -> Any:
    return gamma.cdf(x / 2, df / 2)

"""Student's distribution."""

from typing import Any

import numpy as np
from scipy.special import betainc, gammaln

__all__ = ["cdf", "logcdf", "logpdf", "pdf"]


def logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    z = (x - loc) / scale
    constant = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(np.pi * df) - np.log(scale)
    return constant - (df + 1) / 2 * np.log1p(z**2 / df)


def pdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return np.exp(logpdf(x, df, loc, scale))


def cdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    # DLMF 8.17.4 and Abramowitz and Stegun 26.7.1
    z = (x - loc) / scale
    tail = 0.5 * betainc(df / 2, 0.5, df / (df + z**2))
    return np.where(z > 0, 1 - tail, tail)


def logcdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    return np.log(cdf(x, df, loc, scale))

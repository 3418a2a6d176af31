"""The Poisson distribution, by its mean."""

from typing import Any

import numpy as np
from scipy.special import gammaincc, gammaln

__all__ = ["cdf", "logpmf", "pmf"]


def logpmf(k: Any, mu: Any) -> Any:
    return k * np.log(mu) - mu - gammaln(k + 1)


def pmf(k: Any, mu: Any) -> Any:
    return np.exp(logpmf(k, mu))


def cdf(k: Any, mu: Any) -> Any:
    return gammaincc(np.floor(k) + 1, mu)

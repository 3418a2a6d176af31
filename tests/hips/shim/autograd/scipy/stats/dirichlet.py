"""The Dirichlet distribution."""

from typing import Any

import numpy as np
from scipy.special import gammaln
from scipy.stats import dirichlet

__all__ = ["logpdf", "pdf", "rvs"]

rvs = dirichlet.rvs


def logpdf(x: Any, alpha: Any) -> Any:
    return np.sum((alpha - 1) * np.log(x)) + gammaln(np.sum(alpha)) - np.sum(gammaln(alpha))


def pdf(x: Any, alpha: Any) -> Any:
    return np.exp(logpdf(x, alpha))

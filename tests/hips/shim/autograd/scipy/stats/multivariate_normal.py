"""The normal distribution of vectors."""

from typing import Any

import numpy as np

from pullback import stop_gradient

__all__ = ["entropy", "logpdf", "pdf"]


def logpdf(x: Any, mean: Any, cov: Any, allow_singular: bool = False) -> Any:
    apart = x - mean
    if allow_singular:
        spectrum = np.linalg.eigvalsh(stop_gradient(cov))
        spectrum = spectrum[spectrum > 1e-9]
        rank, log_det, inverse = len(spectrum), np.sum(np.log(spectrum)), np.linalg.pinv(cov)
    else:
        rank, log_det, inverse = len(cov), np.linalg.slogdet(cov)[1], np.linalg.inv(cov)
    return -0.5 * (rank * np.log(2 * np.pi) + log_det + np.einsum("...i,ij,...j->...", apart, inverse, apart))


def pdf(x: Any, mean: Any, cov: Any, allow_singular: bool = False) -> Any:
    return np.exp(logpdf(x, mean, cov, allow_singular))


def entropy(mean: Any, cov: Any) -> Any:
    return 0.5 * (len(cov) * (1 + np.log(2 * np.pi)) + np.linalg.slogdet(cov)[1])

"""A logistic regression, whose labels are +1 and -1."""

from __future__ import annotations

from typing import Any

import numpy as np

from .problem import Gradient, Problem

__all__ = ["logistic_regression"]


def _loss(xp: Any, primals: Any, constants: Any) -> Any:
    (weights,) = primals
    samples, labels, zero = constants
    return xp.sum(xp.logaddexp(zero, -labels * (samples @ weights)))


def _by_hand(primals: Any, constants: Any) -> Gradient:
    (weights,) = primals
    samples, labels, zero = constants
    margins = labels * (samples @ weights)
    losses = np.logaddexp(zero, -margins)
    return float(np.sum(losses)), (-((labels * np.exp(-margins - losses)) @ samples),)


def logistic_regression(samples: int, features: int) -> Problem:
    """Return the negative log-likelihood of a logistic regression, by its weights."""
    chooser = np.random.default_rng(1)
    x = chooser.standard_normal((samples, features))
    truth = chooser.standard_normal(features)
    labels = np.where(x @ truth + chooser.logistic(size=samples) > 0, 1.0, -1.0)
    return Problem(
        f"logistic regression, {samples:,} x {features}",
        "array",
        (0.1 * truth,),
        (x, labels, np.zeros(samples)),
        _loss,
        _by_hand,
    )

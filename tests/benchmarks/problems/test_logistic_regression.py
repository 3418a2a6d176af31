"""The logistic regression: with no weights, every label is as likely as the other."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.problems.logistic_regression import logistic_regression


def test_without_weights_each_sample_costs_the_logarithm_of_two() -> None:
    problem = logistic_regression(20, 4)
    samples, labels, _ = problem.constants
    value, (slope,) = problem.by_hand((np.zeros(4),), problem.constants)
    assert value == pytest.approx(20 * np.log(2.0))
    np.testing.assert_allclose(slope, -0.5 * labels @ samples)


def test_large_margins_neither_overflow_nor_lose_the_loss() -> None:
    problem = logistic_regression(20, 4)
    for sign in (1.0, -1.0):
        value, (slope,) = problem.by_hand((1e4 * sign * problem.primals[0],), problem.constants)
        assert np.isfinite(value)
        assert np.isfinite(slope).all()


def test_both_labels_occur() -> None:
    assert set(logistic_regression(1000, 50).constants[1]) == {-1.0, 1.0}

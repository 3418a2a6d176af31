"""The network: without weights, each class is as likely as the others."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.problems.network import network


def test_without_weights_each_sample_costs_the_logarithm_of_the_classes() -> None:
    problem = network((5, 4, 3, 2), 3)
    value, grads = problem.by_hand(tuple(0.0 * primal for primal in problem.primals), problem.constants)
    assert value == pytest.approx(np.log(2.0))
    np.testing.assert_allclose(grads[-1], 0.5 - problem.constants[1].mean(axis=0))
    assert all(not grad.any() for grad in grads[:-2])


def test_large_scores_do_not_overflow() -> None:
    problem = network((5, 4, 3, 2), 3)
    value, grads = problem.by_hand(tuple(1e4 * primal for primal in problem.primals), problem.constants)
    assert np.isfinite(value)
    assert all(np.isfinite(grad).all() for grad in grads)


def test_weights_and_biases_take_turns() -> None:
    assert [primal.shape for primal in network((5, 4, 2), 3).primals] == [(5, 4), (4,), (4, 2), (2,)]

"""Speelpenning's product: its value, and the gradient where a factor is zero."""

from __future__ import annotations

import pytest
from benchmarks.problems.product import product


def test_speelpenning_is_right_with_a_zero_among_the_factors() -> None:
    problem = product(3)
    assert problem.by_hand(([2.0, 0.0, 5.0],), ()) == (0.0, ([0.0, 10.0, 0.0],))


def test_at_speelpennings_point_the_value_is_known() -> None:
    problem = product(9)
    value, (grads,) = problem.by_hand(problem.primals, ())
    assert value == pytest.approx(1.0 / 10.0)
    assert grads == pytest.approx([0.1 * (k + 1) / k for k in range(1, 10)])

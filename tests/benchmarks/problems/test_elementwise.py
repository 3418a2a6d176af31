"""The elementwise sum: at zero, and with its budgets at the sizes of the design."""

from __future__ import annotations

import numpy as np
from benchmarks.problems.elementwise import elementwise


def test_at_zero_the_value_vanishes_and_the_slope_is_one() -> None:
    value, (slope,) = elementwise(3).by_hand((np.zeros(3),), ())
    assert value == elementwise(3).function(np)(np.zeros(3)) == 0.0
    np.testing.assert_array_equal(slope, 1.0)


def test_the_numbers_are_the_same_every_time() -> None:
    np.testing.assert_array_equal(elementwise(5).primals[0], elementwise(5).primals[0])
    np.testing.assert_array_equal(elementwise(9).primals[0][:5], elementwise(5).primals[0])


def test_budgets_are_those_of_a_size() -> None:
    assert elementwise(10).budgets["compiled"] > elementwise(1_000_000).budgets["compiled"] > 1.0
    assert elementwise(1000).budgets == {}

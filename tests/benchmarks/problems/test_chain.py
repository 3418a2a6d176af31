"""The chain of products and sums: at a point where it is known in closed form."""

from __future__ import annotations

import pytest
from benchmarks.problems.chain import chain


@pytest.mark.parametrize("operations", [2, 7, 20])
def test_at_one_the_value_counts_and_the_slope_is_triangular(operations: int) -> None:
    problem = chain(operations)
    n = operations // 2
    assert problem.function(None)(1.0) == 1.0 + n
    assert problem.by_hand((1.0,), problem.constants) == (1.0 + n, (1.0 + n * (n + 1) / 2,))


def test_it_does_not_overflow_at_any_length() -> None:
    problem = chain(100_000)
    value, (slope,) = problem.by_hand(problem.primals, problem.constants)
    assert 0.0 < value < 1e5
    assert 0.0 < slope < 1e12

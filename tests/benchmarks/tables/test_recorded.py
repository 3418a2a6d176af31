"""An operation that is recorded is one whose gradient is right, and its functions are those that the gradient needs."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.tables.recorded import OPERATIONS, Operation, _figures

import pullback as pb


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_gradient_of_a_chain_of_two_is_right(operation: Operation) -> None:
    pb.check_grads(lambda x: operation.chain(2, x), (operation.start,), order=1)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_its_functions_begin_with_the_value(operation: Operation) -> None:
    results = operation.functions()
    value = results[0] if isinstance(results, tuple) else results
    np.testing.assert_array_equal(value, pb.stop_gradient(operation.step(operation.start)))


def test_seconds_are_those_of_one_step() -> None:
    counted: list[float] = []
    operation = Operation("o", 1.0, lambda x: (counted.append(1.0), x * 2.0)[1], lambda: None, 1.0)
    alone, _ = operation.seconds(3)
    assert alone > 0.0
    assert len(counted) >= 3


def test_only_the_compiled_core_has_budgets() -> None:
    seconds = {operation.name: [(1.0, 2.0)] for operation in OPERATIONS}
    assert all(figure.budget is None for figure in _figures(seconds, "pure Python"))
    assert sum(figure.budget is not None for figure in _figures(seconds, "compiled")) == len(OPERATIONS)

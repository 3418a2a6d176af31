"""No library: the function alone, and the gradient by hand."""

from __future__ import annotations

import pytest
from benchmarks.peers.plain import BY_HAND, PLAIN
from benchmarks.problems import make


@pytest.mark.parametrize("key", ["scalar/rosenbrock", "arrays/network"])
def test_the_function_alone_gives_the_value_of_the_gradient_by_hand(key: str) -> None:
    problem = make(key, small=True)
    value, grads = BY_HAND.run(problem)()
    assert PLAIN.run(problem)() == pytest.approx(value, rel=1e-14)
    assert len(grads) == len(problem.primals)


def test_a_value_without_a_gradient_is_not_compared() -> None:
    assert BY_HAND.checked
    assert not PLAIN.checked

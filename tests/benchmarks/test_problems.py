"""The gradients written by hand are right, which everybody's are compared with in the end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from benchmarks.peers import BY_HAND, PLAIN, flat
from benchmarks.peers.peer import scalar_namespace
from benchmarks.problems import PROBLEMS, make
from benchmarks.problems.chain import chain

SCALAR = [make(key, small=True) for key in PROBLEMS if key.startswith("scalar/")] + [chain(40)]
ARRAYS = [make(key, small=True) for key in PROBLEMS if key.startswith("arrays/")]


@pytest.mark.parametrize("problem", SCALAR + ARRAYS, ids=lambda problem: problem.title)
def test_the_value_is_that_of_the_plain_function(problem: Any) -> None:
    value, grads = BY_HAND.run(problem)()
    assert value == pytest.approx(PLAIN.run(problem)(), rel=1e-14)
    for grad, primal in zip(flat(grads), flat(problem.primals), strict=True):
        assert np.shape(grad) == np.shape(primal)


@pytest.mark.parametrize("problem", SCALAR, ids=lambda problem: problem.title)
def test_scalar_gradients_written_by_hand_are_right(problem: Any) -> None:
    """Against 40-digit differences of the same loss: no rule is shared with what is tested."""
    from mpmath import mp, mpf

    function = problem.function(scalar_namespace(mp.sin))
    _, grads = BY_HAND.run(problem)()
    largest = max(map(abs, flat(grads)))
    with mp.workdps(40):
        step = mpf(10) ** -12
        for place, partial in enumerate(flat(grads)):
            above, below = (function(*moved(problem.primals, place, sign * step)) for sign in (1, -1))
            expected = (above - below) / (2 * step)
            assert math.isclose(partial, expected, rel_tol=1e-11, abs_tol=1e-15 * largest)


def moved(primals: tuple[Any, ...], place: int, step: Any) -> list[Any]:
    """Return the arguments with the float at `place` in their row moved by `step`, which says how many digits they have."""
    numbers: Iterator[Any] = (x + (step if k == place else 0 * step) for k, x in enumerate(flat(primals)))
    return [[next(numbers) for _ in primal] if isinstance(primal, list) else next(numbers) for primal in primals]


@pytest.mark.parametrize("problem", ARRAYS, ids=lambda problem: problem.title)
def test_array_gradients_written_by_hand_are_right(problem: Any) -> None:
    """Against central differences by single numbers, forty of each array."""
    _, grads = BY_HAND.run(problem)()
    function = problem.function(np)
    step = 1e-6
    for place, grad in enumerate(grads):
        indices = list(np.ndindex(grad.shape))
        for index in indices[:: max(1, len(indices) // 40)]:
            values = []
            for sign in (1, -1):
                primals = [primal.copy() for primal in problem.primals]
                primals[place][index] += sign * step
                values.append(function(*primals))
            assert grad[index] == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-6, abs=1e-8)

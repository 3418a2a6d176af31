"""Rosenbrock's valley: its lowest point, and its classical start."""

from __future__ import annotations

from benchmarks.problems.rosenbrock import rosenbrock


def test_the_lowest_point_is_at_ones() -> None:
    assert rosenbrock(4).by_hand(([1.0] * 4,), ()) == (0.0, ([0.0] * 4,))


def test_the_classical_start_of_two_variables() -> None:
    problem = rosenbrock(2)
    assert problem.primals == ([-1.2, 1.0],)
    value, (grads,) = problem.by_hand(problem.primals, ())
    assert abs(value - 24.2) < 1e-12
    assert abs(grads[0] + 215.6) < 1e-12
    assert abs(grads[1] + 88.0) < 1e-12

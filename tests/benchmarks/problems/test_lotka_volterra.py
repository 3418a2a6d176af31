"""The lynx and the hare: how many operations there are, and where the model stands still."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.peer import scalar_namespace
from benchmarks.problems.lotka_volterra import HARE, LYNX, lotka_volterra


def test_operations_of_lotka_volterra_are_counted_right() -> None:
    """As a number that counts them counts them."""

    class Counted(float):
        def count(self, other: Any, name: str) -> Counted:
            counts.append(name)
            return Counted(getattr(float, name)(self, other))

        def __add__(self, other: Any) -> Counted:
            return self.count(other, "__add__")

        def __sub__(self, other: Any) -> Counted:
            return self.count(other, "__sub__")

        def __mul__(self, other: Any) -> Counted:
            return self.count(other, "__mul__")

        __radd__, __rmul__ = __add__, __mul__

    counts: list[str] = []
    problem = lotka_volterra(2)
    problem.function(scalar_namespace())(*map(Counted, problem.primals))
    assert f"{len(counts):,} operations" in problem.title


def test_without_rates_the_numbers_are_those_of_the_start() -> None:
    problem = lotka_volterra(1)
    value, grads = problem.by_hand((0.0, 0.0, 0.0, 0.0, 30.0, 4.0), (1,))
    expected = sum((30.0 - hare) ** 2 for hare in HARE) + sum((4.0 - lynx) ** 2 for lynx in LYNX)
    assert abs(value - expected) < 1e-9
    assert abs(grads[4] - sum(2.0 * (30.0 - hare) for hare in HARE)) < 1e-9
    assert abs(grads[5] - sum(2.0 * (4.0 - lynx) for lynx in LYNX)) < 1e-9


def test_it_has_the_operations_that_the_design_speaks_of() -> None:
    assert "70,205 operations" in lotka_volterra(73).title
    assert lotka_volterra(73).budgets == {"compiled": 4.0, "pure Python": 80.0, "free-standing, compiled": 25.0}

"""A problem is a function of its arguments alone, whatever its constants are made into."""

from __future__ import annotations

import math

from benchmarks.problems.problem import Problem

PROBLEM = Problem(
    "t", "scalar", (2.0, 3.0), (5.0, 7.0), lambda xp, p, c: (xp, p, c), lambda p, c: (p[0] * c[0], (c[0], 0.0))
)


def test_the_loss_gets_its_namespace_its_arguments_and_its_constants() -> None:
    assert PROBLEM.function(math)(11.0, 13.0) == (math, (11.0, 13.0), (5.0, 7.0))


def test_a_library_makes_its_own_constants_once() -> None:
    made: list[float] = []
    function = PROBLEM.function(math, lambda c: (made.append(c), str(c))[1])
    assert function(1.0)[2] == function(2.0)[2] == ("5.0", "7.0")
    assert made == [5.0, 7.0]


def test_there_are_no_budgets_unless_they_are_given() -> None:
    assert PROBLEM.budgets == {}

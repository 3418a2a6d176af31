"""The least that a tape can be: each operation, and a value that is used twice."""

from __future__ import annotations

import math

import pytest
from benchmarks.peers import UnableError
from benchmarks.peers.flat_tape import TAPE
from benchmarks.problems import make
from benchmarks.problems.problem import Problem


def test_every_operation_from_both_sides() -> None:
    def loss(xp, primals, constants):
        x, y = primals
        return xp.sin(x * y) + 2.0 * x - y * 3.0 + (1.0 - x) - (y - 4.0) + xp.relu(x) + (5.0 + y)

    x, y = 0.5, 0.3
    value, grads = TAPE.run(Problem("t", "scalar", (x, y), (), loss, lambda *_: (0.0, ())))()
    assert value == pytest.approx(loss(type("xp", (), {"sin": math.sin, "relu": lambda x: max(x, 0.0)}), (x, y), ()))
    assert grads == pytest.approx([y * math.cos(x * y) + 2.0 - 1.0 + 1.0, x * math.cos(x * y) - 3.0 - 1.0 + 1.0])


def test_a_list_has_a_gradient_for_each_of_its_floats() -> None:
    def loss(xp, primals, constants):
        (xs,) = primals
        return xs[0] * xs[0] * xs[1]

    assert TAPE.run(Problem("t", "scalar", ([3.0, 2.0],), (), loss, lambda *_: (0.0, ())))() == (18.0, [12.0, 9.0])


def test_it_knows_no_arrays() -> None:
    with pytest.raises(UnableError, match="floats only"):
        TAPE.run(make("arrays/network", small=True))

"""The two moons: where the points lie, and that every weight has its place."""

from __future__ import annotations

import math

import pytest
from benchmarks.problems.moons import _layers, moons


def test_the_moons_lie_where_they_should_and_are_the_same_every_time() -> None:
    points, labels, sizes = moons(200, (2, 16, 16, 1)).constants
    assert moons(200, (2, 16, 16, 1)).constants == (points, labels, sizes)
    assert labels.count(1.0) == labels.count(-1.0) == 100
    for (x, y), label in zip(points, labels, strict=True):
        middle = (0.0, 0.0) if label > 0 else (1.0, 0.5)
        assert math.dist((x, y), middle) == pytest.approx(1.0, abs=0.5)
    (parameters,) = moons(1, (2, 16, 16, 1)).primals
    assert len(parameters) == 337


def test_every_weight_has_its_place() -> None:
    """Each parameter is in one neuron, in the order in which they are counted."""
    sizes = (2, 3, 1)
    layers = _layers(list(range(13)), sizes)
    assert [len(layer) for layer in layers] == [3, 1]
    assert [x for layer in layers for weights, bias in layer for x in (*weights, bias)] == list(range(13))


def test_without_weights_the_hinge_costs_one() -> None:
    problem = moons(6, (2, 3, 1))
    value, (grads,) = problem.by_hand(([0.0] * 13,), problem.constants)
    assert value == 1.0
    assert grads == [0.0] * 13  # the labels cancel in the last bias, and nothing else is reached

"""micrograd: scalars, one object and one closure for each operation."""

from __future__ import annotations

import math
import sys
from importlib import import_module
from typing import Any

from ..problems.moons import DECAY, loss
from ..problems.problem import Gradient, Problem
from .peer import Peer, Run, flat, scalar_namespace, wrapped

__all__ = ["MICROGRAD"]


def _sin(x: Any) -> Any:
    # micrograd has no sine; this is how its engine would say it.
    out = type(x)(math.sin(x.data), (x,), "sin")

    def _backward() -> None:
        x.grad += math.cos(x.data) * out.grad

    out._backward = _backward
    return out


def _relu(x: Any) -> Any:
    return x.relu()


def _prepare(problem: Problem) -> Run:
    value = import_module("micrograd.engine").Value
    # It orders its graph by recursion and as it ships stops at a depth of about 1,000: the table of depth shows that.
    sys.setrecursionlimit(10**6)
    if problem.loss is loss:
        return _demonstration(problem)
    function = problem.function(scalar_namespace(_sin, _relu))

    def run() -> Gradient:
        arguments = wrapped(value, problem.primals)
        output = function(*arguments)
        output.backward()
        return output.data, [each.grad for each in flat(arguments)]

    return run


def _demonstration(problem: Problem) -> Run:
    """Return the two moons by micrograd's own neurons, as its demonstration has them."""
    value, network = import_module("micrograd.engine").Value, import_module("micrograd.nn").MLP
    points, labels, sizes = problem.constants
    model = network(sizes[0], list(sizes[1:]))
    for parameter, primal in zip(model.parameters(), flat(problem.primals), strict=True):
        parameter.data = primal

    def run() -> Gradient:
        model.zero_grad()
        scores = [model(list(map(value, point))) for point in points]
        losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
        decay = DECAY * sum(parameter * parameter for parameter in model.parameters())
        total = sum(losses) * (1.0 / len(losses)) + decay
        total.backward()
        return total.data, [parameter.grad for parameter in model.parameters()]

    return run


MICROGRAD = Peer("micrograd", _prepare, "micrograd", "micrograd", {"array": "it knows floats only"})

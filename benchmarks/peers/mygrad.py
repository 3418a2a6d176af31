"""MyGrad: NumPy with tensors that remember."""

from __future__ import annotations

from importlib import import_module

from ..problems.problem import Gradient, Problem
from .peer import Peer, Run, flat, scalar_namespace, wrapped

__all__ = ["MYGRAD"]


def _prepare(problem: Problem) -> Run:
    mygrad = import_module("mygrad")

    scalar = problem.kind == "scalar"
    function = problem.function(scalar_namespace(mygrad.sin) if scalar else mygrad)

    def run() -> Gradient:
        arguments = wrapped(mygrad.tensor, problem.primals)
        output = function(*arguments)
        output.backward()
        grads = [each.grad for each in flat(arguments)]
        return float(output.data), [float(grad) for grad in grads] if scalar else grads

    return run


MYGRAD = Peer("MyGrad", _prepare, "mygrad", "mygrad")

"""HIPS autograd: NumPy with boxes around its arrays."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..problems.problem import Gradient, Problem
from .peer import Peer, Run, scalar_namespace

__all__ = ["AUTOGRAD"]


def _prepare(problem: Problem) -> Run:
    import numpy as np

    autograd, anp = import_module("autograd"), import_module("autograd.numpy")
    function = problem.function(scalar_namespace(anp.sin) if problem.kind == "scalar" else anp)
    gradient = autograd.value_and_grad(function, tuple(range(len(problem.primals))))
    # A list among its arguments makes it pay for the whole list at each use of a part; an array costs it far less.
    lists = [isinstance(primal, list) for primal in problem.primals]
    primals = [
        np.array(primal) if was_list else primal for primal, was_list in zip(problem.primals, lists, strict=True)
    ]

    def run() -> Gradient:
        value, grads = gradient(*primals)
        return float(value), [_plain(grad, was_list) for grad, was_list in zip(grads, lists, strict=True)]

    return run


def _plain(grad: Any, was_list: bool) -> Any:
    return grad.tolist() if was_list else grad


AUTOGRAD = Peer("HIPS autograd", _prepare, "autograd", "autograd")

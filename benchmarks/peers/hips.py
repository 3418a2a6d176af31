"""HIPS autograd: NumPy with boxes around its arrays."""

from __future__ import annotations

from functools import partial

from ..problems.problem import Problem
from .peer import Peer, Run, scalar_namespace

__all__ = ["AUTOGRAD"]


def _prepare(problem: Problem) -> Run:
    import autograd
    import autograd.numpy as anp

    function = problem.function(scalar_namespace(anp.sin) if problem.kind == "scalar" else anp)
    return partial(autograd.value_and_grad(function, tuple(range(len(problem.primals)))), *problem.primals)


AUTOGRAD = Peer("HIPS autograd", _prepare, "autograd", "autograd")

"""No library at all: the plain function, which is the unit of a scalar problem, and the gradient written by hand."""

from __future__ import annotations

from functools import partial

from ..problems.problem import Problem
from .peer import Peer, Run, scalar_namespace

__all__ = ["BY_HAND", "PLAIN"]


def _plain(problem: Problem) -> Run:
    if problem.kind == "scalar":
        return partial(problem.function(scalar_namespace()), *problem.primals)
    import numpy as np

    return partial(problem.function(np), *problem.primals)


def _by_hand(problem: Problem) -> Run:
    return partial(problem.by_hand, problem.primals, problem.constants)


PLAIN = Peer("plain, value only", _plain, checked=False)
BY_HAND = Peer("by hand", _by_hand)

"""The least that a tape in pure Python can be: what a library's comforts are measured against."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from ..problems.problem import Gradient, Problem
from .peer import Peer, Run, scalar_namespace, wrapped

__all__ = ["TAPE"]

Tape: TypeAlias = list[tuple[int, float, int, float]]


class Taped:
    """A float and its place on the tape. It adds, subtracts, multiplies and compares, and that is all."""

    __slots__ = ("index", "tape", "value")

    def __init__(self, value: float, tape: Tape, i: int = 0, d_i: float = 0.0, j: int = 0, d_j: float = 0.0):
        self.value = value
        self.tape = tape
        self.index = len(tape)
        tape.append((i, d_i, j, d_j))

    def __add__(self, other: Any) -> Taped:
        if type(other) is Taped:
            return Taped(self.value + other.value, self.tape, self.index, 1.0, other.index, 1.0)
        return Taped(self.value + other, self.tape, self.index, 1.0)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Taped:
        if type(other) is Taped:
            return Taped(self.value - other.value, self.tape, self.index, 1.0, other.index, -1.0)
        return Taped(self.value - other, self.tape, self.index, 1.0)

    def __rsub__(self, other: float) -> Taped:
        return Taped(other - self.value, self.tape, self.index, -1.0)

    def __mul__(self, other: Any) -> Taped:
        if type(other) is Taped:
            return Taped(self.value * other.value, self.tape, self.index, other.value, other.index, self.value)
        return Taped(self.value * other, self.tape, self.index, other)

    __rmul__ = __mul__

    def __gt__(self, other: float) -> bool:
        return self.value > other


def _sin(x: Taped) -> Taped:
    return Taped(math.sin(x.value), x.tape, x.index, math.cos(x.value))


def _prepare(problem: Problem) -> Run:
    function = problem.function(scalar_namespace(_sin))

    def run() -> Gradient:
        tape: Tape = []
        arguments = wrapped(lambda x: Taped(x, tape), problem.primals)
        inputs = len(tape)
        output = function(*arguments)
        grads = [0.0] * len(tape)
        grads[output.index] = 1.0
        for k in range(len(tape) - 1, inputs - 1, -1):
            i, d_i, j, d_j = tape[k]
            grad = grads[k]
            grads[i] += grad * d_i
            grads[j] += grad * d_j
        return output.value, grads[:inputs]

    return run


TAPE = Peer("flat tape", _prepare, unable={"array": "it knows floats only"})

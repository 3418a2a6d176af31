"""The records of calls on arrays: what the fast path of a core writes down is what `Tape.record` writes down."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pullback.chain.tape import Call, Tape
from pullback.tables import overloads

V = np.array([0.3, 0.7, 0.9])
COLUMN = np.array([[0.5], [2.0]])
LARGE = np.linspace(0.1, 0.9, 10_000)
NUMBER = np.float64(0.3)

CALLS: list[tuple[Callable[..., Any], tuple[Any, ...], tuple[int, ...]]] = [
    (operator.neg, (V,), (0,)),
    (np.sin, (V,), (0,)),
    (np.sin, (LARGE,), (0,)),
    (operator.add, (V, V), (0, 1)),
    (operator.add, (V, V), (1,)),
    (operator.add, (V, COLUMN), (0, 1)),
    (operator.add, (V, COLUMN), (0,)),
    (operator.sub, (V, 2.0), (0,)),
    (operator.sub, (2, V), (1,)),
    (operator.mul, (V, V), (0, 1)),
    (operator.mul, (V, V), (0,)),
    (operator.mul, (V, V), (1,)),
    (operator.mul, (LARGE, LARGE), (0, 1)),
    (operator.mul, (LARGE, LARGE), (1,)),
    (operator.mul, (NUMBER, NUMBER), (0, 1)),
    (operator.mul, (NUMBER, V), (0,)),
    (operator.truediv, (COLUMN, V), (1,)),
    (np.maximum, (V, 0.5), (0,)),
]


def read(value: Any) -> Any:
    """Return what two values can be compared by, to the last bit."""
    if isinstance(value, Call):
        return (
            [read(part) for part in (*value.args, value.output)],
            value.primitive,
            value.params,
            value.parents,
            value.kind,
        )
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype, value.strides, value.tobytes()
    return type(value), value


@pytest.mark.parametrize(("function", "values", "varying"), CALLS)
def test_a_call_is_recorded_as_by_the_tape(
    function: Callable[..., Any], values: tuple[Any, ...], varying: tuple[int, ...]
) -> None:
    pair = overloads.find(function)
    pair(*values)  # which plans the call
    records = []
    for record in (lambda tape, args: pair(*args), lambda tape, args: tape.record(pair, args, {})):
        tape = Tape()
        args = tuple(tape.variable(value) if n in varying else value for n, value in enumerate(values))
        result = record(tape, args)
        entries = [[read(part) for part in entry] for entry in tape.entries]
        records.append((type(result), read(result._value), result._entry, tape.floats, tape.short, entries))
    assert records[0] == records[1]
    assert len(records[0][-1]) == 1

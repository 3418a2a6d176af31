"""The record of a call keeps what its rules read, safe from changes, and of the rest no more than the shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import grad, primitive
from pullback.chain.tape import Tape, call_of, constant, slim
from pullback.kind import kind_of

LARGE = np.zeros(1 << 16)
kind_of(LARGE)  # loads the kind of arrays, for what is asked of the table before there is a variable

reads_nothing = primitive(lambda x, y: x + y, lambda x, y, out, grad: (grad, grad), name="reads_nothing")
reads_all = primitive(lambda x, y: x * y, lambda x, y, out, grad: (y * grad + 0 * out, x * grad), name="reads_all")


@pytest.mark.parametrize("value", [2.0, 3, "text", (1.0, 2.0), np.float64(2.0)])
def test_what_cannot_change_is_kept_as_it_is(value: Any) -> None:
    assert constant(value) is value


def test_an_array_is_copied() -> None:
    array = np.array([1.0, 2.0])
    kept = constant(array)
    array[:] = 7.0
    np.testing.assert_array_equal(kept, [1.0, 2.0])


def test_a_variable_of_a_lower_level_is_kept_as_it_stands_now() -> None:
    outer = pb.Variable(np.array([1.0, 2.0])) * 1.0
    kept = constant(outer)
    outer[:] = 7.0
    np.testing.assert_array_equal(pb.stop_gradient(kept), [1.0, 2.0])


def of_shape_alone(value: Any) -> bool:
    """Whether an array has the shape of a large one, and the memory of a number."""
    return value.shape == LARGE.shape and set(value.strides) <= {0}


def test_of_large_values_that_no_rule_reads_the_shape_is_left() -> None:
    (x, y), output = slim(reads_nothing, (LARGE, LARGE), LARGE, (0, 1))
    assert of_shape_alone(x)
    assert of_shape_alone(y)
    assert of_shape_alone(output)
    (x, y), output = slim(reads_all, (LARGE, LARGE), LARGE, (0, 1))
    assert x is y is output is LARGE


def test_what_only_the_gradient_of_a_constant_would_read_is_left_out_too() -> None:
    pair = primitive(
        lambda x, y: x * y, (lambda x, y, out, grad: y * grad, lambda x, y, out, grad: x * grad), name="apart"
    )
    (x, y), output = slim(pair, (LARGE, LARGE), LARGE, (0, None))
    assert of_shape_alone(x)
    assert y is LARGE
    assert of_shape_alone(output)


def test_only_constants_and_parameters_are_copied_into_a_record() -> None:
    x, y, order = np.ones(2), np.ones(2), np.array([1, 0])
    call = call_of(reads_all, (x, y), x * y, {"order": order}, (0, None), kind_of(x))
    x[:], y[:], order[:] = 5.0, 5.0, 5
    np.testing.assert_array_equal(call.args[0], 5.0)
    np.testing.assert_array_equal(call.args[1], 1.0)
    assert call.parents == (0, None)
    assert call.primitive is reads_all


@pytest.mark.parametrize("size", [2, LARGE.size])
def test_a_constant_that_is_overwritten_after_its_use_has_no_effect(size: int) -> None:
    c = np.full(size, 3.0)

    def f(x: Any) -> Any:
        y = reads_all(x, c)
        c[:] = 100.0
        return np.sum(y)

    np.testing.assert_array_equal(grad(f)(np.ones(size)), 3.0)


def test_a_tape_does_not_hold_large_values_that_nobody_reads() -> None:
    tape = Tape()
    x = tape.variable(np.zeros(LARGE.size))
    reads_nothing(reads_nothing(x, 1.0), x)
    calls = [part for entry in tape.entries for part in entry if hasattr(part, "args")]
    assert len(calls) == 2
    for call in calls:
        assert all(of_shape_alone(value) for value in (*call.args, call.output) if isinstance(value, np.ndarray))

"""The operands of a composite are arrays or bare numbers, and its result goes where it is told to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback_plugins.numpy.rules.operands import operand, write_to_ufunc_out


@pytest.mark.parametrize("number", [2, 2.5, True, 1j])
def test_a_bare_number_stays_one(number: Any) -> None:
    assert operand(number) is number


@pytest.mark.parametrize("thing", [[1.0, 2.0], (1, 2), np.float32(2.5), np.ones(2)])
def test_anything_else_is_an_array(thing: Any) -> None:
    array = operand(thing)
    assert array.dtype == np.asarray(thing).dtype
    np.testing.assert_array_equal(array, thing)


def test_a_list_that_holds_variables_is_a_variable() -> None:
    np.testing.assert_array_equal(
        pb.grad(lambda x: np.sum(operand([x[0], 1.0, x[1] * x[0]])))(np.array([2.0, 3.0])), [4.0, 2.0]
    )


def test_without_a_place_the_result_is_itself() -> None:
    result = np.ones(2)
    assert write_to_ufunc_out(result, None) is result
    assert write_to_ufunc_out(result, (None,)) is result


@pytest.mark.parametrize("wrap", [lambda out: out, lambda out: (out,)])
def test_a_plain_result_is_written_into_a_plain_array(wrap: Any) -> None:
    out = np.zeros(3)
    assert write_to_ufunc_out(2.0, wrap(out)) is out
    np.testing.assert_array_equal(out, 2.0)


def test_a_variable_is_written_into_a_variable_and_never_into_a_plain_array() -> None:
    def f(x: Any) -> Any:
        out = x * 0.0
        assert write_to_ufunc_out(x * x, out) is out
        return np.sum(out)

    np.testing.assert_array_equal(pb.grad(f)(np.array([1.0, 2.0])), [2.0, 4.0])
    out = np.zeros(2)
    with pytest.raises(pb.ChainBrokenError):
        write_to_ufunc_out(pb.Variable(np.ones(2)), out)
    np.testing.assert_array_equal(out, 0.0)


def test_a_plain_result_in_a_variable_overwrites_its_gradient_too() -> None:
    def f(x: Any) -> Any:
        out = x * 3.0
        write_to_ufunc_out(np.array([5.0]), out[:1])
        return np.sum(out)

    np.testing.assert_array_equal(pb.grad(f)(np.array([1.0, 2.0])), [0.0, 3.0])

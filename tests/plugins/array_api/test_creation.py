"""Functions that make arrays: values, copies and gradients of what they are filled with."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback_plugins import array_api as xp
from pullback_plugins.array_api import creation as module
from pullback_plugins.array_api.array import unwrap

from .points import MATRIX, VECTOR, WIDE, Case, check_gradients

CASES: dict[str, Case] = {
    "full": (lambda x: xp.full((2, 2), x[0] * x[1]), VECTOR),
    "linspace": (lambda x: xp.linspace(x[0], x[1], 5), VECTOR),
    "meshgrid": (lambda x: xp.stack(xp.meshgrid(x, x * x)), VECTOR),
    "tril": (lambda x: xp.tril(x) + xp.triu(x, k=1) ** 2, MATRIX),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    check_gradients(*CASES[name])


def test_an_array_of_ours_is_returned_as_it_is_unless_something_changes() -> None:
    x = xp.ones(3)
    assert xp.asarray(x) is x
    assert xp.asarray(x, dtype=xp.float64) is x
    assert xp.asarray(x, dtype=xp.float32).dtype == xp.float32
    copy = xp.asarray(x, copy=True)
    assert not np.may_share_memory(np.asarray(copy), np.asarray(x))


def test_a_copy_that_is_forbidden_is_not_made() -> None:
    values = np.arange(3.0)
    assert np.may_share_memory(np.asarray(xp.asarray(values, copy=False)), values)
    for obj, dtype in (
        (values, xp.float32),
        ([1.0, 2.0], None),
        (pb.Variable(values), xp.float32),
        ([pb.Variable(1.0)], None),
    ):
        with pytest.raises(ValueError, match="cannot be made without a copy"):
            xp.asarray(obj, dtype=dtype, copy=False)


def test_a_list_that_holds_variables_is_a_variable() -> None:
    def f(x: Any) -> Any:
        return xp.sum(xp.asarray([x[0], 2.0, x[1] * x[1]]) * xp.asarray([1.0, 10.0, 100.0]))

    np.testing.assert_array_equal(pb.grad(f)(np.array([1.0, 3.0])), [1.0, 600.0])


def test_ranges_have_the_dtype_of_their_bounds() -> None:
    assert xp.arange(3).dtype == xp.int64
    assert xp.arange(3.0).dtype == xp.float64
    assert xp.arange(0, 3, 0.5).dtype == xp.float64
    assert xp.arange(3.0, dtype=xp.float32).dtype == xp.float32
    np.testing.assert_array_equal(np.asarray(xp.arange(4, 1, -1)), [4, 3, 2])


def test_what_is_full_of_a_variable_can_be_assigned_to() -> None:
    def f(x: Any) -> Any:
        filled = xp.full((3,), x)
        filled[1] = 0.0
        return xp.sum(filled)

    assert pb.grad(f)(2.0) == 2.0


@pytest.mark.parametrize("name", ["empty", "full", "ones", "zeros"])
def test_arrays_like_others_have_their_shape_and_dtype_and_are_constants(name: str) -> None:
    like = getattr(xp, f"{name}_like")
    x = pb.Variable(WIDE.astype(np.float32))
    made = like(x, 7.0) if name == "full" else like(x)
    assert (made.shape, made.dtype) == ((2, 3), xp.float32)
    assert not isinstance(unwrap(made), pb.Variable)
    assert (like(x, 7.0, dtype=xp.float64) if name == "full" else like(x, dtype=xp.float64)).dtype == xp.float64
    if name != "empty":
        np.testing.assert_array_equal(np.asarray(made), {"full": 7.0, "ones": 1.0, "zeros": 0.0}[name])


@pytest.mark.parametrize(
    "name", [name for name in module.__all__ if "device" in inspect.signature(getattr(module, name)).parameters]
)
def test_there_is_no_other_device(name: str) -> None:
    arguments: dict[str, tuple[Any, ...]] = {
        "full": ((2,), 1.0),
        "full_like": (xp.ones(2), 1.0),
        "linspace": (0.0, 1.0, 3),
    }
    argument = xp.ones(2) if name.endswith("_like") or name in ("asarray", "from_dlpack") else 2
    with pytest.raises(ValueError, match="'cpu'"):
        getattr(xp, name)(*arguments.get(name, (argument,)), device="gpu")


def test_dlpack_takes_arrays_of_others_and_variables() -> None:
    values = np.arange(3.0)
    assert np.may_share_memory(np.asarray(xp.from_dlpack(values)), values)
    assert not np.may_share_memory(np.asarray(xp.from_dlpack(values, copy=True)), values)
    np.testing.assert_array_equal(pb.grad(lambda x: xp.sum(xp.from_dlpack(x) ** 2))(values), 2.0 * values)


def test_grids_are_lists_of_arrays() -> None:
    grids = xp.meshgrid(xp.arange(2), xp.arange(3), indexing="ij")
    assert isinstance(grids, list)
    assert [grid.shape for grid in grids] == [(2, 3), (2, 3)]

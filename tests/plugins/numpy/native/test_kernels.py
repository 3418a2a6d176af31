"""What C computes of small arrays: the bits that NumPy gives, and whatever else is left to Python."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback_plugins.numpy.array.kind import array_kind
from pullback_plugins.numpy.native import dispatch

from .values import VALUES

compiled_only = pytest.mark.skipif(pb.core() != "compiled", reason="the compiled core does not run here")


@compiled_only
def test_constants_stand_beside_variables_unless_polynomials_of_numpy_ask() -> None:
    is_plain_array_operand = import_module("pullback_plugins.numpy.native.kernels").is_plain_array_operand
    for value in VALUES:
        assert is_plain_array_operand(value) is (type(value) is np.ndarray), value
    assert not is_plain_array_operand(np.array([None]))
    asked = {
        "__name__": "numpy.polynomial.chebyshev",
        "is_plain_array_operand": is_plain_array_operand,
        "x": np.ones(2),
        "zero": np.array(1.0),
    }
    exec("found = is_plain_array_operand(x), is_plain_array_operand(zero)", asked)
    assert asked["found"] == (False, True)


@compiled_only
def test_a_sum_is_that_of_numpy_to_the_last_bit() -> None:
    rng = np.random.default_rng(0)
    for size in (*range(40), 127, 128, 129, 1000, 1023, 2047, 2048):
        large = 10.0 ** rng.uniform(-200, 200, size)
        for x in (rng.standard_normal(size), large, np.full(size, -0.0), np.full(size, 1e-310), np.full(size, 1e308)):
            found = dispatch.total(x)
            with np.errstate(all="ignore"):
                expected = np.add.reduce(x)
            if found is None:
                assert np.isinf(expected) or 0.0 < abs(expected) < 1e-300  # which NumPy may warn of
            else:
                assert (type(found), found.tobytes()) == (np.float64, expected.tobytes()), (size, x)


@compiled_only
def test_the_larger_of_two_has_its_share() -> None:
    rng = np.random.default_rng(0)
    numbers = np.array([-np.inf, -1.0, -0.0, 0.0, 1.0, np.inf, np.nan])
    for _ in range(100):
        x, y = rng.choice(numbers, (2, 5))
        for left, right in ((x, y), (x, 1.0), (0, y), (x, float("nan"))):
            found, expected = (
                dispatch.share(left, right),
                np.where(np.equal(left, right), 0.5, np.greater(left, right) * 1.0),
            )
            assert found.tobytes() == expected.tobytes(), (left, right)


@compiled_only
@pytest.mark.parametrize("value", VALUES, ids=lambda v: f"{type(v).__name__}{getattr(v, 'dtype', '')}{np.shape(v)}")
def test_what_is_no_small_array_of_doubles_is_left_to_python(value: Any) -> None:
    small = (
        type(value) is np.ndarray
        and value.dtype == float
        and value.dtype.isnative
        and value.ndim > 0
        and value.nbytes < 1 << 14
    )
    block = small and value.flags.c_contiguous
    assert (dispatch.share(value, 1.0) is not None) is block
    assert (dispatch.total(value) is not None) is (block and value.ndim == 1)
    # Where the slope cancels, too.
    assert (dispatch.tanh_slope(value) is not None) is (block and bool(np.all(1.0 - value * value >= 0.01)))


def test_the_references_of_what_is_recorded_are_let_go() -> None:
    x = np.ones(50)
    value_and_grad = pb.value_and_grad(
        lambda x: np.sum(np.tanh(x) * x + x[3] * np.reshape(x, (5, 10)).sum() - 2.0 / (x + 3.0))
    )
    value_and_grad(x)
    held = (x, np.tanh, array_kind, type(x))
    before = [sys.getrefcount(each) for each in held]
    for _ in range(500):
        value_and_grad(x)
    grown = [sys.getrefcount(each) - count for each, count in zip(held, before, strict=True)]
    assert max(grown) < 100


def test_integers_go_where_numpy_sends_them() -> None:
    """To a loop of their own, where a universal function has one."""
    special = pytest.importorskip("scipy.special")
    legendre = pb.elementwise(special.eval_legendre, derivative=(None, lambda n, x, out: 0.0 * x), name="own_legendre")
    x = np.linspace(-3.0, 3.0, 101)
    for order in (4, -4, 4.0, np.int64(4)):
        value, _ = pb.value_and_grad(lambda x, n=order: np.sum(legendre(n, x)))(x)
        assert value == np.sum(special.eval_legendre(order, x))


def test_an_array_of_one_number_has_the_bits_that_numpy_gives_it() -> None:
    """There its stride may be any, and NumPy's loops for some processors depend on it."""
    for number in np.linspace(-3.0, 3.0, 301):
        x = np.array([number])[::-1]
        for function in (np.sinh, np.sin, np.exp, np.tanh):
            value, _ = pb.value_and_grad(lambda x, f=function: np.sum(f(x)))(x)
            assert value == np.sum(function(x)), (function, number)


def test_the_errors_of_scipy_are_raised_where_it_is_told_to() -> None:
    special = pytest.importorskip("scipy.special")
    x = np.array([0.5, -1.0, 2.0])
    for name in ("gammaln", "ndtri", "psi"):
        with special.errstate(all="raise"), pytest.raises(special.SpecialFunctionError):
            pb.grad(lambda x, f=getattr(special, name): np.sum(f(x)))(x)

"""Universal functions into targets, under masks, in dtypes, and by their methods, held against NumPy on plain arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.testing import check_grads
from pullback.tracked import plain
from pullback.transforms import grad

CHOOSER = np.random.default_rng(0)
A = CHOOSER.uniform(0.5, 2.0, (3, 4))
B = CHOOSER.uniform(0.5, 2.0, (4,))
S = CHOOSER.uniform(-2.0, 2.0, (3, 4))
MASK = S > 0.0


def agrees(function: Callable[..., Any], *args: Any) -> None:
    """Check that `function` gives for variables what it gives for arrays, and its derivatives."""
    expected = function(*[arg.copy() for arg in args])
    found = function(*[pb.Variable(arg) * 1.0 for arg in args])
    np.testing.assert_allclose(plain(found), expected, rtol=1e-14)
    assert plain(found).dtype == np.asarray(expected).dtype
    assert np.shape(plain(found)) == np.shape(expected)
    check_grads(lambda *xs: function(*[x * 1.0 for x in xs]), args)


def _into(function: Any) -> Callable[..., Any]:
    def call(y: Any, *rest: Any) -> Any:
        assert function(y, *rest) is None
        return y * y

    return call


def _out(x: Any, y: Any) -> Any:
    z = x * 2.0
    assert np.multiply(x, y, out=z) is z
    assert np.multiply(z, y, out=(z,)) is z
    return z


def _out_aliased(x: Any, y: Any) -> Any:
    x = x * 1.0
    np.add(x[1:], x[:-1], x[1:])
    return np.sin(x, out=x) * y


def _two_outs(x: Any) -> Any:
    fraction, whole = x * 1.0, x * 1.0
    np.modf(x, fraction, whole)
    return fraction * whole


CALLS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "out": (_out, (A, B)),
    "out aliased": (_out_aliased, (A, B)),
    "two outs": (_two_outs, (A + 0.05,)),
    "where and out": (lambda x, y: np.add(x, y, where=MASK, out=x * 3.0), (A, B)),
    "a mask that keeps from poles": (lambda x: np.log(x, where=MASK, out=x * x), (S,)),
    "a mask that broadcasts": (lambda x: np.exp(x, where=MASK[0], out=x * x), (S,)),
    "a target of zeros": (lambda x, y: np.divide(x, y, where=MASK, out=np.zeros_like(x)), (S, B)),
    "dtype": (lambda x: np.add(x, 1, dtype=complex) * (1.0 + 1j), (A,)),
    "narrower dtype": (lambda x: np.multiply(x, 0.5, dtype=np.float64), (A,)),
    "order and subok": (lambda x: np.multiply(x, x, order="C", subok=False), (A,)),
    "lists": (lambda x: np.add([x[0, 0], 2.0], x[:, :2]), (A,)),
    "a list beside a variable": (lambda x: np.arctan2([1.0, 2.0, 3.0, 4.0], x), (A,)),
    "an array of objects": (lambda x: np.multiply(np.array([x[0, 0], x[0, 1]]), x[:, :2]), (A,)),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(name: str) -> None:
    agrees(CALLS[name][0], *CALLS[name][1])


REDUCTIONS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "add": (np.add.reduce, (A,)),
    "add along two": (lambda x: np.add.reduce(x, axis=(0, 1), keepdims=True), (A,)),
    "add with all": (lambda x: np.add.reduce(x, axis=-1, initial=3.0, where=MASK), (A,)),
    "multiply": (lambda x: np.multiply.reduce(x, axis=1), (A,)),
    "maximum": (lambda x: np.maximum.reduce(x, axis=None), (S,)),
    "minimum": (lambda x: np.minimum.reduce(x, axis=1, keepdims=True), (S,)),
    "maximum with a beginning": (lambda x: np.maximum.reduce(x, axis=1, initial=0.7), (S,)),
    "fmax": (np.fmax.reduce, (S,)),
    "logaddexp": (lambda x: np.logaddexp.reduce(x, axis=1), (S,)),
    "logaddexp2": (lambda x: np.logaddexp2.reduce(x, axis=1), (S,)),
    "hypot": (lambda x: np.hypot.reduce(x, axis=None), (S,)),
    "hypot kept": (lambda x: np.hypot.reduce(x, axis=(0, 1), keepdims=True), (S,)),
    "subtract": (np.subtract.reduce, (S,)),
    "divide": (lambda x: np.divide.reduce(x, axis=1, keepdims=True), (A,)),
    "divide with a beginning": (lambda x: np.divide.reduce(x, axis=-1, initial=2.0), (A,)),
    "power": (np.power.reduce, (A,)),
    "in a dtype": (lambda x: np.add.reduce(x, dtype=complex), (A,)),
    "accumulated sums": (np.add.accumulate, (A,)),
    "accumulated products": (lambda x: np.multiply.accumulate(x, axis=1), (A,)),
    "accumulated maxima": (lambda x: np.maximum.accumulate(x, axis=1), (S,)),
    "accumulated lengths": (lambda x: np.hypot.accumulate(x, axis=-1), (S,)),
    "accumulated logarithms": (np.logaddexp.accumulate, (S,)),
    "outer product": (np.multiply.outer, (A, B)),
    "outer power": (np.power.outer, (B, A)),
    "outer with a list": (lambda x: np.subtract.outer([1.0, 2.0], x), (A,)),
    "outer of numbers": (lambda x: np.add.outer(x, 2.0), (B,)),
    "sums of parts": (lambda x: np.add.reduceat(x, [0, 2, 1], axis=1), (A,)),
    "lengths of parts": (lambda x: np.hypot.reduceat(x, [0, 2, 1], axis=1), (A,)),
    "products of parts": (lambda x: np.multiply.reduceat(x, [1, 0]), (A,)),
}


@pytest.mark.parametrize("name", REDUCTIONS)
def test_methods(name: str) -> None:
    agrees(REDUCTIONS[name][0], *REDUCTIONS[name][1])


def test_a_reduction_into_a_target() -> None:
    def reduced(x: Any) -> Any:
        total = x[0] * 0.0
        assert np.add.reduce(x, out=total) is total
        np.add.accumulate(x[0], out=x[1])
        return total * x[1]

    agrees(lambda x: reduced(x * 1.0), A)


INDEX = np.array([0, 2, 0, 1, 0])
PARTS = CHOOSER.uniform(0.5, 2.0, (5, 4))
AT: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "add": (_into(lambda y, w: np.add.at(y, INDEX, w)), (A, PARTS)),
    "add to a column": (_into(lambda y, w: np.add.at(y, (slice(None), 1), w)), (A, PARTS[0, :3])),
    "add a number": (_into(lambda y: np.add.at(y, ([0, 0], [1, 1]), 2.0)), (A,)),
    "add a plain array": (_into(lambda y: np.add.at(y, [0, 0], PARTS[:2])), (A,)),
    "subtract": (_into(lambda y, w: np.subtract.at(y, INDEX, w)), (A, PARTS)),
    "multiply": (_into(lambda y, w: np.multiply.at(y, INDEX, w)), (A, PARTS)),
    "divide at a tuple": (_into(lambda y, w: np.divide.at(y, (slice(None), INDEX[:3]), w)), (A, PARTS[:3, :3])),
    "power": (_into(lambda y, w: np.power.at(y, INDEX, w)), (A, PARTS)),
    "negative": (_into(lambda y: np.negative.at(y, INDEX)), (A,)),
    "exp by a mask": (_into(lambda y: np.exp.at(y, MASK)), (A,)),
    "maximum": (_into(lambda y, w: np.maximum.at(y, INDEX, w)), (A, PARTS)),
    "nothing": (_into(lambda y: np.add.at(y, np.zeros(0, dtype=int), 1.0)), (A,)),
}


@pytest.mark.parametrize("name", AT)
def test_in_place_at_an_index(name: str) -> None:
    agrees(*[AT[name][0], *AT[name][1]])


def test_at_reaches_the_array_that_a_view_is_of() -> None:
    def added(x: Any) -> Any:
        x = x * 1.0
        np.add.at(x[1], [0, 0, 3], x[0, :3])
        return x * x

    agrees(added, A)


def test_plain_targets_are_refused() -> None:
    v = pb.Variable(A)
    for call in (
        lambda: np.add(v, 1.0, out=np.zeros((3, 4))),
        lambda: np.add(v, 1.0, np.zeros((3, 4))),
        lambda: np.modf(v, v * 1.0, np.zeros((3, 4))),
        lambda: np.add.reduce(v, out=np.zeros(4)),
        lambda: np.add.at(np.zeros((3, 4)), [0, 0], v[:2]),
        lambda: np.log(v, out=np.zeros((3, 4)), where=MASK),
    ):
        with pytest.raises(pb.ChainBrokenError, match="gradient would be lost"):
            call()
    target = np.zeros((3, 4))
    with pytest.raises(pb.ChainBrokenError):
        target += v


def test_results_without_a_derivative() -> None:
    v = pb.Variable(S)
    np.testing.assert_array_equal(np.less.outer(v, v[0]), np.less.outer(S, S[0]))
    np.testing.assert_array_equal(np.logical_and.reduce(v > 0.0, axis=1), np.logical_and.reduce(MASK, axis=1))
    assert np.logical_or.reduce(v, axis=None) == np.True_
    with pytest.raises(TypeError, match="no derivative"):
        np.greater(v, 0.0, out=v * 1.0)


def test_what_numpy_refuses() -> None:
    v = pb.Variable(A)
    with pytest.raises(TypeError, match="[Cc]ast"):
        np.add(v, 1.0, dtype=int)
    with pytest.raises(TypeError, match="[Cc]ast"):
        np.multiply(v, 1j, out=v * 1.0)
    with pytest.raises(ValueError, match="reorderable"):
        np.subtract.reduce(v, axis=(0, 1))
    with pytest.raises(np.exceptions.AxisError):
        np.hypot.accumulate(v, axis=2)
    with pytest.raises(ValueError, match="binary"):
        np.sin.reduce(v)
    with pytest.raises(TypeError, match="scalar"):
        np.hypot.accumulate(pb.Variable(np.float64(1.0)))
    with pytest.raises(IndexError, match="out-of-bounds"):
        np.add.reduceat(v, [0, 7])
    with pytest.raises(IndexError):
        np.add.at(v * 1.0, [9], 1.0)
    with pytest.raises(ValueError, match="no identity"):
        np.fmax.reduce(pb.Variable(np.empty((0, 2))))
    with pytest.raises(pb.UnknownPrimitiveError, match="where"):
        np.hypot.reduce(v, where=MASK)
    with pytest.raises(pb.UnknownPrimitiveError, match="signature"):
        np.add(v, 1.0, signature="dd->d")


def test_products_of_matrices_into_targets_and_along_axes() -> None:
    def product(x: Any, y: Any) -> Any:
        z = x[:, :3] * 0.0
        assert np.matmul(x, y[:, None] * x.T[:, :3], out=z) is z
        return z

    agrees(lambda x, y: product(x * 1.0, y), A, B)
    with pytest.raises(pb.ChainBrokenError):
        np.matmul(pb.Variable(A), A.T, out=np.zeros((3, 3)))
    with pytest.raises(pb.UnknownPrimitiveError, match="astype"):
        np.matmul(pb.Variable(A), A.T, dtype=complex)


def test_a_masked_call_without_a_target_has_zeros() -> None:
    found = np.multiply(pb.Variable(A), 2.0, where=MASK)
    np.testing.assert_array_equal(found.primal, np.where(MASK, 2.0 * A, 0.0))


def test_reductions_of_nothing() -> None:
    empty = pb.Variable(np.empty((0, 2)))
    np.testing.assert_array_equal(plain(np.add.reduce(empty)), [0.0, 0.0])
    np.testing.assert_array_equal(plain(np.hypot.reduce(empty)), [0.0, 0.0])
    assert np.shape(plain(np.hypot.accumulate(empty))) == (0, 2)
    assert grad(lambda x: np.sum(np.add.reduce(x)))(np.empty((0, 2))).shape == (0, 2)


def test_float32_and_numbers() -> None:
    x = np.float32([0.5, 2.0])
    assert np.add(pb.Variable(x), 1.0, out=pb.Variable(x) * 1.0).dtype == np.float32
    assert grad(lambda x: np.hypot.reduce(x))(x).dtype == np.float32
    assert np.add(pb.Variable(x), x, dtype=np.float64).dtype == np.float64
    assert grad(lambda x: np.sum(np.add(x, x, dtype=np.float64)))(x).dtype == np.float32
    assert grad(lambda x: np.add.reduce([x, 2.0 * x]))(1.5) == 3.0
    assert grad(lambda x: np.multiply(x, x, where=True))(1.5) == 3.0
    assert math.isclose(grad(lambda x: np.multiply.outer(x, [1.0, 2.0]).sum())(1.5), 3.0)


def test_what_frompyfunc_makes_calls_python() -> None:
    square = np.frompyfunc(lambda a: a * a if a > 1.0 else 0.5, 1, 1)
    product = np.frompyfunc(lambda a, b: a * np.sin(b), 2, 1)
    both = np.frompyfunc(lambda a, b: (a * b, a + b), 2, 2)
    for f, args in (
        (lambda x: square(x), (A,)),
        (lambda x: square(x[0, 0]), (A,)),
        (lambda x, y: product(x, y), (A, B)),
        (lambda x: product(x, 2.0), (A,)),
        (lambda x: product(B, x), (A,)),
        (lambda x: both(x, B)[0] * both(B, x)[1], (A,)),
        (lambda x: product(x, [1.0, 2.0, 3.0, 4.0]), (A,)),
    ):
        value, _ = pb.vjp(f, *args)
        assert value.dtype == np.float64
        np.testing.assert_array_equal(value, np.asarray(f(*args), dtype=float))
        check_grads(f, args, order=1)
    check_grads(lambda x: np.sum(product(x, x) ** 2), (B,))
    assert grad(lambda x: np.sum(square(x)))(A.astype(np.float32)).dtype == np.float32
    empty = np.zeros((0, 2))
    assert grad(lambda x: np.sum(np.asarray(square(x), dtype=float)))(empty).shape == (0, 2)


def test_what_frompyfunc_makes_without_variables_in_it_is_plain() -> None:
    sign = np.frompyfunc(lambda a: 1 if a > 1.0 else -1, 1, 1)
    found = sign(pb.Variable(A))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, sign(A))
    with pytest.raises(pb.UnknownPrimitiveError):
        np.frompyfunc(lambda a, b: a * b, 2, 1).outer(pb.Variable(B), B)
    broken = np.frompyfunc(math.sin, 1, 1)
    with pytest.raises(pb.ChainBrokenError):
        broken(pb.Variable(A))


def test_arrays_of_objects_are_targets() -> None:
    def filled(x: Any) -> Any:
        out = np.empty(4, dtype=object)
        out[:] = 0.5
        out += x
        np.multiply(out, x, out=out)
        np.add(x, 1.0, out=out[:])
        out[:2] *= x[0]
        return np.stack(list(out))

    check_grads(filled, (B,))
    np.testing.assert_allclose(pb.vjp(filled, B)[0], filled(B).astype(float))
    with pytest.raises(pb.ChainBrokenError, match="where"):
        np.add(pb.Variable(B), 1.0, out=np.empty(4, dtype=object), where=[True, False, True, False])

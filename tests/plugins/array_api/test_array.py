"""Arrays of the namespace: constants beside variables, assignment, views, and what is refused."""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback_plugins import array_api as xp
from pullback_plugins.array_api.array import Array

X = np.array([1.0, 2.0, 3.0])
C = np.array([2.0, -1.0, 4.0])
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod, operator.floordiv]
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


def is_constant(x: Any) -> bool:
    return isinstance(x, Array) and isinstance(x.primal, np.ndarray) and np.asarray(x).dtype != object


@pytest.mark.parametrize("operation", [*OPERATORS, operator.matmul], ids=lambda each: each.__name__)
def test_operators_of_constants_and_variables(operation: Callable[..., Any]) -> None:
    c = xp.asarray(np.abs(C))
    assert is_constant(operation(c, c))
    for left in (c, np.abs(C)):
        for right in (c, np.abs(C)):
            np.testing.assert_array_equal(np.asarray(operation(left, right)), operation(np.abs(C), np.abs(C)))
    for function in (lambda x, c: operation(x, c), lambda x, c: operation(c, x)):
        with_constant = pb.grad(lambda x: np.sum(function(x, c) * C))
        with_plain = pb.grad(lambda x: np.sum(function(x, np.abs(C)) * C))
        grad = with_constant(X)
        assert type(grad) is np.ndarray
        np.testing.assert_array_equal(grad, with_plain(X))


@pytest.mark.parametrize("operation", COMPARISONS, ids=lambda each: each.__name__)
def test_comparisons_are_constants(operation: Callable[..., Any]) -> None:
    def f(x: Any) -> Any:
        mask = operation(xp.asarray(x), 2.0)
        assert is_constant(mask)
        assert is_constant(operation(2.0, xp.asarray(x)))
        assert is_constant(operation(x, xp.asarray(2.0)))
        np.testing.assert_array_equal(np.asarray(mask), operation(X, 2.0))
        return xp.sum(xp.where(mask, x, 0.0))

    np.testing.assert_array_equal(pb.grad(f)(X), operation(X, 2.0).astype(float))


def test_bits_and_numbers_of_constants() -> None:
    a, b = xp.asarray([True, False]), np.array([True, True])
    assert [np.asarray(each).tolist() for each in (a & b, b & a, a | b, a ^ b, ~a)] == [
        [True, False],
        [True, False],
        [True, True],
        [False, True],
        [False, True],
    ]
    assert (float(xp.asarray(2.5)), int(xp.asarray(2)), complex(xp.asarray(1j))) == (2.5, 2, 1j)
    assert [10, 20][xp.asarray(1)] == 20
    assert bool(xp.asarray(True))
    with pytest.raises(TypeError, match="without axes"):
        float(xp.ones(1))
    with pytest.raises(TypeError):
        operator.index(xp.asarray(1.0))


def test_a_variable_is_no_number() -> None:
    def f(x: Any) -> Any:
        return float(xp.sum(x))

    with pytest.raises(pb.ChainBrokenError, match=r"float\(\)"):
        pb.grad(f)(X)


def test_arrays_without_axes_are_arrays() -> None:
    def f(x: Any) -> Any:
        for number in (xp.sum(x), x * xp.asarray(1.0), xp.sum(x) * 2, xp.asarray(x)[0], xp.asarray(x[0]), -xp.max(x)):
            if number.ndim == 0:
                assert isinstance(number.primal, np.ndarray)
        total = xp.sum(x)
        total[...] = total * 2
        return total

    np.testing.assert_array_equal(pb.grad(f)(X), [2.0, 2.0, 2.0])


def test_asarray_keeps_the_chain_and_gathers_lists() -> None:
    def f(x: Any) -> Any:
        whole = xp.asarray([[x[0], 2.0], [xp.asarray(3.0), x[1] * x[2]]])
        assert whole.shape == (2, 2)
        return xp.sum(whole * xp.asarray([[1.0, 2.0], [3.0, 4.0]]))

    np.testing.assert_array_equal(pb.grad(f)(X), [1.0, 12.0, 8.0])
    np.testing.assert_array_equal(pb.grad(lambda x: xp.sum(xp.asarray(x) * C))(X), C)
    grad = pb.grad(lambda x: xp.sum(xp.asarray(x, dtype=xp.float64) * C))(X.astype(np.float32))
    assert grad.dtype == np.float32


def test_asarray_and_copies() -> None:
    plain = X.copy()
    assert np.shares_memory(np.asarray(xp.asarray(plain)), plain)
    assert not np.shares_memory(np.asarray(xp.asarray(plain, copy=True)), plain)
    c = xp.asarray(plain)
    assert xp.asarray(c) is c
    for wrong in (lambda: xp.asarray([1.0], copy=False), lambda: xp.asarray(c, dtype=xp.float32, copy=False)):
        with pytest.raises(ValueError, match="without a copy"):
            wrong()

    def f(x: Any) -> Any:
        y = xp.asarray(x, copy=True)
        y[0] = 0.0
        with pytest.raises(ValueError, match="without a copy"):
            xp.asarray([x[0]], copy=False)
        return xp.sum(x * y)

    np.testing.assert_array_equal(pb.grad(f)(X), [0.0, 4.0, 6.0])


def test_integers_leave_the_chain() -> None:
    def f(x: Any) -> Any:
        whole = xp.astype(x, xp.int64)
        assert is_constant(whole)
        assert is_constant(xp.argmax(x))
        assert is_constant(xp.isnan(x))
        return xp.sum(x * whole)

    np.testing.assert_array_equal(pb.grad(f)(X), X)


def test_a_constant_takes_in_variables() -> None:
    def f(x: Any) -> Any:
        out = xp.zeros((2, 3))
        out[0, :] = x * 2
        out[1, 1] = x[0] * x[2]
        out += 1.0
        out[0, 0] = 5.0
        return xp.sum(out * out)

    # (2x1 + 1)^2 + (2x2 + 1)^2 + (x0 x2 + 1)^2
    np.testing.assert_array_equal(pb.grad(f)(X), [24.0, 20.0, 36.0])


def test_views_of_a_constant_follow_or_refuse() -> None:
    def through(x: Any) -> Any:
        out = xp.zeros((2, 3))
        row = out[1]
        row[...] = x
        later = out[0, 1:]
        out[0, 1] = x[0] * x[0]
        return xp.sum(out * out) + xp.sum(later) + xp.sum(row)

    np.testing.assert_array_equal(pb.grad(through)(X), 2 * X + 1 + [4 * X[0] ** 3 + 2 * X[0], 0.0, 0.0])

    def flattened(x: Any) -> Any:
        out = xp.zeros((2, 3))
        flat = xp.reshape(out, (6,))
        turned = xp.permute_dims(out, (1, 0))
        out[0, 0] = x[0]
        flat[1] = x[1] * x[1]
        turned[2, 0] = x[2] * 3
        return xp.sum(flat) + xp.sum(turned * turned) + xp.sum(out)

    x0, x1, x2 = X
    np.testing.assert_array_equal(pb.grad(flattened)(X), [2 + 2 * x0, 4 * x1 + 4 * x1**3, 6 + 18 * x2])

    def refused(x: Any) -> Any:
        out = xp.zeros(3, dtype=xp.complex128)
        part = xp.real(out)
        out[0] = x[0]
        return xp.sum(part)

    with pytest.raises(pb.ChainBrokenError, match="view"):
        pb.grad(refused)(X)

    def into_part(x: Any) -> Any:
        out = xp.zeros(3, dtype=xp.complex128)
        xp.real(out)[0] = x[0]
        return xp.sum(xp.real(out))

    with pytest.raises(pb.ChainBrokenError, match="view"):
        pb.grad(into_part)(X)

    def full(x: Any) -> Any:
        out = xp.full((2, 2), x[0])
        out[0, 0] = x[1]
        return xp.sum(out)

    np.testing.assert_array_equal(pb.grad(full)(X), [3.0, 1.0, 0.0])


def test_integers_take_in_no_variables() -> None:
    def f(x: Any) -> Any:
        out = xp.zeros(3, dtype=xp.int64)
        out[0] = x[0]
        return xp.sum(x * out)

    with pytest.raises(TypeError, match="into an array of int64"):
        pb.grad(f)(X)


def test_assignment_in_place_keeps_shape_and_kind() -> None:
    c = xp.ones(3)
    for wrong, error in (((2, 3), ValueError), ((3,), TypeError)):
        with pytest.raises(error, match="cannot be assigned in place"):
            c += xp.ones(wrong, dtype=xp.complex128)
    d = c
    d *= 2
    assert np.asarray(c).tolist() == [2.0, 2.0, 2.0]


def test_functions_of_numpy_take_constants() -> None:
    c = xp.asarray(C)
    assert is_constant(np.sin(c))
    assert is_constant(np.add(X, c))
    assert is_constant(np.add.reduce(c))
    assert is_constant(np.concatenate([c, X]))
    np.testing.assert_array_equal(pb.grad(lambda x: np.sum(np.multiply(x, c)))(X), C)
    np.testing.assert_array_equal(pb.grad(lambda x: np.sum(pb.math.exp(c) * x))(X), np.exp(C))


def test_constants_leave_no_trace_in_gradients() -> None:
    c = xp.asarray(C)
    hessian = pb.hessian(lambda x: xp.sum(c * x**3))(X)
    assert type(hessian) is np.ndarray
    np.testing.assert_allclose(hessian, np.diag(6 * C * X))
    value, grad = pb.value_and_grad(lambda x: xp.sum(x * c))(X)
    assert type(value) is np.ndarray
    assert type(grad) is np.ndarray


def test_constants_are_given_to_transforms() -> None:
    c = xp.asarray(X)
    for grad in (pb.grad(lambda x: xp.sum(x * x))(c), pb.grad(lambda x: xp.sum(x * x))(X)):
        assert type(grad) is np.ndarray
        np.testing.assert_array_equal(grad, 2 * X)
    np.testing.assert_allclose(pb.hessian(lambda x: xp.sum(x**3))(c), np.diag(6 * X))
    value, tangent = pb.jvp(xp.exp, (c,), (xp.asarray(C),))
    assert type(value) is type(tangent) is np.ndarray
    np.testing.assert_allclose(tangent, np.exp(X) * C)
    _, pull = pb.vjp(xp.exp, X)
    (cotangent,) = pull(xp.asarray(C))
    assert type(cotangent) is np.ndarray
    np.testing.assert_allclose(cotangent, np.exp(X) * C)


def test_constants_beside_other_classes_of_variables() -> None:
    c = xp.asarray(2.0)

    def f(x: Any) -> Any:
        element = np.asarray(x)[0]
        return element * c + c * element + c * x[1]

    np.testing.assert_array_equal(pb.grad(f)(X), [4.0, 2.0, 0.0])
    v = pb.Variable(2.0)
    (v * c + c * v + np.sin(v) * c).backprop()
    assert v.grad == 4.0 + 2.0 * np.cos(2.0)
    leaf = pb.Variable(X)
    xp.sum(leaf * c + xp.exp(leaf)).backprop()
    np.testing.assert_array_equal(leaf.grad, 2.0 + np.exp(X))


def test_nested_differentiation() -> None:
    def f(x: Any) -> Any:
        inner = pb.grad(lambda y: xp.sum(xp.exp(y) * xp.asarray(x)))(xp.asarray(x))
        return xp.sum(inner)

    np.testing.assert_allclose(pb.grad(f)(X), np.exp(X) * (1 + X))


def test_copies_and_pickles_of_constants() -> None:
    c = xp.asarray(C.copy())
    for other in (copy.copy(c), copy.deepcopy(c), pickle.loads(pickle.dumps(c))):
        other[0] = 7.0
        assert np.asarray(c).tolist() == C.tolist()

    def f(x: Any) -> Any:
        pickle.dumps(xp.exp(x))
        return xp.sum(x)

    with pytest.raises(pb.ChainBrokenError, match="pickling"):
        pb.grad(f)(X)


def test_dlpack_hands_out_constants_only() -> None:
    c = xp.asarray(C.copy())
    assert np.from_dlpack(c).tolist() == C.tolist()
    assert is_constant(xp.from_dlpack(C.copy()))

    def f(x: Any) -> Any:
        np.from_dlpack(xp.exp(x))
        return xp.sum(x)

    with pytest.raises(BufferError, match="gradient would be lost"):
        pb.grad(f)(X)


def test_foreign_operands() -> None:
    assert xp.ones(1).__add__("a") is NotImplemented
    with pytest.raises(TypeError):
        xp.ones(1) + "a"
    assert is_constant(1.0 + xp.ones(1))
    assert len(xp.ones(3)) == 3
    assert [float(each) for each in xp.asarray(C)] == C.tolist()
    assert 4.0 in xp.asarray(C)
    with pytest.raises(TypeError, match="0-d"):
        iter(xp.asarray(1.0))

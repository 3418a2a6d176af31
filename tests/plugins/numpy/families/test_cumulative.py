"""Running sums, products and differences, numerical calculus, and convolution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import check_grads, grad, jacobian, vjp

from ..agreement import agree, check

RNG = np.random.default_rng(6)
X = RNG.normal(size=(3, 4))
Y = RNG.normal(size=(3, 4))
NEW = pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="new in NumPy 2.1")
trapezoid = getattr(np, "trapezoid", None) or np.trapz


@pytest.mark.parametrize("function", [np.cumsum, np.cumprod])
@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("x", [X, X + 1j * Y])
def test_running(function: Callable[..., Any], axis: Any, x: Any) -> None:
    check(lambda x: function(x, axis=axis), x)


@pytest.mark.parametrize("numbers", [[2.0, 0.0, 3.0, 4.0], [0.0, 2.0, 0.0, 3.0, 4.0], [0.0, 0.0], [0.0]])
def test_running_products_with_zeros(numbers: list[float]) -> None:
    x = np.array(numbers)
    n = len(x)
    wanted = [[np.prod(np.delete(x[: i + 1], j)) if j <= i else 0.0 for j in range(n)] for i in range(n)]
    np.testing.assert_array_equal(jacobian(np.cumprod, mode="reverse")(x), wanted)
    np.testing.assert_array_equal(jacobian(np.cumprod, mode="forward")(x), wanted)
    check_grads(np.cumprod, (x,), order=3 if n > 2 else 2)


def test_running_products_that_overflow_where_nobody_looks() -> None:
    x = np.full(400, 10.0)
    with np.errstate(over="ignore"):
        found = grad(lambda x: np.cumprod(x)[4])(x)
    np.testing.assert_allclose(found, np.where(np.arange(400) < 5, 1e4, 0.0))


def test_running_dtype_and_out() -> None:
    x = X.astype(np.float32)
    for function in (np.cumsum, np.cumprod):
        agree(lambda x: function(x, axis=1), x)
        agree(lambda x: function(x, axis=1, dtype=np.float64), x)
        assert grad(lambda x: np.sum(function(x, axis=0, dtype=np.float64)))(x).dtype == np.float32
        with pytest.raises(pb.ChainBrokenError):
            grad(lambda x: np.sum(function(x, axis=0, out=np.zeros((3, 4)))))(X)
        with pytest.raises(np.exceptions.AxisError):
            vjp(lambda x: function(x, axis=2), X)
        for empty in (np.ones(0), np.ones((0, 2)), np.ones((2, 0))):
            agree(lambda x: function(x, axis=0), empty)
            assert grad(lambda x: np.sum(function(x, axis=-1)))(empty).shape == empty.shape
        agree(function, np.float64(2.0))

    def f(x: Any) -> Any:
        out = x * 0.0
        np.cumsum(x * x, axis=1, out=out)
        return out

    check_grads(f, (X,))


@NEW
@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
@pytest.mark.parametrize("initial", [False, True])
def test_cumulative(name: str, initial: bool) -> None:
    function = getattr(np, name)
    for axis in (0, -1):
        check(lambda x: function(x, axis=axis, include_initial=initial), X)
    check(lambda x: function(x, include_initial=initial), X[0])
    with pytest.raises(ValueError, match="axis"):
        vjp(function, X)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
@pytest.mark.parametrize("axis", [0, -1])
def test_differences(n: int, axis: int) -> None:
    check(lambda x: np.diff(x, n=n, axis=axis) * 1.0, X)


def test_differences_with_edges() -> None:
    check(lambda x, a, b: np.diff(x, axis=0, prepend=a, append=b), X, np.float64(0.3), RNG.normal(size=(2, 4)))
    check(lambda a: np.diff(X, prepend=a), np.float64(0.3))
    agree(np.diff, X.astype(np.float32))
    with pytest.raises(ValueError, match="non-negative"):
        vjp(lambda x: np.diff(x, n=-1), X)
    with pytest.raises(ValueError, match="one dimensional"):
        vjp(np.diff, np.float64(1.0))
    assert grad(lambda x: np.sum(np.diff(x)))(np.ones(1)) == 0.0
    assert grad(lambda x: np.sum(np.diff(x)))(np.ones(0)).shape == (0,)


def test_flat_differences() -> None:
    check(lambda x, a, b: np.ediff1d(x, to_begin=a, to_end=b), X, np.float64(2.0), np.array([1.0, 3.0]))
    check(np.ediff1d, X)
    check(lambda b: np.ediff1d(X, to_end=b), np.array([[1.0, 3.0]]))
    with pytest.raises(TypeError, match="same_kind"):
        vjp(lambda x: np.ediff1d(x, to_end=1j), X)


T = np.array([0.0, 0.4, 1.1, 1.5])


@pytest.mark.parametrize("edge_order", [1, 2])
def test_numerical_gradients(edge_order: int) -> None:
    check(lambda x: np.gradient(x, axis=1, edge_order=edge_order), X)
    check(lambda x: np.gradient(x, edge_order=edge_order), X)
    check(lambda x: np.gradient(x, 0.5, axis=0, edge_order=edge_order), X)
    check(lambda x, h, t: np.gradient(x, h, t, edge_order=edge_order), X, np.float64(0.7), T)
    check(lambda x, t: np.gradient(x, t, edge_order=edge_order), X[0], T)
    check(lambda x, t: np.gradient(x, t, axis=1, edge_order=edge_order), X + 1j * Y, np.arange(4.0))
    check(lambda t: np.gradient(X, t, axis=-1, edge_order=edge_order), T)
    agree(lambda x: np.gradient(x, T, axis=1, edge_order=edge_order), X.astype(np.float32))
    agree(lambda x: np.gradient(x, np.arange(4), axis=1, edge_order=edge_order), X)


def test_misuse_of_numerical_gradients() -> None:
    with pytest.raises(ValueError, match="too small"):
        vjp(lambda x: np.gradient(x, axis=0), X[:1])
    with pytest.raises(TypeError, match="invalid number"):
        vjp(lambda x: np.gradient(x, 1.0, 2.0, axis=0), X)
    with pytest.raises(ValueError, match="match the length"):
        vjp(lambda x: np.gradient(x, T, axis=0), X)
    with pytest.raises(ValueError, match="edge_order"):
        vjp(lambda x: np.gradient(x, edge_order=3), X)


def test_integrals() -> None:
    check(lambda y: trapezoid(y), X)
    check(lambda y, dx: trapezoid(y, dx=dx, axis=0), X, np.float64(0.3)) if hasattr(np, "trapezoid") else None
    check(lambda y, t: trapezoid(y, t), X, T)
    check(lambda y, t: trapezoid(y, t, axis=0), X, T[:3])
    check(lambda y, x: trapezoid(y, x, axis=0), X, Y)
    check(lambda t: trapezoid(X, t), T)
    agree(trapezoid, X.astype(np.float32))


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("function", [np.convolve, np.correlate])
@pytest.mark.parametrize("sizes", [(n, m) for n in range(1, 6) for m in range(1, 6)])
def test_convolutions(mode: Any, function: Callable[..., Any], sizes: tuple[int, int]) -> None:
    a, v = RNG.normal(size=sizes[0]), RNG.normal(size=sizes[1])
    agree(lambda a, v: function(a, v, mode), a, v)
    if sum(sizes) in (4, 7):
        check_grads(lambda a, v: function(a, v, mode), (a, v))
        check_grads(lambda a, v: function(a, v, mode), (a + 1j, v * 1j + 0.5))
        agree(lambda a, v: function(a, v, mode), a + 1j, v * 1j + 0.5)


def test_convolutions_with_constants() -> None:
    check(lambda v: np.convolve(X[0], v, "same"), Y[0])
    check(lambda a: np.correlate(a, [1.0, 2.0]), X[0])
    agree(lambda a: np.convolve(a, np.ones(2, np.float32)), X[0].astype(np.float32))
    for function in (np.convolve, np.correlate):
        with pytest.raises(ValueError, match="empty"):
            vjp(lambda a: function(a, np.ones(0)), X[0])
        with pytest.raises(ValueError, match="deep"):
            vjp(lambda a: function(a, np.ones(2)), X)
        with pytest.raises(ValueError, match="mode"):
            vjp(lambda a: function(a, np.ones(2), "wide"), X[0])


def test_tangents_are_broadcast_as_values_are() -> None:
    for shape in [(), (1,), (4,), (3, 1), (1, 4)]:
        x = np.ones(shape)
        for f in (lambda x: X + x, lambda x: x - X, lambda x: x * X):
            value, tangent = pb.jvp(f, (x,), (x,))
            assert np.shape(tangent) == np.shape(value) == (3, 4)
            np.testing.assert_array_equal(tangent, jacobian(f, mode="reverse")(x).reshape(3, 4, -1).sum(-1))

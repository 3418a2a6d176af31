"""Sums, means, products and extrema along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import check_grads, grad, hessian, jvp, value_and_grad, vjp

from ..agreement import agree, check

RNG = np.random.default_rng(3)
X = RNG.normal(size=(2, 3, 2))
MASK = np.array([[[True, False]], [[True, True]]])
FUNCTIONS: list[Callable[..., Any]] = [np.sum, np.mean, np.prod, np.max, np.min, np.ptp]
AXES = [None, 0, -1, (0, 2), (2, 0), ()]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
def test_axes(function: Callable[..., Any], axis: Any, keepdims: bool) -> None:
    def f(x: Any) -> Any:
        return function(x, axis=axis, keepdims=keepdims)

    check(f, X)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex128, np.complex64])
def test_dtypes(function: Callable[..., Any], dtype: Any) -> None:
    x = (X + 1j * X[::-1] if np.dtype(dtype).kind == "c" else X).astype(dtype)
    agree(lambda x: function(x, axis=1), x)
    _, pull = vjp(lambda x: function(x, axis=1), x)
    assert pull(np.ones((2, 2), dtype))[0].dtype == dtype
    if dtype == np.complex128:
        check_grads(lambda x: function(x, axis=1), (x,), step=1e-3)


@pytest.mark.parametrize("function", [np.sum, np.prod, np.max, np.min])
def test_initial_and_where(function: Callable[..., Any]) -> None:
    def f(x: Any) -> Any:
        return function(x, axis=(0, 1), initial=1.5, where=MASK)

    check(f, X)
    check_grads(lambda x, start: function(x, axis=1, initial=start), (X, 0.3), step=1e-3)


@pytest.mark.parametrize("function", [np.sum, np.prod, np.mean])
def test_where_alone(function: Callable[..., Any]) -> None:
    def f(x: Any) -> Any:
        return function(x, axis=0, where=MASK)

    agree(f, X)
    check_grads(f, (X,))


def test_what_where_leaves_out_may_be_nan() -> None:
    x = np.array([1.0, np.nan, 3.0])
    mask = ~np.isnan(x)
    for function in (np.sum, np.mean, np.prod):
        assert grad(lambda x: function(x, where=mask))(x)[1] == 0.0
        assert np.isfinite(grad(lambda x: function(x, where=mask))(x)).all()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_numbers_without_axes(function: Callable[..., Any]) -> None:
    for x in (np.float64(2.0), np.array(2.0)):
        value, slope = value_and_grad(function)(x)
        assert value == function(x)
        assert slope == (0.0 if function is np.ptp else 1.0)
        assert type(slope) is type(x)
        assert value_and_grad(lambda x: function(x, axis=0))(x)[0] == function(x)


@pytest.mark.parametrize("function", [np.sum, np.prod])
def test_empty(function: Callable[..., Any]) -> None:
    for shape in [(0,), (0, 3), (3, 0)]:
        for axis in range(len(shape)):
            x = np.ones(shape)
            agree(lambda x: function(x, axis=axis), x)
            assert vjp(lambda x: function(x, axis=axis), x)[1](np.ones_like(function(x, axis=axis)))[0].shape == shape


def test_extrema_of_nothing() -> None:
    with pytest.raises(ValueError, match="zero-size array"):
        grad(np.max)(np.ones(0))
    assert grad(lambda c: np.max(np.ones(0), initial=2.0) * c)(3.0) == 2.0
    value, pull = vjp(lambda x: np.max(x, axis=0, initial=2.0), np.ones((0, 3)))
    np.testing.assert_array_equal(value, [2.0, 2.0, 2.0])
    assert pull(np.ones(3))[0].shape == (0, 3)


def test_mean_of_nothing_warns_as_numpy_does() -> None:
    with pytest.warns(RuntimeWarning), np.errstate(all="ignore"):
        assert np.isnan(vjp(np.mean, np.ones(0))[0])
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"), np.errstate(all="ignore"):
        assert np.isnan(vjp(lambda x: np.mean(x, where=False), np.ones(2))[0])


@pytest.mark.parametrize(
    ("x", "axis", "wanted"),
    [
        ([1.0, 1.0], None, [0.5, 0.5]),
        ([1.0, 3.0, 3.0, 3.0], None, [0.0, 1 / 3, 1 / 3, 1 / 3]),
        ([[1.0, 2.0], [1.0, 0.0]], 0, [[0.5, 1.0], [0.5, 0.0]]),
        ([0.0, -0.0], None, [0.5, 0.5]),
        ([np.inf, np.inf], None, [0.5, 0.5]),
        ([np.nan, 1.0], None, [1.0, 0.0]),
    ],
)
def test_ties_share(x: Any, axis: Any, wanted: Any) -> None:
    x = np.array(x)
    np.testing.assert_allclose(grad(lambda x: np.sum(np.max(x, axis=axis)))(x), wanted)
    np.testing.assert_allclose(grad(lambda x: -np.sum(np.min(-x, axis=axis)))(x), wanted)
    np.testing.assert_allclose(
        jvp(lambda x: np.sum(np.max(x, axis=axis)), (x,), (np.ones_like(x),))[1], np.sum(wanted), rtol=1e-12
    )


def test_a_tie_with_the_initial_value_is_shared() -> None:
    assert grad(lambda x: np.max(x, initial=2.0))(np.array([2.0, 1.0]))[0] == 0.5
    assert grad(lambda c: np.max(np.array([2.0, 1.0]) + 0.0 * c, initial=c))(2.0) == 0.5


PRODUCTS = [[2.0, 3.0, 4.0], [2.0, 0.0, 4.0], [0.0, 0.0, 4.0], [0.0, 0.0, 0.0], [0.0], []]


@pytest.mark.parametrize("numbers", PRODUCTS)
def test_products_with_zeros(numbers: list[float]) -> None:
    x = np.array(numbers)
    wanted = np.array([np.prod(np.delete(x, n)) for n in range(len(x))])
    np.testing.assert_array_equal(grad(np.prod)(x), wanted)
    if len(x):
        second = [[0.0 if n == m else np.prod(np.delete(x, [n, m])) for n in range(len(x))] for m in range(len(x))]
        np.testing.assert_array_equal(hessian(np.prod)(x), second)
        check_grads(np.prod, (x,), order=3 if len(x) > 2 else 2)


def test_products_along_inner_axes_with_zeros() -> None:
    x = np.array(X)
    x[0, 1, 1] = x[1, 0, 0] = x[1, 2, 0] = 0.0
    for axis in [0, 1, 2, (0, 2), (2, 1), (1, 0), None]:
        check_grads(lambda x: np.prod(x, axis=axis), (x,))


def test_roots_of_what_is_zero() -> None:
    x = np.array([0.0, 0.0, -1.0])
    np.testing.assert_array_equal(grad(lambda x: np.sqrt(np.max(x)))(x), [np.inf, np.inf, 0.0])
    np.testing.assert_array_equal(grad(lambda x: np.sqrt(np.prod(x)))(x[:2]), [0.0, 0.0])
    np.testing.assert_array_equal(grad(lambda x: np.sqrt(np.cumprod(x)[1]))(x[:2]), [0.0, 0.0])
    np.testing.assert_array_equal(grad(lambda x: np.sqrt(np.var(x)))(np.ones(3)), np.zeros(3))


def test_products_do_not_overflow_on_the_way() -> None:
    x = np.full(600, 10.0)
    x[300:] = 0.1
    x[0] = 0.0
    wanted = np.zeros(600)
    wanted[0] = 0.1
    np.testing.assert_allclose(grad(np.prod)(x), wanted, rtol=1e-10)


def test_dtype_is_a_cast() -> None:
    x = np.ones(3, np.float32)
    assert vjp(lambda x: np.sum(x, dtype=np.float64), x)[0].dtype == np.float64
    assert grad(lambda x: np.sum(x, dtype=np.float64))(x).dtype == np.float32
    assert grad(lambda x: np.mean(x, dtype=np.float64))(x).dtype == np.float32
    assert grad(lambda x: np.prod(x, dtype=np.float64))(x).dtype == np.float32
    assert type(vjp(lambda x: (x, np.sum(x, dtype=int)), x)[0][1]) is np.int64


def test_out() -> None:
    def f(x: Any) -> Any:
        out = x[0] * 0.0
        returned = np.sum(x * x, axis=0, out=out)
        assert returned is out
        return out

    check_grads(f, (X,))
    with pytest.raises(pb.ChainBrokenError, match="plain array"):
        grad(lambda x: np.sum(x, out=np.zeros(())))(X)
    with pytest.raises(ValueError, match="wrong shape"):
        grad(lambda x: np.sum(x, axis=0, out=x[0, 0] * 1.0))(X)


def test_misuse() -> None:
    for function in FUNCTIONS:
        with pytest.raises(np.exceptions.AxisError):
            grad(lambda x: function(x, axis=3))(X)
        with pytest.raises(ValueError, match="duplicate"):
            grad(lambda x: function(x, axis=(0, -3)))(X)
    with pytest.raises(ValueError, match="identity"):
        grad(lambda x: np.max(x, where=MASK))(X)
    with pytest.raises(ValueError, match="broadcast"):
        grad(lambda x: np.sum(x, where=np.ones(5, bool)))(X)


def test_what_says_nothing_of_a_derivative_is_plain() -> None:
    def f(x: Any) -> Any:
        assert np.argmax(x, axis=1).dtype == np.intp
        assert type(np.argmin(x)) is np.int64
        assert np.any(x > 0) is np.any(X > 0) or bool(np.any(x > 0)) == bool(np.any(X > 0))
        assert np.all(x, axis=0).dtype == bool
        assert np.count_nonzero(x) == 12
        assert np.nanargmax(x) == np.argmax(X)
        assert np.nanargmin(x) == np.argmin(X)
        return np.sum(x)

    np.testing.assert_array_equal(grad(f)(X), np.ones_like(X))


def test_gradients_may_be_changed_by_their_owner() -> None:
    for function in FUNCTIONS:
        found = grad(function)(X)
        found += 1.0


@pytest.mark.skipif(not hasattr(np, "product"), reason="dropped by NumPy 2")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_names() -> None:
    x = np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 5.0]])
    np.testing.assert_allclose(grad(np.product)(x[1]), [20.0, 15.0, 12.0])
    np.testing.assert_allclose(grad(lambda x: np.sum(np.cumproduct(x)))(x[1]), [25.0, 18.0, 12.0])
    assert np.alltrue(pb.Variable(x)) == np.alltrue(x)
    assert np.sometrue(pb.Variable(x), axis=1).tolist() == [True, True]

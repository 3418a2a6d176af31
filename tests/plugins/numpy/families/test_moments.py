"""Variances, standard deviations and weighted averages along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import check_grads, grad, hessian, jvp, vjp

from ..agreement import agree, check

RNG = np.random.default_rng(4)
X = RNG.normal(size=(2, 3, 2))
W = RNG.uniform(0.5, 1.5, size=(2, 3, 2))
MASK = np.array([[[True], [False], [True]], [[True], [True], [True]]])
SPREADS: list[Callable[..., Any]] = [np.var, np.std]
NEW = pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="new in NumPy 2")


@pytest.mark.parametrize("function", SPREADS)
@pytest.mark.parametrize("options", [
    {}, {"axis": 0}, {"axis": -2, "ddof": 1}, {"axis": (2, 1), "ddof": 1, "keepdims": True}, {"ddof": 1.5},
    {"axis": 1, "where": MASK}, {"axis": (0, 1), "where": MASK, "ddof": 1, "keepdims": True},
])  # fmt: skip
def test_options(function: Callable[..., Any], options: dict[str, Any]) -> None:
    def f(x: Any) -> Any:
        return function(x, **options)

    check(f, X)


@pytest.mark.parametrize("function", SPREADS)
def test_complex(function: Callable[..., Any]) -> None:
    z = X + 1j * W
    agree(lambda z: function(z, axis=1), z)
    check_grads(lambda z: function(z, axis=1), (z,), step=1e-3)
    check_grads(lambda z: function(z, axis=1, where=MASK), (z,), step=1e-3)


@pytest.mark.parametrize("function", SPREADS)
def test_float32(function: Callable[..., Any]) -> None:
    x = X.astype(np.float32)
    agree(function, x)
    assert grad(function)(x).dtype == np.float32
    assert grad(lambda x: function(x, dtype=np.float64))(x).dtype == np.float32


@NEW
@pytest.mark.parametrize("function", SPREADS)
def test_a_mean_given(function: Callable[..., Any]) -> None:
    def f(x: Any, mean: Any) -> Any:
        return function(x, axis=1, mean=mean, correction=1)

    mean = X.mean(axis=1, keepdims=True) + 0.1
    check(f, X, mean)
    with pytest.raises(ValueError, match="simultaneously"):
        vjp(lambda x: function(x, ddof=1, correction=1), X)


@pytest.mark.parametrize("constant", [0.0, 2.0, 0.1, 1e6 + 0.1])
def test_the_deviation_of_a_constant(constant: float) -> None:
    for size in (1, 3, 10):
        x = np.full((2, size), constant)
        for options in ({"axis": 1}, {"axis": 1, "where": np.ones_like(x, dtype=bool)}, {}):
            np.testing.assert_array_equal(grad(lambda x: np.sum(np.std(x, **options)))(x), np.zeros_like(x))
            assert jvp(lambda x: np.sum(np.std(x, **options)), (x,), (np.ones_like(x),))[1] == 0.0
    np.testing.assert_array_equal(hessian(np.std)(np.full(2, constant)), np.zeros((2, 2)))


def test_the_deviation_of_some_constant_rows() -> None:
    x = np.array([[1.0, 1.0], [1.0, 3.0]])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.std(x, axis=1)))(x), [[0.0, 0.0], [-0.5, 0.5]])


@pytest.mark.filterwarnings("ignore:Degrees of freedom")
def test_too_few_degrees_of_freedom() -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(vjp(lambda x: np.var(x, ddof=1), np.ones(1))[0])
        assert np.isnan(vjp(lambda x: np.var(x), np.ones(0))[0])


def test_the_deviation_of_a_number() -> None:
    assert grad(np.std)(np.float64(3.0)) == 0.0
    assert grad(np.var)(np.array(3.0)) == 0.0


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_averages(axis: Any) -> None:
    def f(x: Any, w: Any) -> Any:
        return np.average(x, axis=axis, weights=w, returned=True)

    agree(lambda x: np.average(x, axis=axis), X)
    agree(lambda x, w: f(x, w)[0], X, W)
    check_grads(f, (X, W))
    check_grads(lambda w: np.average(X, axis=axis, weights=w, keepdims=True), (W,))
    check_grads(lambda x: np.average(x, axis=axis, returned=True)[0], (X,))


def test_weights_of_one_axis() -> None:
    agree(lambda x, w: np.average(x, axis=1, weights=w), X, W[0, :, 0])
    check_grads(lambda x, w: np.average(x, axis=1, weights=w, returned=True), (X, W[0, :, 0]))


@NEW
def test_weights_of_two_axes_in_another_order() -> None:
    agree(lambda x, w: np.average(x, axis=(2, 1), weights=w), X, W[0].T)
    check_grads(lambda x, w: np.average(x, axis=(2, 1), weights=w), (X, W[0].T))


def test_misuse_of_averages() -> None:
    with pytest.raises(ZeroDivisionError):
        vjp(lambda x: np.average(x, weights=x * 0.0), X)
    with pytest.raises(TypeError, match="Axis must be specified"):
        vjp(lambda x: np.average(x, weights=np.ones(3)), X)
    with pytest.raises(ValueError, match="consistent"):
        vjp(lambda x: np.average(x, axis=1, weights=np.ones(2)), X)


@pytest.mark.parametrize("function", [np.var, np.std, np.nanvar, np.nanstd])
@pytest.mark.parametrize(
    "options",
    [{}, {"axis": 1}, {"axis": 0, "keepdims": True}, {"axis": 1, "where": np.array([True, True, True, False])}],
)
def test_degrees_of_freedom_that_are_variables(function: Any, options: dict[str, Any]) -> None:
    x = np.array([[0.3, 1.2, -0.7, 2.0], [1.0, 0.1, 0.4, -3.0]])

    def f(x: Any, ddof: Any) -> Any:
        return function(x, ddof=ddof, **options)

    d = np.float64(0.75)
    value, pull = vjp(f, x, d)
    np.testing.assert_allclose(value, f(x, d), rtol=1e-14)
    check_grads(f, (x, d))
    assert pull(np.ones_like(value))[1] != 0.0
    single = x.astype(np.float32)
    value, pull = vjp(f, single, d)
    assert value.dtype == np.float32
    assert pull(np.ones_like(value))[0].dtype == np.float32
    if "axis" not in options:
        # Of n numbers, var = S / (n - d).
        found = grad(lambda d: np.var(pb.Variable(x), ddof=d))(0.75)
        np.testing.assert_allclose(found, np.var(x) * 8 / (8 - 0.75) ** 2)


def test_no_degrees_of_freedom_left() -> None:
    x = np.array([1.0, 2.0])
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        assert np.isinf(vjp(lambda d: np.var(pb.Variable(x), ddof=d), 2.0)[0])


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="new in NumPy 2")
def test_corrections_that_are_variables() -> None:
    x = np.array([0.3, 1.2, -0.7, 2.0])
    check_grads(lambda x, d: np.std(x, correction=d), (x, np.float64(0.5)))
    check_grads(lambda x, d, m: np.var(x, correction=d, mean=m, keepdims=True), (x, np.float64(0.5), np.array([0.4])))

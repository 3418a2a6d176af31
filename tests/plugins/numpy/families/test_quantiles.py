"""Order statistics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pullback import check_grads, grad, hessian, vjp

from ..agreement import check

RNG = np.random.default_rng(8)
X = RNG.permutation(np.arange(30.0)).reshape(3, 5, 2) / 7.0 + RNG.uniform(0, 0.05, size=(3, 5, 2))
METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
]  # fmt: skip
CONTINUOUS = METHODS[3:9]
QUANTILES = [0.0, 0.1, 0.25, 0.5, 2 / 3, 0.9, 1.0]
NEW = pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="new in NumPy 2")


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1), (2, 0)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_axes(axis: Any, keepdims: bool) -> None:
    check(lambda x: np.median(x, axis=axis, keepdims=keepdims), X)
    check(lambda x: np.quantile(x, 0.3, axis=axis, keepdims=keepdims), X)
    check(lambda x: np.percentile(x, [30.0, 70.0], axis=axis, keepdims=keepdims), X)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_methods(method: Any, n: int) -> None:
    x = X[0, :n, 0]
    for q in [*QUANTILES, QUANTILES, np.array([[0.2, 0.3]])]:
        np.testing.assert_allclose(
            vjp(lambda x: np.quantile(x, q, method=method), x)[0], np.quantile(x, q, method=method), rtol=1e-13
        )
        q = np.multiply(q, 100)
        np.testing.assert_allclose(
            vjp(lambda x: np.percentile(x, q, method=method), x)[0], np.percentile(x, q, method=method), rtol=1e-13
        )
    check(lambda x: np.quantile(x, QUANTILES, method=method), x)
    check(lambda x: np.nanquantile(x, QUANTILES, method=method), x)


@pytest.mark.parametrize("method", CONTINUOUS)
def test_gradients_by_q(method: Any) -> None:
    x = np.moveaxis(X, 1, -1)
    for q in (np.float64(0.33), np.array([0.02, 0.33, 0.61])):
        check_grads(lambda x, q: np.quantile(x, q, axis=-1, method=method), (x, q), step=1e-4)
        check_grads(lambda x, q: np.nanpercentile(x, q, axis=-1, method=method), (x, 100 * q), step=1e-4)
    assert grad(lambda q: np.quantile(x[0, 0], q, method="lower"))(0.33) == 0.0


def test_gradients_by_q_at_the_ends() -> None:
    x = np.array([1.0, 2.0, 4.0])
    assert grad(lambda q: np.quantile(x, q))(0.0) == 2.0
    assert grad(lambda q: np.quantile(x, q))(1.0) == 4.0
    assert vjp(lambda q: np.quantile(x, q), 1.0)[0] == 4.0
    assert grad(lambda q: np.quantile(x, q, method="weibull"))(0.0) == 0.0
    assert grad(lambda q: np.quantile(x[:1], q))(0.5) == 0.0
    assert grad(lambda x, q: np.quantile(x, [q, 0.5])[0], argnums=(0, 1))(x, 0.25)[1] == 2.0


def test_medians_exactly() -> None:
    np.testing.assert_array_equal(grad(np.median)(np.array([3.0, 1.0, 2.0])), [0.0, 0.0, 1.0])
    np.testing.assert_array_equal(grad(np.median)(np.array([3.0, 1.0, 2.0, 9.0])), [0.5, 0.0, 0.5, 0.0])
    assert grad(np.median)(np.array([1.0, 1.0, 1.0, 1.0])).sum() == 1.0
    assert grad(np.median)(np.float64(3.0)) == 1.0
    np.testing.assert_array_equal(hessian(np.median)(np.array([3.0, 1.0, 2.0])), np.zeros((3, 3)))
    check(np.median, X[..., 0] + 1j)


def test_dtypes() -> None:
    x = X.astype(np.float32)
    for f in (
        np.median,
        lambda x: np.quantile(x, 0.3),
        lambda x: np.percentile(x, np.array([30.0, 60.0])),
        lambda x: np.nanpercentile(x, 30, axis=0),
    ):
        value, pull = vjp(f, x)
        assert value.dtype == f(x).dtype
        np.testing.assert_allclose(value, f(x), rtol=1e-6)
        assert pull(np.ones_like(value))[0].dtype == np.float32


def test_nan() -> None:
    x = np.array([[1.0, np.nan, 3.0], [4.0, 6.0, 5.0]])
    for function in (np.median, lambda x, axis: np.quantile(x, 0.25, axis=axis)):
        value, pull = vjp(lambda x: function(x, axis=1), x)
        np.testing.assert_array_equal(value, function(x, axis=1))
        assert pull(np.array([0.0, 1.0]))[0].sum() == 1.0
    for function in (
        np.nanmedian,
        lambda x, axis: np.nanquantile(x, [0.25, 0.8], axis=axis),
        lambda x, axis: np.nanpercentile(x, 25, axis=axis, method="hazen"),
    ):
        for axis in (0, 1, None):
            value, pull = vjp(lambda x: function(x, axis=axis), x)
            np.testing.assert_allclose(value, function(x, axis=axis), rtol=1e-14)
            found = pull(np.ones_like(value))[0]
            assert found[0, 1] == 0.0
            assert np.isclose(found.sum(), np.size(value))
    with pytest.warns(RuntimeWarning, match="All-NaN"):
        assert np.isnan(vjp(np.nanmedian, np.full(3, np.nan))[0])
    with pytest.warns(RuntimeWarning, match="All-NaN"):
        assert np.isnan(vjp(lambda x: np.nanquantile(x, 0.5), np.full(3, np.nan))[0])


def test_nothing() -> None:
    with pytest.warns(RuntimeWarning), np.errstate(all="ignore"):
        assert np.isnan(vjp(np.median, np.ones(0))[0])
    with pytest.raises(IndexError):
        vjp(lambda x: np.quantile(x, 0.5), np.ones(0))


@NEW
def test_weights() -> None:
    w = np.array([1.0, 0.0, 2.0, 3.0, 1.0])
    for q in (0.3, [0.1, 0.7]):
        check(lambda x: np.quantile(x, q, axis=1, method="inverted_cdf", weights=w), X)
        check(
            lambda x: np.percentile(x, np.multiply(q, 100), axis=1, method="inverted_cdf", weights=w, keepdims=True), X
        )
    slope = grad(lambda w: np.quantile(X[0, :, 0], 0.3, method="inverted_cdf", weights=w))(w)
    np.testing.assert_array_equal(slope, np.zeros(5))
    with pytest.raises(ValueError, match="inverted_cdf"):
        vjp(lambda x: np.quantile(x, 0.3, axis=1, weights=w), X)


def test_misuse() -> None:
    with pytest.raises(ValueError, match="range"):
        vjp(lambda x: np.quantile(x, 1.5), X)
    with pytest.raises(ValueError, match="not a valid method|method"):
        vjp(lambda x: np.quantile(x, 0.5, method="mode"), X)
    with pytest.raises(np.exceptions.AxisError):
        vjp(lambda x: np.median(x, axis=3), X)

"""Covariances, histograms, and functions of functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pullback import check_grads, grad, hessian, vjp
from pullback.tracked import plain

from ..agreement import check

RNG = np.random.default_rng(9)
X = RNG.normal(size=(3, 6))
Y = RNG.normal(size=(2, 6))
W = RNG.uniform(0.5, 1.5, size=6)
F = np.array([1, 2, 1, 3, 1, 1])


@pytest.mark.parametrize("options", [
    {}, {"bias": True}, {"ddof": 0}, {"ddof": 2}, {"fweights": F}, {"aweights": W}, {"aweights": W, "ddof": 0},
    {"aweights": W, "fweights": F}, {"fweights": F, "bias": True},
])  # fmt: skip
def test_covariances(options: dict[str, Any]) -> None:
    check(lambda x: np.cov(x, **options), X)
    check(lambda x: np.cov(x, rowvar=False, **options), X.T.copy())
    check(lambda x: np.cov(x, **options), X[0])
    check(lambda x, y: np.cov(x, y, **options), X, Y)
    check(lambda x, y: np.cov(x, y, **options), X[0], Y[0])
    check(lambda x, y: np.cov(x, y, rowvar=False, **options), X.T.copy(), Y.T.copy())


def test_covariances_of_weights_and_of_complex_numbers() -> None:
    check(lambda x, w: np.cov(x, aweights=w), X, W)
    check(lambda w: np.cov(X, aweights=w, fweights=F), W)
    check(lambda z: np.cov(z, aweights=W), X + 1j * X[::-1])
    check(lambda x: np.corrcoef(x), X + 1j * X[::-1])


def test_correlations() -> None:
    check(np.corrcoef, X)
    check(lambda x: np.corrcoef(x, rowvar=False), X.T.copy())
    check(lambda x, y: np.corrcoef(x, y), X[0], Y[0])
    assert vjp(np.corrcoef, X[0])[0] == 1.0
    # Exactly correlated: at its maximum, one.
    found = vjp(lambda x: np.corrcoef(x, 3.0 * x + 1.0)[0, 1], X[0])[0]
    assert found <= 1.0
    np.testing.assert_allclose(grad(lambda x: np.corrcoef(x, X[0])[0, 1])(X[0]), np.zeros(6), atol=1e-12)
    assert abs(hessian(lambda x: np.corrcoef(x, X[0])[0, 1])(X[0])).max() > 0.01


def test_dtypes_of_covariances() -> None:
    x = X.astype(np.float32)
    for f in (np.cov, np.corrcoef, lambda x: np.cov(x, dtype=np.float32), lambda x: np.corrcoef(x, dtype=np.float32)):
        value, pull = vjp(f, x)
        assert value.dtype == f(x).dtype
        np.testing.assert_allclose(value, f(x), rtol=1e-4, atol=1e-6)
        assert pull(np.ones_like(value))[0].dtype == np.float32


def test_misuse_of_covariances() -> None:
    with pytest.raises(ValueError, match="integer"):
        vjp(lambda x: np.cov(x, ddof=0.5), X)
    with pytest.raises(TypeError, match="integer"):
        vjp(lambda x: np.cov(x, fweights=W), X)
    with pytest.raises(RuntimeError, match="numbers of samples"):
        vjp(lambda x: np.cov(x, aweights=W[1:]), X)
    with pytest.raises(ValueError, match="negative"):
        vjp(lambda x: np.cov(x, aweights=-W), X)
    with pytest.raises(ValueError, match="more than 2"):
        vjp(np.cov, X[None])
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"), np.errstate(all="ignore"):
        vjp(np.cov, X[:, :1])


INDEX = np.array([0, 2, 2, 5, 1, 0])


def test_bincount() -> None:
    for minlength in (0, 9):
        check(lambda w: np.bincount(INDEX, w, minlength), W)
    np.testing.assert_array_equal(
        grad(lambda w: np.sum(np.bincount(INDEX, weights=w) * np.arange(6.0)))(W), [0.0, 2.0, 2.0, 5.0, 1.0, 0.0]
    )
    assert grad(lambda w: np.sum(np.bincount(INDEX, w)))(W.astype(np.float32)).dtype == np.float32
    with pytest.raises(ValueError, match="length"):
        vjp(lambda w: np.bincount(INDEX, w), W[1:])
    with pytest.raises(ValueError, match="negative"):
        vjp(lambda w: np.bincount(-INDEX, w), W)


@pytest.mark.parametrize("options", [
    {"bins": 4}, {"bins": 3, "range": (-0.5, 0.5)}, {"bins": [-1.0, 0.0, 0.4, 2.0]}, {"bins": "auto"},
])  # fmt: skip
@pytest.mark.parametrize("density", [False, True])
def test_histograms_of_weights(options: dict[str, Any], density: bool) -> None:
    x = X[0]
    if options["bins"] != "auto":
        check(lambda w: np.histogram(x, weights=w, density=density, **options)[0], W)
    elif not density:
        # NumPy refuses to choose bins for weighted data.
        with pytest.raises(TypeError, match="weighted"):
            vjp(lambda w: np.histogram(x, weights=w, **options)[0], W)


def test_histograms_at_the_edges() -> None:
    x = np.array([0.0, 0.5, 1.0, 2.0, 2.5, -1.0, np.nan])
    w = np.arange(1.0, 8.0)
    edges = [0.0, 0.5, 1.0, 2.0]
    np.testing.assert_array_equal(vjp(lambda w: np.histogram(x, edges, weights=w)[0], w)[0], [1.0, 2.0, 7.0])
    found = grad(lambda w: np.sum(np.histogram(x, edges, weights=w)[0] * [1.0, 2.0, 3.0]))(w)
    np.testing.assert_array_equal(found, [1.0, 2.0, 3.0, 3.0, 0.0, 0.0, 0.0])


def test_counts_are_plain_and_edges_move_with_the_extremes() -> None:
    def f(x: Any) -> Any:
        hist, edges = np.histogram(x, 3)
        assert type(hist) is np.ndarray
        np.testing.assert_array_equal(plain(edges), np.histogram(X[0], 3)[1])
        assert type(np.histogram(x, [-1.0, 0.0, 2.0])[1]) is np.ndarray
        assert hist.dtype == np.intp
        np.testing.assert_array_equal(hist, np.histogram(X[0], 3)[0])
        np.testing.assert_array_equal(plain(np.histogram_bin_edges(x, 3)), np.histogram_bin_edges(X[0], 3))
        assert np.histogram2d(x, x, 2)[0].sum() == 6
        assert np.histogramdd(np.stack([x, x], axis=-1), 2)[0].sum() == 6
        assert np.bincount(INDEX).dtype == np.intp
        return np.sum(x)

    grad(f)(X[0])


def test_densities_move_with_the_widths_of_their_bins() -> None:
    x, w = X[0], W
    edges = np.array([-2.0, -0.3, 0.4, 3.0])
    for f, args in (
        (lambda x: np.histogram(x, 3, density=True)[0], (x,)),
        (lambda x: np.histogram(x, 3, density=True)[1], (x,)),
        (lambda x, w: np.histogram(x, 3, density=True, weights=w)[0], (x, w)),
        (lambda x: np.histogram(x, 3, density=True, weights=w)[0], (x,)),
        (lambda e: np.histogram(x, e, density=True)[0], (edges,)),
        (lambda e, w: np.histogram(x, e, density=True, weights=w)[0], (edges, w)),
        (lambda x, r: np.histogram(x, 3, range=r, density=True)[0], (x, np.array([-1.1, 0.9]))),
        (lambda x, y: np.histogram2d(x, y, [2, 3], density=True)[0], (x, X[1])),
        (lambda e: np.histogram2d(x, X[1], [e, 2], density=True)[0], (edges,)),
        (lambda p: np.histogramdd(p, 2, density=True)[0], (X[:2].T,)),
    ):
        np.testing.assert_allclose(vjp(f, *args)[0], f(*args), rtol=1e-14)
        check_grads(f, args, step=1e-5)
    # The bins between the least and the greatest share 1 / (greatest - least).
    slope = grad(lambda x: np.sum(np.histogram(x, 2, density=True)[0]))(np.array([0.0, 1.0, 4.0]))
    np.testing.assert_allclose(slope, [2 / 16, 0.0, -2 / 16])
    assert (grad(lambda x: np.sum(np.histogram(x, [-1.0, 0.0, 1.0], density=True)[0] * x[0]))(X[0])[1:] == 0.0).all()
    single = X[0].astype(np.float32)
    value, pull = vjp(lambda x: np.histogram(x, 3, density=True)[0], single)
    assert value.dtype == np.histogram(single, 3, density=True)[0].dtype
    assert pull(value)[0].dtype == np.float32


@pytest.mark.parametrize("density", [False, True])
def test_histograms_in_more_dimensions(density: bool) -> None:
    for options in (
        {"bins": 2},
        {"bins": [2, 3]},
        {"bins": [[-2.0, 0.0, 2.0], 2]},
        {"bins": 2, "range": [(-1, 1), (-1, 1)]},
        {"bins": np.array([-1.0, 0.0, 0.5, 1.0])},
    ):
        check(lambda w: np.histogram2d(X[0], X[1], weights=w, density=density, **options)[0], W)
    check(lambda w: np.histogramdd(X[:2].T, weights=w, density=density, bins=3)[0], W)
    check(lambda w: np.histogramdd(X.T, weights=w, density=density, bins=(2, 1, 3))[0], W)


T = RNG.normal(size=(2, 3, 4))


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_apply_along_axis(axis: int) -> None:
    check(lambda x: np.apply_along_axis(lambda r: np.sum(r * r), axis, x), T)
    check(lambda x: np.apply_along_axis(lambda r, c: r * c + r[0], axis, x, 2.0), T)
    check(lambda x: np.apply_along_axis(lambda r: r[:, None] * r[None, :], axis, x), T)


def test_apply_over_axes() -> None:
    check(lambda x: np.apply_over_axes(np.sum, x * x, [0, -1]), T)
    check(lambda x: np.apply_over_axes(np.cumsum, x * x, 1), T)
    with pytest.raises(ValueError, match="correct shape"):
        vjp(lambda x: np.apply_over_axes(lambda a, axis: a[0, 0, 0], x, [0]), T)


def test_vectorize() -> None:
    f = np.vectorize(lambda a, b: a * b + np.sin(a) if a > 0 else b * (a - a))
    np.testing.assert_allclose(grad(lambda x: np.sum(f(x, 2.0)))(X), np.where(X > 0, 2.0 + np.cos(X), 0.0))
    check_grads(lambda x: np.sum(f(x, x[::-1]) ** 2), (X,))


def test_vectorize_for_numbers_is_refused_and_objects_are_the_way_out() -> None:
    def square(a: Any) -> Any:
        return a * a

    def ramp(a: Any) -> Any:
        return a * a if a > 0 else 0.0

    x = np.array([-1.0, 3.0])
    for refused in (np.vectorize(square, otypes=[float]), np.vectorize(ramp)):
        with pytest.raises((ValueError, TypeError)):
            grad(lambda x: np.sum(refused(x)))(x)
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.vectorize(square, otypes=[object])(x)))(x), [-2.0, 6.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.vectorize(ramp, otypes=[object])(x)))(x), [0.0, 6.0])


def test_frequencies_have_the_gradient_of_the_formula() -> None:
    def formula(f: Any) -> Any:
        centred = X - np.sum(X * f, axis=1, keepdims=True) / np.sum(f)
        return (centred * f) @ centred.T / (np.sum(f) - 1)

    f = F.astype(float)
    value, pull = vjp(lambda f: np.cov(X, fweights=f), f)
    np.testing.assert_array_equal(value, np.cov(X, fweights=F))
    cotangent = np.arange(1.0, value.size + 1.0).reshape(value.shape)
    np.testing.assert_allclose(pull(cotangent)[0], vjp(formula, f)[1](cotangent)[0])
    check_grads(lambda f: formula(f), (f,))

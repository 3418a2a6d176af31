"""Reductions that leave nan out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pullback import check_grads, grad, vjp

X = np.random.default_rng(5).normal(size=(3, 4))
GAPS = np.where([[0, 1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 1]], np.nan, X)
FUNCTIONS: list[Callable[..., Any]] = [
    np.nansum, np.nanprod, np.nanmean, np.nanmax, np.nanmin, np.nanvar, np.nanstd, np.nancumsum, np.nancumprod,
]  # fmt: skip


def filled(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """`function` of an array with gaps, from an array without: so numerical differences see no nan."""
    return lambda x: function(np.where(np.isnan(GAPS), np.nan, x), **options)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("axis", [None, 0, -1])
def test_nan_has_gradient_zero(function: Callable[..., Any], axis: Any) -> None:
    f = filled(function, axis=axis)
    np.testing.assert_allclose(vjp(f, X)[0], f(X), rtol=1e-12)
    check_grads(f, (X,), step=1e-3)
    found = grad(lambda x: np.sum(function(x, axis=axis)))(GAPS)
    assert (found[np.isnan(GAPS)] == 0.0).all()
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, grad(lambda x: np.sum(f(x)))(X))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_dtypes(function: Callable[..., Any]) -> None:
    x = GAPS.astype(np.float32)
    value, pull = vjp(function, x)
    assert value.dtype == function(x).dtype == np.float32
    assert pull(np.ones_like(value))[0].dtype == np.float32


@pytest.mark.parametrize("function", FUNCTIONS[:7])
def test_keepdims(function: Callable[..., Any]) -> None:
    f = filled(function, axis=0, keepdims=True)
    assert vjp(f, X)[0].shape == (1, 4)
    check_grads(f, (X,), step=1e-3)
    g = filled(
        function,
        axis=0,
        where=np.array([[True], [True], [False]]),
        **({"initial": 0.1} if "max" in function.__name__ or "min" in function.__name__ else {}),
    )
    np.testing.assert_allclose(vjp(g, X)[0], g(X))
    check_grads(g, (X,), step=1e-3)


def test_options_of_spreads() -> None:
    for function in (np.nanvar, np.nanstd):
        f = filled(function, axis=1, ddof=1)
        np.testing.assert_allclose(vjp(f, X)[0], f(X))
        check_grads(f, (X,), step=1e-3)
        np.testing.assert_array_equal(grad(function)(np.array([0.1, np.nan, 0.1, 0.1])), np.zeros(4))


@pytest.mark.parametrize("function", [np.nanmean, np.nanmax, np.nanmin, np.nanvar, np.nanstd])
def test_nothing_but_nan(function: Callable[..., Any]) -> None:
    x = np.array([[1.0, np.nan], [2.0, np.nan]])
    with pytest.warns(RuntimeWarning):
        value, pull = vjp(lambda x: function(x, axis=0), x)
    assert np.isnan(value[1])
    assert value[0] == function(x[:, 0])
    assert (pull(np.ones(2))[0][:, 1] == 0.0).all() or function in (np.nanvar, np.nanstd)


def test_infinite_extrema() -> None:
    np.testing.assert_array_equal(grad(np.nanmax)(np.array([-np.inf, np.nan])), [1.0, 0.0])
    np.testing.assert_array_equal(grad(np.nanmin)(np.array([np.inf, np.nan, np.inf])), [0.5, 0.0, 0.5])

"""Differences, gradients on a grid and integrals: against NumPy, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from pullback import grad, vjp

from ..agreement import agree, check

RNG = np.random.default_rng(6)
X = RNG.normal(size=(3, 4))
Y = RNG.normal(size=(3, 4))
trapezoid = getattr(np, "trapezoid", None) or np.trapz


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

"""Sorting and searching."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pullback import check_grads, grad, hessian, vjp

RNG = np.random.default_rng(7)
X = RNG.permutation(12.0 + np.arange(12.0)).reshape(3, 4) / 7.0
NEW = pytest.mark.skipif(not hasattr(np, "unique_values"), reason="new in NumPy 2")


def check(f: Any, *args: Any) -> None:
    np.testing.assert_array_equal(vjp(f, *args)[0], f(*args))
    check_grads(f, args, step=1e-3)


@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("kind", [None, "stable", "heapsort"])
def test_sort(axis: Any, kind: Any) -> None:
    check(lambda x: np.sort(x, axis=axis, kind=kind), X)
    check(lambda x: np.sort(x, axis=axis), X[::-1] + 1j * X)


def test_gradients_find_back_to_their_elements() -> None:
    x = np.array([3.0, 1.0, 2.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.sort(x) * [10.0, 20.0, 30.0]))(x), [30.0, 10.0, 20.0])
    np.testing.assert_array_equal(hessian(lambda x: np.sum(np.sort(x) ** 2 * [1, 2, 3]))(x), np.diag([6.0, 2.0, 4.0]))


def test_ties_are_a_permutation() -> None:
    found = grad(lambda x: np.sum(np.sort(x) * [10.0, 20.0, 30.0]))(np.array([1.0, 2.0, 1.0]))
    assert sorted(found) == [10.0, 20.0, 30.0]
    assert found[1] == 30.0


def test_nan_and_empty() -> None:
    x = np.array([np.nan, 1.0, 0.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.sort(x)[:2] * [5.0, 7.0]))(x), [0.0, 7.0, 5.0])
    assert grad(lambda x: np.sum(np.sort(x)))(np.ones((0, 2))).shape == (0, 2)
    with pytest.raises(np.exceptions.AxisError):
        vjp(np.sort, np.float64(1.0))
    with pytest.raises(np.exceptions.AxisError):
        vjp(lambda x: np.sort(x, axis=2), X)


@pytest.mark.parametrize("kth", [1, (0, 2), -1])
@pytest.mark.parametrize("axis", [None, 0, -1])
def test_partition(kth: Any, axis: Any) -> None:
    check(lambda x: np.partition(x, kth, axis=axis), X)


def test_float32() -> None:
    x = X.astype(np.float32)
    for function in (np.sort, np.unique, lambda x: np.partition(x, 1)):
        value, pull = vjp(function, x)
        assert value.dtype == np.float32
        assert pull(np.ones_like(value))[0].dtype == np.float32


def test_sort_complex() -> None:
    check(np.sort_complex, X[0])
    check(np.sort_complex, X[0] + 1j)
    assert vjp(np.sort_complex, X[0])[0].dtype == np.complex128


def test_what_is_plain() -> None:
    def f(x: Any) -> Any:
        bare = X[0]
        for found, wanted in [
            (np.argsort(x, kind="stable"), np.argsort(bare)),
            (np.argpartition(x, 2), np.argpartition(bare, 2)),
            (np.lexsort((x, x * 0.0)), np.lexsort((bare, bare * 0.0))),
            (np.searchsorted(np.sort(x), [x[0], 2.0]), np.searchsorted(np.sort(bare), [bare[0], 2.0])),
            (np.searchsorted([1.0, 2.0, 3.0], x), np.searchsorted([1.0, 2.0, 3.0], bare)),
            (np.digitize(x, [1.0, 2.0, 3.0]), np.digitize(bare, [1.0, 2.0, 3.0])),
            (np.digitize(bare, np.sort(x), right=True), np.digitize(bare, np.sort(bare), right=True)),
        ]:
            assert type(found) is np.ndarray
            np.testing.assert_array_equal(found, wanted)
        return np.sum(x)

    grad(f)(X[0])


def test_unique() -> None:
    x = np.array([2.0, 1.0, 2.0, 3.0, 1.0])
    np.testing.assert_array_equal(
        grad(lambda x: np.sum(np.unique(x) * [1.0, 10.0, 100.0]))(x), [10.0, 1.0, 0.0, 100.0, 0.0]
    )
    values, pull = vjp(lambda x: np.unique(x, return_counts=True, return_inverse=True)[0], x)
    np.testing.assert_array_equal(values, [1.0, 2.0, 3.0])

    def f(x: Any) -> Any:
        found = np.unique(x, True, True, True)
        for one, other in zip(
            found[1:], np.unique(np.array([2.0, 1.0, 2.0, 3.0, 1.0]), True, True, True)[1:], strict=True
        ):
            assert type(one) is np.ndarray
            np.testing.assert_array_equal(one, other)
        return np.sum(found[0])

    grad(f)(x)
    rows = np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 1.0]])
    np.testing.assert_array_equal(vjp(lambda x: np.unique(x, axis=0), rows)[0], np.unique(rows, axis=0))
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.unique(x, axis=0)))(rows), [[1, 1], [0, 0], [1, 1]])
    check(lambda x: np.unique(x, axis=1), X)


@NEW
def test_unique_of_the_array_api() -> None:
    x = np.array([[2.0, 1.0, 2.0], [3.0, 1.0, 5.0]])
    check(np.unique_values, X)
    for name in ("unique_counts", "unique_inverse", "unique_all"):
        function = getattr(np, name)
        plain = function(x)

        def f(x: Any) -> Any:
            found = function(x)
            assert type(found) is type(plain)
            for one, other in zip(found[1:], plain[1:], strict=True):
                np.testing.assert_array_equal(one, other)
            return found.values

        np.testing.assert_array_equal(vjp(f, x)[0], plain.values)
        assert grad(lambda x: np.sum(f(x)))(x).sum() == 4.0
    assert vjp(np.unique_values, np.ones(0))[0].shape == (0,)

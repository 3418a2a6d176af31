"""The logarithm of a sum of exponentials, the softmax, and `numpy.logaddexp.reduce`, which is made of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

import pullback as pb
from pullback.testing import check_grads
from pullback.transforms import grad, jvp
from pullback_plugins.numpy.families.logsumexp import log_softmax, logsumexp, softmax

X = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.3]])
LARGE = np.array([[800.0, 0.0, -900.0], [-2e3, -2e3, -2.001e3]])


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_values_and_derivatives(axis: object) -> None:
    expected = np.log(np.sum(np.exp(X), axis=axis))  # type: ignore[arg-type]
    np.testing.assert_allclose(logsumexp(X, axis), expected, rtol=1e-15)
    np.testing.assert_allclose(softmax(X, axis), np.exp(X) / np.sum(np.exp(X), axis=axis, keepdims=True))  # type: ignore[arg-type]
    np.testing.assert_allclose(log_softmax(X, axis), np.log(softmax(X, axis)), rtol=1e-14)
    check_grads(lambda x: logsumexp(x, axis), (X,))
    check_grads(lambda x: logsumexp(x, axis, keepdims=True), (X,))
    check_grads(lambda x: softmax(x, axis), (X,))
    check_grads(lambda x: log_softmax(x, axis), (X,))


def test_nothing_overflows() -> None:
    np.testing.assert_allclose(logsumexp(LARGE, 1), [800.0, -2e3 + math.log(2.0 + math.exp(-1.0))], rtol=1e-15)
    np.testing.assert_allclose(grad(lambda x: np.sum(logsumexp(x, 1)))(LARGE), softmax(LARGE, 1))
    np.testing.assert_allclose(np.sum(softmax(LARGE, 1), axis=1), 1.0)
    assert log_softmax(LARGE, 1)[0, 2] == -1700.0


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ([-math.inf, -math.inf], [0.5, 0.5]),
        ([math.inf, math.inf, 0.0], [0.5, 0.5, 0.0]),
        ([-math.inf, 0.0], [0.0, 1.0]),
        ([1e300, 1e300], [0.5, 0.5]),
        ([-math.inf] * 4, [0.25] * 4),
    ],
)
def test_infinite_numbers(point: list[float], expected: list[float]) -> None:
    x = np.array(point)
    for function in (logsumexp, np.logaddexp.reduce):
        np.testing.assert_array_equal(grad(lambda x, f=function: f(x))(x), expected)
        assert jvp(function, (x,), (np.eye(len(x))[0],))[1] == expected[0]


def test_missing_numbers_stay() -> None:
    x = np.array([math.nan, 1.0])
    assert np.isnan(logsumexp(x))
    assert np.isnan(grad(lambda x: logsumexp(x))(x)).all()


def test_weights() -> None:
    weights = np.array([0.5, 0.3, 2.0])
    expected = np.log(np.sum(weights * np.exp(X), axis=1))
    np.testing.assert_allclose(logsumexp(X, 1, weights), expected, rtol=1e-15)
    check_grads(lambda x, b: logsumexp(x, 1, b), (X, weights))
    # A weight of zero has a gradient all the same.
    weights = np.array([0.5, 0.0, 2.0])
    expected = np.exp(X[0]) / np.sum(np.exp(X[0]) * weights)
    np.testing.assert_allclose(grad(lambda b: logsumexp(X[0], b=b))(weights), expected, rtol=1e-14)


def test_masks_and_beginnings() -> None:
    mask = X > 0
    expected = np.logaddexp.reduce(X, axis=1, where=mask, initial=-1.0)
    np.testing.assert_allclose(np.logaddexp.reduce(pb.Variable(X), axis=1, where=mask, initial=-1.0).primal, expected)
    check_grads(lambda x: np.logaddexp.reduce(x, axis=1, where=mask, initial=-1.0), (X,))


def test_dtypes_and_shapes() -> None:
    x = X.astype(np.float32)
    assert logsumexp(x, 1).dtype == np.float32
    assert grad(lambda x: np.sum(softmax(x, 1) ** 2))(x).dtype == np.float32
    assert grad(lambda x: logsumexp(x))(x).dtype == np.float32
    assert logsumexp(np.empty((3, 0)), 1).tolist() == [-math.inf] * 3
    assert grad(lambda x: np.sum(logsumexp(x, 0)))(np.empty((3, 0))).shape == (3, 0)
    with pytest.raises(np.exceptions.AxisError):
        logsumexp(X, 2)

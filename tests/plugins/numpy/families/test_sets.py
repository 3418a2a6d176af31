"""Sets of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import check_grads, grad, vjp
from pullback.tracked import Tracked

X = np.array([[0.7, 2.1, 1.3], [0.4, 3.0, -1.0]])
Y = np.array([1.3, 5.0, 0.7, 0.1])
FUNCTIONS = [np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d]


def total(x: Any) -> Any:
    return np.sum(x * np.arange(1.0, x.size + 1.0))


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("distinct", [{}, {"assume_unique": True}])
def test_values_and_gradients(function: Any, distinct: dict[str, Any]) -> None:
    if function is np.union1d and distinct:
        return
    given = X.ravel() if distinct else X  # NumPy 1.26 wants one axis then
    for f, args in (
        (lambda x: function(x, Y, **distinct) ** 2, (given,)),
        (lambda x: np.sin(function(x, [10.0, 20.0], **distinct)), (given[::-1],)),
        (lambda x: function(Y, x, **distinct), (X.ravel(),)),
        (lambda z: function(z, [1.3 + 0j, 2.0j], **distinct), (given + 1j * (given > 1.5),)),
    ):
        np.testing.assert_array_equal(vjp(f, *args)[0], f(*args))
    # A step would take equal numbers apart; what is met once moves alone.
    check_grads(lambda x: total(function(x, [10.0, 20.0, 30.0], **distinct) ** 3), (given,))
    check_grads(lambda x, y: total(function(x, y, **distinct) ** 2), (given, Y + 0.05))


def test_the_first_of_equals_gets_the_gradient() -> None:
    x, y = np.array([2.0, 1.0, 2.0, 3.0]), np.array([2.0, 4.0, 4.0, 1.0])

    def gradients(function: Any) -> list[list[float]]:
        return [g.tolist() for g in grad(lambda x, y: total(function(x, y)), argnums=(0, 1))(x, y)]

    assert gradients(np.union1d) == [[2.0, 1.0, 0.0, 3.0], [0.0, 4.0, 0.0, 0.0]]
    assert gradients(np.intersect1d) == [[2.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    assert gradients(np.setxor1d) == [[0.0, 0.0, 0.0, 1.0], [0.0, 2.0, 0.0, 0.0]]
    assert grad(lambda x: total(np.setdiff1d(x, y)))(x).tolist() == [0.0, 0.0, 0.0, 1.0]
    assert grad(lambda x: total(np.setdiff1d(x, [3.0])))(x).tolist() == [2.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize("distinct", [False, True])
def test_places_are_plain(distinct: bool) -> None:
    found = np.intersect1d(pb.Variable(X.ravel()), Y, distinct, return_indices=True)
    wanted = np.intersect1d(X.ravel(), Y, distinct, return_indices=True)
    assert isinstance(found[0], Tracked)
    assert not isinstance(found[1], Tracked)
    assert not isinstance(found[2], Tracked)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one.primal if isinstance(one, Tracked) else one, other)


def test_what_is_taken_out_of_a_plain_array_is_plain() -> None:
    found = np.setdiff1d(Y, pb.Variable(X))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, np.setdiff1d(Y, X))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nan_empty_and_dtypes(function: Any) -> None:
    nan = np.array([np.nan, 1.0, np.nan, 2.0])
    np.testing.assert_array_equal(vjp(lambda x: function(x, nan), nan)[0], function(nan, nan))
    np.testing.assert_array_equal(vjp(lambda x: function(nan, x), Y)[0], function(nan, Y))
    empty = np.ones((0, 2), np.float32)
    assert grad(lambda x: np.sum(function(x, [])))(empty).shape == (0, 2)
    np.testing.assert_array_equal(vjp(lambda x: function(x, Y), empty)[0], function(empty, Y))
    single = X.astype(np.float32)
    value, pull = vjp(lambda x: function(x, single[0, :1]), single)
    assert value.dtype == function(single, single[0, :1]).dtype == np.float32
    assert pull(value)[0].dtype == np.float32
    for other in (Y, [1, 2, 3], 0.7, np.arange(3)):
        value, _ = vjp(lambda x, other=other: function(x, other), single)
        assert value.dtype == function(single, other).dtype
        np.testing.assert_array_equal(value, function(single, other))


def test_lists_of_variables_and_numbers() -> None:
    found = grad(lambda x: total(np.union1d([x[0], x[2]], x[1])))(np.array([3.0, 1.0, 2.0]))
    np.testing.assert_array_equal(found, [3.0, 1.0, 2.0])

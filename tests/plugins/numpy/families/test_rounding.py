"""Rounding and `unwrap`, against NumPy and where they jump."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.testing import check_grads
from pullback.tracked import plain
from pullback.transforms import grad

pytestmark = pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")
X = np.array([[0.7, -1.3, 2.4], [-0.2, 0.9, 1.6]])
ANGLES = np.array([0.1, 2.9, -2.8, -0.3, 3.0, 6.5, 20.0])
SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "unwrap": (lambda x: np.unwrap(x) ** 2, (ANGLES,)),
    "unwrap with a period": (lambda x: np.unwrap(x, period=3.0, discont=2.0), (ANGLES,)),
    "unwrap along an axis": (lambda x: np.unwrap(5.0 * x, axis=0), (X,)),
    "round": (lambda x: np.round(x, 1) * x, (X + 0.02,)),
    "fix": (lambda x: np.fix(x) * x, (X,)),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_values_and_derivatives(name: str) -> None:
    function, args = SMOOTH[name]
    found = function(*map(pb.Variable, args))
    expected = function(*args)
    np.testing.assert_allclose(plain(found), expected, rtol=1e-14, atol=1e-15)
    assert plain(found).dtype == np.asarray(expected).dtype
    assert np.shape(plain(found)) == np.shape(expected)
    check_grads(function, args, step=1e-3)


def test_unwrap_by_a_period_that_is_followed() -> None:
    np.testing.assert_allclose(
        np.unwrap(pb.Variable(ANGLES), period=pb.Variable(3.0)).primal, np.unwrap(ANGLES, period=3.0)
    )
    check_grads(lambda p, period: np.unwrap(p, period=period), (ANGLES, 3.1), step=1e-4)


def test_round() -> None:
    x = np.array([0.5, 1.5, 2.25])
    for function in (np.round, np.around, np.fix):
        np.testing.assert_array_equal(function(pb.Variable(x)).primal, function(x))
        np.testing.assert_array_equal(grad(lambda x, f=function: np.sum(f(x)))(x), 0.0)
    np.testing.assert_array_equal(np.round(pb.Variable(x), decimals=1).primal, np.round(x, 1))
    target = pb.Variable(x) * 1.0
    assert np.round(target, out=target) is target


def test_dtypes_and_shapes() -> None:
    x = np.float32([0.25, 1.5])
    for function in (lambda x: np.round(x),):
        assert function(pb.Variable(x)).dtype == function(x).dtype
        assert grad(lambda x, f=function: np.sum(f(x)))(x).dtype == np.float32
        for shape in ((), (0,), (2, 0)):
            assert grad(lambda x, f=function: np.sum(f(x)))(np.full(shape, 0.25)).shape == shape

"""Piecewise linear interpolation: on its points, beyond them, and where NumPy asks nobody."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.testing import check_grads
from pullback.tracked import plain
from pullback.transforms import grad

X = np.array([[0.7, -1.3, 2.4], [-0.2, 0.9, 1.6]])
XP, FP = np.array([-1.0, 0.0, 0.5, 2.0]), np.array([0.3, -0.7, 1.9, 0.4])
AT = np.array([[-0.6, 0.2], [1.1, -0.1]])
SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "interp": (np.interp, (AT, XP, FP)),
    "interp with ends": (
        lambda x, fp, a, b: np.interp(5.0 * x, XP, fp, left=a, right=b),
        (AT, FP, np.float64(2.0), np.float64(3.0)),
    ),
    "interp beyond": (lambda x, xp, fp: np.interp(5.0 * x, xp, fp), (AT, XP, FP)),
    "interp with a period": (lambda x, xp, fp: np.interp(x, xp, fp, period=3.7), (5.0 * AT, XP, FP)),
    "interp of lists": (lambda x: np.interp([0.1, x[0, 0]], x[1, :2], [x[0, 1], 2.0]), (X,)),
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


def test_interp_on_its_points_and_outside() -> None:
    x = np.array([-2.0, -1.0, 0.0, 0.5, 2.0, 3.0])
    slopes = np.diff(FP) / np.diff(XP)
    np.testing.assert_array_equal(np.interp(pb.Variable(x), XP, FP).primal, np.interp(x, XP, FP))
    found = grad(lambda x: np.sum(np.interp(x, XP, FP)))(x)
    np.testing.assert_allclose(found, [0.0, *slopes, slopes[-1], 0.0])
    expected = np.zeros(4)
    expected[0] = expected[-1] = 2.0
    expected[1] = expected[2] = 1.0
    np.testing.assert_allclose(grad(lambda fp: np.sum(np.interp(x, XP, fp)))(FP), expected)
    np.testing.assert_array_equal(grad(lambda a: np.sum(np.interp(pb.Variable(x), XP, FP, left=a)))(1.0), 1.0)
    # NumPy asks nobody about the ends.
    with pytest.raises(pb.ChainBrokenError, match="gradient would be lost"):
        grad(lambda a: np.sum(np.interp(x, XP, FP, left=a)))(1.0)


def test_interp_in_odd_cases() -> None:
    assert np.isnan(np.interp(pb.Variable(np.array([math.nan])), XP, FP).primal).all()
    one = np.interp(pb.Variable(np.array([0.0, 1.0, 2.0])), [1.0], [5.0])
    np.testing.assert_array_equal(one.primal, np.interp([0.0, 1.0, 2.0], [1.0], [5.0]))
    assert grad(lambda f: np.sum(np.interp([0.0, 1.0, 2.0], [1.0], f)))(np.array([5.0])).tolist() == [3.0]
    # A step: two points at one place.
    xp, fp = np.array([0.0, 1.0, 1.0, 2.0]), np.array([0.0, 1.0, 3.0, 4.0])
    x = np.array([0.5, 1.0, 1.5])
    np.testing.assert_array_equal(np.interp(pb.Variable(x), xp, fp).primal, np.interp(x, xp, fp))
    assert np.isfinite(grad(lambda xp: np.sum(np.interp(x, xp, fp)))(xp)).all()
    z = np.array([1.0 + 1.0j, 2.0, 3.0j, 0.0])
    check_grads(lambda x, z: np.interp(x, XP, z), (AT, z), step=1e-3)
    assert isinstance(grad(lambda x: np.interp(x, XP, FP))(0.2), float)
    with pytest.raises(ValueError, match="length"):
        np.interp(pb.Variable(x), xp, fp[:2])
    with pytest.raises(ValueError, match="non-zero"):
        np.interp(pb.Variable(x), xp, fp, period=0)
    with pytest.raises(ValueError, match="empty"):
        np.interp(pb.Variable(x), [], [])


def test_nothing_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grad(lambda x: np.sum(np.interp(x, XP, FP)))(np.array([0.0, -5.0, 5.0]))
